"""Spans, as the windows of a text give them → a document with relations, stretch by stretch.

Scoring wants the states at the edges of mentions and targets, which are larger than all else that is
found. They are kept until no target can ask for them any more: the first mention of each label for
good, the others for FARTHEST characters.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pingyu.extract.model_folder import Settings
from pingyu.extract.pairs import FARTHEST, Layout, Mentions, Pairs, pairs_of
from pingyu.extract.relations import choose, contained
from pingyu.extract.roles import Bodies
from pingyu.schema import Document, Relation, Span

Floats = NDArray[np.float32]
AT_ONCE = 1500  # pairs of a long text that are scored together: 10 KB each


class Relating:
    """Takes the spans of a text in reading order, and relates those whose surroundings are known.

    A text of up to FARTHEST characters is related at once, a longer one in stretches of so many; what
    a target is told of the units of its document is then what was read until its turn came.
    """

    def __init__(self, text: str, settings: Settings, relator: Any) -> None:
        """`relator`: the session that scores pairs; None, where nothing is scored."""
        self.settings, self.roles, self.relator = settings, settings.roles, relator
        self.document = Document(text)
        self.relations: list[Relation] = []
        self.held: dict[int, tuple[int, str]] = {}
        self.bodies = Bodies(self.roles.schema)
        self.mentions: list[int] = []  # indices of spans
        self.body: list[int] = []  # of each mention
        self.targets: list[int] = []  # indices of spans
        self.related = 0  # of the targets, and the characters that they stand in
        self.until = 0
        self.edges: Floats = np.zeros((0, 2 * settings.width), np.float32)
        self.gone = 0  # spans whose edges are not kept; those of the others are `edges`
        self.firsts: dict[int, Floats] = {}  # mention → edges

    @cached_property
    def layout(self) -> Layout:
        """Of the text."""
        return Layout.of_text(self.document.text)

    def take(self, spans: Sequence[Span], edges: Floats, read: int) -> None:
        """The next spans and their (n, 2·width) edges; `read`: where the next ones begin at the
        earliest."""
        self._add(spans, edges)
        length = len(self.document.text)
        known = read if read == length else read - FARTHEST
        while known - self.until > FARTHEST:
            self._relate(self.until + FARTHEST)
        if read == length:
            self._relate(length)

    def done(self) -> Document:
        """The document, when all spans are taken."""
        document, roles = self.document, self.roles
        self.relations += contained(document.spans, self.held)
        self.relations.sort(key=lambda r: (r.head, r.tail, r.type))
        document.relations = self.relations
        # what the mentions of a body share a relation by pair with has a key too
        named = roles.schema.names.units
        shared = (
            r.tail
            for r in document.relations
            if r.type in roles.types and document.spans[r.head].label in named
        )
        for number, tail in enumerate(sorted(set(shared)), 1):
            document.keys[tail] = f"r{number}"
        return document

    def _add(self, spans: Sequence[Span], edges: Floats) -> None:
        known, roles = self.document.spans, self.roles
        begin = len(known)
        known += spans
        self.edges = np.concatenate([self.edges, edges])
        # what a new span stands in begins before it, a little
        for tail, (head, type_) in roles.held(known[self.gone :]).items():
            if tail + self.gone >= begin:
                self.held[tail + self.gone] = head + self.gone, type_
        inside = [n - begin for n in self.held if n >= begin]
        mentions, targets = roles.sides(spans, inside)
        self.targets += [begin + n for n in targets]
        keys = [""] * len(spans)
        for n in mentions:
            if all(known[self.mentions[m]].label != spans[n].label for m in self.firsts):
                self.firsts[len(self.mentions)] = edges[n].copy()
            self.mentions.append(begin + n)
            self.body.append(self.bodies.number(spans[n]))
            if self.body[-1] >= 0:
                keys[n] = f"u{self.body[-1] + 1}"
        self.document.keys += keys

    def _relate(self, until: int) -> None:
        """Relate the targets that begin before `until`, and forget what those behind do not need."""
        spans, first = self.document.spans, self.related

        def start(n: int) -> int:
            return spans[n].start

        last = bisect_left(self.targets, until, first, key=start)
        if first < last:
            far = spans[self.targets[first]].start - FARTHEST
            begin = bisect_right(self.mentions, far, key=start)
            before = [m for m in self.firsts if m < begin]
            self._score(
                [*before, *range(begin, len(self.mentions))],
                begin - len(before),
                range(bisect_right(self.targets, far, key=start), len(self.targets)),
                slice(first, last),
            )
        self.related, self.until = last, until
        kept = bisect_right(range(len(spans)), until - FARTHEST, self.gone, key=start)
        self.edges, self.gone = self.edges[kept - self.gone :].copy(), kept

    def _score(self, mentions: list[int], skipped: int, targets: range, wanted: slice) -> None:
        """Relate the `wanted` of the targets; the others, and the `mentions`, stand around them."""
        spans = self.document.spans
        heads = [self.mentions[m] for m in mentions]
        tails = self.targets[targets.start : targets.stop]
        bodies = [self.body[m] for m in mentions]
        before = wanted.start - targets.start
        pairs = pairs_of(
            self.document.text,
            self.layout,
            Mentions(
                [spans[n] for n in heads],
                np.array(bodies, np.int64),
                np.array([self.bodies.mentions[body] for body in bodies], np.int64),
                np.array(mentions, np.int64),
                skipped,
                len(self.bodies.mentions),
            ),
            [spans[n] for n in tails],
            self.roles,
            slice(before, before + wanted.stop - wanted.start),
        )
        edges = [self._edges(m, n) for m, n in zip(mentions, heads, strict=True)]
        logits = self._logits(edges, wanted, replace(pairs, target=pairs.target - before))
        self.relations += choose(
            spans,
            heads,
            tails,
            bodies,
            pairs,
            logits,
            self.roles,
            self.settings.thresholds,
            self.settings.temperatures["relations"],
        )

    def _logits(self, mentions: list[Floats], wanted: slice, pairs: Pairs) -> Floats:
        """The (P, scores) of pairs of `mentions`, by their edges, and the `wanted` targets."""
        logits: Floats = np.zeros((len(pairs.mention), self.roles.scores), np.float32)
        if not self.relator or not len(logits):
            return logits
        edges = {
            "mentions": np.stack(mentions),
            "targets": self.edges[np.array(self.targets[wanted]) - self.gone],
        }
        at_once = AT_ONCE if len(self.document.text) > FARTHEST else len(logits)
        for n in range(0, len(logits), at_once):
            some = slice(n, n + at_once)
            inputs = {
                "mention": pairs.mention[some],
                "target": pairs.target[some],
                "features": pairs.features[some],
            }
            logits[some] = self.relator.run(None, edges | inputs)[0]
        return logits

    def _edges(self, mention: int, span: int) -> Floats:
        kept = self.firsts.get(mention)
        edges: Floats = self.edges[span - self.gone] if kept is None else kept
        return edges

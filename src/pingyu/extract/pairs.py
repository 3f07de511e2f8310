"""Which span may be related to which: candidate pairs and what their places in the text tell.

A target with a governor is paired with the mentions nearest before it, a few after it and the first
one of the document (a work report names its unit in the title): antecedent scoring after Lee et al.
(2017), «End-to-end Neural Coreference Resolution». For a relation by pair each mention is paired
with the targets nearest before and after it. None but the first mention of a document is FARTHEST
or more from its target, so a long document can be related stretch by stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pingyu.extract.encode import Encoded, Ints, among, clause_ends, code_points
from pingyu.extract.mentions import listed
from pingyu.extract.roles import Roles
from pingyu.schema import Span

BEFORE, AFTER = 12, 6  # mentions around a target that may govern it
FARTHEST = 6000  # characters from a mention to its target: no text is longer in training
# one column a feature: how many values each takes; those of the labels stand behind (see `features`)
FEATURES = {
    "clauses_between": 21,
    "lines_between": 9,
    "mentions_between": 13,
    "sentences_between": 9,
    "mention_at_line_start": 2,
    "mention_fills_line": 2,
    "mention_joined_to_next": 2,
    "mention_joined_to_last": 2,
    "mention_on_first_line": 2,
    "same_unit_nearer": 2,
    "units_in_document": 6,
    "mentions_of_unit": 6,
    "lists_between": 13,
    "clauses_to_list": 21,
    "mentions_in_list": 8,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the clauses, sentences and lines of a text end: the places, ascending, of their last
    characters."""

    clauses: Ints
    sentences: Ints
    lines: Ints

    @classmethod
    def of(cls, codes: NDArray[Any], clauses: Ints) -> Layout:
        """`codes`: its (T,) folded code points; `clauses`: where those end."""
        ends = np.flatnonzero(among(codes, "。！？\n"))
        return cls(clauses, ends, ends[codes[ends] == ord("\n")])

    @classmethod
    def of_text(cls, text: str) -> Layout:
        """Of a text that is not empty."""
        codes = code_points(text)
        return cls.of(codes, clause_ends(codes))


@dataclass(frozen=True, slots=True)
class Mentions:
    """Mentions of a document in reading order: all, or the first ones and those of a stretch.

    body (M,): number of the body behind each   named (M,): how many mentions that body has
    order (M,): how many of the document stand before each; `skipped` of them are not given
    bodies: how many the document has
    """

    spans: Sequence[Span]
    body: Ints
    named: Ints
    order: Ints
    skipped: int
    bodies: int

    @classmethod
    def all(cls, spans: Sequence[Span], body: Sequence[int]) -> Mentions:
        """Those of a whole document; `body`: see Roles.bodies."""
        bodies, which, counts = np.unique(body, return_inverse=True, return_counts=True)
        order = np.arange(len(spans))
        return cls(spans, np.array(body, np.int64), counts[which], order, 0, len(bodies))


@dataclass(frozen=True, slots=True)
class Pairs:
    """P candidate pairs: `mention` and `target` index into the spans given; features (P, F)."""

    mention: Ints
    target: Ints
    features: Ints


def features(roles: Roles) -> dict[str, int]:
    """Every feature of a pair and how many values it takes; one that the schema leaves but one value
    is left out."""
    labels = roles.schema.labels
    overlap = any(
        a == b or a in (labels[b].inside or ()) or b in (labels[a].inside or ())
        for a in roles.mentions
        for b in roles.targets
    )
    sizes = {
        "target_label": len(roles.targets),
        "mention_label": len(roles.mentions),
        "overlap": 3 if overlap else 1,  # apart, target within mention, mention within target
    }
    return FEATURES | {name: size for name, size in sizes.items() if size > 1}


def _bucket(distance: Ints, limit: int) -> Ints:
    """Signed distance → 0 … 2*limit, linear to 4 and logarithmic beyond; `limit` is zero."""
    size = np.abs(distance)
    far = 4 + np.floor(np.log2(np.maximum(size, 4) / 4) * 2).astype(np.int64)
    bucket = np.minimum(np.where(size <= 4, size, far), limit)
    return limit + np.sign(distance) * bucket


def candidates(
    mentions: Sequence[Span], targets: Sequence[Span], roles: Roles
) -> tuple[Ints, Ints]:
    """Indices (mention, target) of the pairs to score; both are in reading order. A target has the
    same ones in a stretch of its document, with the first mention and all FARTHEST around it."""
    picked: set[tuple[int, int]] = set()

    def near(m: int, t: int) -> bool:
        return abs(mentions[m].start - targets[t].start) < FARTHEST

    def some(spans: Sequence[Span], labels: Sequence[str]) -> tuple[Ints, Ints]:
        chosen = [n for n, span in enumerate(spans) if span.label in labels]
        return np.array(chosen, np.int64), np.array([spans[n].start for n in chosen], np.int64)

    for label, governors in roles.governors.items():
        heads, starts = some(mentions, governors)
        tails, target_starts = some(targets, [label])
        at = np.searchsorted(starts, target_starts)
        for t, place in zip(tails.tolist(), at.tolist(), strict=True):
            around = heads[max(0, place - BEFORE) : place + AFTER].tolist()
            picked.update((m, t) for m in around if near(m, t))
            picked.update((m, t) for m in heads[:1].tolist())
    for type_ in roles.types:
        relation = roles.schema.relations[type_]
        before, after = relation.reach
        heads, starts = some(mentions, relation.heads_by("pair"))
        tails, target_starts = some(targets, relation.tails)
        at = np.searchsorted(target_starts, starts)
        for m, place in zip(heads.tolist(), at.tolist(), strict=True):
            around = tails[max(0, place - before) : place + after].tolist()
            picked.update((m, t) for t in around if near(m, t))
    apart = (p for p in picked if mentions[p[0]].extent != targets[p[1]].extent)
    pairs = np.array(sorted(apart, key=lambda p: (p[1], p[0])), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def pair_up(
    text: str,
    encoded: Encoded,
    mentions: Sequence[Span],
    targets: Sequence[Span],
    same: Sequence[int],
    roles: Roles,
) -> Pairs:
    """Candidate pairs of a document with their features.

    `same`: number of the body behind each mention (Roles.bodies).
    """
    layout = Layout.of(encoded.codes, encoded.ends)
    return pairs_of(text, layout, Mentions.all(mentions, same), targets, roles)


def pairs_of(
    text: str,
    layout: Layout,
    mentions: Mentions,
    targets: Sequence[Span],
    roles: Roles,
    part: slice = slice(None),
) -> Pairs:
    """Candidate pairs of the targets in `part`, with their features. `mentions`, `targets`: see
    `candidates`; `text` and `layout` are the whole document's."""
    mention, target = candidates(mentions.spans, targets, roles)
    first, last, _ = part.indices(len(targets))
    wanted = (first <= target) & (target < last)
    mention, target = mention[wanted], target[wanted]
    names = features(roles)
    if not len(mention):
        return Pairs(mention, target, np.zeros((0, len(names)), np.int64))
    m_start = np.array([span.start for span in mentions.spans])
    m_end = np.array([span.end for span in mentions.spans])
    t_start = np.array([span.start for span in targets])
    t_end = np.array([span.end for span in targets])

    opens_line = np.array([s == 0 or text[s - 1] == "\n" for s in m_start.tolist()])
    closes_line = np.array([text[e : e + 1] in ("", "\n") for e in m_end.tolist()])
    joined = np.array(listed(text, mentions.spans))
    joined_back = np.append(False, joined[:-1])
    # a list is as near to a target as its nearest mention
    firsts, lasts = np.flatnonzero(~joined_back), np.flatnonzero(~joined)
    in_list = (np.cumsum(~joined_back) - 1)[mention]
    lists_between = np.searchsorted(m_start[firsts], t_start)[target] - 1 - in_list
    nearest = np.where(lists_between >= 0, lasts[in_list], firsts[in_list])
    # so far from its target the first mention may be all that is given of its list
    far = t_start[target] - m_start[mention] >= FARTHEST

    def between(ends: Ints, side: Literal["left", "right"], heads: Ints = mention) -> Ints:
        """How many of the pieces that end there each pair is apart."""
        at_head, at_target = (np.searchsorted(ends, at, side) for at in (m_start, t_start))
        apart: Ints = at_target[target] - at_head[heads]
        return apart

    # 0: the mention right before; -1: the one right after
    order = np.searchsorted(m_start, t_start) + mentions.skipped
    mentions_between = order[target] - 1 - mentions.order[mention]
    within = (m_start[mention] <= t_start[target]) & (t_end[target] <= m_end[mention])
    around = (t_start[target] <= m_start[mention]) & (m_end[mention] <= t_end[target])
    of_labels = {
        "target_label": np.array([roles.targets.index(t.label) for t in targets])[target],
        "mention_label": np.array([roles.mentions.index(m.label) for m in mentions.spans])[mention],
        "overlap": np.where(within, 1, np.where(around, 2, 0)),
    }
    columns = np.stack(
        [
            _bucket(between(layout.clauses, "left"), 10),
            _bucket(between(layout.lines, "right"), 4),
            _bucket(mentions_between, 6),
            _bucket(between(layout.sentences, "right"), 4),
            opens_line[mention],
            (opens_line & closes_line)[mention],
            joined[mention] & ~far,
            joined_back[mention],
            (np.searchsorted(layout.lines, m_start, "right") == 0)[mention],
            _same_unit_nearer(mentions.body[mention], mention, target, m_start, t_start),
            np.full(len(mention), min(mentions.bodies, 6) - 1),
            np.minimum(mentions.named[mention], 6) - 1,
            _bucket(np.where(far, len(text), lists_between), 6),
            _bucket(np.where(far, len(text), between(layout.clauses, "left", nearest)), 10),
            np.where(far, 0, np.minimum((lasts - firsts)[in_list], 7)),
            *(column for name, column in of_labels.items() if name in names),
        ],
        axis=1,
    ).astype(np.int64)
    return Pairs(mention, target, columns)


def _same_unit_nearer(
    unit: Ints, mention: Ints, target: Ints, m_start: Ints, t_start: Ints
) -> Ints:
    """1 where another candidate of the same target names the same unit and stands nearer."""
    distance = np.abs(t_start[target] - m_start[mention])
    order = np.lexsort((distance, unit, target))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (unit[order][1:] != unit[order][:-1]) | (target[order][1:] != target[order][:-1])
    nearer = np.empty(len(order), dtype=np.int64)
    nearer[order] = ~first
    return nearer

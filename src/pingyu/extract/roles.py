"""What the outputs of a network stand for, by the schema that it was trained for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np

from pingyu.extract.mentions import Units
from pingyu.labels import LabelSchema
from pingyu.schema import Document, Span

Layered = tuple[int, int, int]  # layer, start, end


class Bodies:
    """The bodies behind the mentions of a document, told apart one after the other."""

    def __init__(self, schema: LabelSchema) -> None:
        self.schema = schema
        self.mentions: Counter[int] = Counter()  # of each body
        self._units, self._nameless = Units(), count(-1, -1)

    def number(self, mention: Span) -> int:
        """That of its body; below 0: a span that is no name has one of its own."""
        named = self.schema.labels[mention.label].names
        number = self._units.number(mention.text) if named else next(self._nameless)
        self.mentions[number] += 1
        return number


@dataclass(frozen=True)
class Roles:
    """`layers`: the label of each layer of tags; a label has as many as its spans overlap.

    A *mention* is a span that may be the head of a scored relation, a *target* one that may be the
    tail. The scores of a pair: whether the mention governs the target, where there are such
    relations at all (the type is told by the target's label), then one for each type by pair.
    """

    schema: LabelSchema
    layers: tuple[str, ...]

    @classmethod
    def of(cls, schema: LabelSchema, documents: Sequence[Document]) -> Roles:
        """Of a network to be trained on `documents`."""
        depth = dict.fromkeys(schema.labels, 1)
        for document in documents:
            for label, layer in zip(
                (span.label for span in document.spans), depths(document.spans), strict=True
            ):
                depth[label] = max(depth[label], layer + 1)
        layers = (label for label, number in depth.items() for _ in range(number))
        return cls(schema.filled(documents), tuple(layers))

    @cached_property
    def governed(self) -> dict[str, str]:
        """Label of the target → the type by which it has a governor."""
        types = self.schema.relations.items()
        return {t: name for name, r in types if r.heads_by("governor") for t in r.tails}

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types by pair, one score each."""
        return tuple(n for n, r in self.schema.relations.items() if r.heads_by("pair"))

    @cached_property
    def first(self) -> int:
        """The place of the first of `types` among the scores."""
        return int(bool(self.governed))

    @cached_property
    def scores(self) -> int:
        """How many scores a pair has; 0: nothing is scored."""
        return self.first + len(self.types)

    @cached_property
    def mentions(self) -> tuple[str, ...]:
        """Labels of mentions."""
        relations = self.schema.relations.values()
        heads = {h for r in relations for h in (*r.heads_by("pair"), *r.heads_by("governor"))}
        return tuple(label for label in self.schema.labels if label in heads)

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Labels of targets."""
        tails = {t for name in self.types for t in self.schema.relations[name].tails}
        return tuple(n for n in self.schema.labels if n in tails or n in self.governed)

    @cached_property
    def holders(self) -> dict[str, dict[str, str]]:
        """Label of the tail → label of the head that it stands in → type."""
        held: dict[str, dict[str, str]] = {}
        for name, relation in self.schema.relations.items():
            for head in relation.heads_by("containment"):
                for tail in relation.tails:
                    held.setdefault(tail, {}).setdefault(head, name)
        return held

    @cached_property
    def governors(self) -> dict[str, tuple[str, ...]]:
        """Label of the target → labels of the mentions that may govern it."""
        types = self.governed.items()
        return {t: self.schema.relations[name].heads_by("governor") for t, name in types}

    @cached_property
    def allowed(self) -> dict[tuple[str, str], list[int]]:
        """Labels of mention and target → the places in `types` that may go between them."""
        return {
            (head, tail): [
                n
                for n, relation in enumerate(self.schema.relations[name] for name in self.types)
                if head in relation.heads_by("pair") and tail in relation.tails
            ]
            for head in self.mentions
            for tail in self.targets
        }

    @cached_property
    def columns(self) -> dict[tuple[str, str], list[int]]:
        """Labels of mention and target → the places of their scores."""
        return {
            (head, tail): [0] * (head in self.governors.get(tail, ()))
            + [self.first + n for n in ns]
            for (head, tail), ns in self.allowed.items()
        }

    def bodies(self, mentions: Sequence[Span]) -> list[int]:
        """One number a mention; equal numbers: names of one body."""
        bodies = Bodies(self.schema)
        return [bodies.number(span) for span in mentions]

    def layered(self, spans: Sequence[Span]) -> list[Layered]:
        """The layer of each span, the outermost in the first of its label; one that overlaps more of
        its label than there are layers is left out."""
        found = []
        for span, depth in zip(spans, depths(spans), strict=True):
            if depth < self.layers.count(span.label):
                found.append((self.layers.index(span.label) + depth, span.start, span.end))
        return found

    def held(self, spans: Sequence[Span]) -> dict[int, tuple[int, str]]:
        """Index of each span that stands inside a holder of its label → the narrowest of those, and
        the type of their relation."""
        found: dict[int, tuple[int, str]] = {}
        for label, heads in self.holders.items():
            outer = [n for n, s in enumerate(spans) if s.label in heads]
            starts = np.array([spans[n].start for n in outer], dtype=np.int64)
            ends = np.array([spans[n].end for n in outer], dtype=np.int64)
            for n, span in enumerate(spans):
                if span.label != label:
                    continue
                around = np.flatnonzero((starts <= span.start) & (span.end <= ends)).tolist()
                holds = [outer[a] for a in around if outer[a] != n]
                if holds:
                    head = min(holds, key=lambda o: spans[o].end - spans[o].start)
                    found[n] = head, heads[spans[head].label]
        return found

    def sides(self, spans: Sequence[Span], held: Iterable[int]) -> tuple[list[int], list[int]]:
        """Indices of the mentions, and of the targets: those are not that are `held`."""
        inside = set(held)
        mentions = [n for n, s in enumerate(spans) if s.label in self.mentions]
        targets = [n for n, s in enumerate(spans) if s.label in self.targets and n not in inside]
        return mentions, targets


def depths(spans: Sequence[Span]) -> list[int]:
    """For each span the first layer of its label in which it overlaps none before it; spans are in
    reading order."""
    ends: dict[str, list[int]] = {}
    found = []
    for span in spans:
        layers = ends.setdefault(span.label, [])
        layer = next((n for n, end in enumerate(layers) if end <= span.start), len(layers))
        layers[layer : layer + 1] = [span.end]
        found.append(layer)
    return found

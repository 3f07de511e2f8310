"""What kind of error is it? Gold and system documents → the mistakes that lie between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pingyu.evaluate.scores import Place, identities, relation_items
from pingyu.schema import REVIEWS, Document, Names, Relation, Span

KINDS = {
    "edge left": "right label and end, wrong start",
    "edge right": "right label and start, wrong end",
    "both edges": "right label, overlaps the gold span, both edges wrong",
    "label": "the gold span (or one that overlaps it) under another label",
    "missed": "a gold span that nothing of the system overlaps",
    "spurious": "a span of the system that overlaps no gold span left over",
    "wrong unit": "the statement is right, the unit it is given to is not",
    "missed relation": "both ends were found, the relation was not",
    "spurious relation": "both ends are right, the relation is not in the gold",
    "lost with a span": "a gold relation whose statement, rank or unit was missed",
    "brought by a span": "a relation of a span that is not in the gold",
}
NONE = "none"
_MOST_FREQUENT = 8

Pair = tuple[int | None, int | None]  # indices of a gold and a system span that belong together


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error. `label`: of the gold, or of the system where gold has none; a relation's type for
    relations. `text`: what is counted among the frequent strings. `gold`, `system`: indices of the
    spans to look at, the tail of a relation first."""

    kind: str
    label: str
    text: str
    gold: tuple[int, ...] = ()
    system: tuple[int, ...] = ()


def align(gold: Document, system: Document, names: Names = REVIEWS) -> list[Pair]:
    """Every span of both in one pair: equal ones first, then those that differ in the label, in one
    edge, in both, in label and edges; what is left over stands alone."""
    candidates = []
    for g, want in enumerate(gold.spans):
        for s, have in enumerate(system.spans):
            shared = min(want.end, have.end) - max(want.start, have.start)
            distance = _distance(want, have, names)
            if shared > 0 and distance is not None:
                candidates.append((distance, -shared, g, s))
    pairs: list[Pair] = []
    free_gold, free_system = set(range(len(gold.spans))), set(range(len(system.spans)))
    for _, _, g, s in sorted(candidates):
        if g in free_gold and s in free_system:
            free_gold.remove(g)
            free_system.remove(s)
            pairs.append((g, s))
    pairs += [(g, None) for g in sorted(free_gold)]
    return pairs + [(None, s) for s in sorted(free_system)]


def _distance(want: Span, have: Span, names: Names) -> int | None:
    """0: equal … 4: overlapping under another label. What may stand inside another span is not that
    span by another name: None."""
    wrong_edges = (want.start != have.start) + (want.end != have.end)
    if want.label == have.label:
        return wrong_edges + (wrong_edges > 0)
    if not wrong_edges:
        return 1
    return None if {want.label, have.label} & set(names.inner) else 4


def confusion(
    documents: Iterable[tuple[Document, Document, list[Pair]]],
    labels: tuple[str, ...] = REVIEWS.labels,
) -> dict[str, Any]:
    """Label of the gold → label of the system → number of aligned pairs; NONE: no partner."""
    names = (*labels, NONE)
    table = {row: dict.fromkeys(names, 0) for row in names}
    for gold, system, pairs in documents:
        for g, s in pairs:
            row = NONE if g is None else gold.spans[g].label
            table[row][NONE if s is None else system.spans[s].label] += 1
    return table


def mistakes(
    gold: Document, system: Document, pairs: list[Pair], names: Names = REVIEWS
) -> list[Mistake]:
    """All of one document, in the order of the text; `pairs` from `align`."""
    found = [m for pair in pairs if (m := _span_mistake(gold, system, *pair))]
    found += _relation_mistakes(gold, system, names)

    def place(mistake: Mistake) -> tuple[int, int]:
        spans, first = (
            (gold.spans, mistake.gold) if mistake.gold else (system.spans, mistake.system)
        )
        return spans[first[0]].start, list(KINDS).index(mistake.kind)

    return sorted(found, key=place)


def _span_mistake(gold: Document, system: Document, g: int | None, s: int | None) -> Mistake | None:
    if g is None or s is None:
        if g is not None:
            return Mistake("missed", gold.spans[g].label, gold.spans[g].text, (g,))
        assert s is not None  # a pair has at least one side
        return Mistake("spurious", system.spans[s].label, system.spans[s].text, (), (s,))
    want, have = gold.spans[g], system.spans[s]
    both = (g,), (s,)
    if want.label != have.label:
        return Mistake("label", want.label, f"{want.text} → {have.label}", *both)
    if (want.start, want.end) == (have.start, have.end):
        return None
    if want.end == have.end:
        shift = _shift(gold.text, want.start, have.start, "+-")
        return Mistake("edge left", want.label, shift, *both)
    if want.start == have.start:
        shift = _shift(gold.text, want.end, have.end, "-+")
        return Mistake("edge right", want.label, shift, *both)
    return Mistake("both edges", want.label, f"{want.text} → {have.text}", *both)


def _shift(text: str, want: int, have: int, signs: str) -> str:
    """What the system's edge took in (+) or left out (-); signs for an edge too early, too late."""
    low, high = sorted((want, have))
    return f"{signs[have > want]}{text[low:high]}"


def _relation_mistakes(gold: Document, system: Document, names: Names) -> Iterator[Mistake]:
    wanted, found = (relation_items(gold, document, names) for document in (gold, system))
    missing = {fact: wanted[fact][0] for fact in wanted if fact not in found}
    extra = {fact: found[fact][0] for fact in found if fact not in wanted}
    for fact, want in list(missing.items()):
        swaps = (
            other
            for other, have in extra.items()
            if {gold.spans[want.head].label, system.spans[have.head].label} <= set(names.units)
        )
        swapped = next((o for o in swaps if (o.type, o.tail) == (fact.type, fact.tail)), None)
        if swapped:
            del missing[fact]
            have = extra.pop(swapped)
            heads_said = f"{gold.spans[want.head].text} → {system.spans[have.head].text}"
            heads = (want.tail, want.head), (have.tail, have.head)
            yield Mistake("wrong unit", want.type, heads_said, *heads)
    at_gold, at_system = _places(gold), _places(system)
    reached, known = (set(identities(gold, document, names)) for document in (system, gold))
    for fact, relation in missing.items():
        both = fact.tail in at_system and fact.head in reached
        kind = "missed relation" if both else "lost with a span"
        shown = (relation.tail, relation.head), at_system.get(fact.tail, ())
        yield Mistake(kind, relation.type, _said(gold, relation), *shown)
    for fact, relation in extra.items():
        both = fact.tail in at_gold and fact.head in known
        kind = "spurious relation" if both else "brought by a span"
        place = at_gold.get(fact.tail, ())
        said = _said(system, relation)
        yield Mistake(kind, relation.type, said, place, (relation.tail, relation.head))


def _places(document: Document) -> dict[Place, tuple[int, ...]]:
    return {s.extent: (n,) for n, s in enumerate(document.spans)}


def _said(document: Document, relation: Relation) -> str:
    return f"{document.spans[relation.head].text} → {document.spans[relation.tail].text}"


def summary(found: Iterable[Mistake]) -> dict[str, Any]:
    """By kind: how many, of which labels, and the strings met most often."""
    groups: dict[str, list[Mistake]] = {kind: [] for kind in KINDS}
    for mistake in found:
        groups[mistake.kind].append(mistake)
    return {
        kind: {
            "count": len(group),
            "labels": dict(Counter(m.label for m in group).most_common()),
            "strings": Counter(m.text for m in group).most_common(_MOST_FREQUENT),
        }
        for kind, group in groups.items()
    }

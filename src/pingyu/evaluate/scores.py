"""Precision, recall and F1 of spans and relations, counted in several ways.

spans        a span is right when label, start and end are
overlap      … when it shares a character with a gold span of its label, each used once
relations    a relation is right when its type, its tail and its head are; a unit head is right at
             any mention of the unit, or by any of the unit's names
exact_ends   … when its head stands at the very mention that the gold relation starts from
given_spans  as `relations`, of a system that was given the gold spans: the relator's errors alone

What is found twice counts once. Recall is over all gold, also over relations whose spans were
missed or that no system could reach.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pingyu.schema import REVIEWS, Document, Names, Relation

Figures = dict[str, float | int]
Tally = NDArray[np.int64]  # (names, 3): right, system, gold
Place = tuple[str, int, int]  # label, start, end


class Fact(NamedTuple):
    """A relation without its mention: `head` is a unit's key, or the place of another span."""

    type: str
    head: object
    tail: Place


# what is counted → the field of Names that has a row each
MEASURES: dict[str, Literal["labels", "types"]] = {
    "spans": "labels",
    "overlap": "labels",
    "relations": "types",
    "exact_ends": "types",
    "given_spans": "types",
}


def rows(measure: str, names: Names = REVIEWS) -> tuple[str, ...]:
    """The labels or relation types that a measure has figures for."""
    return names.labels if MEASURES[measure] == "labels" else names.types


def prf(right: int, system: int, gold: int) -> Figures:
    """Precision, recall, F1 (0 where undefined) and the counts behind them."""
    p = right / system if system else 0.0
    r = right / gold if gold else 0.0
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(f1, 4), "gold": gold, "system": system}


def figures(tally: Tally) -> Figures:
    """Of all rows of a tally together."""
    return prf(*(int(count) for count in tally.sum(axis=0)))


def span_items(document: Document) -> set[Place]:
    """What is compared of spans: label, start, end."""
    return {s.extent for s in document.spans}


def identities(gold: Document, document: Document, names: Names = REVIEWS) -> list[object]:
    """What each span of `document` stands for: a unit for the key that `gold` gives its place or
    its name (its own text where gold knows neither), any other span for itself."""
    keyed = zip(gold.spans, gold.keys, strict=True)
    at = {(s.start, s.end): k for s, k in keyed if s.label in names.units}
    by_name: dict[str, set[str]] = {}
    for (start, end), key in at.items():
        by_name.setdefault(gold.text[start:end], set()).add(key)
    found: list[object] = []
    for span in document.spans:
        if span.label in names.units:
            keys = by_name.get(span.text, set())
            name = next(iter(keys)) if len(keys) == 1 else (span.label, span.text)
            found.append(at.get((span.start, span.end), name))
        else:
            found.append(span.extent)
    return found


def relation_items(
    gold: Document, document: Document, names: Names = REVIEWS
) -> dict[Fact, list[Relation]]:
    """What is compared of relations, and the relations that say so."""
    stands_for = identities(gold, document, names)
    items: dict[Fact, list[Relation]] = {}
    for relation in document.relations:
        tail = document.spans[relation.tail]
        fact = Fact(relation.type, stands_for[relation.head], tail.extent)
        items.setdefault(fact, []).append(relation)
    return items


def exact_items(document: Document) -> set[Fact]:
    """Relations by the very places of both ends."""
    places = [s.extent for s in document.spans]
    return {Fact(r.type, places[r.head], places[r.tail]) for r in document.relations}


def overlapping(gold: Document, system: Document, label: str) -> int:
    """How many spans of a label in `gold` and `system` pair off, the two of a pair sharing a
    character: the first to end takes the first that it meets."""
    want, have = (
        sorted({(s.end, s.start) for s in d.spans if s.label == label}) for d in (gold, system)
    )
    pairs = w = h = 0
    while w < len(want) and h < len(have):
        (w_end, w_start), (h_end, h_start) = want[w], have[h]
        meet = w_start < h_end and h_start < w_end
        pairs += meet
        w, h = w + (meet or w_end <= h_end), h + (meet or h_end < w_end)
    return pairs


def tally(
    gold: Document, system: Document, given: Document | None = None, names: Names = REVIEWS
) -> dict[str, Tally]:
    """Counts of one document by measure, one row a label or type (see `rows`).

    `given`: what the system says when it is given the gold spans; without it `given_spans` is left
    out.
    """
    spans = _count(span_items(gold), span_items(system), names.labels)
    overlap = spans.copy()
    overlap[:, 0] = [overlapping(gold, system, label) for label in names.labels]
    wanted = relation_items(gold, gold, names)
    tallies = {
        "spans": spans,
        "overlap": overlap,
        "relations": _count(wanted, relation_items(gold, system, names), names.types),
        "exact_ends": _count(exact_items(gold), exact_items(system), names.types),
    }
    if given:
        tallies["given_spans"] = _count(wanted, relation_items(gold, given, names), names.types)
    return tallies


_Named = Place | Fact  # begins with the label or type that it counts under


def _count(want: Collection[_Named], have: Collection[_Named], names: tuple[str, ...]) -> Tally:
    counts = [Counter(item[0] for item in some) for some in (set(want) & set(have), have, want)]
    found = [[count[name] for count in counts] for name in names]
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def total(tallies: Iterable[dict[str, Tally]]) -> dict[str, Tally]:
    """Tallies of several documents → their sum, by measure."""
    sums: dict[str, Tally] = {}
    for counted in tallies:
        for measure, counts in counted.items():
            sums[measure] = sums[measure] + counts if measure in sums else counts
    return sums


def by_name(tally: Tally, measure: str, names: Names = REVIEWS) -> dict[str, Figures]:
    """Figures by label or relation type."""
    return {name: figures(tally[[n]]) for n, name in enumerate(rows(measure, names))}


def score(pairs: Iterable[tuple[Document, Document]], names: Names = REVIEWS) -> dict[str, Any]:
    """(gold, system) documents → strict figures by label and relation type, and micro averages."""
    nothing = tally(Document(""), Document(""), names=names)
    totals = total([nothing, *(tally(*pair, names=names) for pair in pairs)])
    return {
        "spans": figures(totals["spans"]),
        "relations": figures(totals["relations"]),
        "labels": by_name(totals["spans"], "spans", names),
        "types": by_name(totals["relations"], "relations", names),
    }

"""Strict precision, recall and F1 of spans and relations.

A span is right when label, start and end are. A relation is right when its type, its tail and its
head are; a unit head is right at any mention of the unit, or by any of the unit's names. Recall is
over all gold relations, also those whose spans were missed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from pingyu.schema import LABELS, RELATION_TYPES, UNIT, Document

Figures = dict[str, float | int]


def prf(right: int, system: int, gold: int) -> Figures:
    """Precision, recall, F1 (0 where undefined) and the counts behind them."""
    p = right / system if system else 0.0
    r = right / gold if gold else 0.0
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(f1, 4), "gold": gold, "system": system}


def span_items(document: Document) -> set[tuple[str, int, int]]:
    """What is compared of spans: label, start, end."""
    return {(s.label, s.start, s.end) for s in document.spans}


def relation_items(gold: Document, document: Document) -> set[tuple[object, ...]]:
    """What is compared of relations: type, head, tail; a unit head by the key that `gold` gives its
    place or its name, or by its own text where gold knows neither."""
    at = {
        (s.start, s.end): k for s, k in zip(gold.spans, gold.keys, strict=True) if s.label == UNIT
    }
    by_name: dict[str, set[str]] = {}
    for (start, end), key in at.items():
        by_name.setdefault(gold.text[start:end], set()).add(key)
    items: set[tuple[object, ...]] = set()
    for relation in document.relations:
        head, tail = document.spans[relation.head], document.spans[relation.tail]
        place: object = (head.label, head.start, head.end)
        if head.label == UNIT:
            names = by_name.get(head.text, set())
            name = next(iter(names)) if len(names) == 1 else head.text
            place = at.get((head.start, head.end), name)
        items.add((relation.type, place, tail.label, tail.start, tail.end))
    return items


def score(pairs: Iterable[tuple[Document, Document]]) -> dict[str, Any]:
    """(gold, system) documents → figures by label and relation type, and micro averages."""
    counts: dict[str, Counter[str]] = {"right": Counter(), "system": Counter(), "gold": Counter()}
    for gold, system in pairs:
        for items in (span_items, lambda d, g=gold: relation_items(g, d)):
            want, have = items(gold), items(system)
            for name, some in (("right", want & have), ("system", have), ("gold", want)):
                counts[name].update(str(item[0]) for item in some)

    def figures(names: tuple[str, ...]) -> Figures:
        return prf(*(sum(counts[k][n] for n in names) for k in ("right", "system", "gold")))

    return {
        "spans": figures(LABELS),
        "relations": figures(RELATION_TYPES),
        "labels": {label: figures((label,)) for label in LABELS},
        "types": {name: figures((name,)) for name in RELATION_TYPES},
    }

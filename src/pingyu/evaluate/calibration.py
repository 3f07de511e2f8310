"""Do scores mean what they say? Of the spans scored 0.8, four in five should be right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from pingyu.evaluate.scores import relation_items, span_items
from pingyu.schema import REVIEWS, Document, Names

BINS = 10
Scored = tuple[float, bool]  # score, is it right?


def scored_spans(gold: Document, system: Document) -> list[Scored]:
    """Of every span of the system."""
    want = span_items(gold)
    return [(s.score, s.extent in want) for s in system.spans]


def scored_relations(gold: Document, system: Document, names: Names = REVIEWS) -> list[Scored]:
    """Of every relation of the system; the best score where it says one thing twice."""
    want = relation_items(gold, gold, names)
    found = relation_items(gold, system, names)
    return [(max(r.score for r in said), item in want) for item, said in found.items()]


def calibration(scored: Iterable[Scored]) -> dict[str, Any]:
    """Expected calibration error over BINS bins of equal width (Guo et al. 2017, «On Calibration
    of Modern Neural Networks»), and for each bin that holds any: count, mean score, share right."""
    values = np.array([(score, right) for score, right in scored], dtype=np.float64).reshape(-1, 2)
    place = np.minimum((values[:, 0] * BINS).astype(int), BINS - 1)
    bins = [
        {
            "count": int((place == n).sum()),
            "score": round(float(values[place == n, 0].mean()), 4),
            "right": round(float(values[place == n, 1].mean()), 4),
        }
        for n in sorted(set(place.tolist()))
    ]
    gaps = sum(b["count"] * abs(b["score"] - b["right"]) for b in bins)
    return {"ece": round(gaps / len(values), 4) if len(values) else 0.0, "bins": bins}

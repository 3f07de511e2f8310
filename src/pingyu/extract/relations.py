"""Scored pairs of mention and target → relations."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pingyu.extract.pairs import Pairs
from pingyu.schema import ACHIEVEMENT, DEFICIENCY, GOVERNED, HAS_RANK, RANK, UNIT, Relation, Span


def nested_ranks(spans: Sequence[Span]) -> dict[int, int]:
    """RANK index → index of the ACHIEVEMENT or DEFICIENCY that it stands in.

    `spans` are in order, and of these two no one overlaps another: only the last before can hold it.
    """
    outer: dict[int, int] = {}
    last: int | None = None
    for n, span in enumerate(spans):
        if span.label in (ACHIEVEMENT, DEFICIENCY):
            last = n
        elif span.label == RANK and last is not None and span.end <= spans[last].end:
            outer[n] = last
    return outer


def choose(
    spans: Sequence[Span],
    units: Sequence[int],
    targets: Sequence[int],
    same: Sequence[int],
    pairs: Pairs,
    logits: NDArray[np.float32],
    thresholds: dict[str, float],
    temperature: float = 1.0,
) -> list[Relation]:
    """The relations of a document.

    units, targets: indices into `spans` that the pairs' numbers refer to; same: number of the unit
    behind each mention; logits (P, 2): governs, is ranked by. A statement belongs to every unit
    whose probability is at or above `govern`, or else to the best one, if that reaches
    `govern_alone`. A relation's score is the probability, flattened by `temperature`, times the
    scores of both spans: it holds only where they do.
    """
    relations: list[Relation] = []
    by_target: dict[int, list[int]] = defaultdict(list)
    for p, t in enumerate(pairs.target.tolist()):
        by_target[t].append(p)
    mention = pairs.mention.tolist()
    for t, candidates in by_target.items():
        tail = targets[t]
        label = spans[tail].label
        column = int(label == RANK)
        best: dict[int, tuple[float, int]] = {}
        for p in candidates:
            logit = float(logits[p, column])
            unit = same[mention[p]]
            if unit not in best or logit > best[unit][0]:
                best[unit] = (logit, units[mention[p]])
        limit = thresholds["rank" if label == RANK else "govern"]
        chosen = [b for b in best.values() if _probability(b[0]) >= limit]
        if not chosen and label != RANK:
            surest = max(best.values())
            sure = _probability(surest[0]) >= thresholds["govern_alone"]
            chosen = [surest] if sure else []
        for logit, head in chosen:
            score = _probability(logit / temperature) * spans[head].score * spans[tail].score
            relations.append(Relation(GOVERNED[label], head, tail, score))
    for tail, head in nested_ranks(spans).items():
        score = spans[head].score * spans[tail].score
        relations.append(Relation(HAS_RANK, head, tail, score))
    return sorted(relations, key=lambda r: (r.head, r.tail))


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def roles(spans: Sequence[Span]) -> tuple[list[int], list[int]]:
    """Indices of the UNIT spans, and of the spans that a unit may govern or be ranked by."""
    nested = nested_ranks(spans)
    units = [n for n, s in enumerate(spans) if s.label == UNIT]
    targets = [n for n, s in enumerate(spans) if s.label in (ACHIEVEMENT, DEFICIENCY)]
    targets += [n for n, s in enumerate(spans) if s.label == RANK and n not in nested]
    return units, sorted(targets)

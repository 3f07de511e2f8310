"""Scored pairs of mention and target → relations."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pingyu.extract.pairs import Pairs
from pingyu.extract.roles import Roles
from pingyu.schema import Relation, Span


def choose(
    spans: Sequence[Span],
    mentions: Sequence[int],
    targets: Sequence[int],
    same: Sequence[int],
    pairs: Pairs,
    logits: NDArray[np.float32],
    roles: Roles,
    thresholds: dict[str, float],
    temperature: float = 1.0,
) -> list[Relation]:
    """The relations of scored pairs.

    mentions, targets: indices into `spans` that the pairs' numbers refer to; same: number of the
    body behind each mention; logits (P, scores): see Roles. Of the mentions of one body the surest
    speaks. A target with a governor belongs to the surest body and to those at most `share` logits
    behind it, where their probability is at or above `govern`, or else to the surest alone, if that
    reaches `govern_alone`; by pair, to every one at or above `pair`. A relation's score is the
    probability, flattened by `temperature`, times the scores of both spans: it holds only where they
    do.
    """
    relations: list[Relation] = []
    by_target: dict[int, list[int]] = defaultdict(list)
    for p, t in enumerate(pairs.target.tolist()):
        by_target[t].append(p)
    mention = pairs.mention.tolist()
    for t, candidates in by_target.items():
        tail = targets[t]
        best: dict[int, dict[int, tuple[float, int]]] = defaultdict(dict)  # score → body → surest
        for p in candidates:
            head, body = mentions[mention[p]], same[mention[p]]
            for column in roles.columns[spans[head].label, spans[tail].label]:
                logit = float(logits[p, column])
                if body not in best[column] or logit > best[column][body][0]:
                    best[column][body] = (logit, head)
        for column, bodies in sorted(best.items()):
            governs = column < roles.first
            limit = thresholds["govern" if governs else "pair"]
            chosen = [b for b in bodies.values() if _probability(b[0]) >= limit]
            if governs:
                surest = max(bodies.values())
                sure = _probability(surest[0]) >= thresholds["govern_alone"]
                chosen = [b for b in chosen if surest[0] - b[0] <= thresholds["share"]]
                chosen = chosen or [surest] * sure
            governor = roles.governed.get(spans[tail].label, "")
            type_ = governor if governs else roles.types[column - roles.first]
            for logit, head in chosen:
                score = _probability(logit / temperature) * spans[head].score * spans[tail].score
                relations.append(Relation(type_, head, tail, score))
    return relations


def contained(spans: Sequence[Span], held: Mapping[int, tuple[int, str]]) -> Iterator[Relation]:
    """Those of spans that stand in others (see Roles.held)."""
    for tail, (head, type_) in held.items():
        yield Relation(type_, head, tail, spans[head].score * spans[tail].score)


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0

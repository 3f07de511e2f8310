"""Tag probabilities of a window → scored spans."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from pingyu.extract.tags import best_path, to_spans
from pingyu.schema import LABELS, RANK, UNIT

Found = tuple[int, int, int, float]  # layer, start, end, score


# no span begins or ends with one of these (guidelines, «Left off at the edges»)
EDGE = "，,；;。：:、！!？? \u3000\t\n"


def decode(text: str, log_probs: NDArray[np.float32], temperature: float) -> list[Found]:
    """(T, labels, tags) log probabilities of `text` → spans without punctuation at their edges.

    A span is as sure as the least sure of its tags; `temperature` divides the log odds of that one
    (1: as the model says; Guo et al. 2017, «On Calibration of Modern Neural Networks»).
    """
    path = best_path(log_probs)
    chosen = np.take_along_axis(log_probs, path[:, :, None], axis=2)[:, :, 0]
    found = []
    for layer, start, end in to_spans(path):
        while start < end and text[start] in EDGE:
            start += 1
        while start < end and text[end - 1] in EDGE:
            end -= 1
        if start == end:
            continue
        weakest = float(chosen[start:end, layer].min())
        found.append((layer, start, end, flattened(weakest, temperature)))
    return _nest(found)


def flattened(log_probability: float, temperature: float) -> float:
    """The probability whose log odds are those of `log_probability` divided by `temperature`."""
    probability = min(max(math.exp(log_probability), 1e-9), 1 - 1e-9)
    return float(1 / (1 + ((1 - probability) / probability) ** (1 / temperature)))


def _nest(found: list[Found]) -> list[Found]:
    """Only a RANK may stand inside another span: of two others that overlap the surer one stays; a
    RANK that sticks out of an ACHIEVEMENT or DEFICIENCY or touches a UNIT goes."""
    kept: list[Found] = []
    rank, unit = LABELS.index(RANK), LABELS.index(UNIT)
    for span in sorted((f for f in found if f[0] != rank), key=lambda f: -f[3]):
        if all(span[2] <= k[1] or k[2] <= span[1] for k in kept):
            kept.append(span)
    statements = list(kept)
    for span in (f for f in found if f[0] == rank):
        touching = [k for k in statements if span[1] < k[2] and k[1] < span[2]]
        if all(k[0] != unit and k[1] <= span[1] and span[2] <= k[2] for k in touching):
            kept.append(span)
    return sorted(kept, key=lambda f: (f[1], -f[2], f[0]))

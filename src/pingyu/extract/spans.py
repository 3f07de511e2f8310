"""Tag probabilities of a window → scored spans."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from pingyu.extract.roles import Roles
from pingyu.extract.tags import best_path, to_spans
from pingyu.labels import LabelSchema

Found = tuple[str, int, int, float]  # label, start, end, score


def decode(
    text: str, log_probs: NDArray[np.float32], roles: Roles, temperature: float
) -> list[Found]:
    """(T, layers, tags) log probabilities of `text` → spans, without what the schema says that no
    span begins or ends with.

    A span is as sure as the least sure of its tags; `temperature` divides the log odds of that one
    (1: as the model says; Guo et al. 2017, «On Calibration of Modern Neural Networks»).
    """
    path = best_path(log_probs)
    chosen = np.take_along_axis(log_probs, path[:, :, None], axis=2)[:, :, 0]
    found = []
    for layer, start, end in to_spans(path):
        while start < end and text[start] in roles.schema.edge:
            start += 1
        while start < end and text[end - 1] in roles.schema.edge:
            end -= 1
        if start == end:
            continue
        weakest = float(chosen[start:end, layer].min())
        found.append((roles.layers[layer], start, end, flattened(weakest, temperature)))
    return _nest(found, roles.schema)


def flattened(log_probability: float, temperature: float) -> float:
    """The probability whose log odds are those of `log_probability` divided by `temperature`."""
    probability = min(max(math.exp(log_probability), 1e-9), 1 - 1e-9)
    return float(1 / (1 + ((1 - probability) / probability) ** (1 / temperature)))


def _nest(found: list[Found], schema: LabelSchema) -> list[Found]:
    """Of two that overlap the surer stays, unless the schema lets one stand inside the other; what
    may stand inside another comes after what may not."""
    inside = {name: label.inside or () for name, label in schema.labels.items()}

    def together(a: Found, b: Found) -> bool:
        """They overlap: may one be in the other?"""
        a_in_b = b[1] <= a[1] and a[2] <= b[2] and b[0] in inside[a[0]]
        b_in_a = a[1] <= b[1] and b[2] <= a[2] and a[0] in inside[b[0]]
        return (a_in_b or b_in_a) and a[:3] != b[:3]

    kept: list[Found] = []
    over: dict[int, list[Found]] = defaultdict(list)  # character → what was kept over it
    for span in sorted(found, key=lambda f: (bool(inside[f[0]]), -f[3])):
        places = range(span[1], span[2])
        if all(together(span, other) for at in places for other in over[at]):
            kept.append(span)
            for at in places:
                over[at].append(span)
    return sorted(kept, key=lambda f: (f[1], -f[2], f[0]))

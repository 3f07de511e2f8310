"""Spans ↔ one layer of BILOU tags a label, so that a RANK may stand inside any other span.

Tags of a layer: O, B(egin), I(nside), L(ast), U(nit-length span). Ratinov & Roth (2009), «Design
Challenges and Misconceptions in Named Entity Recognition».
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

O, B, I, L, U = range(5)  # noqa: E741 - the names of the scheme
N_TAGS = 5
_FORBIDDEN = np.float32(-1e4)

# _MAY_FOLLOW[a, b]: may tag b come right after tag a?
_MAY_FOLLOW = np.zeros((N_TAGS, N_TAGS), dtype=bool)
for _before in (O, L, U):
    _MAY_FOLLOW[_before, [O, B, U]] = True
for _before in (B, I):
    _MAY_FOLLOW[_before, [I, L]] = True
_TRANSITION = np.where(_MAY_FOLLOW, np.float32(0), _FORBIDDEN)


def to_tags(spans: list[tuple[int, int, int]], length: int, layers: int) -> NDArray[np.int64]:
    """(layer, start, end) triples → (length, layers) tags."""
    tags = np.zeros((length, layers), dtype=np.int64)
    for layer, start, end in spans:
        if end - start == 1:
            tags[start, layer] = U
        else:
            tags[start, layer] = B
            tags[start + 1 : end - 1, layer] = I
            tags[end - 1, layer] = L
    return tags


def best_path(log_probs: NDArray[np.float32]) -> NDArray[np.int64]:
    """(T, layers, 5) log probabilities → (T, layers): the best sequence that the scheme allows.

    Viterbi with hard constraints and no learned transitions; all layers in one pass.
    """
    length, layers, _ = log_probs.shape
    back = np.empty((length, layers, N_TAGS), dtype=np.int8)
    score = log_probs[0].copy()
    score[:, [I, L]] += _FORBIDDEN
    for t in range(1, length):
        reach = score[:, :, None] + _TRANSITION
        came = reach.argmax(axis=1)
        back[t] = came
        score = np.take_along_axis(reach, came[:, None, :], axis=1)[:, 0] + log_probs[t]
    score[:, [B, I]] += _FORBIDDEN
    path = np.empty((length, layers), dtype=np.int64)
    path[-1] = score.argmax(axis=1)
    rows = np.arange(layers)
    for t in range(length - 1, 0, -1):
        path[t - 1] = back[t, rows, path[t]]
    return path


def to_spans(path: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """(T, layers) tags of a path that the scheme allows → (layer, start, end), end-exclusive."""
    spans = []
    for layer in range(path.shape[1]):
        tags = path[:, layer]
        starts = np.flatnonzero((tags == B) | (tags == U))
        ends = np.flatnonzero((tags == L) | (tags == U)) + 1
        spans += [(layer, int(s), int(e)) for s, e in zip(starts, ends, strict=True)]
    return spans

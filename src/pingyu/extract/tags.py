"""Spans ↔ layers of BILOU tags, one or more a label, so that spans may stand inside others.

Tags of a layer: O, B(egin), I(nside), L(ast), U(nit-length span). Ratinov & Roth (2009), «Design
Challenges and Misconceptions in Named Entity Recognition».
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

O, B, I, L, U = range(5)  # noqa: E741 - the names of the scheme
N_TAGS = 5
_FORBIDDEN = np.float32(-1e4)
_OUTSIDE, _INSIDE = np.array([O, L, U]), np.array([B, I])  # where a tag leaves the sequence
_GOES_ON = np.array([False, False, True, True, False])  # I and L come from inside, others do not


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

    Where the best tag of every character makes such a sequence, there is no better one.
    """
    path: NDArray[np.int64] = log_probs.argmax(axis=2)
    inside, goes_on = np.isin(path, _INSIDE), _GOES_ON[path]
    astray = goes_on[0] | inside[-1] | (goes_on[1:] != inside[:-1]).any(axis=0)
    if astray.any():
        path[:, astray] = _search(log_probs[:, astray])
    return path


def _search(log_probs: NDArray[np.float32]) -> NDArray[np.int64]:
    """Viterbi with hard constraints and no learned transitions.

    The text is cut into about √T blocks that run side by side, once for each side that a block may
    be entered from (0: outside a span, 1: inside one); a pass over the blocks then tells which it
    was. The result is the same.
    """
    length, layers, _ = log_probs.shape
    size = max(1, math.isqrt(length))
    blocks = length // size + 1  # so an O stands behind the text, which ends a path outside
    padded = np.full((blocks * size, layers, N_TAGS), _FORBIDDEN)
    padded[length:, :, O] = 0
    padded[:length] = log_probs
    steps = padded.reshape(blocks, size, layers, 1, N_TAGS)

    allowed = np.where([~_GOES_ON, _GOES_ON], np.float32(0), _FORBIDDEN)  # (side, first tag)
    score = steps[:, 0] + allowed
    before = np.zeros((size, blocks, layers, 2, 2), dtype=np.int8)  # best tag outside, inside
    for k in range(1, size):
        sides, before[k] = _sides(score)
        score = np.where(_GOES_ON, sides[..., 1:], sides[..., :1]) + steps[:, k]

    sides, last = _sides(score)  # (blocks, layers, side entered, side left)
    entered = np.zeros((blocks, layers, 2), dtype=np.int8)  # by the side left
    so_far = np.tile(np.array([0, _FORBIDDEN], np.float32), (layers, 1))
    for n in range(blocks):
        total = so_far[:, :, None] + sides[n]
        entered[n], so_far = total.argmax(axis=1), total.max(axis=1)

    rows = np.arange(layers)
    path = np.empty((size, blocks, layers), dtype=np.int64)
    side = np.empty((blocks, layers), dtype=np.int64)
    left = np.zeros(layers, dtype=np.int64)
    for n in range(blocks - 1, -1, -1):
        side[n] = entered[n, rows, left]
        path[-1, n] = last[n, rows, side[n], left]
        left = side[n]
    across = np.ix_(np.arange(blocks), rows)
    for k in range(size - 1, 0, -1):
        path[k - 1] = before[k][*across, side, _GOES_ON[path[k]].astype(np.int64)]
    return path.transpose(1, 0, 2).reshape(-1, layers)[:length]


def _sides(score: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """(…, tags) scores → (…, 2) the best of the tags that leave outside and inside a span, and
    which tags they are."""
    outside, inside = score[..., _OUTSIDE], score[..., _INSIDE]
    best = np.stack([outside.max(axis=-1), inside.max(axis=-1)], axis=-1)
    tags = [_OUTSIDE[outside.argmax(axis=-1)], _INSIDE[inside.argmax(axis=-1)]]
    return best, np.stack(tags, axis=-1).astype(np.int8)


def to_spans(path: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """(T, layers) tags of a path that the scheme allows → (layer, start, end), end-exclusive."""
    spans = []
    for layer in range(path.shape[1]):
        tags = path[:, layer]
        starts = np.flatnonzero((tags == B) | (tags == U))
        ends = np.flatnonzero((tags == L) | (tags == U)) + 1
        spans += [(layer, int(s), int(e)) for s, e in zip(starts, ends, strict=True)]
    return spans

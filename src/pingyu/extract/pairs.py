"""Which unit may govern which span: candidate pairs and what their places in the text tell.

A target (ACHIEVEMENT, DEFICIENCY, or RANK outside both) is paired with the mentions nearest before
it, a few after it and the first one of the document (a work report names its unit in the title).
`antecedent scoring` after Lee et al. (2017), «End-to-end Neural Coreference Resolution».
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pingyu.extract.encode import Encoded, Ints

BEFORE, AFTER = 12, 6  # mentions of a target that are candidates
RANKS_BEFORE, RANKS_AFTER = 4, 3  # ranks of a unit mention that are candidates
# one column a feature: how many values each takes
FEATURES = {
    "clauses_between": 21,
    "lines_between": 9,
    "mentions_between": 13,
    "sentences_between": 9,
    "mention_at_line_start": 2,
    "mention_fills_line": 2,
    "mention_joined_to_next": 2,
    "mention_joined_to_last": 2,
    "mention_on_first_line": 2,
    "same_unit_nearer": 2,
    "units_in_document": 6,
    "mentions_of_unit": 6,
    "target_label": 3,
}
_JOINERS = frozenset("、和与及")


@dataclass(frozen=True, slots=True)
class Pairs:
    """P candidate pairs: `mention` and `target` index into the arrays given; features (P, F)."""

    mention: Ints
    target: Ints
    features: Ints


def _bucket(distance: Ints, limit: int) -> Ints:
    """Signed distance → 0 … 2*limit, linear to 4 and logarithmic beyond; `limit` is zero."""
    size = np.abs(distance)
    far = 4 + np.floor(np.log2(np.maximum(size, 4) / 4) * 2).astype(np.int64)
    bucket = np.minimum(np.where(size <= 4, size, far), limit)
    return limit + np.sign(distance) * bucket


def candidates(
    mentions: list[tuple[int, int]], targets: list[tuple[int, int]], labels: list[int]
) -> tuple[Ints, Ints]:
    """Indices (mention, target) of the pairs to score. `labels`: 0 A, 1 D, 2 RANK, per target."""
    starts = np.array([start for start, _ in mentions], dtype=np.int64)
    target_starts = np.array([start for start, _ in targets], dtype=np.int64)
    picked: set[tuple[int, int]] = set()
    if not len(starts) or not len(target_starts):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    at = np.searchsorted(starts, target_starts)
    for t, place in enumerate(at.tolist()):
        if labels[t] < 2:
            near = range(max(0, place - BEFORE), min(len(starts), place + AFTER))
            picked.update((m, t) for m in near)
            picked.add((0, t))
    ranks = np.array([t for t, label in enumerate(labels) if label == 2], dtype=np.int64)
    at = np.searchsorted(target_starts[ranks], starts)
    for m, place in enumerate(at.tolist()):
        around = ranks[max(0, place - RANKS_BEFORE) : place + RANKS_AFTER]
        picked.update((m, int(t)) for t in around)
    pairs = np.array(sorted(picked, key=lambda p: (p[1], p[0])), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def pair_up(
    text: str,
    encoded: Encoded,
    mentions: list[tuple[int, int]],
    targets: list[tuple[int, int]],
    labels: list[int],
    same: list[int],
) -> Pairs:
    """Candidate pairs of a document with their features; all spans as (start, end) characters.

    `same`: number of the unit behind each mention (extract.mentions.same_unit).
    """
    mention, target = candidates(mentions, targets, labels)
    if not len(mention):
        return Pairs(mention, target, np.zeros((0, len(FEATURES)), np.int64))
    m_start = np.array([s for s, _ in mentions])
    m_end = np.array([e for _, e in mentions])
    t_start = np.array([s for s, _ in targets])
    codes = encoded.codes
    line = np.cumsum(codes == ord("\n"))
    sentence = np.cumsum(np.isin(codes, [ord(c) for c in "。！？\n"]))
    clause = encoded.clause

    unit = np.array(same)
    counts = np.bincount(unit)
    padded = "\n" + text + "\n"
    opens_line = np.array([padded[s] == "\n" for s in m_start])
    closes_line = np.array([padded[e + 1] == "\n" for e in m_end])
    joined = np.array(
        [
            m + 1 < len(mentions) and m_start[m + 1] - m_end[m] == 1 and text[m_end[m]] in _JOINERS
            for m in range(len(mentions))
        ]
    )
    joined_back = np.concatenate(([False], joined[:-1]))
    order = np.searchsorted(m_start, t_start)
    between = order[target] - 1 - mention  # 0: the mention right before; -1: the one right after
    features = np.stack(
        [
            _bucket(clause[t_start[target]] - clause[m_start[mention]], 10),
            _bucket(line[t_start[target]] - line[m_start[mention]], 4),
            _bucket(between, 6),
            _bucket(sentence[t_start[target]] - sentence[m_start[mention]], 4),
            opens_line[mention],
            (opens_line & closes_line)[mention],
            joined[mention],
            joined_back[mention],
            line[m_start[mention]] == 0,
            _same_unit_nearer(unit[mention], mention, target, m_start, t_start),
            np.full(len(mention), min(len(counts), 6) - 1),
            np.minimum(counts[unit[mention]], 6) - 1,
            np.array(labels)[target],
        ],
        axis=1,
    ).astype(np.int64)
    return Pairs(mention, target, features)


def _same_unit_nearer(
    unit: Ints, mention: Ints, target: Ints, m_start: Ints, t_start: Ints
) -> Ints:
    """1 where another candidate of the same target names the same unit and stands nearer."""
    distance = np.abs(t_start[target] - m_start[mention])
    order = np.lexsort((distance, unit, target))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (unit[order][1:] != unit[order][:-1]) | (target[order][1:] != target[order][:-1])
    nearer = np.empty(len(order), dtype=np.int64)
    nearer[order] = ~first
    return nearer

"""Which span may be related to which: candidate pairs and what their places in the text tell.

A target with a governor is paired with the mentions nearest before it, a few after it and the first
one of the document (a work report names its unit in the title): antecedent scoring after Lee et al.
(2017), «End-to-end Neural Coreference Resolution». For a relation by pair each mention is paired
with the targets nearest before and after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pingyu.extract.encode import Encoded, Ints
from pingyu.extract.mentions import listed
from pingyu.extract.roles import Roles
from pingyu.schema import Span

BEFORE, AFTER = 12, 6  # mentions around a target that may govern it
# one column a feature: how many values each takes; those of the labels stand behind (see `features`)
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
    "lists_between": 13,
    "clauses_to_list": 21,
    "mentions_in_list": 8,
}


@dataclass(frozen=True, slots=True)
class Pairs:
    """P candidate pairs: `mention` and `target` index into the arrays given; features (P, F)."""

    mention: Ints
    target: Ints
    features: Ints


def features(roles: Roles) -> dict[str, int]:
    """Every feature of a pair and how many values it takes; one that the schema leaves but one value
    is left out."""
    labels = roles.schema.labels
    overlap = any(
        a == b or a in (labels[b].inside or ()) or b in (labels[a].inside or ())
        for a in roles.mentions
        for b in roles.targets
    )
    sizes = {
        "target_label": len(roles.targets),
        "mention_label": len(roles.mentions),
        "overlap": 3 if overlap else 1,  # apart, target within mention, mention within target
    }
    return FEATURES | {name: size for name, size in sizes.items() if size > 1}


def _bucket(distance: Ints, limit: int) -> Ints:
    """Signed distance → 0 … 2*limit, linear to 4 and logarithmic beyond; `limit` is zero."""
    size = np.abs(distance)
    far = 4 + np.floor(np.log2(np.maximum(size, 4) / 4) * 2).astype(np.int64)
    bucket = np.minimum(np.where(size <= 4, size, far), limit)
    return limit + np.sign(distance) * bucket


def candidates(
    mentions: Sequence[Span], targets: Sequence[Span], roles: Roles
) -> tuple[Ints, Ints]:
    """Indices (mention, target) of the pairs to score; both are in reading order."""
    picked: set[tuple[int, int]] = set()

    def some(spans: Sequence[Span], labels: Sequence[str]) -> tuple[Ints, Ints]:
        chosen = [n for n, span in enumerate(spans) if span.label in labels]
        return np.array(chosen, np.int64), np.array([spans[n].start for n in chosen], np.int64)

    for label, governors in roles.governors.items():
        heads, starts = some(mentions, governors)
        tails, target_starts = some(targets, [label])
        at = np.searchsorted(starts, target_starts)
        for t, place in zip(tails.tolist(), at.tolist(), strict=True):
            near = heads[max(0, place - BEFORE) : place + AFTER].tolist()
            picked.update((m, t) for m in (*near, *heads[:1].tolist()))
    for type_ in roles.types:
        relation = roles.schema.relations[type_]
        before, after = relation.reach
        heads, starts = some(mentions, relation.heads_by("pair"))
        tails, target_starts = some(targets, relation.tails)
        at = np.searchsorted(target_starts, starts)
        for m, place in zip(heads.tolist(), at.tolist(), strict=True):
            around = tails[max(0, place - before) : place + after].tolist()
            picked.update((m, t) for t in around)
    apart = (p for p in picked if _place(mentions[p[0]]) != _place(targets[p[1]]))
    pairs = np.array(sorted(apart, key=lambda p: (p[1], p[0])), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _place(span: Span) -> tuple[str, int, int]:
    return span.label, span.start, span.end


def pair_up(
    text: str,
    encoded: Encoded,
    mentions: Sequence[Span],
    targets: Sequence[Span],
    same: list[int],
    roles: Roles,
) -> Pairs:
    """Candidate pairs of a document with their features.

    `same`: number of the body behind each mention (Roles.bodies).
    """
    mention, target = candidates(mentions, targets, roles)
    names = features(roles)
    if not len(mention):
        return Pairs(mention, target, np.zeros((0, len(names)), np.int64))
    m_start = np.array([span.start for span in mentions])
    m_end = np.array([span.end for span in mentions])
    t_start = np.array([span.start for span in targets])
    t_end = np.array([span.end for span in targets])
    codes = encoded.codes
    line = np.cumsum(codes == ord("\n"))
    sentence = np.cumsum(np.isin(codes, [ord(c) for c in "。！？\n"]))
    clause = encoded.clause

    unit = np.array(same)
    counts = np.bincount(unit)
    padded = "\n" + text + "\n"
    opens_line = np.array([padded[s] == "\n" for s in m_start])
    closes_line = np.array([padded[e + 1] == "\n" for e in m_end])
    joined = np.array(listed(text, mentions))
    joined_back = np.concatenate(([False], joined[:-1]))
    order = np.searchsorted(m_start, t_start)
    # a list of mentions is as near as its nearest
    firsts, lasts = np.flatnonzero(~joined_back), np.flatnonzero(~joined)
    its_list = (np.cumsum(~joined_back) - 1)[mention]
    lists_between = np.searchsorted(m_start[firsts], t_start)[target] - 1 - its_list
    nearest = np.where(lists_between >= 0, lasts[its_list], firsts[its_list])
    between = order[target] - 1 - mention  # 0: the mention right before; -1: the one right after
    within = (m_start[mention] <= t_start[target]) & (t_end[target] <= m_end[mention])
    around = (t_start[target] <= m_start[mention]) & (m_end[mention] <= t_end[target])
    of_labels = {
        "target_label": np.array([roles.targets.index(t.label) for t in targets])[target],
        "mention_label": np.array([roles.mentions.index(m.label) for m in mentions])[mention],
        "overlap": np.where(within, 1, np.where(around, 2, 0)),
    }
    columns = np.stack(
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
            _bucket(lists_between, 6),
            _bucket(clause[t_start[target]] - clause[m_start[nearest]], 10),
            np.minimum((lasts - firsts)[its_list], 7),
            *(column for name, column in of_labels.items() if name in names),
        ],
        axis=1,
    ).astype(np.int64)
    return Pairs(mention, target, columns)


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

from dataclasses import replace

import numpy as np

from pingyu import inline
from pingyu.extract.pairs import FEATURES, Pairs
from pingyu.extract.relations import choose, contained
from pingyu.schema import Relation

DOCUMENT = inline.parse(
    "[U:a 甲镇]、[U:b 乙镇][A:a 修渠[R 第一]]，[D:b 防火]不足，[R:r 末位]是[U:b:r 乙镇]，力争[R 前十]"
)
THRESHOLDS = {"govern": 0.5, "govern_alone": 0.2, "share": 3.0, "pair": 0.5}


def _logits(scores):
    probabilities = np.clip([[p, p] for p in scores.values()], 1e-6, 1 - 1e-6)
    return np.log(probabilities / (1 - probabilities)) + 1e-9


def _choose(roles, scores):
    """`scores`: (mention, target) numbers → probability."""
    units, targets = roles.sides(DOCUMENT.spans, roles.held(DOCUMENT.spans))
    pairs = Pairs(
        np.array([m for m, _ in scores]),
        np.array([t for _, t in scores]),
        np.zeros((len(scores), len(FEATURES)), np.int64),
    )
    found = choose(
        DOCUMENT.spans, units, targets, [0, 1, 1], pairs, _logits(scores), roles, THRESHOLDS
    )
    text = [s.text for s in DOCUMENT.spans]
    return [(r.type, text[r.head], text[r.tail]) for r in found]


def test_a_rank_inside_a_statement_is_its_own(roles):
    assert roles.held(DOCUMENT.spans) == {3: (2, "HAS_RANK")}
    held = contained(DOCUMENT.spans, roles.held(DOCUMENT.spans))
    assert list(held) == [Relation("HAS_RANK", 2, 3)]
    assert _choose(roles, {(0, 0): 0.0}) == []


def test_units_at_or_above_the_limit_govern_each(roles):
    found = _choose(roles, {(0, 0): 0.9, (1, 0): 0.6, (2, 0): 0.5})
    assert ("HAS_ACHIEVEMENT", "甲镇", "修渠第一") in found
    assert [f for f in found if f[0] == "HAS_ACHIEVEMENT"].count(
        ("HAS_ACHIEVEMENT", "乙镇", "修渠第一")
    ) == 1


def test_a_body_far_behind_the_surest_does_not_share(roles):
    found = _choose(roles, {(0, 0): 0.99, (1, 0): 0.8, (2, 0): 0.7})
    assert [f[1] for f in found if f[0] == "HAS_ACHIEVEMENT"] == ["甲镇"]


def test_the_best_alone_governs_from_a_lower_limit(roles):
    assert ("HAS_DEFICIENCY", "乙镇", "防火") in _choose(roles, {(0, 1): 0.25, (1, 1): 0.3})
    assert "HAS_DEFICIENCY" not in [f[0] for f in _choose(roles, {(0, 1): 0.1, (1, 1): 0.15})]


def test_a_rank_needs_the_full_limit(roles):
    assert "HAS_RANK" not in [f[0] for f in _choose(roles, {(2, 2): 0.4}) if f[1] == "乙镇"]
    assert ("HAS_RANK", "乙镇", "末位") in _choose(roles, {(2, 2): 0.6})


def test_a_relation_is_as_sure_as_the_pair_and_both_spans(roles):
    spans = [replace(s, score=0.5) for s in DOCUMENT.spans]
    units, targets = roles.sides(spans, roles.held(spans))
    pairs = Pairs(np.array([0]), np.array([0]), np.zeros((1, len(FEATURES)), np.int64))
    for temperature, pair in ((1.0, 0.9), (2.0, 0.75)):
        found = choose(
            spans,
            units,
            targets,
            [0, 1, 1],
            pairs,
            _logits({(0, 0): 0.9}),
            roles,
            THRESHOLDS,
            temperature,
        )
        assert [round(r.score, 4) for r in found] == [round(pair / 4, 4)]
    assert [r.score for r in contained(spans, roles.held(spans))] == [0.25]

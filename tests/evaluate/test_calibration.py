from dataclasses import replace

import pytest

from pingyu import inline
from pingyu.evaluate.calibration import calibration, scored_relations, scored_spans
from pingyu.schema import Document, Relation


def test_scores_that_mean_what_they_say_have_no_error():
    scored = [(0.75, True)] * 3 + [(0.75, False)] + [(1.0, True)] * 5
    found = calibration(scored)
    assert found["ece"] == 0
    assert [b["count"] for b in found["bins"]] == [4, 5]


def test_the_error_is_the_mean_gap_by_hand():
    found = calibration([(0.9, True), (0.9, False), (0.3, False), (0.1, True)])
    # gaps: |0.9 - 0.5| of two, 0.3 of one, |0.1 - 1| of one
    assert found["ece"] == pytest.approx((2 * 0.4 + 0.3 + 0.9) / 4)
    assert found["bins"][0] == {"count": 1, "score": 0.1, "right": 1.0}


def test_nothing_scored_is_no_error():
    assert calibration([]) == {"ece": 0.0, "bins": []}


def test_what_is_right_is_by_edge_and_by_unit():
    gold = inline.parse("[U:a 甲镇]和[U:b 乙镇][A:a 修渠]")
    spans = [replace(s, score=0.5) for s in gold.spans]
    spans[1] = replace(spans[1], start=spans[1].start + 1)
    relations = [Relation("HAS_ACHIEVEMENT", 0, 2, 0.8), Relation("HAS_ACHIEVEMENT", 1, 2, 0.6)]
    system = Document(gold.text, spans, relations, gold.keys)
    assert scored_spans(gold, system) == [(0.5, True), (0.5, False), (0.5, True)]
    assert scored_relations(gold, system) == [(0.8, True), (0.6, False)]

"""Kinds of error, hand-counted."""

import pytest

from pingyu import inline
from pingyu.evaluate.kinds import KINDS, align, confusion, mistakes, summary
from pingyu.schema import Document


def _found(gold, system):
    gold, system = inline.parse(gold), inline.parse(system)
    assert gold.text == system.text
    found = mistakes(gold, system, align(gold, system))
    return [(m.kind, m.label, m.text) for m in found]


@pytest.mark.parametrize(
    ("gold", "system", "expected"),
    [
        ("[U:a 甲镇]好", "[U:u1 甲镇]好", []),
        ("全市[R 第一]", "[R 全市第一]", [("edge left", "RANK", "+全市")]),
        ("[R 全市第一]", "全市[R 第一]", [("edge left", "RANK", "-全市")]),
        ("[R 第一]名", "[R 第一名]", [("edge right", "RANK", "+名")]),
        ("[R 第一名]", "[R 第一]名", [("edge right", "RANK", "-名")]),
        ("在[R 第一名]", "[R 在第一]名", [("both edges", "RANK", "第一名 → 在第一")]),
        ("[U:a 第一]好", "[R 第一]好", [("label", "UNIT", "第一 → RANK")]),
        ("[R 第一]，[R 第一]", "第一，[R 第一]", [("missed", "RANK", "第一")]),
        ("第一，[R 第一]", "[R 第一]，[R 第一]", [("spurious", "RANK", "第一")]),
    ],
)
def test_of_spans(gold, system, expected):
    assert _found(gold, system) == expected


def test_the_same_statement_under_another_label_with_another_edge():
    found = _found("[U:a 甲镇][A:a 大力修渠]", "[U:a 甲镇]大力[D:a 修渠]")
    assert found == [
        ("label", "ACHIEVEMENT", "大力修渠 → DEFICIENCY"),
        ("lost with a span", "HAS_ACHIEVEMENT", "甲镇 → 大力修渠"),
        ("brought by a span", "HAS_DEFICIENCY", "甲镇 → 修渠"),
    ]


def test_a_rank_inside_a_missed_statement_is_not_its_label():
    found = _found("[U:a 甲镇][A:a 修渠[R 第一]]", "[U:a 甲镇]修渠[R 第一]")
    assert found == [
        ("missed", "ACHIEVEMENT", "修渠第一"),
        ("lost with a span", "HAS_ACHIEVEMENT", "甲镇 → 修渠第一"),
        ("lost with a span", "HAS_RANK", "修渠第一 → 第一"),
    ]


def test_of_two_spans_within_a_gold_span_one_is_over():
    found = _found("[U:a 甲镇]在[D:a 防火和防汛]上", "[U:a 甲镇]在[D:a 防火]和[D:a 防汛]上")
    spans = [kind for kind, label, _ in found if label == "DEFICIENCY"]
    assert sorted(spans) == ["edge right", "spurious"]


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("[U:x 甲镇][A:x 修渠]，[U:y 乙镇][A:y 造林]", []),
        (
            "[U:x 甲镇][A:x 修渠]，[U:y 乙镇][A:x 造林]",
            [("wrong unit", "HAS_ACHIEVEMENT", "乙镇 → 甲镇")],
        ),
        (
            "[U:x 甲镇][A:x 修渠]，[U:y 乙镇][A:x+y 造林]",
            [("spurious relation", "HAS_ACHIEVEMENT", "甲镇 → 造林")],
        ),
        (
            "[U:x 甲镇][A:x 修渠]，乙镇[A:x 造林]",
            [
                ("missed", "UNIT", "乙镇"),
                ("wrong unit", "HAS_ACHIEVEMENT", "乙镇 → 甲镇"),
            ],
        ),
    ],
)
def test_of_relations(system, expected):
    assert _found("[U:a 甲镇][A:a 修渠]，[U:b 乙镇][A:b 造林]", system) == expected


def test_a_relation_is_missed_only_where_both_ends_were_found():
    gold = inline.parse("[U:a 甲镇][A:a 修渠]，[U:b 乙镇][A:b 造林]")
    silent = Document(gold.text, gold.spans, gold.relations[:1], gold.keys)
    (mistake,) = mistakes(gold, silent, align(gold, silent))
    assert (mistake.kind, mistake.gold, mistake.system) == ("missed relation", (3, 2), (3,))


def test_every_span_stands_in_one_pair(dev_cases):
    for case in dev_cases:
        gold = [g for g, _ in case.pairs if g is not None]
        system = [s for _, s in case.pairs if s is not None]
        assert sorted(gold) == list(range(len(case.gold.spans)))
        assert sorted(system) == list(range(len(case.system.spans)))


def test_mistakes_add_up_to_the_figures(dev_cases):
    """Each wrong or missing span and relation is in one mistake, and each right one in none."""
    for case in dev_cases:
        count = summary(case.mistakes)
        right, system, gold = case.tally["spans"].sum(axis=0)
        both = sum(count[k]["count"] for k in ("edge left", "edge right", "both edges", "label"))
        assert both + count["missed"]["count"] == gold - right
        assert both + count["spurious"]["count"] == system - right
        right, system, gold = case.tally["relations"].sum(axis=0)
        lost, brought = (
            sum(count[k]["count"] for k in ("wrong unit", *kinds))
            for kinds in (
                ("missed relation", "lost with a span"),
                ("spurious relation", "brought by a span"),
            )
        )
        assert (lost, brought) == (gold - right, system - right)


def test_the_summary_counts_strings():
    gold, system = inline.parse("[R 第一]，[R 第一]，[R 第二]"), Document("第一，第一，第二")
    count = summary(mistakes(gold, system, align(gold, system)))
    assert list(count) == list(KINDS)
    assert count["missed"] == {
        "count": 3,
        "labels": {"RANK": 3},
        "strings": [("第一", 2), ("第二", 1)],
    }


def test_confusion_has_a_row_and_a_column_for_none():
    gold, system = inline.parse("[U:a 第一]，[R 第一]"), inline.parse("[R 第一]，第一")
    table = confusion([(gold, system, align(gold, system))])
    assert table["UNIT"]["RANK"] == table["RANK"]["none"] == 1
    assert sum(sum(row.values()) for row in table.values()) == 2

"""Hand-counted cases, and a second, naive count on random spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyu import inline
from pingyu.evaluate.scores import prf, score
from pingyu.schema import LABELS, Document, Relation, Span

GOLD = "[U:a 甲镇]和[U:b 乙镇][A:a+b 修渠[R 第一]]，[U:a 甲]在[D:a 防火]等方面不足"


def test_the_gold_itself_is_right():
    gold = inline.parse(GOLD)
    metrics = score([(gold, gold)])
    assert metrics["spans"]["f1"] == metrics["relations"]["f1"] == 1.0
    assert metrics["relations"]["gold"] == 4


def test_any_mention_of_the_unit_is_right():
    gold = inline.parse(GOLD)
    system = Document(gold.text, gold.spans, [Relation("HAS_DEFICIENCY", 0, 5)], gold.keys)
    assert score([(gold, system)])["types"]["HAS_DEFICIENCY"]["f1"] == 1.0


def test_the_wrong_unit_is_wrong_and_two_mentions_count_once():
    gold = inline.parse(GOLD)
    relations = [Relation("HAS_DEFICIENCY", n, 5) for n in (0, 1, 4)]
    metrics = score([(gold, Document(gold.text, gold.spans, relations, gold.keys))])
    assert metrics["types"]["HAS_DEFICIENCY"] == prf(1, 2, 1)


def test_relations_of_missed_spans_count_as_missed():
    gold = inline.parse(GOLD)
    metrics = score([(gold, Document(gold.text))])
    assert metrics["spans"] == prf(0, 0, 6)
    assert metrics["relations"] == prf(0, 0, 4)


def test_an_edge_off_by_one_is_wrong():
    gold = inline.parse("[U:a 甲镇]好")
    system = Document(gold.text, [Span("UNIT", 0, 1, "甲")], keys=["u1"])
    assert score([(gold, system)])["labels"]["UNIT"] == prf(0, 1, 1)


def test_the_same_string_twice_is_two_spans():
    gold = inline.parse("[R 第一]，[R 第一]")
    system = Document(gold.text, gold.spans[:1], keys=[""])
    assert score([(gold, system)])["spans"] == prf(1, 1, 2)


def test_empty_documents_score_nothing():
    metrics = score([(Document("无"), Document("无"))])
    assert metrics["spans"] == prf(0, 0, 0)


SPANS = st.lists(
    st.tuples(st.sampled_from(LABELS), st.integers(0, 8), st.integers(1, 4)),
    max_size=8,
    unique=True,
)


def _document(items):
    spans = [Span(label, start, start + size, "") for label, start, size in items]
    return Document("一" * 20, spans, keys=["k"] * len(spans))


@given(st.lists(st.tuples(SPANS, SPANS), max_size=4))
def test_spans_agree_with_a_naive_count(pairs):
    metrics = score([(_document(gold), _document(system)) for gold, system in pairs])
    for label in LABELS:
        right = sum(
            1 for gold, system in pairs for item in system if item[0] == label and item in gold
        )
        have = sum(item[0] == label for _, system in pairs for item in system)
        want = sum(item[0] == label for gold, _ in pairs for item in gold)
        assert metrics["labels"][label] == prf(right, have, want)


@pytest.mark.parametrize(
    ("right", "system", "gold", "f1"), [(0, 0, 0, 0.0), (1, 2, 2, 0.5), (2, 2, 2, 1.0)]
)
def test_f1(right, system, gold, f1):
    assert prf(right, system, gold)["f1"] == f1

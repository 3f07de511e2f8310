"""Hand-counted cases, and a second, naive count on random spans."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from pingyu import inline
from pingyu.evaluate.scores import overlapping, prf, score, tally
from pingyu.schema import LABELS, RELATION_TYPES, Document, Relation, Span

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


def test_a_span_found_twice_counts_once():
    gold = inline.parse("[U:a 甲镇]好")
    system = Document(gold.text, gold.spans * 2, keys=["u1", "u1"])
    assert score([(gold, system)])["spans"] == prf(1, 1, 1)


def test_a_nested_span_and_the_one_around_it_are_two():
    gold = inline.parse("[U:a 甲镇][A:a 修渠[R 第一]]")
    system = Document(gold.text, [s for s in gold.spans if s.label != "RANK"], keys=["", ""])
    metrics = score([(gold, system)])
    assert metrics["labels"]["ACHIEVEMENT"] == prf(1, 1, 1)
    assert metrics["labels"]["RANK"] == prf(0, 0, 1)


def test_a_relation_whose_head_was_missed_is_missed():
    gold = inline.parse("[U:a 甲镇][A:a 修渠]，[U:b 乙镇][A:b 造林]")
    system = inline.parse("[U:a 甲镇][A:a 修渠]，乙镇造林")
    assert score([(gold, system)])["types"]["HAS_ACHIEVEMENT"] == prf(1, 1, 2)


def test_the_wrong_mention_of_the_right_unit_is_right_by_unit_alone():
    gold = inline.parse(GOLD)
    system = Document(gold.text, gold.spans, [Relation("HAS_DEFICIENCY", 0, 5)], gold.keys)
    counted = tally(gold, system)
    row = RELATION_TYPES.index("HAS_DEFICIENCY")
    assert counted["relations"][row].tolist() == [1, 1, 1]
    assert counted["exact_ends"][row].tolist() == [0, 1, 1]


def test_overlap_pairs_each_span_once():
    gold = inline.parse("[U:a 甲镇]在[D:a 防火防汛]、[D:a 保洁]上不足")
    system = inline.parse("[U:a 甲镇]在[D:a 防火][D:a 防汛]、保洁上不足")
    row = LABELS.index("DEFICIENCY")
    assert tally(gold, system)["overlap"][row].tolist() == [1, 2, 2]
    assert tally(gold, system)["spans"][row].tolist() == [0, 2, 2]


def test_given_spans_are_counted_by_what_is_said_of_them():
    gold = inline.parse("[U:a 甲镇][A:a 修渠]，[U:b 乙镇][A:b 造林]")
    given = Document(gold.text, gold.spans, [Relation("HAS_ACHIEVEMENT", 0, 3)], gold.keys)
    assert tally(gold, Document(gold.text), given)["given_spans"][0].tolist() == [0, 1, 2]


@st.composite
def _documents(draw, labels=LABELS):
    """A text in which names return, spans anywhere (none of them twice), relations between any."""
    text = draw(st.text("甲乙", min_size=1, max_size=10))
    places = draw(
        st.lists(
            st.tuples(
                st.sampled_from(labels), st.integers(0, len(text) - 1), st.integers(1, len(text))
            ).filter(lambda place: place[1] < place[2]),
            max_size=7,
            unique=True,
        )
    )
    spans = [Span(label, start, end, text[start:end]) for label, start, end in places]
    keys = [draw(st.sampled_from("ab")) if s.label == "UNIT" else "" for s in spans]
    ends = st.integers(0, len(spans) - 1)
    one = st.builds(Relation, st.sampled_from(RELATION_TYPES), ends, ends)
    relations = draw(st.lists(one, max_size=8)) if spans else []
    return Document(text, spans, relations, keys)


@st.composite
def _pairs(draw):
    """A gold document, and a system's on the same text."""
    gold, other = draw(_documents()), draw(_documents())
    inside = [n for n, s in enumerate(other.spans) if s.end <= len(gold.text)]
    spans = [
        replace(s, text=gold.text[s.start : s.end]) for s in map(other.spans.__getitem__, inside)
    ]
    relations = [
        replace(r, head=inside.index(r.head), tail=inside.index(r.tail))
        for r in other.relations
        if r.head in inside and r.tail in inside
    ]
    return gold, Document(gold.text, spans, relations, [other.keys[n] for n in inside])


def _same_place(a, b):
    return (a.label, a.start, a.end) == (b.label, b.start, b.end)


def _units(gold, span):
    """Naively: the keys that a head may stand for, the place before the name."""
    units = [(s, k) for s, k in zip(gold.spans, gold.keys, strict=True) if s.label == "UNIT"]
    here = {k for s, k in units if _same_place(s, span)}
    return here or {k for s, k in units if s.text == span.text}


def _same_relation(gold, a_document, a, b_document, b):
    a_head, b_head = a_document.spans[a.head], b_document.spans[b.head]
    tails = _same_place(a_document.spans[a.tail], b_document.spans[b.tail])
    if a.type != b.type or not tails or a_head.label != b_head.label:
        return False
    if a_head.label != "UNIT":
        return _same_place(a_head, b_head)
    a_units, b_units = _units(gold, a_head), _units(gold, b_head)
    if len(a_units) == len(b_units) == 1:
        return a_units == b_units
    return len(a_units) != 1 and len(b_units) != 1 and a_head.text == b_head.text


def _distinct(items, same):
    kept = []
    for item in items:
        if not any(same(item, other) for other in kept):
            kept.append(item)
    return kept


@settings(max_examples=300, deadline=None)
@given(st.lists(_pairs(), max_size=3))
def test_figures_agree_with_a_naive_count(pairs):
    metrics = score(pairs)
    for label in LABELS:
        right = have = want = 0
        for gold, system in pairs:
            mine = [s for s in system.spans if s.label == label]
            theirs = [s for s in gold.spans if s.label == label]
            have, want = have + len(mine), want + len(theirs)
            right += sum(any(_same_place(s, g) for g in theirs) for s in mine)
        assert metrics["labels"][label] == prf(right, have, want)
    for name in RELATION_TYPES:
        right = have = want = 0
        for gold, system in pairs:
            mine = _distinct(
                [r for r in system.relations if r.type == name],
                lambda a, b, g=gold, s=system: _same_relation(g, s, a, s, b),
            )
            theirs = _distinct(
                [r for r in gold.relations if r.type == name],
                lambda a, b, g=gold: _same_relation(g, g, a, g, b),
            )
            have, want = have + len(mine), want + len(theirs)
            right += sum(
                any(_same_relation(gold, system, s, gold, g) for g in theirs) for s in mine
            )
        assert metrics["types"][name] == prf(right, have, want)


@st.composite
def _disjoint(draw):
    """Spans of one label, none overlapping another."""
    edges = draw(st.lists(st.integers(0, 24), unique=True, max_size=12).map(sorted))
    ends = zip(edges[::2], edges[1::2], strict=False)
    spans = [Span("RANK", start, end, "") for start, end in ends]
    return Document("一" * 24, spans, keys=[""] * len(spans))


@settings(deadline=None)
@given(_disjoint(), _disjoint())
def test_overlap_agrees_with_the_largest_matching(gold, system):
    meet = [[g.start < s.end and s.start < g.end for s in system.spans] for g in gold.spans]
    graph = csr_matrix(np.array(meet, dtype=int).reshape(len(gold.spans), len(system.spans)))
    largest = (maximum_bipartite_matching(graph) >= 0).sum() if graph.nnz else 0
    assert overlapping(gold, system, "RANK") == largest


@pytest.mark.parametrize(
    ("right", "system", "gold", "f1"), [(0, 0, 0, 0.0), (1, 2, 2, 0.5), (2, 2, 2, 1.0)]
)
def test_f1(right, system, gold, f1):
    assert prf(right, system, gold)["f1"] == f1

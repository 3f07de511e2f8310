import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyu import inline
from pingyu.annotate.exchange import boundaries, digest, from_row, to_row, write_doccano
from pingyu.errors import PingyuError
from pingyu.schema import Document, Relation, Span

GOLD = inline.parse("[U:a 石桥镇][A:a 进度[R 第一]]。\n不足：[D:a 防火😀]")


def test_lines_refer_by_id():
    file = io.StringIO()
    write_doccano([("x/y", GOLD), ("x/z", GOLD)], file)
    rows = [json.loads(line) for line in file.getvalue().splitlines()]
    for row in rows:
        by_id = {e["id"]: row["text"][e["start_offset"] : e["end_offset"]] for e in row["entities"]}
        found = {(r["type"], by_id[r["from_id"]], by_id[r["to_id"]]) for r in row["relations"]}
        assert ("HAS_RANK", "进度第一", "第一") in found
    ids = [e["id"] for row in rows for e in (*row["entities"], *row["relations"])]
    assert len(ids) == len(set(ids))


def test_offsets_are_counted_as_doccanos_browser_counts():
    text = "𠮷😀👍🏽e\u0301县\n\u3000 区"
    assert boundaries(text) == [0, 1, 2, 4, 6, 7, 8, 9, 10, 11]
    document = Document(text, [Span("UNIT", 6, 7, "县")], [], ["k"])
    entity = to_row("n", document)["entities"][0]
    assert (entity["start_offset"], entity["end_offset"]) == (4, 5)


def test_a_span_that_cuts_a_cluster_is_refused():
    document = Document("👍🏽", [Span("UNIT", 0, 1, "👍")], [], ["k"])
    with pytest.raises(PingyuError, match="E512"):
        to_row("n", document)


@pytest.mark.parametrize("place", [(-1, 2), (2, 2), (1, 4)])
def test_a_span_outside_the_text_is_refused(place):
    entity = {"id": 1, "label": "UNIT", "start_offset": place[0], "end_offset": place[1]}
    with pytest.raises(PingyuError, match="E513 n"):
        from_row({"id": 1, "text": "一二三", "entities": [entity], "relations": []}, "n")


def test_the_same_span_twice_counts_once():
    row = {"id": 1, **to_row("n", GOLD)}
    row["entities"] += [{**e, "id": e["id"] + 100} for e in row["entities"]]
    row["relations"] += [{**r, "id": 0, "from_id": r["from_id"] + 100} for r in row["relations"]]
    assert digest(from_row(row, "n").document) == digest(GOLD)


@st.composite
def documents(draw):
    text = draw(st.text("区一 \n\u3000😀𠮷👍🏽e\u0301", min_size=1, max_size=30))
    edges = boundaries(text)
    spans = []
    for label in draw(st.lists(st.sampled_from(["UNIT", "ACHIEVEMENT", "RANK"]), max_size=5)):
        first = draw(st.integers(0, len(edges) - 2))
        after = draw(st.integers(first + 1, len(edges) - 1))
        start, end = edges[first], edges[after]
        spans.append(Span(label, start, end, text[start:end]))
    spans = sorted(set(spans), key=lambda s: (s.start, -s.end, s.label))
    pairs = st.tuples(*[st.integers(0, max(0, len(spans) - 1))] * 2)
    relations = [Relation("HAS_RANK", *p) for p in draw(st.lists(pairs, max_size=4)) if spans]
    relations = sorted(set(relations), key=lambda r: (r.head, r.tail))
    return Document(text, spans, relations, [f"k{n}" for n in range(len(spans))])


@given(documents())
def test_what_goes_comes_back(document):
    row = json.loads(json.dumps({"id": 5, **to_row("a/b", document, 17)}))
    copy = from_row(row, "a/b")
    assert (copy.example, copy.name, copy.pushed) == (5, "a/b", digest(document))
    assert (copy.document.text, copy.document.spans) == (document.text, document.spans)
    assert copy.document.relations == document.relations
    for span, key in zip(document.spans, document.keys, strict=True):
        others = [
            k
            for s, k in zip(document.spans, document.keys, strict=True)
            if (s.start, s.end) == (span.start, span.end)
        ]
        assert key in others
        assert copy.keys[span.start, span.end] == others[-1]

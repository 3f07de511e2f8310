import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.schema import Document, Relation, Span

MARKED = (
    "[U:s 石桥镇]、[U:d 大河乡][A:s+d 新修灌渠十二公里]，[A:s 进度[R 全县第一]]，但在[D:d 集镇保洁]等方面不足。\n"
    "[R:r1 前两名]是[U:d:r1 大河乡]和[U:b:r1 北关街道]，力争进入[R 全市前十]。"
)


def test_marks_become_spans_relations_and_keys():
    document = inline.parse(MARKED)
    assert document.text.startswith("石桥镇、大河乡新修灌渠十二公里，进度全县第一，但在集镇保洁")
    assert [(s.label, s.text, k) for s, k in zip(document.spans, document.keys, strict=True)] == [
        ("UNIT", "石桥镇", "s"),
        ("UNIT", "大河乡", "d"),
        ("ACHIEVEMENT", "新修灌渠十二公里", ""),
        ("ACHIEVEMENT", "进度全县第一", ""),
        ("RANK", "全县第一", ""),
        ("DEFICIENCY", "集镇保洁", ""),
        ("RANK", "前两名", "r1"),
        ("UNIT", "大河乡", "d"),
        ("UNIT", "北关街道", "b"),
        ("RANK", "全市前十", ""),
    ]
    assert [(r.type, r.head, r.tail) for r in document.relations] == [
        ("HAS_ACHIEVEMENT", 0, 2),
        ("HAS_ACHIEVEMENT", 0, 3),
        ("HAS_ACHIEVEMENT", 1, 2),
        ("HAS_DEFICIENCY", 1, 5),
        ("HAS_RANK", 3, 4),
        ("HAS_RANK", 7, 6),
        ("HAS_RANK", 8, 6),
    ]
    assert document.mentions() == {"s": [0], "d": [1, 7], "b": [8]}


def test_a_unit_named_only_after_its_statement_governs_it():
    document = inline.parse("[A:s 灌渠完工]的是[U:s 石桥镇]")
    assert document.relations == [Relation("HAS_ACHIEVEMENT", 1, 0)]


def test_writing_gives_the_marks_back():
    assert inline.write(inline.parse(MARKED)) == MARKED


@st.composite
def documents(draw):
    """Random documents that obey the guidelines' nesting."""
    pieces = draw(
        st.lists(st.tuples(st.sampled_from("UADR-"), st.text("区一 ，", min_size=1, max_size=5)))
    )
    text, spans, keys = "区", [Span("UNIT", 0, 1, "区")], ["u0"]
    for kind, piece in pieces:
        bare = piece.strip() or "无"
        start = len(text)
        text += bare + "。"
        end = start + len(bare)
        if kind == "-":
            continue
        label = {"U": "UNIT", "A": "ACHIEVEMENT", "D": "DEFICIENCY", "R": "RANK"}[kind]
        spans.append(Span(label, start, end, bare))
        keys.append(f"u{len(spans)}" if kind == "U" else f"r{len(spans)}" if kind == "R" else "")
        if kind in "AD" and end - start > 2:
            inner = bare[1:].strip()
            at = text.index(inner, start + 1)
            spans.append(Span("RANK", at, at + len(inner), inner))
            keys.append("")
    relations, outer = [], None
    for n, span in enumerate(spans):
        if span.label in ("ACHIEVEMENT", "DEFICIENCY"):
            outer = n
            relations.append(Relation(f"HAS_{span.label}", 0, n))
        elif span.label == "RANK" and not keys[n]:
            relations.append(Relation("HAS_RANK", outer, n))
        elif span.label == "RANK" and draw(st.booleans()):
            relations.append(Relation("HAS_RANK", 0, n))
    return Document(text, spans, sorted(relations, key=lambda r: (r.head, r.tail)), keys)


@given(documents())
def test_what_is_written_reads_back(document):
    back = inline.parse(inline.write(document))
    assert (back.text, back.spans, back.keys) == (document.text, document.spans, document.keys)
    nearest = {(r.type, r.tail) for r in back.relations}
    assert nearest == {(r.type, r.tail) for r in document.relations}


@pytest.mark.parametrize(
    ("marked", "code", "place"),
    [
        ("一行\n二[U:s 石桥镇", "E201", "line 2, column 2"),
        ("[U:s 石桥镇 ]", "E202", "line 1, column 1"),
        ("[U:s [A:s 石]桥]", "E203", "line 1, column 6"),
        ("甲[A:x 完工]", "E204", "line 1, column 2"),
        ("[U:s:r9 石桥镇]", "E205", "line 1, column 1"),
        ("[A 完工]", "E207", "line 1, column 1"),
        ("[U:s:r 甲镇][R:r 第一]，[R:r 第二]", "E208", "line 1, column 20"),
        ("好[U 甲镇]", "E207", "line 1, column 2"),
    ],
)
def test_a_slip_is_named_with_its_place(marked, code, place):
    with pytest.raises(PingyuError) as caught:
        inline.parse(marked, "a/b.inl")
    assert caught.value.code == code
    assert str(caught.value).startswith(f"{code} a/b.inl: {place}")


def test_text_that_looks_like_a_mark_is_refused():
    with pytest.raises(PingyuError, match="E206"):
        inline.write(Document("见[U:x 附件]"))


def test_other_brackets_are_text():
    document = inline.parse("[返回](//a.b)[U:s 石桥镇]")
    assert document.text == "[返回](//a.b)石桥镇"


def test_the_whole_gold_reads_and_writes_back(root):
    count = 0
    for path in sorted((root / "annotations").rglob("*.inl")):
        document = inline.read_file(path)
        for span in document.spans:
            assert document.text[span.start : span.end] == span.text
        back = inline.parse(inline.write(document))
        assert (back.spans, back.relations) == (document.spans, document.relations), path
        count += 1
    assert count >= 80


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "a.inl"
    with pytest.raises(PingyuError, match=r"E101.*a\.inl"):
        inline.read_file(path)
    path.write_bytes("[U:a 甲镇]".encode("gb18030"))
    with pytest.raises(PingyuError, match=r"E603.*a\.inl"):
        inline.read_file(path)

"""The extractor with the model that ships."""

import pickle
from dataclasses import replace

import pytest

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.extract.extractor import Extractor
from pingyu.extract.model_folder import SETTINGS, ModelFiles
from pingyu.schema import reading_order

HEADING = "全县乡镇点评会召开\n"
TEXT = HEADING + "石桥镇新修灌渠十二公里，灌溉面积全县第一，但在集镇保洁、林区防火等方面还有差距。"


@pytest.fixture(scope="module")
def extractor(shipped):
    return Extractor.load(shipped)


@pytest.fixture(scope="module")
def long_text(root):
    """The longest document of the corpus."""
    texts = (inline.read_file(p).text for p in (root / "annotations" / "long").glob("*.inl"))
    return max(texts, key=len)


def _spans(extractor, text):
    return {(s.label, s.start, s.end) for s in extractor.extract(text).spans}


def test_a_plain_review(extractor):
    document = extractor.extract(TEXT)
    found = {
        (r.type, document.spans[r.head].text, document.spans[r.tail].text)
        for r in document.relations
    }
    assert found == {
        ("HAS_ACHIEVEMENT", "石桥镇", "新修灌渠十二公里"),
        ("HAS_ACHIEVEMENT", "石桥镇", "灌溉面积全县第一"),
        ("HAS_DEFICIENCY", "石桥镇", "集镇保洁"),
        ("HAS_DEFICIENCY", "石桥镇", "林区防火"),
        ("HAS_RANK", "灌溉面积全县第一", "全县第一"),
    }


def test_two_areas_in_a_short_text_before_the_commonest_frame(extractor):
    document = extractor.extract(TEXT.replace("还有差距", "仍存不足"))
    shortfalls = [s.text for s in document.spans if s.label == "DEFICIENCY"]
    assert shortfalls == ["集镇保洁", "林区防火"]


def test_half_width_punctuation_gives_the_same_spans(extractor):
    half = TEXT.translate(str.maketrans("，。", ",."))[:-1] + "。"
    assert _spans(extractor, half) == _spans(extractor, TEXT)


@pytest.mark.parametrize("text", ["", "\n", " ", "无", "😀𠮷", "第一" * 50, "\x00\u200b"])
def test_odd_texts_are_read_without_complaint(extractor, text):
    document = extractor.extract(text)
    spans = document.spans
    assert spans == sorted(spans, key=reading_order)
    assert all(0 <= s.start < s.end <= len(text) and 0 <= s.score <= 1 for s in spans)
    assert len(document.keys) == len(spans)


def test_windows_change_little_wherever_they_fall(extractor, long_text):
    """A window sees `margin` characters around its core; beyond them only the section is missing."""
    whole = _spans(extractor, long_text)
    for core in (2000, 2600):
        windowed = Extractor(extractor.files)
        windowed.settings = replace(extractor.settings, core=core, margin=1200)
        found = _spans(windowed, long_text)
        assert len(found & whole) >= 0.95 * len(found | whole)


def test_relations_reach_across_windows(extractor):
    text = TEXT + "\n" + "会议听取了情况汇报，研究了有关事项。\n" * 30 + TEXT
    windowed = Extractor(extractor.files)
    windowed.settings = replace(extractor.settings, core=200, margin=100)
    document = windowed.extract(text)
    tails = {r.tail for r in document.relations if r.type != "HAS_RANK"}
    governed = [n for n, s in enumerate(document.spans) if s.label in ("ACHIEVEMENT", "DEFICIENCY")]
    assert sorted(tails) == governed
    assert len(governed) == 8


def test_it_pickles(extractor):
    again = pickle.loads(pickle.dumps(extractor))
    assert again.extract(TEXT) == extractor.extract(TEXT)


def test_another_format_is_refused(extractor):
    files = {**extractor.files.files, SETTINGS: b'{"format": 99}'}
    with pytest.raises(PingyuError, match=r"E302.*format 99"):
        Extractor(ModelFiles(files))

"""A text that is at hand is read as a file of the same text would be."""

import pytest

from pingyu.errors import PingyuError
from pingyu.pipeline import Pipeline

PAGE = "---\ntitle: 点评会\ndate: 2023-05-01\n---\n<p>石橋鎮新修灌渠十二公里，灌溉面積全縣第一，但在集鎮保潔、林區防火等方面還有差距。</p>\n"


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline()


def test_a_text_is_read_as_a_file(pipeline, tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    of_file, of_text = pipeline.file(path), pipeline.text(PAGE, str(path), {})
    assert of_text == of_file
    assert "石桥镇" in of_text.text
    shortfalls = [span for span in of_text.spans if span.label == "DEFICIENCY"]
    written = [PAGE[span.source_start : span.source_end] for span in shortfalls]
    assert written == ["集鎮保潔", "林區防火"]


def test_metadata_that_are_given_stand_over_its_own(pipeline):
    document = pipeline.text(PAGE, "a", {"date": "2024-03-02", "url": "http://a"})
    assert document.metadata == {"title": "点评会", "date": "2024-03-02", "url": "http://a"}
    assert document.date.day == "2024-03-02"


def test_a_text_that_is_too_long_or_empty(pipeline):
    with pytest.raises(PingyuError, match="E105 here: 9 bytes"):
        Pipeline(max_bytes=8).text("石桥镇", "here", {})
    with pytest.raises(PingyuError, match="E107 here"):
        pipeline.text("<p></p>", "here", {})

"""Words instead of characters: the tokens change, the spans do not."""

import re

import pytest
import spacy

import pingyu
from pingyu.errors import PingyuError
from pingyu.pipeline import Pipeline
from pingyu.words import SEGMENTERS, blank

TEXT = (
    "罗川县召开点评会。石桥镇新修灌渠十二公里，灌溉面积全县第一，但在集镇保洁、林区防火等方面仍存不足。\n"
    "综合得分前两名的是大河乡 😀、北关街道。"
)
ODD = [
    "",
    " ",
    "\n\n \t",
    "  石桥镇  新修灌渠\t十二公里，\n\n　灌溉面积全县第一 。\r\n",
    "𠮷野家镇ＧＤＰ增长１２．５％，居全县第一😀，👨‍👩‍👧但在𠮷地保洁等方面仍存不足。",
    "石桥镇\u00a0灌溉面积\u2028全县第一\x0b，GDP 1,200.5 万元 PM2.5\ufeff",
    "but in English, 100% of it; a b  c",
]


@pytest.fixture(scope="module")
def pipelines():
    return {segmenter: pingyu.load(words=segmenter) for segmenter in SEGMENTERS}


def _spans(doc):
    return [(s.label_, s.start_char, s.end_char, s.text) for s in doc.spans["pingyu"]]


def _check(pipelines, text):
    docs = {segmenter: nlp(text) for segmenter, nlp in pipelines.items()}
    expected = [(s.label, s.start, s.end, s.text) for s in docs["char"]._.char_spans]
    for doc in docs.values():
        assert doc.text == text
        assert "".join(token.text_with_ws for token in doc) == text
        assert _spans(doc) == expected
        assert doc._.relations == docs["char"]._.relations
        assert doc._.reviews == docs["char"]._.reviews
    return docs


def test_pkuseg_gives_words(pipelines):
    docs = _check(pipelines, TEXT)
    tokens = {segmenter: [token.text for token in doc] for segmenter, doc in docs.items()}
    assert len(tokens["pkuseg"]) < len(tokens["char"])
    assert {"点评会", "石桥镇", "全县", "第一", "北关街道"} <= set(tokens["pkuseg"])
    assert "点评会" not in tokens["jieba"]


@pytest.mark.parametrize("text", ODD)
def test_spans_are_the_same_by_character_in_odd_text(pipelines, text):
    _check(pipelines, text)


def test_spans_are_the_same_by_character_in_the_examples(pipelines, root):
    reader = Pipeline()
    paths = sorted((root / "corpus" / "examples").iterdir())
    texts = [reader.file(path).text for path in paths]
    assert sum(len(_check(pipelines, text)["pkuseg"].spans["pingyu"]) for text in texts) > 100


@pytest.mark.parametrize("segmenter", ["jieba", "pkuseg"])
def test_round_trips_keep_words_and_spans(pipelines, segmenter, tmp_path):
    nlp = pipelines[segmenter]
    doc = nlp(TEXT)
    nlp.to_disk(tmp_path / "pipeline")
    from_bytes = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": segmenter}}})
    from_bytes.add_pipe("pingyu", config={"split_tokens": True})
    from_bytes.from_bytes(nlp.to_bytes())
    for again in (spacy.load(tmp_path / "pipeline"), from_bytes):
        other = again(TEXT)
        assert [token.text for token in other] == [token.text for token in doc]
        assert _spans(other) == _spans(doc)


def test_words_over_processes(pipelines):
    doc = pipelines["pkuseg"](TEXT)
    for other in pipelines["pkuseg"].pipe([TEXT] * 3, n_process=2):
        assert [token.text for token in other] == [token.text for token in doc]
        assert _spans(other) == _spans(doc)


def test_a_word_that_a_span_cuts_is_parted(pipelines):
    component = pipelines["char"].get_pipe("pingyu")
    words = [TEXT[:11], TEXT[11:20], TEXT[20:]]
    doc = spacy.tokens.Doc(pipelines["char"].vocab, words=words, spaces=[False] * 3)
    assert _spans(component(doc)) == _spans(pipelines["char"](TEXT))
    assert len(doc) > 3
    assert doc.text == TEXT


def test_unknown_words_are_named():
    with pytest.raises(PingyuError, match=r"E305 no words 'thulac'.*char, jieba, pkuseg"):
        pingyu.load(words="thulac")


@pytest.mark.parametrize(("segmenter", "package"), [("jieba", "jieba"), ("pkuseg", "spacy-pkuseg")])
def test_a_missing_package_is_named(monkeypatch, segmenter, package):
    monkeypatch.setattr("pingyu.words.find_spec", lambda module: None)
    with pytest.raises(PingyuError, match=rf"E306 .*needs {package}.*pingyu\[words\]"):
        pingyu.load(words=segmenter)


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(PingyuError, match=r"E301.*features\.msgpack, weights\.npz"):
        blank("pkuseg", tmp_path)


def test_the_examples_of_the_page_run(root, capsys):
    page = (root / "docs" / "words.md").read_text(encoding="utf-8")
    for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(compile(code, "docs/words.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "石桥镇 新修 灌渠 十二 公里" in printed
    assert "['固定资产投资同比增长', '财政收入增长']" in printed
    assert re.search(r"石桥镇 \[.*'营商环境', 1", printed)
    assert re.search(r"大河乡 \[\('林区', 1\)", printed)

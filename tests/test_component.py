"""The spaCy component, with the model that ships."""

from unittest.mock import patch

import pytest
import spacy
from spacy.tokens import Doc, DocBin
from spacy.util import raise_error

import pingyu
from pingyu.schema import Relation, Span

TEXT = (
    "罗川县召开点评会。石桥镇新修灌渠十二公里，灌溉面积全县第一，但在集镇保洁、林区防火等方面还有差距。\n"
    "综合得分前两名的是大河乡 😀、北关街道。"
)


@pytest.fixture(scope="module")
def nlp():
    return pingyu.load()


@pytest.fixture(scope="module")
def doc(nlp):
    return nlp(TEXT)


def test_the_factory_needs_no_import():
    assert spacy.blank("zh").add_pipe("pingyu").name == "pingyu"


def test_a_doc_gets_spans_relations_and_reviews(doc):
    labels = {span.label_ for span in doc.spans["pingyu"]}
    assert {"UNIT", "ACHIEVEMENT", "DEFICIENCY", "RANK"} <= labels
    assert all(isinstance(r, Relation) for r in doc._.relations)
    review = next(r for r in doc._.reviews if r.unit == "石桥镇")
    assert [d.text for d in review.deficiencies] == ["集镇保洁", "林区防火"]
    assert [a.ranks for a in review.achievements] == [[], ["全县第一"]]


def test_char_spans_hold_for_every_tokenizer(nlp, doc):
    words = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "char"}}})
    custom = Doc(words.vocab, words=["罗川县召开点评会。石桥", TEXT[11:]], spaces=[False, False])
    component = nlp.get_pipe("pingyu")
    other = component(custom)
    assert other._.char_spans == doc._.char_spans
    for char_span, span in zip(other._.char_spans, other.spans["pingyu"], strict=True):
        assert TEXT[char_span.start : char_span.end] == char_span.text
        assert span.start_char <= char_span.start
        assert char_span.end <= span.end_char


def test_pipe_gives_what_single_calls_give(nlp, doc):
    texts = [TEXT, "无可点评。", TEXT]
    docs = list(nlp.pipe(texts, batch_size=2))
    assert [d._.char_spans for d in docs] == [
        doc._.char_spans,
        nlp(texts[1])._.char_spans,
        doc._.char_spans,
    ]


def test_a_text_that_fails_goes_to_the_error_handler_of_spacy_and_the_others_are_read(nlp, doc):
    extract, failed = nlp.get_pipe("pingyu").extractor.extract, []

    def fails(text):
        if text == "坏":
            raise ValueError(text)
        return extract(text)

    with patch.object(nlp.get_pipe("pingyu").extractor, "extract", fails):
        nlp.set_error_handler(lambda name, component, docs, error: failed.append(docs[0].text))
        try:
            docs = list(nlp.pipe([TEXT, "坏", TEXT]))
        finally:
            nlp.set_error_handler(raise_error)
    assert failed == ["坏"]
    assert [d._.relations for d in docs] == [doc._.relations] * 2


def test_pipe_over_processes(nlp, doc):
    docs = list(nlp.pipe([TEXT] * 3, n_process=2))
    assert all(d._.relations == doc._.relations for d in docs)


def test_empty_text(nlp):
    assert len(nlp("").spans["pingyu"]) == 0


def test_disk_round_trip(nlp, doc, tmp_path):
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert again(TEXT)._.char_spans == doc._.char_spans


def test_bytes_round_trip(nlp, doc):
    again = spacy.blank("zh")
    again.add_pipe("pingyu")
    again.from_bytes(nlp.to_bytes())
    assert again(TEXT)._.relations == doc._.relations


def test_a_saved_pipeline_loads_where_its_model_folder_is_gone(nlp, doc, shipped, tmp_path):
    import shutil

    shutil.copytree(shipped, tmp_path / "model")
    moved = pingyu.load(tmp_path / "model")
    moved.to_disk(tmp_path / "pipeline")
    shutil.rmtree(tmp_path / "model")
    assert spacy.load(tmp_path / "pipeline")(TEXT)._.char_spans == doc._.char_spans


def test_docbin_keeps_everything(nlp, doc):
    data = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    again = next(DocBin().from_bytes(data).get_docs(nlp.vocab))
    assert again._.reviews == doc._.reviews
    assert all(isinstance(s, Span) for s in again._.char_spans)
    assert [(s.start, s.end, s.label_) for s in again.spans["pingyu"]] == [
        (s.start, s.end, s.label_) for s in doc.spans["pingyu"]
    ]


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"E301.*model\.onnx"):
        pingyu.load(tmp_path)(TEXT)

"""Extraction over Hugging Face datasets."""

import json
import pickle
import shutil

import pytest
from datasets import Dataset, DatasetDict, load_from_disk
from datasets.fingerprint import Hasher

import pingyu.dataset
from pingyu.dataset import COLUMN, Extract
from pingyu.errors import PingyuError
from pingyu.extract.extractor import Extractor
from pingyu.interpret.review import interpret

REVIEW = (
    "罗川县2023年6月召开点评会。\n石桥镇上半年引进企业12家，投资12.5亿元，居全县第一，连续三年第一，"
    "但在集镇保洁、林区防火等方面还有差距。"
)
NOTHING = "今天天气很好。"
HUGE = f"全县乡镇点评会\n石桥镇连续{'9' * 20}年全县第一，引进企业{'9' * 20}家。"


@pytest.fixture(scope="module")
def extract():
    return Extract()


def _expected(text, extract):
    document = extract.extractor.extract(text)
    interpret(document, text)
    return {name: document.to_dict()[name] for name in ("spans", "relations", "ranks", "reviews")}


def _mapped(dataset, extract, **options):
    return dataset.map(extract, batched=True, features=extract.features(dataset), **options)


def test_rows_hold_what_the_model_finds(extract):
    found = _mapped(Dataset.from_dict({"text": [REVIEW, NOTHING], "id": [1, 2]}), extract)
    assert found["id"] == [1, 2]
    for row in found:
        expected = _expected(row["text"], extract)
        assert {name: row[COLUMN][name] for name in expected} == expected
    (review,) = found[0][COLUMN]["reviews"]
    assert [d["text"] for d in review["deficiencies"]] == ["集镇保洁", "林区防火"]
    assert review["achievements"][1]["figures"][0]["value"] == 12.5


def test_batches_without_a_finding_before_those_with_some(extract):
    texts = [NOTHING, None, "", REVIEW, HUGE]
    found = _mapped(Dataset.from_dict({"text": texts}), extract, batch_size=1)
    assert [row and bool(row["spans"]) for row in found[COLUMN]] == [False, None, False, True, True]


def test_an_integer_that_no_column_holds_is_null(extract):
    found = _mapped(Dataset.from_dict({"text": [HUGE, REVIEW]}), extract)
    standings = [rank for rank in found[0][COLUMN]["ranks"] if rank["streak"]]
    assert [rank["streak"]["count"] for rank in standings] == [None]
    values = [
        figure["value"]
        for review in found[0][COLUMN]["reviews"]
        for statement in review["achievements"]
        for figure in statement["figures"]
    ]
    assert values == [pytest.approx(1e20)]


def test_two_processes_over_a_dataset_dict_of_another_column(extract):
    corpus = DatasetDict(
        {split: Dataset.from_dict({"body": [REVIEW, NOTHING] * 2}) for split in ("train", "dev")}
    )
    of_body = Extract(text="body")
    found = corpus.map(of_body, batched=True, features=of_body.features(corpus["dev"]), num_proc=2)
    expected = _expected(REVIEW, extract)["reviews"]
    for split in corpus:
        assert [row["reviews"] for row in found[split][COLUMN]][::2] == [expected] * 2


def test_the_fingerprint_is_that_of_model_column_and_version(
    extract, shipped, tmp_path, monkeypatch
):
    before = Hasher.hash(extract)
    extract({"text": [REVIEW]})
    assert Hasher.hash(extract) == before == Hasher.hash(pickle.loads(pickle.dumps(Extract())))
    assert Hasher.hash(Extract(text="body")) != before
    shutil.copytree(shipped, tmp_path / "model")
    same_place = Hasher.hash(Extract(tmp_path / "model"))
    settings = json.loads((tmp_path / "model" / "config.json").read_text())
    settings["thresholds"]["govern"] = 0.9
    (tmp_path / "model" / "config.json").write_text(json.dumps(settings))
    assert Hasher.hash(Extract(tmp_path / "model")) != same_place
    monkeypatch.setattr(pingyu.dataset, "version", lambda name: "9.9.9")
    assert Hasher.hash(Extract()) != before


def test_what_is_stored_is_not_made_again(extract, tmp_path, monkeypatch):
    Dataset.from_dict({"text": [REVIEW]}).save_to_disk(tmp_path / "texts")
    first = _mapped(load_from_disk(tmp_path / "texts"), extract)
    monkeypatch.setattr(Extractor, "extract", None)
    again = _mapped(load_from_disk(tmp_path / "texts"), Extract())
    assert again[0] == first[0]


def test_without_datasets_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(pingyu.dataset, "find_spec", lambda name: None)
    with pytest.raises(PingyuError, match=r"E903.*pingyu\[hf\]"):
        Extract()

import io

import pytest
import spacy
from spacy.tokens import DocBin

from pingyu import inline
from train.__main__ import main
from train.config import DataConfig
from train.formats import load_dataset, write_bio

GOLD = inline.parse("[U:a 石桥镇][A:a 进度[R 第一]]。\n不足：[D:a 防火😀]")


@pytest.fixture
def corpus(tmp_path):
    for split in ("train", "dev", "test"):
        path = tmp_path / "annotations" / "town" / f"{split}.inl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(inline.write(GOLD), encoding="utf-8")
    splits = tmp_path / "annotations" / "splits.toml"
    splits.write_text(
        'train = ["town/train"]\ndev = ["town/dev"]\ntest = ["town/test"]\n', encoding="utf-8"
    )
    return DataConfig(annotations=tmp_path / "annotations", splits=splits)


def test_a_dataset_of_all_splits_in_one_call(corpus):
    dataset = load_dataset(corpus)
    assert set(dataset) == {"train", "dev", "test"}
    row = dataset["dev"][0]
    assert (row["id"], row["genre"], row["text"]) == ("town/dev", "town", GOLD.text)
    spans = [(s["label"], row["text"][s["start"] : s["end"]], s["unit"]) for s in row["spans"]]
    assert spans == [
        ("UNIT", "石桥镇", "a"),
        ("ACHIEVEMENT", "进度第一", ""),
        ("RANK", "第一", ""),
        ("DEFICIENCY", "防火😀", ""),
    ]
    assert [(r["type"], r["head"], r["tail"]) for r in row["relations"]] == [
        (r.type, r.head, r.tail) for r in GOLD.relations
    ]


def test_bio_has_a_column_a_label():
    file = io.StringIO()
    write_bio([("x/y", GOLD)], file)
    lines = file.getvalue().split("\n")
    assert lines[1] == "# x/y"
    assert lines[2].split("\t") == ["石", "B-UNIT", "O", "O", "O"]
    assert ["第", "O", "I-ACHIEVEMENT", "O", "B-RANK"] in [line.split("\t") for line in lines]


@pytest.mark.parametrize("format_", ["doccano", "bio", "spacy"])
def test_the_command_writes_every_format(format_, corpus, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["export", "--format", format_, "--split", "dev", "-o", "out/dev"]) == 0
    assert "1 documents" in capsys.readouterr().out
    assert (tmp_path / "out" / "dev").stat().st_size > 0


def test_docbin_reads_back(corpus, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    main(["export", "--format", "spacy", "-o", "dev.spacy"])
    docs = list(DocBin().from_disk(tmp_path / "dev.spacy").get_docs(spacy.blank("zh").vocab))
    assert [s.text for s in docs[0]._.char_spans] == [s.text for s in GOLD.spans]
    assert docs[0]._.reviews[0].deficiencies[0].text == "防火😀"

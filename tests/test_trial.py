"""Gold is found with what is known of it; the command writes the report."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pingyu import trial
from pingyu.cli import main
from pingyu.evaluate.report import Case
from pingyu.extract.extractor import Extractor
from pingyu.schema import LABELS, RELATION_TYPES

MARKED = (
    "[U:a 石桥镇][A:a 完成灌渠清淤十二公里]，但在[D:a 集镇保洁]、[D:a 林区防火]等方面仍存不足。"
)


@pytest.fixture
def corpus(tmp_path):
    """Two documents in a corpus, one of them Traditional HTML of the unseen slice."""
    for name in ("town/a", "notice/b"):
        path = tmp_path / "annotations" / f"{name}.inl"
        path.parent.mkdir(parents=True)
        path.write_text(MARKED + "\n", encoding="utf-8")
        (tmp_path / "corpus" / name).parent.mkdir(parents=True)
    splits = 'train = []\ndev = []\ntest = ["town/a", "notice/b"]\nunseen = ["notice/b"]\n'
    (tmp_path / "annotations" / "splits.toml").write_text(splits, encoding="utf-8")
    text = trial.inline.parse(MARKED).text
    (tmp_path / "corpus/town/a.txt").write_text(text, encoding="utf-8")
    page = "<p>石橋鎮完成灌渠清淤十二公里，但在集鎮保潔、林區防火等方面仍存不足。</p>"
    (tmp_path / "corpus/notice/b.html").write_text(page, encoding="utf-8")
    return tmp_path


def test_a_corpus_tells_genre_split_script_and_source(corpus):
    golds, errors = trial.find([corpus / "annotations"])
    assert errors == []
    assert {gold.name: gold.facts for gold in golds} == {
        "notice/b": {
            "length": "under 300",
            "genre": "notice",
            "seen": "unseen",
            "source": "HTML",
            "script": "Traditional",
        },
        "town/a": {
            "length": "under 300",
            "genre": "town",
            "seen": "seen",
            "source": "plain text",
            "script": "Simplified",
        },
    }


def test_a_file_of_a_corpus_is_known_as_well_as_its_folder(corpus, monkeypatch):
    monkeypatch.chdir(corpus / "annotations" / "town")
    golds, _ = trial.find([Path("a.inl"), corpus / "annotations" / "town"])
    assert [gold.name for gold in golds] == ["town/a"]
    assert golds[0].facts["seen"] == "seen"


def test_elsewhere_length_alone_is_known(tmp_path):
    (tmp_path / "x.inl").write_text(MARKED, encoding="utf-8")
    golds, errors = trial.find([tmp_path])
    assert errors == []
    assert [(gold.name, gold.facts) for gold in golds] == [("x", {"length": "under 300"})]


def test_two_files_of_one_name_are_both_tried(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.inl").write_text(MARKED, encoding="utf-8")
    golds, _ = trial.find([tmp_path / "a" / "x.inl", tmp_path / "b" / "x.inl", tmp_path / "a"])
    assert [gold.name for gold in golds] == ["x", f"{tmp_path}/b/x"]


def test_bad_gold_is_named_and_the_rest_goes_on(corpus, tmp_path, capsys):
    (corpus / "annotations/town/c.inl").write_text("[U:a 石桥镇", encoding="utf-8")
    (corpus / "annotations/town/d.inl").write_bytes("镇".encode("gb18030"))
    (tmp_path / "empty").mkdir()
    gold = [corpus / "annotations", corpus / "none.inl", tmp_path / "empty"]
    assert main(["evaluate", *map(str, gold), "-o", str(tmp_path / "out")]) == 1
    captured = capsys.readouterr()
    assert [line.split()[0] for line in captured.err.splitlines()] == [
        "E201",
        "E603",
        "E101",
        "E602",
    ]
    made = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert made["documents"] == 2


def test_the_command_writes_three_files_and_prints_the_figures(corpus, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["evaluate", str(corpus / "annotations"), "-o", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == {"report.json", "report.md", "report.html"}
    *printed, place = capsys.readouterr().out.splitlines()
    spans, relations = (line for line in printed if not line.startswith(" "))
    made = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert f"F1 {made['measures']['spans']['all']['f1']:.3f}" in spans
    assert f"F1 {made['measures']['relations']['all']['f1']:.3f}" in relations
    assert [line.split()[0] for line in printed if line.startswith(" ")] == [
        *LABELS,
        *RELATION_TYPES,
    ]
    assert place == f"{out}/report.html"
    assert set(made["slices"]) == {"genre", "seen", "script", "source"}


def test_against_itself_there_is_no_difference(corpus, tmp_path, shipped):
    out = tmp_path / "out"
    gold = str(corpus / "annotations")
    assert main(["evaluate", gold, "--against", str(shipped), "-o", str(out)]) == 0
    made = json.loads((out / "report.json").read_text(encoding="utf-8"))
    for rows in made["differences"].values():
        assert all(row["difference"] == 0 and row["interval"] == [0, 0] for row in rows.values())
    assert "pingyu-small minus pingyu-small" in (out / "report.md").read_text(encoding="utf-8")


def test_missing_libraries_are_named_with_the_command_that_brings_them(
    corpus, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(trial, "find_spec", lambda name: None if name == "matplotlib" else name)
    assert main(["evaluate", str(corpus / "annotations"), "-o", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == (
        "E601 a report needs matplotlib. Run: pip install 'pingyu[evaluate]'\n"
    )
    assert not (tmp_path / "out").exists()


def test_the_learning_curve_comes_from_the_run_beside_the_model(tmp_path, shipped):
    (tmp_path / "m").symlink_to(shipped)
    (tmp_path / "m.run").mkdir()
    history = [{"step": 5, "loss": 1.5, "epoch": 1}, {"step": 9, "train_runtime": 3.0}]
    log = json.dumps({"log_history": history})
    (tmp_path / "m.run" / "log.json").write_text(log, encoding="utf-8")
    document = trial.inline.parse(MARKED)
    trial.write([Case("a", document, document, document)], tmp_path / "out", tmp_path / "m")
    made = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert made["curve"] == [{"step": 5, "loss": 1.5}]


def test_relations_of_given_spans_are_those_of_the_extraction(shipped):
    extractor = Extractor.load(shipped)
    text = "全县乡镇点评会召开\n" + trial.inline.parse(MARKED).text
    whole = extractor.extract(text)
    assert extractor.relate(text, whole.spans) == whole
    assert len(whole.relations) == 3


def test_relations_of_given_spans_reach_across_windows(shipped):
    extractor = Extractor.load(shipped)
    extractor.settings = replace(extractor.settings, core=200, margin=100)
    text = (trial.inline.parse(MARKED).text + "\n") * 12
    whole = extractor.extract(text)
    assert len(whole.relations) > 24
    assert extractor.relate(text, whole.spans) == whole

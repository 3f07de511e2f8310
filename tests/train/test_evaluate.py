"""A model that became worse is caught, with the right label named; a better one passes."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from pingyu import trial
from pingyu.extract.extractor import Extractor
from pingyu.extract.model_folder import ModelFiles
from pingyu.schema import LABELS
from train import card
from train.__main__ import main
from train.config import load
from train.evaluate import check
from train.readme import block, refresh

GENRES = ("town", "bureau", "work-report")


@pytest.fixture
def checkout(root, shipped, tmp_path, monkeypatch, capsys):
    """A checkout of a few dev documents and the model that ships, with figures and card for it."""
    dev = [
        f"{genre}/{path.stem}"
        for genre in GENRES
        for path in sorted((root / "annotations" / genre).glob("*.inl"))[:1]
    ]
    for name in dev:
        path = tmp_path / "annotations" / f"{name}.inl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((root / "annotations" / f"{name}.inl").read_bytes())
    (tmp_path / "annotations" / "learnt.inl").write_text("[U:a 石桥镇]\n", encoding="utf-8")
    splits = f'train = ["learnt"]\ndev = {json.dumps(dev)}\ntest = []\nunseen = []\n'
    (tmp_path / "annotations" / "splits.toml").write_text(splits, encoding="utf-8")
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "small.cfg").write_text('output = "m"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ModelFiles.read(shipped).write(tmp_path / "m")
    assert _evaluate("--write") == 0
    config_path = Path("configs/small.cfg")
    metrics = json.loads((tmp_path / "m" / "metrics.json").read_text(encoding="utf-8"))
    card.write(load(config_path, []), config_path, "abc", 0, metrics)
    capsys.readouterr()
    return tmp_path


def _evaluate(*words):
    return main(["evaluate", "--split", "dev", "--model", "m", "-o", "out", *words])


def _flatten(monkeypatch, label):
    """All tags of one label become as likely as any other, as if it had never been learned."""
    tag = Extractor._tag

    def flattened(self, text):
        reading = tag(self, text)
        log_probs = reading.log_probs.copy()
        log_probs[:, LABELS.index(label)] = -np.log(log_probs.shape[2])
        return reading._replace(log_probs=log_probs)

    monkeypatch.setattr(Extractor, "_tag", flattened)


def test_an_unchanged_model_passes(checkout, capsys):
    assert _evaluate("--check") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("label", LABELS)
def test_a_model_with_one_label_flattened_is_caught(checkout, capsys, monkeypatch, label):
    committed = json.loads((checkout / "m" / "metrics.json").read_text(encoding="utf-8"))
    _flatten(monkeypatch, label)
    assert _evaluate("--check") == 1
    errors = capsys.readouterr().err.splitlines()
    assert all(line.startswith("E611 m/metrics.json: ") for line in errors)
    worst = re.search(rf"json: {label} (P|R|F1) on dev is 0\.0000, committed is (\S+)\.", errors[0])
    assert worst, errors[0]
    figure = committed["dev"]["labels"][label][worst[1].lower()]
    assert f"{figure:.4f}" == worst[2]
    assert any(f"{label} F1 on dev" in line for line in errors)
    assert "python -m train evaluate --split dev --model m -o out, then open out/rep" in errors[0]


def test_a_better_model_passes(checkout, capsys, monkeypatch):
    """It finds what the gold holds: no figure falls, most rise."""
    golds = {gold.document.text: gold.document for gold in trial.find([Path("annotations")])[0]}
    monkeypatch.setattr(Extractor, "extract", lambda self, text: golds[text])
    assert _evaluate("--check") == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "F1 1.000" in captured.out


def test_what_the_flattened_model_lost_the_whole_one_has(checkout, capsys, monkeypatch):
    with monkeypatch.context() as worse:
        for label in LABELS:
            _flatten(worse, label)
        assert _evaluate("--write") == 0
    assert _evaluate("--check") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("fall", "caught"), [(0.0039, False), (0.0041, True)])
def test_rounding_is_no_fall(checkout, fall, caught):
    metrics = json.loads((checkout / "m" / "metrics.json").read_text(encoding="utf-8"))["dev"]
    metrics["types"]["HAS_RANK"]["p"] -= fall
    issues = check(checkout / "m", "dev", metrics, checkout / "out")
    assert [("HAS_RANK P on dev" in str(issue)) for issue in issues] == [True] * caught


def test_a_card_of_another_configuration_or_corpus_is_caught(checkout, capsys):
    (checkout / "configs" / "small.cfg").write_text('output = "m" # new\n', encoding="utf-8")
    gold = checkout / "annotations"
    (gold / "waiting.inl").write_text("[U:a 柳林镇]\n", encoding="utf-8")
    assert card.data_hash(gold, gold / "splits.toml") in (checkout / "m/README.md").read_text(
        "utf-8"
    )
    (gold / "learnt.inl").write_text("[U:a 石桥镇]好\n", encoding="utf-8")
    assert _evaluate("--check") == 1
    errors = capsys.readouterr().err.splitlines()
    assert [line.split(" (")[0] for line in errors] == [
        "E613 m/README.md: the model was made from another config",
        "E613 m/README.md: the model was made from another data",
    ]
    assert all(line.endswith("Retrain: python -m train configs/small.cfg") for line in errors)


def test_topics_that_the_network_learned_are_part_of_what_makes_it(checkout, capsys):
    gold = checkout / "annotations"
    (gold / "learnt.inl").write_text("[U:a 石桥镇][A:a 新修灌渠十二里]\n", encoding="utf-8")

    def topics(learnt, other):
        head = "label\ttext\tcontext\ttopics"
        rows = f"ACHIEVEMENT\t新修灌渠十二里\t\t{learnt}", f"DEFICIENCY\t林区防火不力\t\t{other}"
        (gold / "topics.tsv").write_text("\n".join((head, *rows, "")), encoding="utf-8")

    topics("water", "safety")
    path = Path("configs/small.cfg")
    metrics = json.loads((checkout / "m" / "metrics.json").read_text(encoding="utf-8"))
    card.write(load(path, ["--model.topic_weight", "0.3"]), path, "abc", 1, metrics)
    topics("water", "governance")
    assert _evaluate("--check") == 0
    topics("agriculture", "governance")
    assert _evaluate("--check") == 1
    assert "the model was made from another topics" in capsys.readouterr().err


def test_a_model_without_card_or_figures_is_caught(checkout, capsys):
    (checkout / "m" / "README.md").unlink()
    (checkout / "m" / "metrics.json").unlink()
    assert _evaluate("--check") == 1
    errors = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in errors] == ["E614", "E614", "E612"]
    assert errors[-1].endswith("python -m train evaluate --split dev --model m --write")


def test_an_empty_or_unknown_split_is_one_line(checkout, capsys):
    for split in ("test", "none"):
        assert main(["evaluate", "--split", split, "--model", "m", "-o", "out"]) == 1
        error = capsys.readouterr().err
        assert error.startswith("E401")
        assert error.count("\n") == 1


def test_gold_that_cannot_be_read_stops_the_command(checkout, capsys):
    path = next((checkout / "annotations" / "town").glob("*.inl"))
    path.write_text("[U:a 石桥镇", encoding="utf-8")
    assert _evaluate() == 1
    assert capsys.readouterr().err.startswith(f"E201 annotations/town/{path.name}")


def test_figures_of_other_splits_stay(checkout):
    path = checkout / "m" / "metrics.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    others = {"train": known["dev"], "test": known["dev"]}
    path.write_text(json.dumps({**others, **known}), encoding="utf-8")
    assert _evaluate("--write") == 0
    again = json.loads(path.read_text(encoding="utf-8"))
    assert list(again) == ["dev", "test", "train"]
    assert {split: again[split] for split in others} == others


def test_readme_and_card_hold_the_figures_of_the_model_that_ships(root, shipped):
    """Stale? Run: python -m train readme"""
    table = block(json.loads((shipped / "metrics.json").read_text(encoding="utf-8")))
    for page in (root / "README.md", shipped / "README.md"):
        assert table in page.read_text(encoding="utf-8"), f"{page}: python -m train readme"


def test_the_model_that_ships_has_figures_of_every_split(shipped):
    metrics = json.loads((shipped / "metrics.json").read_text(encoding="utf-8"))
    assert list(metrics) == ["dev", "test", "unseen"]


def test_readme_rewrites_the_table_and_nothing_else(checkout, capsys):
    page = checkout / "README.md"
    stale = block({}).replace("documents", "old")
    page.write_text(f"before\n{stale}\nafter\n", encoding="utf-8")
    assert main(["readme", "--model", "m"]) == 0
    assert capsys.readouterr().out == "README.md rewritten\n"
    metrics = json.loads((checkout / "m" / "metrics.json").read_text(encoding="utf-8"))
    assert page.read_text(encoding="utf-8") == f"before\n{block(metrics)}\nafter\n"
    assert refresh([page], checkout / "m" / "metrics.json") == []


def test_a_page_without_a_place_for_figures_is_named(checkout, capsys):
    (checkout / "README.md").write_text("nothing\n", encoding="utf-8")
    assert main(["readme", "--model", "m"]) == 1
    assert capsys.readouterr().err.startswith("E615 README.md")

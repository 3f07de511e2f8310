"""The simulation of suggest trains each round once, chooses, and goes on where it stopped."""

import json
import shutil

import pytest

import train.simulate as module
from train.__main__ import main
from train.data import split_names

SIMULATION = """
base = "configs/smoke.cfg"
output = "{folder}/results"
seeds = [0, 1]
rounds = {rounds}
step = 2
pool = 9
read = 6000
"""


@pytest.fixture
def trained(smoke_model, root, monkeypatch):
    """Trainings are recorded, and their model is the smoke model."""
    monkeypatch.chdir(root)
    runs = []

    def train(run):
        runs.append(run)
        shutil.copytree(smoke_model, run.folder)

    monkeypatch.setattr(module.runs, "_train", train)
    return runs


def _simulate(folder, rounds=3):
    folder.mkdir(exist_ok=True)
    path = folder / "simulation.cfg"
    path.write_text(SIMULATION.format(folder=folder, rounds=rounds), encoding="utf-8")
    assert main(["simulate", str(path), "--runs", str(folder / "runs")]) == 0
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def test_both_ways_begin_alike_and_add_documents_of_one_pool(trained, tmp_path, capsys):
    results = _simulate(tmp_path)
    assert len(results) == 12
    assert len(trained) == 10  # the first round of a seed is one training
    by_seed = {}
    for result in results:
        by_seed.setdefault((result["seed"], result["way"]), []).extend(result["picked"])
    for seed in (0, 1):
        suggested, drawn = by_seed[seed, "suggest"], by_seed[seed, "random"]
        assert suggested[:2] == drawn[:2]
        assert suggested != drawn
        assert len(set(suggested)) == len(set(drawn)) == 6
        assert len(set(suggested) | set(drawn)) <= 9
    assert by_seed[0, "random"][:2] != by_seed[1, "random"][:2]
    table = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in table[2:]] == ["| 2", "| 4", "| 6"]
    assert (tmp_path / "results.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_every_training_reads_as_much_and_is_scored_on_dev_alone(trained, root, tmp_path):
    results = _simulate(tmp_path)
    for run in trained:
        names = split_names(run.config.data.splits, "train")
        (characters,) = {
            r["characters"]
            for r in results
            if r["inputs"] == run.inputs and r["documents"] == len(names)
        }
        epochs = run.config.training.epochs
        assert (epochs - 1) * characters < 6000 <= epochs * characters
        assert split_names(run.config.data.splits, "dev") == split_names(
            root / "annotations" / "splits.toml", "dev"
        )
        assert split_names(run.config.data.splits, "test") == []


def test_a_second_run_trains_nothing_and_more_rounds_go_on(trained, tmp_path):
    _simulate(tmp_path, rounds=2)
    first = {f.name: f.read_bytes() for f in tmp_path.glob("results.*")}
    _simulate(tmp_path, rounds=2)
    assert {f.name: f.read_bytes() for f in tmp_path.glob("results.*")} == first
    assert len(trained) == 6
    results = _simulate(tmp_path, rounds=3)
    assert len(trained) == 10
    assert results[:2] == json.loads(first["results.json"])[:2]


def test_cut_off_it_goes_on_with_what_was_chosen(trained, tmp_path, monkeypatch):
    whole = _simulate(tmp_path / "a")
    good = module.runs._train

    def cut_off(run):
        if len(trained) == 13:
            raise KeyboardInterrupt
        good(run)

    monkeypatch.setattr(module.runs, "_train", cut_off)
    with pytest.raises(KeyboardInterrupt):
        _simulate(tmp_path / "b")
    monkeypatch.setattr(module.runs, "_train", good)
    again = _simulate(tmp_path / "b")
    assert len(trained) == 20
    assert [r["picked"] for r in again] == [r["picked"] for r in whole]

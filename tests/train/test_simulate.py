"""The simulation of suggest trains each round once, chooses, and goes on where it stopped."""

import json
import shutil
from pathlib import Path

import pytest

import train.simulate as module
from train.__main__ import main
from train.config import split_names

PLACES = Path("annotations"), Path("annotations/splits.toml")

SIMULATION = """
base = "configs/smoke.cfg"
output = "{folder}/results"
seeds = [0, 1]
rounds = {rounds}
step = 1500
pool = 24
read = 6000
"""


def _simulate(folder, rounds=3):
    folder.mkdir(exist_ok=True)
    path = folder / "simulation.cfg"
    path.write_text(SIMULATION.format(folder=folder, rounds=rounds), encoding="utf-8")
    assert main(["simulate", str(path), "--runs", str(folder / "runs")]) == 0
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def test_both_ways_begin_alike_and_add_as_many_characters_of_one_pool(trained, tmp_path, capsys):
    results = _simulate(tmp_path)
    assert len(results) == 12
    assert len(trained) == 10  # the first round of a seed is one training
    picked = {}
    for result in results:
        picked.setdefault((result["seed"], result["way"]), []).append(result["picked"])
    for seed in (0, 1):
        suggested, drawn = picked[seed, "suggest"], picked[seed, "random"]
        assert suggested[0] == drawn[0]
        assert suggested[1:] != drawn[1:]
        for rounds in (suggested, drawn):
            names = [name for names in rounds for name in names]
            assert len(set(names)) == len(names)
        assert len({name for names in suggested + drawn for name in names}) <= 24
    assert picked[0, "random"][0] != picked[1, "random"][0]
    longest = max(len(d.text) for d in module.runs.split_of(*PLACES, "train").values())
    for result in results:
        assert 0 <= result["characters"] - 1500 * result["round"] < longest
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 3
    assert all(" ± " in line for line in lines[2:])
    assert (tmp_path / "results.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_a_round_ends_with_the_document_that_fills_it():
    pool = {"a": "字" * 5, "b": "字" * 3, "c": "字" * 2, "d": "字"}
    assert module._until(8, pool, ["a"], ["b", "c", "d"]) == ["b"]
    assert module._until(9, pool, ["a"], ["b", "c", "d"]) == ["b", "c"]
    assert module._until(5, pool, ["a"], ["b", "c", "d"]) == []
    assert module._until(99, pool, [], ["d", "a"]) == ["d", "a"]


def test_every_training_reads_as_much_and_is_scored_on_dev_alone(trained, root, tmp_path):
    results = _simulate(tmp_path)
    for run in trained:
        (characters,) = {r["characters"] for r in results if r["inputs"] == run.inputs}
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
    shutil.rmtree(tmp_path / "runs")  # as in a fresh checkout
    results = _simulate(tmp_path, rounds=3)
    assert len(trained) == 12  # a new round of each, and the two models that suggest it
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

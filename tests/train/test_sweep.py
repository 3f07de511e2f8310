"""A sweep trains every row with every seed once, scores it, and goes on where it stopped."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import train.sweep as module
from pingyu.errors import PingyuError
from train.__main__ import main
from train.config import load
from train.trainer import _share

SWEEP = """
title = "Two ways"
base = "configs/smoke.cfg"
output = "{folder}/results"
seeds = [0, 1]
axis = "epochs"
[[rows]]
name = "one"
at = 1
[[rows]]
name = "two"
at = 2
change = {{ "training.epochs" = 2, "data.share" = 0.5 }}
"""


def _sweep(folder, *words):
    path = folder / "sweep.cfg"
    path.write_text(SWEEP.format(folder=folder), encoding="utf-8")
    return main(["sweep", str(path), "--runs", str(folder / "runs"), *words])


def test_every_row_is_trained_with_every_seed_once(trained, tmp_path, capsys):
    assert _sweep(tmp_path) == 0
    assert [(run.row, run.seed) for run in trained] == [
        ("one", 0),
        ("two", 0),
        ("one", 1),
        ("two", 1),
    ]
    assert trained[1].words == [
        "configs/smoke.cfg", "--training.epochs", "2", "--data.share", "0.5", "--training.seed", "0",
    ]  # fmt: skip
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert [(r["row"], r["seed"]) for r in results] == [
        ("one", 0),
        ("one", 1),
        ("two", 0),
        ("two", 1),
    ]
    assert results[0]["scores"]["dev"]["spans"]["gold"] > 1000
    table = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "| one | 2 | 0." in table
    assert "± 0.000 (+0.000)" in table
    assert (tmp_path / "results.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert "| two | 2 |" in capsys.readouterr().out


def test_a_second_run_trains_nothing_and_a_new_group_is_only_scored(trained, root, tmp_path):
    _sweep(tmp_path)
    first = {f.name: f.read_bytes() for f in tmp_path.glob("results.*")}
    assert _sweep(tmp_path) == 0
    assert {f.name: f.read_bytes() for f in tmp_path.glob("results.*")} == first
    assert _sweep(tmp_path, "--extra", str(root / "annotations" / "examples")) == 0
    assert len(trained) == 4
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert {tuple(r["scores"]) for r in results} == {("dev", "examples")}


def test_what_goes_into_a_row_decides_whether_it_is_measured_again(trained, tmp_path, monkeypatch):
    _sweep(tmp_path)
    changed = SWEEP.replace('"training.epochs" = 2', '"training.epochs" = 3')
    monkeypatch.setattr(f"{__name__}.SWEEP", changed)
    _sweep(tmp_path)
    assert len(trained) == 6
    assert len(json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))) == 4


def test_two_groups_of_one_name_are_refused(trained, root, tmp_path, capsys):
    gold = tmp_path / "dev"
    gold.mkdir()
    sweep = tmp_path / "x.cfg"
    sweep.write_text(SWEEP.format(folder=tmp_path), encoding="utf-8")
    assert main(["sweep", str(sweep), "--extra", str(gold)]) == 1
    assert "two groups to score have one name" in capsys.readouterr().err


def test_a_failed_training_is_named_and_the_others_go_on(trained, tmp_path, monkeypatch, capsys):
    good = module.runs._train

    def fails_with_two_epochs(run):
        if run.row == "two":
            raise PingyuError("E403", row=run.row, seed=run.seed, status=3, log="x.log")
        good(run)

    monkeypatch.setattr(module.runs, "_train", fails_with_two_epochs)
    assert _sweep(tmp_path) == 1
    captured = capsys.readouterr()
    assert "E403 the training of row 'two', seed 1, ended with status 3" in captured.err
    assert "| two | 0 | – | – |" in captured.out
    assert len(json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))) == 2


def test_a_training_runs_in_a_process_of_its_own_with_its_log(root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    plan = module.Sweep.model_validate(
        {
            "title": "x",
            "base": "configs/smoke.cfg",
            "output": "x",
            "seeds": [0],
            "rows": [{"name": "refused"}],
        }
    )
    run = module.run_of(plan, plan.rows[0], 0, tmp_path)
    run.words.append("--training.epochs")
    with pytest.raises(PingyuError, match="E403"):
        module.runs.train(run)
    (log,) = (tmp_path / "x").glob("*.log")
    assert "E402" in log.read_text(encoding="utf-8")


def test_a_training_left_behind_keeps_others_out_until_it_ends(tmp_path):
    with module.runs.alone(tmp_path):
        left = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False
        )
    with pytest.raises(PingyuError, match="E404"), module.runs.alone(tmp_path):
        pass
    left.communicate(b"\n")
    with module.runs.alone(tmp_path):
        assert (tmp_path / "lock").is_file()


def test_two_sweeps_do_not_write_to_one_place(trained, tmp_path, capsys):
    with module.runs.alone(tmp_path / "runs" / "results"):
        assert _sweep(tmp_path) == 1
    assert "E404" in capsys.readouterr().err
    assert trained == []
    assert _sweep(tmp_path) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = 1", "rows: Field required"),
        ("row = []", "row: Extra inputs"),
        ("=", "Mend"),
        (SWEEP.replace('two"', 'one"').format(folder="x"), "two rows have one name"),
    ],
)
def test_a_wrong_sweep_file_is_one_line(text, message, tmp_path, capsys):
    path = tmp_path / "x.cfg"
    path.write_text(text, encoding="utf-8")
    assert main(["sweep", str(path)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("E401")
    assert message in err


@pytest.mark.parametrize("name", ["augmentation", "learning-curve"])
def test_the_sweeps_that_ship_are_sound(name, root, monkeypatch):
    monkeypatch.chdir(root)
    path = Path("configs/sweeps") / f"{name}.cfg"
    plan = module.validate(module.Sweep, module.read_toml(path), path)
    runs = [module.run_of(plan, row, 0, Path("out")) for row in plan.rows]
    assert len({run.inputs for run in runs}) == len(runs)


def test_a_smaller_share_is_part_of_a_larger_one(root):
    documents = {str(n): None for n in range(40)}

    def kept(share, seed):
        config = load(
            root / "configs/smoke.cfg",
            ["--data.share", str(share), "--training.seed", str(seed)],
        )
        return list(_share(documents, config))

    assert kept(1.0, 0) == list(documents)
    assert len(kept(0.25, 0)) == 10
    assert set(kept(0.25, 0)) < set(kept(0.5, 0))
    assert kept(0.25, 0) != kept(0.25, 1)
    assert kept(0.01, 0) != []

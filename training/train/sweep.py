"""`python -m train sweep SWEEP`: one configuration trained in several ways, and what each is worth.

An ablation, a learning curve and a contest of architectures are all sweeps: rows that change some
keys of a base configuration (or start from another one), times seeds. Each training is a process of
its own; what was measured is kept, and measured again only where what went into it has changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import json
import logging
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field
from tqdm import tqdm

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.evaluate.scores import score
from pingyu.extract.extractor import Extractor
from pingyu.schema import Document
from train import card, plots
from train.config import Config, Section, load, read_toml, validate
from train.data import read_split

log = logging.getLogger("train")

Groups = dict[str, dict[str, Document]]  # what is scored together: name → its gold documents
Results = list[dict[str, Any]]  # one a training: row, seed, inputs, commit, scores by group
_PARTS = ("spans", "relations")


class Row(Section):
    """One way to train. `change`: "section.key" → value; `base`: a file to start from other than
    the sweep's; `at`: where the row stands on the sweep's axis."""

    name: str
    base: Path | None = None
    change: dict[str, Any] = Field(default_factory=dict)
    at: float | None = None


class Sweep(Section):
    """A sweep file. `change`: for all rows; `splits`: what is scored; `output`: where results go,
    without suffix; `axis`: what the rows' `at` counts (a plot is drawn over it)."""

    title: str
    base: Path
    output: Path
    seeds: list[int] = Field(min_length=1)
    splits: list[str] = Field(default=["dev"])
    change: dict[str, Any] = Field(default_factory=dict)
    axis: str = ""
    rows: list[Row] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Run:
    """One training. `words`: what `python -m train` is told; `inputs`: a digest of what makes the
    model (configuration, training documents, encoder); `folder`: where the model goes."""

    row: str
    seed: int
    words: list[str]
    config: Config
    inputs: str
    folder: Path


def sweep(path: Path, extra: Sequence[Path], runs: Path) -> int:
    """Measure what is not yet measured and write JSON, Markdown and plot after each training.

    `extra`: gold files or folders of them, each scored as a group of its own; `runs`: where models
    and logs go. A training that fails is reported and passed over. → exit status.
    """
    plan = validate(Sweep, read_toml(path), path)
    if len({row.name for row in plan.rows}) < len(plan.rows):
        raise PingyuError("E401", str(path), reason="two rows have one name. Rename one")
    commit = card.commit()  # before results make the checkout differ from it
    todo = [_run(plan, row, seed, runs) for seed in plan.seeds for row in plan.rows]
    extras: Groups = {p.stem: _read_gold(p) for p in extra}
    known = {(r["row"], r["seed"], r["inputs"]): r for r in _read_results(plan)}
    measured: Results = [
        known[key] for run in todo if (key := (run.row, run.seed, run.inputs)) in known
    ]
    failed = 0
    with _alone(runs / plan.output.name):
        for run in tqdm(todo, unit="training", disable=None):
            data = run.config.data
            groups = {s: _split(data.annotations, data.splits, s) for s in plan.splits} | extras
            before = known.get((run.row, run.seed, run.inputs))
            try:
                result = _measure(run, groups, before, commit)
            except PingyuError as error:
                tqdm.write(str(error), file=sys.stderr)
                failed += 1
                continue
            measured = [r for r in measured if r is not before] + [result]
            _write(plan, path, measured)
    print(table(plan, measured))
    return 1 if failed else 0


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raises PingyuError E404 while another sweep, or a training that it left behind, writes here.

    A training inherits the open file, so the lock outlives a sweep that is killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PingyuError("E404", str(folder)) from error
        yield


def _run(plan: Sweep, row: Row, seed: int, runs: Path) -> Run:
    base = row.base or plan.base
    change = {**plan.change, **row.change, "training.seed": seed}
    pairs = ((f"--{key}", json.dumps(value)) for key, value in change.items())
    words = [str(base), *(word for pair in pairs for word in pair)]
    config = load(base, words[1:])
    encoder = Path(config.training.encoder) if config.training.encoder else None
    inputs = _digest(
        config.model_dump(exclude={"output"}),
        _split(config.data.annotations, config.data.splits, "train"),
        [f.read_bytes() for f in sorted(encoder.iterdir()) if f.suffix != ".md"] if encoder else [],
    )
    name = "-".join(re.findall(r"\w+", row.name))
    folder = runs / plan.output.name / f"{name}-{seed}-{inputs}"
    return Run(row.name, seed, words, config, inputs, folder)


@cache
def _split(annotations: Path, splits: Path, split: str) -> dict[str, Document]:
    return read_split(annotations, splits, split)


def _read_gold(path: Path) -> dict[str, Document]:
    found = dict(inline.read_folder(path)) if path.is_dir() else {path.stem: inline.read_file(path)}
    if not found:
        raise PingyuError("E108", str(path), suffixes=".inl")
    return found


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _measure(
    run: Run, groups: Groups, before: dict[str, Any] | None, commit: str
) -> dict[str, Any]:
    """Train where no model stands, and score the groups whose gold is new."""
    result = before or {
        "row": run.row,
        "seed": run.seed,
        "inputs": run.inputs,
        "commit": commit,
        "scores": {},
    }
    golds = {name: _digest(group) for name, group in groups.items()}
    old = result["scores"]
    new = [name for name in groups if name not in old or old[name]["gold"] != golds[name]]
    if not new:
        return result
    if not (run.folder / "README.md").is_file():  # the last file that a training writes
        log.info("training %r, seed %d: %s", run.row, run.seed, run.folder)
        _train(run)
    model = Extractor.load(run.folder, run.config.training.threads)
    scores = dict(old)
    for name in new:
        pairs = [(gold, model.extract(gold.text)) for gold in groups[name].values()]
        scores[name] = {
            "gold": golds[name],
            "documents": len(pairs),
            **score(pairs, model.settings.roles.schema.names),
        }
        f1 = [scores[name][part]["f1"] for part in _PARTS]
        log.info("%r, seed %d, %s: spans F1 %.3f, relations F1 %.3f", run.row, run.seed, name, *f1)
    return {**result, "scores": scores}


def _train(run: Run) -> None:
    """Raises PingyuError E403; a training that was cut off goes on where it was."""
    run.folder.parent.mkdir(parents=True, exist_ok=True)
    path = run.folder.with_name(f"{run.folder.name}.log")
    command = [sys.executable, "-m", "train", *run.words, "--output", str(run.folder), "--resume"]
    with path.open("ab") as file:
        done = subprocess.run(
            command, stdout=file, stderr=subprocess.STDOUT, close_fds=False, check=False
        )
    if done.returncode:
        raise PingyuError("E403", row=run.row, seed=run.seed, status=done.returncode, log=path)


def _read_results(plan: Sweep) -> Results:
    path = plan.output.with_name(f"{plan.output.name}.json")
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else []


def _write(plan: Sweep, path: Path, results: Results) -> None:
    """JSON (whole at any moment), Markdown and, over an axis, the plot."""
    rows = [row.name for row in plan.rows]
    results = sorted(results, key=lambda r: (rows.index(r["row"]), r["seed"]))
    stem = plan.output
    stem.parent.mkdir(parents=True, exist_ok=True)
    half = stem.with_name(f"{stem.name}.json.part")
    half.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    half.replace(stem.with_name(f"{stem.name}.json"))
    commits = ", ".join(sorted({r["commit"] for r in results}))
    text = f"# {plan.title}\n\n{table(plan, results)}\n\n{_NOTE.format(path=path, commits=commits)}"
    stem.with_name(f"{stem.name}.md").write_text(text, encoding="utf-8")
    if plan.axis:
        _plot(plan, results)


_NOTE = """\
Strict F1, mean over the seeds ± standard deviation (the difference from the first row). Measured by
`python -m train sweep {path}` at commit {commits}.
"""


def table(plan: Sweep, results: Results) -> str:
    """Markdown: a line a row, its F1 of spans and relations on every group that was scored."""
    groups = {name: r["documents"] for result in results for name, r in result["scores"].items()}
    columns = [(group, part) for group in groups for part in _PARTS]
    head = [f"{group} ({groups[group]}), {part}" for group, part in columns]
    lines = [["", "seeds", *head], ["---"] * (len(columns) + 2)]
    first = {column: _values(plan.rows[0], column, results) for column in columns}
    for row in plan.rows:
        cells = []
        for column in columns:
            values = _values(row, column, results)
            cell = _mean(values)
            if values and first[column] and row is not plan.rows[0]:
                cell += f" ({statistics.mean(values) - statistics.mean(first[column]):+.3f})"
            cells.append(cell)
        seeds = sum(r["row"] == row.name for r in results)
        lines.append([row.name, str(seeds), *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _values(row: Row, column: tuple[str, str], results: Results) -> list[float]:
    group, part = column
    mine = (r["scores"] for r in results if r["row"] == row.name)
    return [scores[group][part]["f1"] for scores in mine if group in scores]


def _mean(values: list[float]) -> str:
    if not values:
        return "–"
    spread = f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.3f}{spread}"


def _plot(plan: Sweep, results: Results) -> None:
    groups = {name: None for result in results for name in result["scores"]}
    figure = plots.new(7.0, 3.2)
    for place, part in enumerate(_PARTS, 1):
        axes = figure.add_subplot(1, 2, place, title=part, xlabel=plan.axis, ylabel="F1")
        for group, colour in zip(groups, itertools.cycle(plots.COLOURS), strict=False):
            points = [(row.at, _values(row, (group, part), results)) for row in plan.rows]
            drawn = [(at, v) for at, v in points if at is not None and v]
            axes.errorbar(
                [at for at, _ in drawn],
                [statistics.mean(v) for _, v in drawn],
                yerr=[statistics.stdev(v) if len(v) > 1 else 0.0 for _, v in drawn],
                label=group,
                color=colour,
                marker="o",
                markersize=3,
                capsize=2,
            )
        axes.grid(alpha=0.3)
    figure.axes[0].legend(frameon=False)
    plots.save(figure, plan.output.with_name(f"{plan.output.name}.svg"))

"""`python -m train sweep SWEEP`: one configuration trained in several ways, and what each is worth.

An ablation, a learning curve and a contest of architectures are all sweeps: rows that change some
keys of a base configuration (or start from another one), times seeds. Each training is a process of
its own; what was measured is kept, and measured again only where what went into it has changed.
"""

from __future__ import annotations

import itertools
import logging
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field
from tqdm import tqdm

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.evaluate.scores import score
from pingyu.extract.extractor import Extractor
from pingyu.schema import Document
from train import card, plots, runs
from train.config import Section, read_toml, validate
from train.runs import Run

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


def sweep(path: Path, extra: Sequence[Path], folder: Path) -> int:
    """Measure what is not yet measured and write JSON, Markdown and plot after each training.

    `extra`: gold files or folders of them, each scored as a group of its own; `folder`: where
    models and logs go. A training that fails is reported and passed over. → exit status.
    """
    plan = validate(Sweep, read_toml(path), path)
    if len({row.name for row in plan.rows}) < len(plan.rows):
        raise PingyuError("E401", str(path), reason="two rows have one name. Rename one")
    commit = card.commit()  # before results make the checkout differ from it
    todo = [run_of(plan, row, seed, folder) for seed in plan.seeds for row in plan.rows]
    named = [*plan.splits, *(p.stem for p in extra)]
    if len(set(named)) < len(named):
        reason = f"two groups to score have one name ({', '.join(named)}). Rename one"
        raise PingyuError("E401", str(path), reason=reason)
    extras: Groups = {p.stem: _read_gold(p) for p in extra}
    known = {(r["row"], r["seed"], r["inputs"]): r for r in runs.read(runs.results(plan.output))}
    measured: Results = [
        known[key] for run in todo if (key := (run.row, run.seed, run.inputs)) in known
    ]
    failed = 0
    with runs.alone(folder / plan.output.name):
        for run in tqdm(todo, unit="training", disable=None):
            places = run.config.data.annotations, run.config.data.splits
            groups = {split: runs.split_of(*places, split) for split in plan.splits} | extras
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


def run_of(plan: Sweep, row: Row, seed: int, folder: Path) -> Run:
    """One training of a row, its model below `folder`."""
    change = {**plan.change, **row.change}
    return runs.prepare(row.name, seed, row.base or plan.base, change, folder / plan.output.name)


def _read_gold(path: Path) -> dict[str, Document]:
    found = dict(inline.read_folder(path)) if path.is_dir() else {path.stem: inline.read_file(path)}
    if not found:
        raise PingyuError("E108", str(path), suffixes=".inl")
    return found


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
    golds = {name: runs.digest(group) for name, group in groups.items()}
    old = result["scores"]
    new = [name for name in groups if name not in old or old[name]["gold"] != golds[name]]
    if not new:
        return result
    runs.train(run)
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


def _write(plan: Sweep, path: Path, results: Results) -> None:
    """JSON (whole at any moment), Markdown and, over an axis, the plot."""
    rows = [row.name for row in plan.rows]
    results = sorted(results, key=lambda r: (rows.index(r["row"]), r["seed"]))
    runs.write(runs.results(plan.output), results)
    commits = ", ".join(sorted({r["commit"] for r in results}))
    text = f"# {plan.title}\n\n{table(plan, results)}\n\n{_NOTE.format(path=path, commits=commits)}"
    plan.output.with_name(f"{plan.output.name}.md").write_text(text, encoding="utf-8")
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
            cell = runs.spread(values)
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

"""`python -m train simulate`: what `pingyu suggest` saves against choosing documents at random.

Documents of train, as if nobody had annotated them, are the pool. Both ways begin with the same few;
each round trains a model on what is annotated so far, scores it on dev, and adds documents: those
that the model suggests, or random ones. Annotators pay by the character, so a round adds as many
characters whichever way they are chosen. Every training reads as many characters as any other: no
model stops for want of steps.
"""

from __future__ import annotations

import itertools
import json
import math
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field
from tqdm import tqdm

from pingyu.annotate.suggest import rank
from pingyu.extract.extractor import Extractor
from train import card, plots, runs
from train.config import Config, Section, load, read_toml, split_names, validate
from train.evaluate import METRICS
from train.runs import Run

WAYS = ("suggest", "random")
PARTS = ("spans", "relations")
Results = list[dict[str, Any]]  # one a round of a way and a seed; see _rounds


class Simulation(Section):
    """A simulation file. `output`: where results go, without suffix; `step`: characters that a round
    adds, or a part of a document more; `pool`: how many documents of train there are to choose
    from, drawn by the seed (0: all); `read`: characters that a training reads; `change`: of the
    base configuration, for every training."""

    base: Path
    output: Path
    seeds: list[int] = Field(min_length=1)
    rounds: int = Field(default=5, ge=1)
    step: int = Field(ge=1)
    pool: int = 0
    read: int = Field(ge=1)
    change: dict[str, Any] = Field(default_factory=dict)


def simulate(path: Path, folder: Path) -> int:
    """Run the rounds that are not yet measured, write JSON after each, in the end a plot, and print a
    table. `folder`: where models and logs go. → exit status. Raises PingyuError E401, E403, E404.
    """
    plan = validate(Simulation, read_toml(path), path)
    commit = card.commit()  # before results make the checkout differ from it
    base = load(plan.base, [])
    place = folder / plan.output.name
    results = {(r["seed"], r["way"], r["round"]): r for r in runs.read(runs.results(plan.output))}
    ways = [(seed, way) for seed in plan.seeds for way in WAYS]
    with runs.alone(place), tqdm(total=len(ways) * plan.rounds, unit="round", disable=None) as bar:
        for key in ways:
            for result in _rounds(plan, base, *key, place, results):
                results[*key, result["round"]] = {"commit": commit, **result}
                runs.write(runs.results(plan.output), [results[key] for key in sorted(results)])
                bar.update()
    done = [r for r in results.values() if r["seed"] in plan.seeds and r["round"] <= plan.rounds]
    _plot(done, plan.output.with_name(f"{plan.output.name}.svg"))
    print(table(done))
    return 0


def _rounds(
    plan: Simulation,
    base: Config,
    seed: int,
    way: str,
    place: Path,
    known: dict[tuple[int, str, int], dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """The result of each round of a seed and a way: the `known` one where nothing has changed."""
    pool = _pool(plan, base, seed)
    chosen: list[str] = []
    run: Run | None = None
    for number in range(1, plan.rounds + 1):
        before = known.get((seed, way, number), {})
        after = runs.digest(run and run.inputs, plan.step, list(pool))
        if before.get("after") == after:
            picked = before["picked"]
        else:
            picked = _until(number * plan.step, pool, chosen, _rank(plan, way, pool, chosen, run))
        chosen = [*chosen, *picked]
        run = _run(plan, base, seed, chosen, pool, place)
        if before.get("inputs") == run.inputs:
            yield before
            continue
        runs.train(run)
        metrics = json.loads((run.folder / METRICS).read_text(encoding="utf-8"))
        yield {
            "seed": seed,
            "way": way,
            "round": number,
            "after": after,
            "picked": picked,
            "inputs": run.inputs,
            "documents": len(chosen),
            "characters": sum(len(pool[name]) for name in chosen),
            **{part: metrics["dev"][part]["f1"] for part in PARTS},
        }


def _pool(plan: Simulation, base: Config, seed: int) -> dict[str, str]:
    """Name → text of the documents to choose from, in the order in which chance takes them."""
    documents = runs.split_of(base.data.annotations, base.data.splits, "train")
    names = sorted(documents)
    order = np.random.default_rng(seed).permutation(len(names))[: plan.pool or None].tolist()
    return {names[n]: documents[names[n]].text for n in order}


def _rank(
    plan: Simulation, way: str, pool: dict[str, str], chosen: list[str], run: Run | None
) -> list[str]:
    """What is not chosen yet, the next first; of those suggested, half as many again as a round holds
    on average. Without a model both ways are the same."""
    rest = [name for name in pool if name not in chosen]
    if way == "random" or run is None:
        return rest
    runs.train(run)  # its score may be known, and its model gone
    model = Extractor.load(run.folder, run.config.training.threads)
    texts, known = ([pool[name] for name in names] for names in (rest, chosen))
    wanted = math.ceil(1.5 * plan.step * len(pool) / sum(map(len, pool.values())))
    return [rest[n] for n in rank(model, texts, known, wanted)]


def _until(
    characters: int, pool: dict[str, str], chosen: list[str], ranked: list[str]
) -> list[str]:
    """So many of `ranked` that with those `chosen` there are so many characters."""
    missing = characters - sum(len(pool[name]) for name in chosen)
    before = itertools.accumulate((len(pool[name]) for name in ranked), initial=0)
    return [name for name, so_far in zip(ranked, before, strict=False) if so_far < missing]


def _run(
    plan: Simulation, base: Config, seed: int, chosen: list[str], pool: dict[str, str], place: Path
) -> Run:
    """The training on the documents chosen. Where two ways chose the same, it is one."""
    dev = split_names(base.data.splits, "dev")
    lists = {"train": chosen, "dev": dev, "test": [], "unseen": []}
    splits = place / f"{seed}-{runs.digest(lists)}.toml"
    splits.write_text("".join(f"{k} = {json.dumps(v)}\n" for k, v in lists.items()), "utf-8")
    epochs = math.ceil(plan.read / sum(len(pool[name]) for name in chosen))
    change = {**plan.change, "data.splits": str(splits), "training.epochs": epochs}
    return runs.prepare(f"{len(chosen)} documents", seed, plan.base, change, place)


def table(results: Results) -> str:
    """Markdown: a line a round; the difference is that of the two ways of a seed."""
    heads = [f"documents, {way}" for way in WAYS]
    for part in PARTS:
        heads += [*(f"{part}, {way}" for way in WAYS), "difference"]
    lines = [["characters", *heads], ["---:"] * (len(heads) + 1)]
    for number in sorted({r["round"] for r in results}):
        rows = [[r for r in _of(results, way) if r["round"] == number] for way in WAYS]
        characters = f"{_mean([r for some in rows for r in some], 'characters'):,.0f}"
        line = [characters, *(f"{_mean(some, 'documents'):.0f}" for some in rows)]
        for part in PARTS:
            f1 = [{r["seed"]: r[part] for r in some} for some in rows]
            line += [runs.spread(list(values.values())) for values in f1]
            both = [f1[0][seed] - f1[1][seed] for seed in f1[0] if seed in f1[1]]
            line.append(runs.spread(both, "+"))
        lines.append(line)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _of(results: Results, way: str) -> Results:
    return [r for r in results if r["way"] == way]


def _mean(rows: Results, key: str) -> float:
    return float(statistics.mean(r[key] for r in rows))


def _plot(results: Results, path: Path) -> None:
    """F1 over the characters annotated: means, and a thin line for each seed."""
    figure = plots.new(7.0, 3.2)
    for place, part in enumerate(PARTS, 1):
        axes = figure.add_subplot(
            1, 2, place, title=part, xlabel="characters annotated, thousands", ylabel="F1 on dev"
        )
        for way, colour in zip(WAYS, plots.COLOURS, strict=False):
            curves = [
                [r for r in _of(results, way) if r["seed"] == seed]
                for seed in sorted({r["seed"] for r in results})
            ]
            rounds = [list(rows) for rows in zip(*curves, strict=True)]
            for rows in curves:
                axes.plot(*_points(rows, part), color=colour, alpha=0.3, linewidth=0.8)
            means = [{k: _mean(rows, k) for k in ("characters", part)} for rows in rounds]
            axes.plot(*_points(means, part), color=colour, marker="o", markersize=3, label=way)
        axes.grid(alpha=0.3)
    figure.axes[0].legend(frameon=False)
    plots.save(figure, path)


def _points(rows: Sequence[dict[str, Any]], part: str) -> tuple[list[float], list[float]]:
    return [r["characters"] / 1000 for r in rows], [r[part] for r in rows]

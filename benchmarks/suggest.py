"""What `pingyu suggest` saves against choosing documents at random, simulated on the corpus.

The train split is the pool. Both ways begin with the same few documents; each round trains a model on
what is annotated so far, scores it on dev, and adds as many documents again: those that the model of
the round suggests, or random ones. Writes every score to scores.jsonl (a run cut off goes on from
there), and mean.json and plot.svg over the seeds.

python benchmarks/suggest.py configs/simulate.cfg -o out/suggest
python benchmarks/suggest.py configs/simulate.cfg -o out/try --seeds 1 --step 10
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from pathlib import Path
from typing import Any

from pingyu.annotate.suggest import rank
from pingyu.extract.extractor import Extractor
from train.config import load
from train.data import read_split
from train.trainer import train

WAYS = ("suggest", "random")


def main() -> None:
    """Run what is missing of the simulation, then sum it up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "config", type=Path, help="any of its keys may follow as --section.key value"
    )
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--step", type=int, default=20, help="documents a round (default: 20)")
    options, overrides = parser.parse_known_args()
    options.output.mkdir(parents=True, exist_ok=True)
    kept = options.output / "scores.jsonl"
    rows = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    for seed in range(options.seeds):
        for way in WAYS:
            simulate(options, overrides, seed, way, rows)
    summary = summarise(rows)
    (options.output / "mean.json").write_text(json.dumps(summary, indent=1) + "\n")
    plot(summary, options.output / "plot.svg")


def simulate(
    options: argparse.Namespace,
    overrides: list[str],
    seed: int,
    way: str,
    rows: list[dict[str, Any]],
) -> None:
    """All rounds of one seed and one way; a round that `rows` holds already is not run again."""
    config = load(options.config, overrides)
    pool = {
        name: document.text
        for name, document in read_split(
            config.data.annotations, config.data.splits, "train"
        ).items()
    }
    dev = list(read_split(config.data.annotations, config.data.splits, "dev"))
    rng = random.Random(seed)
    chosen = rng.sample(sorted(pool), options.step)
    for number in range(1, options.rounds + 1):
        output = options.output / f"{way}-{seed}-{number}"
        row = next(
            (r for r in rows if (r["seed"], r["way"], r["round"]) == (seed, way, number)), None
        )
        if row is None:
            splits = options.output / f"{way}-{seed}-{number}.toml"
            lists = {"train": chosen, "dev": dev, "test": [], "unseen": []}
            splits.write_text("".join(f"{k} = {json.dumps(v)}\n" for k, v in lists.items()))
            values = ["--output", str(output), "--data.splits", str(splits)]
            values += ["--training.seed", str(seed)]
            metrics = train(load(options.config, [*overrides, *values]), options.config)
            f1 = {part: metrics["dev"][part]["f1"] for part in ("spans", "relations")}
            rest = sorted(pool.keys() - set(chosen))
            if way == "suggest":
                texts = [pool[name] for name in rest]
                known = [pool[name] for name in chosen]
                picked = rank(Extractor.load(output), texts, known, options.step)
                added = [rest[n] for n in picked]
            else:
                added = rng.sample(rest, options.step)
            characters = sum(len(pool[name]) for name in chosen)
            row = {
                "seed": seed,
                "way": way,
                "round": number,
                "documents": len(chosen),
                "characters": characters,
                **f1,
                "added": added,
            }
            rows.append(row)
            with (options.output / "scores.jsonl").open("a") as file:
                file.write(json.dumps(row) + "\n")
        elif way == "random":
            rng.sample(sorted(pool.keys() - set(chosen)), options.step)  # as when it was run
        chosen = [*chosen, *row["added"]]


def summarise(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, float]]]:
    """By way, a row a round: means over the seeds."""
    names = ("documents", "characters", "spans", "relations")
    return {
        way: [
            {
                "round": number,
                "seeds": len(some),
                **{name: round(statistics.mean(r[name] for r in some), 4) for name in names},
            }
            for number in sorted({r["round"] for r in rows})
            if (some := [r for r in rows if r["way"] == way and r["round"] == number])
        ]
        for way in WAYS
    }


def plot(summary: dict[str, list[dict[str, float]]], path: Path) -> None:
    """F1 of spans and relations over the documents, and over the characters, annotated."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.5), sharey=True)
    for axis, over in zip(axes, ("documents", "characters"), strict=True):
        for part, style in (("spans", "-"), ("relations", "--")):
            for way, colour in (("suggest", "tab:blue"), ("random", "tab:gray")):
                points = [(row[over], row[part]) for row in summary[way]]
                axis.plot(
                    *zip(*points, strict=True),
                    style,
                    color=colour,
                    marker="o",
                    label=f"{part}, {way}",
                )
        axis.set_xlabel(f"{over} annotated")
    axes[0].set_ylabel("F1 on dev")
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()

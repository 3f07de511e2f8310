"""`python -m train evaluate`: a model on a split of the corpus, and whether it still is as good as
the figures that stand beside it say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pingyu import trial
from pingyu.errors import PingyuError
from train import card
from train.config import DataConfig, split_names

METRICS = "metrics.json"
SCORED = ("dev", "test", "unseen")  # whose figures are kept
# another processor sums 32-bit numbers in another order, and a tag between two tips over: figures of
# the test split were seen to differ by 0.0024
ROUNDING = 0.004


def evaluate(
    split: str,
    output: Path,
    model: Path,
    against: Path | None = None,
    data: DataConfig | None = None,
) -> dict[str, Any]:
    """Try `model` on a split and write the report into `output`; → its metrics.

    Raises PingyuError where a gold file cannot be read: figures of a part would mislead.
    """
    data = data or DataConfig()
    names = split_names(data.splits, split)
    if not names:
        raise PingyuError("E401", str(data.splits), reason=f"split {split!r} is empty. Fill it")
    golds, errors = trial.find(
        data.annotations / f"{name}.inl" for name in names[: data.limit or None]
    )
    if errors:
        raise errors[0]
    return trial.evaluate(golds, output, model, against)


def write_metrics(model: Path, figures: dict[str, Any]) -> None:
    """Put figures (split → metrics) into metrics.json of the model folder, in the order of SCORED;
    those of other splits stay."""
    path = model / METRICS
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known |= figures
    ordered = {split: known[split] for split in (*SCORED, *known) if split in known}
    path.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


def check(
    model: Path, split: str, now: dict[str, Any], report: Path, data: DataConfig | None = None
) -> list[PingyuError]:
    """Everything that is wrong with a model: a figure below its metrics.json by more than ROUNDING,
    spans before the relations that fail with them, the worst first; no figures of the split; a card
    that does not fit its configuration or the corpus.

    `now`: its metrics on the split; `report`: the folder to name for a look at the errors.
    """
    issues = card.check(model, data or DataConfig())
    path = model / METRICS
    committed = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    command = f"python -m train evaluate --split {split} --model {model} -o {report}"
    if split not in committed:
        wanted = f"python -m train evaluate --split {split} --model {model} --write"
        return [*issues, PingyuError("E612", path=str(path), split=split, command=wanted)]
    measured, then = dict(_figures(now)), dict(_figures(committed[split]))
    of_relations = tuple(f"{name} " for name in ("relations", *now["types"]))
    by_cause = sorted(then, key=lambda f: (f.startswith(of_relations), measured[f] - then[f]))
    for figure in by_cause:
        if measured[figure] < then[figure] - ROUNDING:
            values = {"now": measured[figure], "then": then[figure], "split": split}
            remedy = f"{command}, then open {report / 'report.html'}"
            issues.append(
                PingyuError("E611", path=str(path), figure=figure, command=remedy, **values)
            )
    return issues


def _figures(metrics: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """("spans F1", 0.82) … for all spans, all relations, each label and each type."""
    groups = {"spans": metrics["spans"], "relations": metrics["relations"]}
    for name, figures in (groups | metrics["labels"] | metrics["types"]).items():
        for key in ("f1", "p", "r"):
            yield f"{name} {key.upper()}", figures[key]

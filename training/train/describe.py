"""`python -m train describe`: plots of what the corpus holds, for its datasheet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pingyu import inline
from pingyu.schema import LABELS, Document
from train import plots
from train.composition import genre, province
from train.config import SPLITS, WAITING, read_splits

_PARTS = (*SPLITS, "unseen", WAITING)  # "unseen" is part of test
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?=年|[-./]\d|(?:0[1-9]|1[0-2])?$)")


def describe(root: Path, folder: Path) -> list[Path]:
    """Write the plots of `root`/annotations into `folder`; → their paths."""
    documents = dict(inline.read_folder(root / "annotations"))
    splits = read_splits(root / "annotations" / "splits.toml")
    part = {name: split for split in _PARTS for name in splits[split] if name in documents}
    figures = {
        "genres": _stacked((genre(name), split) for name, split in part.items()),
        "provinces": _stacked((province(name), split) for name, split in part.items()),
        "years": _years(documents),
        "lengths": _lengths(documents),
        "spans": _spans(documents),
    }
    paths = [folder / f"{name}.svg" for name in figures]
    for path, figure in zip(paths, figures.values(), strict=True):
        plots.save(figure, path)
    return paths


def _stacked(pairs: Iterable[tuple[str, str]]) -> Figure:
    """Horizontal bars, one a group, a stretch a split; the longest on top."""
    counts = Counter(pairs)
    totals = Counter[str]()
    for (group, _), n in counts.items():
        totals[group] += n
    groups = sorted(totals, key=lambda group: (totals[group], group))
    figure = plots.new(7.0, max(2.0, 0.6 + 0.17 * len(groups)))
    axes = figure.add_subplot(xlabel="documents")
    left = np.zeros(len(groups))
    for split, colour in zip(_PARTS, plots.COLOURS, strict=False):
        widths = np.array([counts[group, split] for group in groups])
        label = "test, unseen" if split == "unseen" else split
        axes.barh(groups, widths, left=left, label=label, color=colour, height=0.75)
        left += widths
    axes.legend(frameon=False, loc="lower right")
    axes.margins(y=0.01)
    return figure


def year(name: str, text: str) -> int | None:
    """The year that a document is of: the one in its name, else the first of the text.

    >>> year("economy/hebei-xingtai-202103", ""), year("town/anhui-x", "2019年，……")
    (2021, 2019)
    """
    found = _YEAR.search(name) or _YEAR.search(text)
    return int(found[1]) if found else None


def _years(documents: dict[str, Document]) -> Figure:
    found = [year(name, document.text) for name, document in documents.items()]
    counts = Counter(y for y in found if y is not None)
    figure = plots.new(7.0, 2.2)
    title = f"{found.count(None)} documents name no year"
    axes = figure.add_subplot(ylabel="documents", title=title)
    years = range(min(counts, default=0), max(counts, default=0) + 1)
    axes.bar(years, [counts[y] for y in years], color=plots.COLOURS[0])
    axes.set_xticks(years, [f"{y % 100:02}" for y in years])
    return figure


def _lengths(documents: dict[str, Document]) -> Figure:
    lengths = [len(document.text) for document in documents.values()]
    figure = plots.new(7.0, 2.2)
    title = f"median {int(np.median(lengths)):,}, longest {max(lengths):,} characters"
    axes = figure.add_subplot(xlabel="characters (log scale)", ylabel="documents", title=title)
    axes.hist(
        lengths, np.geomspace(min(lengths), max(lengths) + 1, 40).tolist(), color=plots.COLOURS[0]
    )
    _log(axes, (100, 200, 500, 1000, 2000, 5000, 10_000))
    return figure


def _spans(documents: dict[str, Document]) -> Figure:
    """A panel a label: how long its spans are."""
    figure = plots.new(7.0, 2.2)
    lengths: dict[str, list[int]] = {label: [] for label in LABELS}
    for document in documents.values():
        for span in document.spans:
            lengths[span.label].append(len(span.text))
    for place, (label, colour) in enumerate(zip(LABELS, plots.COLOURS, strict=False), 1):
        some = lengths[label]
        axes = figure.add_subplot(1, 4, place, xlabel="characters", title=f"{label}\n{len(some):,}")
        edges = [n + 0.5 for n in range(int(np.percentile(some, 99.5)) + 1)]
        axes.hist(some, edges, color=colour)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
    return figure


def _log(axes: Axes, ticks: tuple[int, ...]) -> None:
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    shown = [tick for tick in ticks if low <= tick <= high]
    axes.set_xticks(shown, [f"{tick:,}" for tick in shown])
    axes.minorticks_off()

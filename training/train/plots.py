"""Plots as SVG whose bytes depend on the data alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

_STYLE: Any = {
    "svg.hashsalt": "pingyu",  # ids of elements; random without it
    "svg.fonttype": "none",  # text stays text: the reader's fonts, not this machine's
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
}
COLOURS = ("#31688e", "#e2725b", "#7a9f35", "#b8a14a", "#7d5ba6", "#5b5b5b")


def new(width: float, height: float) -> Figure:
    """An empty figure, in inches. No window system is asked for."""
    mpl.rcParams.update(_STYLE)
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Figure, path: Path) -> None:
    """Write the figure as SVG, without a date."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})

"""The figures of a report as drawings: SVG text to stand inside a page."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pingyu.evaluate.report import ALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, FAINT, BLUE, AMBER = "#1f2937", "#d1d5db", "#2563eb", "#d97706"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "pingyu",  # the same ids each time
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#eef0f3",
    "xtick.color": "#4b5563",
    "ytick.color": INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


def draw(report: dict[str, Any]) -> dict[str, str]:
    """Name of the drawing → SVG; the learning curve only where the report has one."""
    rows = len(report["measures"]["spans"]) + len(report["measures"]["relations"])
    drawn = {
        "f1": _svg(lambda axes: _f1(axes, report["measures"]), 6.6, max(3.6, 0.24 * rows)),
        "calibration": _svg(lambda axes: _calibration(axes, report["calibration"]), 5.4, 4.2),
        "confusion": _svg(lambda axes: _confusion(axes, report["confusion"]), 5.4, 4.2),
    }
    if report["curve"]:
        drawn["curve"] = _svg(lambda axes: _curve(axes, report["curve"]), 6.6, 3.2)
    return drawn


def _svg(plot: Callable[[Axes], None], width: float, height: float) -> str:
    """`width`, `height` in inches."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # what the fonts here lack, those of the browser have: text stays text
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure = Figure(figsize=(width, height), layout="constrained")
        plot(figure.subplots())
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    return re.sub(r' (?:width|height)="[\d.]+pt"', "", svg[svg.index("<svg") :], count=2)


def _f1(axes: Axes, measures: dict[str, Any]) -> None:
    rows = [("spans", label, "overlap") for label in measures["spans"] if label != ALL]
    rows += [("relations", name, "given_spans") for name in measures["relations"] if name != ALL]
    for y, (strict, name, kind) in enumerate(rows):
        figures = measures[strict][name]
        low, high = figures["interval"]
        lenient = measures[kind][name]["f1"]
        axes.plot([low, high], [y, y], color=BLUE, alpha=0.35, linewidth=6, solid_capstyle="round")
        axes.plot(figures["f1"], y, "o", color=BLUE, label=None if y else "strict")
        label = None if y else "overlap; relations: gold spans given"
        axes.plot(lenient, y, "o", color=AMBER, fillstyle="none", label=label)
    axes.axhline(len(measures["spans"]) - 1.5, color=FAINT, linewidth=1)
    axes.set_yticks(range(len(rows)), [name for _, name, _ in rows])
    axes.invert_yaxis()
    axes.set_xlim(right=1)
    axes.set_xlabel("F1, with its 95 % interval")
    axes.legend(frameon=False, loc="lower center", ncols=2, bbox_to_anchor=(0.4, 1.0))


def _calibration(axes: Axes, calibration: dict[str, Any]) -> None:
    axes.plot([0, 1], [0, 1], color=FAINT, linestyle="--")
    for name, colour in (("spans", BLUE), ("relations", AMBER)):
        bins = calibration[name]["bins"]
        scores, right = ([b[key] for b in bins] for key in ("score", "right"))
        label = f"{name} (ECE {calibration[name]['ece']:.3f})"
        axes.plot(scores, right, color=colour, label=label)
        most = max((b["count"] for b in bins), default=1)
        sizes = [12 + 120 * b["count"] / most for b in bins]
        axes.scatter(scores, right, s=sizes, color=colour, alpha=0.5, linewidths=0)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="score", ylabel="share that is right")
    axes.legend(frameon=False, loc="upper left")


def _confusion(axes: Axes, confusion: dict[str, dict[str, int]]) -> None:
    names = list(confusion)
    shares = [
        [count / max(1, sum(row.values())) for count in row.values()] for row in confusion.values()
    ]
    axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=2)
    for y, row in enumerate(confusion.values()):
        for x, count in enumerate(row.values()):
            colour = "white" if shares[y][x] > 0.5 else INK
            if count:
                axes.text(x + 0.5, y + 0.5, f"{count:,}", ha="center", va="center", color=colour)
    middles = [n + 0.5 for n in range(len(names))]
    axes.set_xticks(middles, names, rotation=20)
    axes.set_yticks(middles, names)
    axes.invert_yaxis()
    axes.set(xlabel="system", ylabel="gold")
    axes.tick_params(length=0)
    axes.grid(visible=False)


def _curve(axes: Axes, curve: list[dict[str, float]]) -> None:
    axes.plot([c["step"] for c in curve], [c["loss"] for c in curve], color=BLUE)
    axes.set(xlabel="step", ylabel="training loss", ylim=(0, None))

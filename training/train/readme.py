"""The table of figures that README.md and the model's card carry, written from metrics.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pingyu.errors import PingyuError
from pingyu.trial import PARTS

BEGIN, END = "<!-- figures: python -m train readme -->\n", "<!-- end of figures -->"


def block(metrics: dict[str, Any]) -> str:
    """F1 on each split (split → metrics), with 95 % intervals of the micro averages, as Markdown
    between its marks."""
    rows = [["F1", *metrics], ["---", *("---:" for _ in metrics)]]
    rows.append(["documents", *(str(m["documents"]) for m in metrics.values())])
    for group, part in PARTS.items():
        names = next((m[part] for m in metrics.values()), ())
        if not names:
            continue
        intervals = ("–".join(f"{e:.3f}" for e in m["intervals"][group]) for m in metrics.values())
        figures = (m[group]["f1"] for m in metrics.values())
        cells = (f"**{f:.3f}** ({i})" for f, i in zip(figures, intervals, strict=True))
        rows.append([f"**{group}**", *cells])
        for name in names:
            rows.append([name, *(f"{m[part][name]['f1']:.3f}" for m in metrics.values())])
    lines = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"{BEGIN}\n{lines}\n{END}"


def refresh(pages: list[Path], metrics: Path) -> list[Path]:
    """Write the table of `metrics` into pages that hold its marks; → those that it changed.

    Raises PingyuError E615 where a page has no marks.
    """
    table = block(json.loads(metrics.read_text(encoding="utf-8")))
    changed = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        before, begin, rest = text.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            raise PingyuError("E615", str(page), begin=BEGIN.strip(), end=END)
        if (new := before + table + after) != text:
            page.write_text(new, encoding="utf-8")
            changed.append(page)
    return changed

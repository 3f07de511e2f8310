"""A report as Markdown, and as one HTML page that asks for nothing from outside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pingyu.evaluate import plots
from pingyu.evaluate.kinds import KINDS
from pingyu.evaluate.report import Case
from pingyu.schema import Document

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
MEASURE_NAMES = {
    "spans": "Spans, strict",
    "overlap": "Spans, by overlap",
    "relations": "Relations, strict by unit",
    "exact_ends": "Relations, strict by mention",
    "given_spans": "Relations, gold spans given",
}
MEASURE_NOTES = {
    "spans": "label, start and end are right",
    "overlap": "shares a character with a gold span of its label",
    "relations": "type and statement are right, and the unit, at any of its mentions",
    "exact_ends": "… and it starts from the very mention that the gold starts from",
    "given_spans": "as by unit, where the model was given the gold spans",
}
SLICE_NAMES = {
    "genre": "Genre",
    "seen": "Seen or unseen genre and place",
    "script": "Script",
    "source": "Kind of source",
    "length": "Length in characters",
}


def markdown(report: dict[str, Any]) -> str:
    """The figures, for a terminal or a summary."""
    return _environment().get_template("report.md").render(report=report)


def html(report: dict[str, Any], cases: Sequence[Case]) -> str:
    """The figures, the drawings, and every document with its errors marked."""
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            plots=plots.draw(report),
            data=_script_data({"kinds": KINDS, "documents": [_browsed(case) for case in cases]}),
        )
    )


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        figure=lambda value: f"{value:.3f}",
        signed=lambda value: f"{value:+.3f}",
        interval=lambda ends: "–".join(f"{end:.3f}" for end in ends),
        signed_interval=lambda ends: " … ".join(f"{end:+.3f}" for end in ends),
        count=lambda value: f"{value:,}",
    )
    environment.globals.update(
        kinds=KINDS, measures=MEASURE_NAMES, notes=MEASURE_NOTES, slices=SLICE_NAMES
    )
    return environment


def _browsed(case: Case) -> dict[str, Any]:
    """What the error browser shows of a document; the script names these keys."""
    return {
        "name": case.name,
        "text": case.gold.text,
        "gold": _spans(case.gold),
        "system": _spans(case.system),
        "mistakes": [[m.kind, m.label, m.text, m.gold, m.system] for m in case.mistakes],
    }


def _spans(document: Document) -> list[list[Any]]:
    return [[s.label, s.start, s.end, round(s.score, 2)] for s in document.spans]


def _script_data(data: object) -> str:
    """JSON that no text can break out of a <script> with."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

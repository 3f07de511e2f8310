"""Documents → JSON lines, CSV, and a table for the terminal."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from pingyu.schema import ACHIEVEMENT, DEFICIENCY, RANK, UNIT, Document

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

COLUMNS = (
    "source",
    "unit",
    "kind",
    "text",
    "ranks",
    "score",
    "start",
    "end",
    "source_start",
    "source_end",
)
STYLES = {UNIT: "bold cyan", ACHIEVEMENT: "green", DEFICIENCY: "red", RANK: "bold yellow"}


def write_jsonl(documents: Iterable[Document], file: TextIO) -> None:
    """One JSON object a document (the contract: docs, «Output»)."""
    for document in documents:
        file.write(json.dumps(document.to_dict(), ensure_ascii=False) + "\n")


def rows(document: Document) -> Iterator[dict[str, object]]:
    """One row for each statement of each unit; columns as in COLUMNS."""
    for review in document.reviews:
        kinds = (
            ("achievement", review.achievements),
            ("deficiency", review.deficiencies),
            ("rank", review.ranks),
        )
        for kind, statements in kinds:
            for statement in statements:
                span = document.spans[statement.span]
                yield {
                    "source": document.source,
                    "unit": review.unit,
                    "kind": kind,
                    "text": statement.text,
                    "ranks": "；".join(statement.ranks or ([span.text] if kind == "rank" else [])),
                    "score": round(span.score, 4),
                    "start": span.start,
                    "end": span.end,
                    "source_start": span.source_start,
                    "source_end": span.source_end,
                }


def write_csv(documents: Iterable[Document], file: TextIO) -> None:
    """A header and the rows of every document."""
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for document in documents:
        writer.writerows(rows(document))


def table(document: Document) -> Table:
    """The reviews of one document: a row a unit that something is said of."""
    from rich.table import Table

    out = Table(title=document.source, title_justify="left", show_lines=True)
    for name, style in (
        ("单位", STYLES[UNIT]),
        ("成绩", STYLES[ACHIEVEMENT]),
        ("排名", STYLES[RANK]),
        ("不足", STYLES[DEFICIENCY]),
    ):
        out.add_column(name, style=style, overflow="fold")
    for review in document.reviews:
        ranks = [f"{rank}：{a.text}" for a in review.achievements for rank in a.ranks]
        ranks += [rank.text for rank in review.ranks]
        columns = [
            [a.text for a in review.achievements],
            ranks,
            [d.text for d in review.deficiencies],
        ]
        if any(columns):
            out.add_row(review.unit, *("\n".join(column) for column in columns))
    return out


def coloured(document: Document) -> Text:
    """The text with its spans in colour; a rank inside a statement shows its own."""
    from rich.text import Text

    out = Text(document.text)
    for span in document.spans:
        out.stylize(STYLES[span.label], span.start, span.end)
    return out

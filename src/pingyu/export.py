"""Documents → JSON lines (output.schema.json), CSV, tables joined by ids, and a table for the
terminal."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pingyu.schema import (
    ACHIEVEMENT,
    DEFICIENCY,
    RANK,
    UNIT,
    Document,
    Period,
    Rank,
    Review,
    Statement,
)

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
_PERIOD = ("period", "period_start", "period_end")
_PLACES = ("start", "end", "source_start", "source_end")
TABLES = {
    "units": (
        *("unit_id", "source", "date", "meeting", "unit", "names"),
        *("canonical", "kind", "code", "parents", "status", "candidates", "reason"),
    ),
    "achievements": ("achievement_id", "unit_id", "text", "topics", *_PERIOD, "score", *_PLACES),
    "deficiencies": ("deficiency_id", "unit_id", "text", "topics", *_PERIOD, "score", *_PLACES),
    "figures": ("statement_id", "unit_id", "text", "value", "unit", "change", "approx"),
    "ranks": (
        *("rank_id", "unit_id", "statement_id", "source", "text", "kind", "low", "high"),
        *("from_bottom", "tie", "scope", "level", "of", "indicator", *_PERIOD),
        *("streak", "streak_unit", "previous_low", "previous_high", "previous_from_bottom"),
        *("favourable", *_PLACES),
    ),
}
STYLES = {UNIT: "bold cyan", ACHIEVEMENT: "green", DEFICIENCY: "red", RANK: "bold yellow"}


def write_jsonl(documents: Iterable[Document], file: TextIO) -> None:
    """One JSON object a document, as in output.schema.json."""
    for document in documents:
        file.writelines(json_pieces(document))
        file.write("\n")


def json_pieces(document: Document) -> Iterator[str]:
    """The JSON object of a document, piece by piece: of a long one it is as large as all that the
    document holds."""
    opening = "{"
    for name, value in document.fields():
        yield f"{opening}{json.dumps(name)}: "
        opening = ", "
        if not isinstance(value, list):
            yield json.dumps(value, ensure_ascii=False, default=asdict)
            continue
        before = "["
        for each in value:
            yield before + json.dumps(each, ensure_ascii=False, default=asdict)
            before = ", "
        yield "]" if value else "[]"
    yield "}"


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


def write_tables(documents: Iterable[Document], folder: Path) -> None:
    """One CSV file for each of TABLES, for spreadsheets and databases.

    `unit_id` is "document.unit" (the number of the document in the run and the key of the unit),
    the ids of statements and ranks begin with it. `statement_id`: an achievement or a deficiency.
    A rank that is said of no unit has neither.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        writers = {}
        for name, columns in TABLES.items():
            path = folder / f"{name}.csv"
            # a byte order mark lets spreadsheets see UTF-8
            file = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
            writers[name] = csv.DictWriter(file, columns, lineterminator="\n")
            writers[name].writeheader()
        for number, document in enumerate(documents, 1):
            for name, row in table_rows(document, number):
                writers[name].writerow(row)


def table_rows(document: Document, number: int) -> Iterator[tuple[str, dict[str, object]]]:
    """The name of a table and a row of it, for all that a document says."""
    placed = set()
    for review in document.reviews:
        unit_id = f"{number}.{review.key}"
        yield (
            "units",
            {
                "unit_id": unit_id,
                "source": document.source,
                "date": review.date,
                "meeting": review.meeting,
                "unit": review.unit,
                "names": "；".join(review.names),
                **_entity_row(review),
            },
        )
        for table_name, id_name, letter, statements in (
            ("achievements", "achievement_id", "a", review.achievements),
            ("deficiencies", "deficiency_id", "d", review.deficiencies),
        ):
            for n, statement in enumerate(statements, 1):
                statement_id = f"{unit_id}.{letter}{n}"
                ids = {"unit_id": unit_id, "statement_id": statement_id}
                yield table_name, {id_name: statement_id, **_row(document, statement, unit_id)}
                for figure in statement.figures:
                    yield "figures", {**ids, **asdict(figure)}
                for m, rank in enumerate(statement.standings, 1):
                    yield "ranks", {**ids, **_rank_row(document, rank, f"{statement_id}.r{m}")}
                    placed.add(rank.span)
        for n, statement in enumerate(review.ranks, 1):
            for rank in statement.standings:
                row = _rank_row(document, rank, f"{unit_id}.r{n}")
                yield "ranks", {"unit_id": unit_id, **row}
                placed.add(rank.span)
    for rank in document.ranks:
        if rank.span not in placed:
            yield "ranks", _rank_row(document, rank, f"{number}.r{rank.span}")


def _entity_row(review: Review) -> dict[str, object]:
    if review.entity is None:
        return {}
    row = asdict(review.entity)
    del row["name"]
    lists = ("parents", "candidates")
    return row | {name: "；".join(row[name]) for name in lists}


def _row(document: Document, statement: Statement, unit_id: str) -> dict[str, object]:
    return {
        "unit_id": unit_id,
        "text": statement.text,
        "topics": "；".join(statement.topics),
        **_period(statement.period),
        "score": round(document.spans[statement.span].score, 4),
        **_places(document, statement.span),
    }


def _rank_row(document: Document, rank: Rank, rank_id: str) -> dict[str, object]:
    return {
        "rank_id": rank_id,
        "source": document.source,
        "text": rank.text,
        "kind": rank.kind,
        **asdict(rank.place),
        "tie": rank.tie,
        "scope": rank.scope and rank.scope.text,
        "level": rank.scope and rank.scope.level,
        "of": rank.of,
        "indicator": "；".join(rank.indicator),
        **_period(rank.period),
        "streak": rank.streak and rank.streak.count,
        "streak_unit": rank.streak and rank.streak.unit,
        "previous_low": rank.previous and rank.previous.low,
        "previous_high": rank.previous and rank.previous.high,
        "previous_from_bottom": rank.previous and rank.previous.from_bottom,
        "favourable": rank.favourable,
        **_places(document, rank.span),
    }


def _period(period: Period | None) -> dict[str, object]:
    values = (period.text, period.start, period.end) if period else (None, None, None)
    return dict(zip(_PERIOD, values, strict=True))


def _places(document: Document, span: int) -> dict[str, object]:
    return {name: getattr(document.spans[span], name) for name in _PLACES}


def table(document: Document) -> Table:
    """The reviews of one document: a row a unit that something is said of. Its ranks are all that it
    has, those of its deficiencies too."""
    from rich.table import Table
    from rich.text import Text

    title = Text(document.source, "table.title")
    out = Table(title=title, title_justify="left", show_lines=True)
    for name, style in (
        ("单位", STYLES[UNIT]),
        ("成绩", STYLES[ACHIEVEMENT]),
        ("排名", STYLES[RANK]),
        ("不足", STYLES[DEFICIENCY]),
    ):
        out.add_column(name, style=style, overflow="fold")
    for review in document.reviews:
        statements = (*review.achievements, *review.deficiencies)
        ranks = [
            f"{rank}：{statement.text}" for statement in statements for rank in statement.ranks
        ]
        ranks += [rank.text for rank in review.ranks]
        columns = [
            [a.text for a in review.achievements],
            ranks,
            [d.text for d in review.deficiencies],
        ]
        if any(columns):
            cells = (review.unit, *("\n".join(column) for column in columns))
            out.add_row(*map(Text, cells))
    return out


def coloured(document: Document) -> Text:
    """The text with its spans in colour; a rank inside a statement shows its own."""
    from rich.text import Text

    out = Text(document.text)
    for span in document.spans:
        out.stylize(STYLES.get(span.label, "bold"), span.start, span.end)
    return out

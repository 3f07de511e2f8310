"""The documents of a partition, one after the other, each with its place.

A row has the column `text` and may have `source` and `id` (strings or whole numbers) and `metadata`
(names and values); others are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

from pingyu.errors import PingyuError
from pingyu.pipeline import Pipeline
from pingyu.read.reader import printable
from pingyu.scale.inputs import Partition, Stretch, open_parquet
from pingyu.schema import Document

_COLUMNS = ("text", "source", "id", "metadata")
_EMPTY = object()  # an empty line
_BATCH = 256  # rows of a Parquet file in memory at a time


@dataclass(slots=True)
class Item:
    """A document to be extracted. `row`: in `file`, 1-based, or None where the file is the document.

    `source`: what it says of itself, else its id, else file:row. `error`: why it cannot be read.
    """

    document_id: int
    file: str
    row: int | None = None
    source: str = ""
    id: str | None = None
    text: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    error: PingyuError | None = None

    def extract(self, pipeline: Pipeline) -> Document:
        """Raises PingyuError where it cannot be read."""
        if self.error:
            raise self.error
        if self.row is None:
            document = pipeline.file(Path(self.file))
            document.source = self.source
            return document
        return pipeline.text(self.text, self.source, self.metadata)


def items(partition: Partition) -> Iterator[Item]:
    """Every document of a partition; one that cannot be read has an error, an empty line is none."""
    document_id = partition.first
    for stretch in partition.stretches:
        suffix = Path(stretch.path).suffix.lower()
        if suffix not in (".jsonl", ".parquet"):
            yield Item(document_id, stretch.path, source=printable(stretch.path))
        else:
            rows = _lines(stretch) if suffix == ".jsonl" else _rows(stretch)
            for number, value in enumerate(rows):
                if value is not _EMPTY:
                    yield _item(document_id + number, stretch.path, stretch.first + number, value)
        document_id += stretch.rows


def _item(document_id: int, file: str, row: int, value: object) -> Item:
    item = Item(document_id, file, row, f"{printable(file)}:{row}")
    try:
        if isinstance(value, PingyuError):
            raise value
        _fill(item, value)
    except PingyuError as error:
        item.error = error
    return item


def _fill(item: Item, record: object) -> None:
    """Raises PingyuError E731, E732."""
    if not isinstance(record, dict):
        raise PingyuError("E731", item.file, row=item.row, reason=f"it is {_kind(record)}")
    for name in ("id", "source"):
        value = record.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise _wrong(item, name, _kind(value), "a string")
        item.source = str(value)
        if name == "id":
            item.id = str(value)
    metadata = record.get("metadata") or {}
    if isinstance(metadata, list) and all(isinstance(pair, tuple) for pair in metadata):
        metadata = dict(metadata)  # a map of a Parquet file
    if not isinstance(metadata, dict):
        raise _wrong(item, "metadata", _kind(metadata), "an object")
    for name, value in metadata.items():
        if isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, dict | list):
            value = json.dumps(value, ensure_ascii=False, default=str)
        if value is not None:
            item.metadata[str(name)] = str(value)
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        found = "blank" if isinstance(text, str) else _kind(text)
        raise _wrong(item, "text", found, "a text")
    item.text = text
    parts = [("metadata", part) for pair in item.metadata.items() for part in pair]
    for name, value in (("text", text), ("source", item.source), ("id", item.id or ""), *parts):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            half = f"{value[error.start]!r} at {error.start}, half a character"
            raise _wrong(item, name, half, "whole characters") from error


def _wrong(item: Item, column: str, found: str, wanted: str) -> PingyuError:
    return PingyuError("E732", item.file, row=item.row, column=column, found=found, wanted=wanted)


def _kind(value: object) -> str:
    return "missing" if value is None else f"of type {type(value).__name__}"


def _lines(stretch: Stretch) -> Iterator[object]:
    """A value or an error for each line, _EMPTY for an empty one."""
    try:
        with Path(stretch.path).open("rb") as file:
            file.seek(stretch.offset)
            for row in range(stretch.first, stretch.first + stretch.rows):
                line = file.readline()
                if not line:
                    yield PingyuError("E735", stretch.path, row=row)
                    continue
                yield _value(line, stretch.path, row) if line.strip() else _EMPTY
    except OSError as error:
        yield from _gone(stretch, PingyuError("E106", stretch.path, reason=error.strerror))


def _value(line: bytes, path: str, row: int) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return PingyuError("E731", path, row=row, reason=str(error))


def _rows(stretch: Stretch) -> Iterator[object]:
    """A value or an error for each row."""
    done = 0
    try:
        for value in _parquet_rows(stretch):
            yield value
            done += 1
    except PingyuError as error:
        yield from _gone(stretch, error, done)
    except (pa.ArrowException, OSError, ValueError) as error:
        yield from _gone(stretch, _unreadable(stretch, error), done)
    else:
        for row in range(stretch.first + done, stretch.first + stretch.rows):
            yield PingyuError("E735", stretch.path, row=row)


def _unreadable(stretch: Stretch, error: Exception, row: int | None = None) -> PingyuError:
    where = "" if row is None else f"row {row}: "
    reason = f"{where}{str(error).split(chr(10))[0]}"
    return PingyuError("E733", stretch.path, reason=reason)


def _parquet_rows(stretch: Stretch) -> Iterator[object]:
    """A value or an error for each row. Only the row groups that hold the stretch are read, a few
    rows at a time."""
    first, last = stretch.first - 1, stretch.first - 1 + stretch.rows
    with open_parquet(stretch.path) as file:
        columns = [name for name in _COLUMNS if name in file.schema_arrow.names]
        at = 0
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if at < last and at + rows > first:
                start = at
                for batch in file.iter_batches(_BATCH, row_groups=[group], columns=columns):
                    lower, upper = max(first - start, 0), min(last - start, batch.num_rows)
                    for n in range(lower, upper):
                        yield _parquet_row(stretch, batch, n, start + n + 1)
                    start += batch.num_rows
                    if start >= last:
                        break
            at += rows


def _parquet_row(stretch: Stretch, batch: pa.RecordBatch, n: int, row: int) -> object:
    """A cell that Python has no value for (a date of the year 10000) costs its row alone."""
    try:
        (value,) = batch.slice(n, 1).to_pylist()
    except (pa.ArrowException, ValueError, OverflowError) as error:
        return _unreadable(stretch, error, row)
    return value


def _gone(stretch: Stretch, error: PingyuError, done: int = 0) -> Iterator[PingyuError]:
    for _ in range(stretch.rows - done):
        yield error

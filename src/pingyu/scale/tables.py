"""Documents → Parquet: the tables of pingyu.export with the document that each row is from, and the
documents themselves."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
from pyarrow import parquet

from pingyu.export import TABLES, json_pieces, table_rows
from pingyu.read.reader import printable
from pingyu.scale.records import Item
from pingyu.schema import Document

_INTEGERS = frozenset([
    "start", "end", "source_start", "source_end", "low", "high", "of", "streak",
    "previous_low", "previous_high",
])  # fmt: skip
_FLAGS = frozenset(["approx", "from_bottom", "tie", "previous_from_bottom", "favourable"])
_NUMBERS = frozenset(["score", "value"])
_GROUP = 512  # documents to a row group


def _type(column: str) -> pa.DataType:
    if column in _INTEGERS:
        return pa.int64()
    if column in _FLAGS:
        return pa.bool_()
    return pa.float64() if column in _NUMBERS else pa.string()


_ID = pa.field("document_id", pa.int64(), nullable=False)
SCHEMAS = {
    "documents": pa.schema([
        _ID,
        ("source", pa.string()),
        ("id", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),
        ("date", pa.string()),
        ("meeting", pa.string()),
        ("record", pa.string()),
    ]),
    **{
        name: pa.schema([_ID, *((column, _type(column)) for column in columns)])
        for name, columns in TABLES.items()
    },
}  # fmt: skip


class Tables:
    """Collects the documents of a partition as Parquet files in memory."""

    def __init__(self) -> None:
        self.documents = 0
        self._outputs = {name: pa.BufferOutputStream() for name in SCHEMAS}
        self._writers = {
            name: parquet.ParquetWriter(output, SCHEMAS[name], compression="zstd")
            for name, output in self._outputs.items()
        }
        self._batches: dict[str, list[pa.RecordBatch]] = defaultdict(list)
        self.rows = dict.fromkeys(SCHEMAS, 0)

    def add(self, document: Document, item: Item) -> None:
        """All of a document, or, where this raises, nothing of it."""
        rows = defaultdict(list)
        for name, row in table_rows(document, item.document_id):
            if isinstance(value := row.get("value"), int):
                row["value"] = float(value)  # Arrow takes no whole number above 2⁵³ for a fraction
            rows[name].append({"document_id": item.document_id, **row})
        rows["documents"].append(
            {
                "document_id": item.document_id,
                "source": document.source,
                "id": item.id,
                "file": printable(item.file),
                "row": item.row,
                "date": document.date.day,
                "meeting": document.meeting,
                "record": "".join(json_pieces(document)),
            }
        )
        batches = {
            name: pa.RecordBatch.from_pylist(some, schema=SCHEMAS[name])
            for name, some in rows.items()
        }
        for name, batch in batches.items():
            self._batches[name].append(batch)
            self.rows[name] += batch.num_rows
        self.documents += 1

    def flush_full(self) -> None:
        """Write a full row group out."""
        if len(self._batches["documents"]) >= _GROUP:
            self._flush()

    def _flush(self) -> None:
        for name, batches in self._batches.items():
            table = pa.Table.from_batches(batches, SCHEMAS[name]).combine_chunks()
            self._writers[name].write_table(table)
        self._batches.clear()

    def close(self) -> dict[str, memoryview]:
        """→ the files, by table."""
        self._flush()
        for writer in self._writers.values():
            writer.close()
        return {name: memoryview(output.getvalue()) for name, output in self._outputs.items()}

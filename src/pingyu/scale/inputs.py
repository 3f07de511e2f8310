"""Paths → inputs → partitions: what is read, in which order, and what is read together.

An input is a file that is one document, or one that holds a document a row (JSON lines, Parquet).
Partitions depend on the inputs alone, not on who works on them or when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from pingyu.errors import PingyuError, unreadable
from pingyu.read.reader import RECORDS, SUFFIXES, find_files

# of input to a partition: enough that 100 million documents stay below 50,000 partitions, little
# enough that one takes minutes and its records fit into memory (32 bytes for a character of text)
MOST_BYTES, LEAST_BYTES = 16_000_000, 16_000
PARTS = 256  # a small run is cut into about so many partitions, for as many workers to share
ROW_BYTES = 1000  # what a document costs beside its text, in bytes of text


@dataclass(frozen=True, slots=True)
class Stretch:
    """Documents that stand together in one input: `rows` of them from row `first` (1-based), which
    begins at byte `offset` (JSON lines). A file that is one document has one row."""

    path: str
    first: int
    rows: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Partition:
    """What one worker reads at a time. `first`: the document_id of its first row."""

    number: int
    first: int
    stretches: tuple[Stretch, ...]

    @property
    def rows(self) -> int:
        """How many documents it has at most (an empty line is none)."""
        return sum(stretch.rows for stretch in self.stretches)


@dataclass(frozen=True, slots=True)
class Input:
    """A file, as it was when the run began. `modified`: nanoseconds; `weight`: of its texts."""

    path: str
    size: int
    modified: int
    weight: int


@dataclass(slots=True)
class Inputs:
    """What the paths lead to. `failures`: those that could not be read at all; `skipped`: files of
    other kinds; `duplicates`: paths to a file that an earlier path leads to, which is read once."""

    found: list[Input] = field(default_factory=list)
    failures: list[PingyuError] = field(default_factory=list)
    skipped: int = 0
    duplicates: list[str] = field(default_factory=list)


def find(paths: Iterable[Path]) -> Inputs:
    """Files in the order given, those of a folder in order of path."""
    inputs = Inputs()
    seen = set()
    for path in _files(paths, inputs):
        real = path.resolve()
        if real in seen:
            inputs.duplicates.append(str(path))
            continue
        seen.add(real)
        try:
            stat = path.stat()
            weight = stat.st_size
            if path.suffix.lower() == ".parquet":
                weight = sum(weigh for _, weigh in _row_groups(str(path)))
            else:
                path.open("rb").close()  # raises where it may not be read
            inputs.found.append(Input(str(path), stat.st_size, stat.st_mtime_ns, weight))
        except OSError as error:
            inputs.failures.append(unreadable(error, path))
        except PingyuError as error:
            inputs.failures.append(error)
    return inputs


def _files(paths: Iterable[Path], inputs: Inputs) -> Iterator[Path]:
    suffixes = SUFFIXES + RECORDS
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        files, others = find_files(path, suffixes)
        inputs.skipped += others
        if not files:
            inputs.failures.append(PingyuError("E108", str(path), suffixes=" ".join(suffixes)))
        yield from files


def open_parquet(path: str) -> parquet.ParquetFile:
    """Raises PingyuError E733, E734 (no texts in it)."""
    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise PingyuError("E733", path, reason=str(error).split("\n")[0]) from error
    schema = file.schema_arrow
    names = set(schema.names)
    if "text" not in names or not _is_text(schema.field("text").type):
        file.close()
        raise PingyuError("E734", path, columns=", ".join(f"{f.name}: {f.type}" for f in schema))
    return file


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _row_groups(path: str) -> list[tuple[int, int]]:
    """Of each row group: rows, and bytes of their texts."""
    with open_parquet(path) as file:
        groups = [file.metadata.row_group(n) for n in range(file.num_row_groups)]
    columns = (group.column(n) for group in groups for n in range(group.num_columns))
    texts = (column for column in columns if column.path_in_schema == "text")
    return [
        (group.num_rows, text.total_uncompressed_size)
        for group, text in zip(groups, texts, strict=True)
    ]


def target_bytes(inputs: Iterable[Input]) -> int:
    """How much of the inputs makes a partition, where the user does not say it."""
    total = sum(each.weight for each in inputs)
    return min(MOST_BYTES, max(LEAST_BYTES, total // PARTS))


def cut(inputs: Iterable[Input], target: int) -> tuple[list[Partition], list[int]]:
    """→ (partitions in input order, each of about `target` bytes; rows of each input).

    There is one partition at least, so that a data set without documents can be read as well.
    """
    cutter = _Cutter(target)
    rows = []
    for each in inputs:
        before = cutter.rows
        cutter.path = each.path
        suffix = Path(each.path).suffix.lower()
        if suffix == ".jsonl":
            offset = 0
            with Path(each.path).open("rb") as file:
                for number, line in enumerate(file, 1):
                    cutter.add(number, 1, len(line), offset)
                    offset += len(line)
        elif suffix == ".parquet":
            first = 1
            for count, weight in _row_groups(each.path):
                cutter.add(first, count, weight // max(1, count))
                first += count
        else:
            cutter.add(1, 1, each.size)
        cutter.end_input()
        rows.append(cutter.rows - before)
    return cutter.end(), rows


class _Cutter:
    """Fills partition after partition."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.path = ""
        self.rows = 0
        self._weight = 0
        self._first = 1
        self._open: Stretch | None = None
        self._stretches: list[Stretch] = []
        self._partitions: list[Partition] = []

    def add(self, first: int, count: int, weight: int, offset: int = 0) -> None:
        """`count` rows of the present input, from `first`, of `weight` bytes each."""
        while count:
            left = max(0, self.target - self._weight)
            fitting = min(count, max(1, left // (weight + ROW_BYTES)))
            before = self._open
            self._open = (
                Stretch(before.path, before.first, before.rows + fitting, before.offset)
                if before
                else Stretch(self.path, first, fitting, offset)
            )
            self.rows += fitting
            self._weight += fitting * (weight + ROW_BYTES)
            first, count = first + fitting, count - fitting
            if self._weight >= self.target - (weight + ROW_BYTES) // 2:
                self._end_partition()

    def end_input(self) -> None:
        """What follows stands in another file."""
        if self._open:
            self._stretches.append(self._open)
            self._open = None

    def _end_partition(self) -> None:
        self.end_input()
        number = len(self._partitions)
        self._partitions.append(Partition(number, self._first, tuple(self._stretches)))
        self._first, self._weight, self._stretches = self.rows + 1, 0, []

    def end(self) -> list[Partition]:
        """All of them."""
        if self._stretches or not self._partitions:
            self._end_partition()
        return self._partitions

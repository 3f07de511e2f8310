"""One partition: its documents are extracted one by one, then all of it is written.

A document that raises is listed and left out. One that takes the process with it (out of memory, a
crash in native code) does so when it is tried again; so what is in hand is noted in a file, and a
document at which the process ended STRIKES times is listed and left out as well.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

from pingyu.errors import PingyuError, unforeseen
from pingyu.pipeline import Pipeline
from pingyu.read.reader import printable
from pingyu.scale.inputs import Partition
from pingyu.scale.records import Item, items
from pingyu.scale.store import Store
from pingyu.scale.tables import Tables

STRIKES = 3
_START, _WRITING, _NOTHING = "start\n", "writing\n", "nothing\n"


def extract(partition: Partition, pipeline: Pipeline, folder: Path) -> int:
    """Extract and write a partition; → documents it holds, failed ones included.

    Raises PingyuError E726 where it cannot be written, E740 where no document is to blame.
    """
    store = Store(folder)
    begun = store.begun(partition.number)
    try:
        with begun.open("a+", encoding="utf-8", buffering=1) as notes:
            strikes = _strikes(notes)
            if max(strikes[_START], strikes[_WRITING]) >= STRIKES:
                begun.unlink(missing_ok=True)  # whoever resumes the run may try again
                reason = f"{STRIKES} times the process ended while it read or wrote"
                raise PingyuError("E740", number=partition.number, kind="death", reason=reason)
            try:
                tables, failures = _extract(partition, pipeline, strikes, notes)
                notes.write(_WRITING)
                store.commit(partition.number, tables.close(), tables.rows, failures)
            except BaseException:  # it ends, but no document is to blame
                notes.write(_NOTHING)
                raise
        # a worker thought dead may have finished the same partition first
        begun.unlink(missing_ok=True)
    except OSError as error:
        raise PingyuError("E726", str(begun), reason=error.strerror) from error
    except PingyuError:
        raise
    except Exception as error:
        kind, number = type(error).__name__, partition.number
        raise PingyuError("E740", number=number, kind=kind, reason=str(error)) from error
    return tables.documents + len(failures)


def _strikes(notes: TextIO) -> Counter[str]:
    """How often the process ended at which document (a line of notes each)."""
    notes.write(_START)
    notes.seek(0)
    lines = notes.readlines()
    return Counter(before for before, line in pairwise(lines) if line == _START)


def _extract(
    partition: Partition, pipeline: Pipeline, strikes: Counter[str], notes: TextIO
) -> tuple[Tables, list[dict[str, Any]]]:
    tables = Tables()
    failures = []
    for item in items(partition):
        note = f"{item.document_id}\n"
        notes.write(note)
        try:
            if strikes[note] >= STRIKES:
                raise PingyuError("E737", item.source, times=STRIKES)
            tables.add(item.extract(pipeline), item)
        except PingyuError as error:
            failures.append(failure(error, item))
        except Exception as error:
            failures.append(failure(unforeseen(error), item))
        tables.flush_full()  # where that fails no document is to blame
    return tables, failures


def failure(error: PingyuError, item: Item | None = None) -> dict[str, Any]:
    """A line of failures.jsonl; without an item, of an input that could not be read at all."""
    return {
        "document_id": item.document_id if item else None,
        "source": item.source if item else error.path,
        "file": printable(item.file) if item else error.path,
        "row": item.row if item else None,
        "code": error.code,
        "reason": error.message,
    }

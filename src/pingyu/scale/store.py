"""The folder of a data set: OUT/<table>/part-00000.parquet, manifest.json, failures.jsonl.

While the run is on, OUT/.work holds what it was begun with (plan.json) and a record of each partition
that is finished (00000.json), which is written last: a partition without one is done again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from pingyu.errors import PingyuError
from pingyu.files import write_whole

MANIFEST, FAILURES = "manifest.json", "failures.jsonl"
_WORK, _PLAN, _LOCK = ".work", "plan.json", ".lock"


def _write(path: Path, data: bytes | memoryview) -> None:
    """Raises PingyuError E726."""
    try:
        write_whole(path, data)
    except OSError as error:
        raise PingyuError("E726", str(path), reason=error.strerror) from error


def _json(values: object, indent: int | None = 1) -> bytes:
    """A line or more; half a character, as in a path that is not UTF-8, is written as its escape."""
    text = json.dumps(values, ensure_ascii=False, indent=indent) + "\n"
    return text.encode("utf-8", "backslashreplace")


class Store:
    """Reads and writes the folder; the same for the command and for its workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _record(self, number: int) -> Path:
        return self.folder / _WORK / f"{number:05}.json"

    def begun(self, number: int) -> Path:
        """Where a partition notes which document is in hand."""
        return self.folder / _WORK / f"{number:05}.begun"

    def look(self) -> None:
        """Raises OSError where this machine does not see the run that was begun here."""
        (self.folder / _WORK / _PLAN).stat()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Raises PingyuError E725 while another run writes here, E726."""
        lock = self.folder / _LOCK
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = lock.open("w")
        except OSError as error:
            raise PingyuError("E726", str(self.folder), reason=error.strerror) from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise PingyuError("E725", str(self.folder)) from error
            except OSError:
                pass  # a file system without locks: two runs would only do the work twice
            if not _is_there(lock, file):  # whoever had it took it away meanwhile
                raise PingyuError("E725", str(self.folder))
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)

    def begin(self, plan: dict[str, Any], resume: bool) -> bool:
        """Is there anything left to do? Raises PingyuError E723, E724."""
        work = self.folder / _WORK
        manifest = self.folder / MANIFEST
        before = manifest if manifest.is_file() else work / _PLAN
        ours = {_LOCK, _WORK} if resume else {_LOCK}
        found = sorted({path.name for path in self.folder.iterdir()} - ours)
        if found and not (resume and before.is_file()):
            raise PingyuError("E723", str(self.folder), found=found[0])
        if before.is_file():
            known = json.loads(before.read_text(encoding="utf-8"))
            for what, now in plan.items():
                if known.get(what) != now:
                    then, now = _difference(known.get(what), now)
                    raise PingyuError("E724", str(self.folder), what=what, then=then, now=now)
        for stale in self.folder.rglob(".*.*.*"):
            stale.unlink(missing_ok=True)
        if before == manifest:
            shutil.rmtree(work, ignore_errors=True)
            return False
        _write(before, _json(plan))
        return True

    def commit(
        self,
        number: int,
        files: Mapping[str, memoryview],
        rows: Mapping[str, int],
        failures: list[dict[str, Any]],
    ) -> None:
        """Keep a finished partition. Raises PingyuError E726."""
        written = {}
        for table, data in files.items():
            name = f"{table}/part-{number:05}.parquet"
            _write(self.folder / name, data)
            digest = hashlib.sha256(data).hexdigest()
            written[name] = {"rows": rows[table], "bytes": len(data), "sha256": digest}
        record = {
            "number": number,
            "documents": rows["documents"],
            "failed": len(failures),
            "files": written,
            "failures": failures,
        }
        _write(self._record(number), _json(record))

    def finished(self, number: int) -> dict[str, Any] | None:
        """The record of a partition, where it is finished and its files are all there."""
        try:
            record: dict[str, Any] = json.loads(self._record(number).read_text(encoding="utf-8"))
            sizes = {name: (self.folder / name).stat().st_size for name in record["files"]}
        except FileNotFoundError:
            return None
        whole = all(sizes[name] == file["bytes"] for name, file in record["files"].items())
        return record if whole else None

    def end(
        self,
        plan: dict[str, Any],
        records: Iterable[dict[str, Any]],
        failures: list[dict[str, Any]],
    ) -> dict[str, Any]:
        """Write failures.jsonl and, last, the manifest, which is returned. `failures`: of inputs."""
        partitions, failures = [], [*failures]
        for record in records:
            failures += record.pop("failures")
            partitions.append(record)
        lines = b"".join(_json(failure, None) for failure in failures)
        _write(self.folder / FAILURES, lines)
        tables: dict[str, int] = {}
        for record in partitions:
            for name, file in record["files"].items():
                table = name.split("/")[0]
                tables[table] = tables.get(table, 0) + file["rows"]
        manifest = {
            **plan,
            "documents": tables["documents"],
            "failed": len(failures),
            "tables": tables,
            "partitions": partitions,
        }
        _write(self.folder / MANIFEST, _json(manifest))
        shutil.rmtree(self.folder / _WORK, ignore_errors=True)  # a straggler may write there
        return manifest

    def manifest(self) -> dict[str, Any]:
        """Of a finished run."""
        values: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        return values


def _is_there(path: Path, file: TextIO) -> bool:
    """Does the open file still have this name?"""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _difference(then: Any, now: Any) -> tuple[Any, ...]:
    """What differs first, brief enough for a message. An input is a dict with a path."""
    if isinstance(then, list) and isinstance(now, list):
        pairs = zip([*then, "nothing"], [*now, "nothing"], strict=False)
        then, now = next((a, b) for a, b in pairs if a != b)
    if isinstance(then, dict) and isinstance(now, dict) and then["path"] == now["path"]:
        names = [name for name in now if then.get(name) != now[name]]
        return tuple(
            ", ".join([side["path"], *(f"{name} {side.get(name)}" for name in names)])
            for side in (then, now)
        )
    then, now = (side["path"] if isinstance(side, dict) else side for side in (then, now))
    return then, now

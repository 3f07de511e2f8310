"""One file → clean text, with the place of every character in the decoded source."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pingyu.errors import PingyuError, unreadable
from pingyu.read import repair
from pingyu.read.decode import decode
from pingyu.read.markup import read_markup, tidy
from pingyu.read.source import SourceText

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm")
RECORDS = (".jsonl", ".parquet")  # these hold a document a row
MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """`content.text` is the clean text; `source` the decoded file that its places point into;
    `simplified` the clean text in Simplified script, character for character, for the model.
    """

    content: SourceText
    simplified: str
    source: str
    encoding: str
    metadata: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The clean text."""
        return self.content.text


def find_files(folder: Path, suffixes: Sequence[str] = SUFFIXES) -> tuple[list[Path], int]:
    """→ (files below a folder that have one of the suffixes, in order of path; how many have not)."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    readable = [path for path in files if path.suffix.lower() in suffixes]
    return readable, len(files) - len(readable)


def printable(path: str) -> str:
    """A path as text; bytes of its name that are not UTF-8 (some are named in GBK) are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def read_file(
    path: Path,
    *,
    encoding: str | None = None,
    keep_script: bool = False,
    max_bytes: int = MAX_BYTES,
) -> Page:
    """Read and clean one file. Raises PingyuError E101–E107."""
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise PingyuError("E105", str(path), size=size, limit=max_bytes)
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(error, path) from error
    return read_bytes(
        data,
        str(path),
        encoding=encoding,
        keep_script=keep_script,
        markdown=path.suffix.lower() in (".md", ".markdown"),
    )


def read_bytes(
    data: bytes,
    name: str = "<bytes>",
    *,
    encoding: str | None = None,
    keep_script: bool = False,
    markdown: bool = False,
) -> Page:
    """Decode and clean `data`; `name` stands in error messages. Raises PingyuError E102–E104, E107.

    `keep_script`: leave Traditional characters as they are.
    """
    source, encoding = decode(data, name, encoding)
    return read_text(source, name, encoding=encoding, keep_script=keep_script, markdown=markdown)


def read_text(
    source: str,
    name: str = "<text>",
    *,
    encoding: str = "utf-8",
    keep_script: bool = False,
    markdown: bool = False,
) -> Page:
    """Clean a decoded source, which was in `encoding`. Raises PingyuError E107."""
    marked = read_markup(source, markdown)
    content, warnings = repair.restore_shifted(tidy(marked.body))
    content = repair.strip_readings(content)
    if not content.text:
        raise PingyuError("E107", name)
    simplified = repair.to_simplified(content)
    if not keep_script:
        content = simplified
    return Page(content, simplified.text, source, encoding, marked.metadata, warnings)

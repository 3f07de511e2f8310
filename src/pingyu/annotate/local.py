"""Documents of this side: gold files to keep in step, and predictions to begin from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pingyu import inline
from pingyu.errors import PingyuError, unreadable
from pingyu.files import write_whole
from pingyu.schema import Document, Relation, Span


@dataclass(frozen=True, slots=True)
class Local:
    """`marked`: the text of its gold file, or None for a prediction."""

    name: str
    document: Document
    path: Path
    marked: str | None = None


def read_gold(folder: Path, name: str) -> Local | None:
    """The gold file of a name, where there is one. Raises PingyuError E201–E208."""
    path = folder / f"{name}.inl"
    if not path.is_file():
        return None
    marked = inline.read_marked(path)
    return Local(name, inline.parse(marked, str(path)), path, marked)


def write_gold(path: Path, marked: str) -> None:
    """Write a gold file, with the line ends that it had."""
    before = path.read_bytes() if path.is_file() else b"\n"
    out = marked + "\n" * before.endswith(b"\n")
    write_whole(path, out.replace("\n", "\r\n" if b"\r\n" in before else "\n").encode())


def read_all(paths: Iterable[Path], errors: list[PingyuError]) -> dict[str, Local]:
    """Folders of .inl files and files of JSON lines → documents by name; what cannot be read is
    added to `errors`."""
    found: dict[str, Local] = {}
    for path in paths:
        for local in _read_folder(path, errors) if path.is_dir() else _read_lines(path, errors):
            if local.name in found:
                other = found[local.name].path
                errors.append(PingyuError("E521", str(local.path), name=local.name, other=other))
            else:
                found[local.name] = local
    return found


def _read_folder(folder: Path, errors: list[PingyuError]) -> Iterator[Local]:
    for path in sorted(folder.rglob("*.inl")):
        try:
            local = read_gold(folder, path.relative_to(folder).with_suffix("").as_posix())
        except PingyuError as error:
            errors.append(error)
        else:
            if local:
                yield local


def _read_lines(path: Path, errors: list[PingyuError]) -> Iterator[Local]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        errors.append(unreadable(error, path))
        return
    except UnicodeDecodeError:
        errors.append(PingyuError("E104", str(path)))
        return
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            document = _document(json.loads(line))
            name = name_of(document.source)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            reason = f"{type(error).__name__}: {error}"
            errors.append(PingyuError("E520", path=str(path), line=number, reason=reason))
        else:
            yield Local(name, document, path)


def _document(values: dict[str, Any]) -> Document:
    """From the object that Document.to_dict gives. Raises ValueError, KeyError, TypeError,
    IndexError where it is not one."""
    spans = [Span(**span) for span in values["spans"]]
    relations = [Relation(**relation) for relation in values["relations"]]
    text = values["text"]
    text.encode()  # of half a surrogate pair there is no UTF-8
    if "\r" in text:
        raise ValueError(f"a carriage return in the text at {text.index(chr(13))}")
    for span in spans:
        if not span.text or text[span.start : span.end] != span.text:
            raise ValueError(f"the text at {span.start}–{span.end} is not {span.text!r}")
    for relation in relations:
        spans[relation.head], spans[relation.tail]
    return Document(text, spans, relations, [""] * len(spans), source=values["source"])


def name_of(source: str) -> str:
    """The name in doccano and among the gold files: folder and file, without its suffix."""
    path = PurePosixPath(source.replace("\\", "/"))
    parts = [p for p in path.with_suffix("").parts if p not in ("/", "..")]
    return "/".join(parts[-2:])


def check_name(name: str) -> None:
    """Raises PingyuError E522 where a name from doccano would not stay below a folder."""
    parts = name.split("/")
    bad = any(not p or p.startswith(".") or p != p.strip() for p in parts)
    if bad or not name.isprintable() or set(name) & set('\\:*?"<>|'):
        raise PingyuError("E522", name=name)

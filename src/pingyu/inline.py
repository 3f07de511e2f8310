"""The inline notation of the gold files (annotations/GUIDELINES.md, «Inline notation»).

    [U:id text]        a unit; the same id at all its mentions
    [U:id:rid text]    … ranked by the rank rid (several: r1+r2)
    [A:id text]        an achievement of unit id (several: a+b)
    [D:id text]        a deficiency of unit id
    [R text]           a rank; [R:rid text] one by which units are ranked

Taking the marks away gives the clean text back, character for character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pingyu.errors import PingyuError, unreadable
from pingyu.schema import (
    ACHIEVEMENT,
    DEFICIENCY,
    GOVERNED,
    HAS_RANK,
    RANK,
    UNIT,
    Document,
    Relation,
    Span,
)

_OPEN = re.compile(r"\[([UADR])(?::([\w+\-]*))?(?::([\w+\-]+))? ")
_LABEL = {"U": UNIT, "A": ACHIEVEMENT, "D": DEFICIENCY, "R": RANK}
_LETTER = {label: letter for letter, label in _LABEL.items()}


@dataclass(slots=True)
class _Mark:
    label: str
    key: str
    rank_key: str
    start: int
    at: int
    outer: _Mark | None
    end: int = -1


def parse(marked: str, path: str | None = None) -> Document:
    """Marked text → document with spans, relations and keys.

    A relation of a unit starts from its mention nearest before the tail (or, where there is none,
    from its first mention). Raises PingyuError (E201–E208) with line and column in the marked text.
    """

    def error(code: str, at: int, **values: object) -> PingyuError:
        line = marked.count("\n", 0, at) + 1
        column = at - (marked.rfind("\n", 0, at) + 1) + 1
        return PingyuError(code, path, line=line, column=column, **values)

    clean: list[str] = []
    marks: list[_Mark] = []
    stack: list[_Mark] = []
    at = 0
    while at < len(marked):
        opening = _OPEN.match(marked, at) if marked[at] == "[" else None
        if opening:
            outer = stack[-1] if stack else None
            stack.append(
                _Mark(_LABEL[opening[1]], opening[2] or "", opening[3] or "", len(clean), at, outer)
            )
            marks.append(stack[-1])
            at = opening.end()
            continue
        if marked[at] == "]" and stack:
            stack.pop().end = len(clean)
        else:
            clean.append(marked[at])
        at += 1
    text = "".join(clean)
    if stack:
        raise error("E201", stack[-1].at, mark=marked[stack[-1].at :][:20])

    for mark in marks:
        piece = text[mark.start : mark.end]
        if not piece or piece != piece.strip():
            raise error("E202", mark.at, text=piece)
        nests = mark.label == RANK and mark.outer and mark.outer.label in (ACHIEVEMENT, DEFICIENCY)
        if mark.outer and not nests:
            raise error("E203", mark.at, label=mark.label, outer=mark.outer.label, text=piece)
        if mark.label != RANK and not mark.key:
            raise error("E207", mark.at, label=mark.label, letter=_LETTER[mark.label], text=piece)

    marks.sort(key=lambda m: (m.start, -m.end))
    index = {id(mark): n for n, mark in enumerate(marks)}
    document = Document(
        text,
        [Span(m.label, m.start, m.end, text[m.start : m.end]) for m in marks],
        keys=[m.key if m.label in (UNIT, RANK) else "" for m in marks],
    )
    units = document.mentions()
    ranks: dict[str, int] = {}
    for n, mark in enumerate(marks):
        if mark.label == RANK and mark.key:
            if mark.key in ranks:
                raise error("E208", mark.at, key=mark.key, text=document.spans[n].text)
            ranks[mark.key] = n
    for n, mark in enumerate(marks):
        piece = document.spans[n].text
        if mark.label in (ACHIEVEMENT, DEFICIENCY):
            for key in mark.key.split("+"):
                if key not in units:
                    raise error("E204", mark.at, key=key, text=piece)
                head = max((u for u in units[key] if u < n), default=units[key][0])
                document.relations.append(Relation(GOVERNED[mark.label], head, n))
        elif mark.label == UNIT:
            for key in filter(None, mark.rank_key.split("+")):
                if key not in ranks:
                    raise error("E205", mark.at, key=key, text=piece)
                document.relations.append(Relation(HAS_RANK, n, ranks[key]))
        elif mark.outer:
            document.relations.append(Relation(HAS_RANK, index[id(mark.outer)], n))
    document.relations.sort(key=lambda r: (r.head, r.tail))
    return document


def written_keys(marked: str) -> list[list[str]]:
    """For each span of a marked text, in order, the keys of its relations as they stand there: the
    units of an A or D, the ranks of a U."""
    return [((m[3] if m[1] == "U" else m[2]) or "").split("+") for m in _OPEN.finditer(marked)]


def write(document: Document) -> str:
    """Document → marked text, so that parse(write(d)) gives d's text, spans and keys, and relations
    from the nearest mention of the same unit; a rank inside a statement belongs to it.

    Several keys in one mark stand in the order of the relations. Raises PingyuError E206 where the
    text itself would be read as a mark, E201–E208 where the notation has no form for the document.
    """
    governors: dict[int, list[str]] = {}
    ranked_by: dict[int, list[str]] = {}
    for relation in document.relations:
        if document.spans[relation.head].label != UNIT:
            continue
        if relation.type == HAS_RANK:
            ranked_by.setdefault(relation.head, []).append(document.keys[relation.tail])
        else:
            governors.setdefault(relation.tail, []).append(document.keys[relation.head])

    opens: dict[int, list[str]] = {}
    closes: dict[int, int] = {}
    for n, span in enumerate(document.spans):
        key = "+".join(governors[n]) if n in governors else document.keys[n]
        mark = f"[{_LETTER[span.label]}" + (f":{key}" if key else "")
        if n in ranked_by:
            mark += f":{'+'.join(ranked_by[n])}"
        opens.setdefault(span.start, []).append(mark + " ")
        closes[span.end] = closes.get(span.end, 0) + 1

    out: list[str] = []
    for at in range(len(document.text) + 1):
        out.append("]" * closes.get(at, 0))
        out.extend(opens.get(at, ()))
        out.append(document.text[at : at + 1])
    marked = "".join(out)
    _check_reads_back(marked, document)
    return marked


def _check_reads_back(marked: str, document: Document) -> None:
    back = parse(marked)
    if back.text == document.text:
        return
    pairs = enumerate(zip(back.text, document.text, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(back.text), len(document.text)))
    raise PingyuError("E206", start=at, end=at + 10, text=document.text[at : at + 10])


def read_file(path: Path) -> Document:
    """One .inl file. Raises PingyuError E101, E106, E603 where it cannot be read, E201–E208."""
    return parse(read_marked(path), str(path))


def read_marked(path: Path) -> str:
    """The marked text of a file; its last line end is no part of it. Raises PingyuError E101, E106,
    E603."""
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n")
    except OSError as error:
        raise unreadable(error, path) from error
    except UnicodeDecodeError as error:
        raise PingyuError("E603", str(path), at=error.start) from error


def read_folder(folder: Path) -> Iterable[tuple[str, Document]]:
    """Every gold document below a folder, in order of name, as ("genre/name", document)."""
    for path in sorted(folder.rglob("*.inl")):
        yield path.relative_to(folder).with_suffix("").as_posix(), read_file(path)

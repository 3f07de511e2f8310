"""Other people's data, doccano's JSON and CoNLL columns → documents, and every issue at once.

An issue of LEFT_OUT costs what it names and no more; any other says that schema and data do not fit.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pingyu.errors import PingyuError, unreadable
from pingyu.extract.mentions import same_unit
from pingyu.extract.pairs import candidates
from pingyu.extract.roles import Roles
from pingyu.labels import LabelSchema
from pingyu.schema import Document, Relation, Span, reading_order

Row = dict[str, Any]
LEFT_OUT = ("E803", "E810", "E811", "E812", "E815", "E819", "E820", "E823", "E824")
_ROW = {"id", "text", "entities", "relations", "label", "labels", "Comments", "meta"}
_PUSHED = {"name", "pushed", "keys"}  # what `pingyu doccano push` adds to a row
_ENTITY = {"id", "label", "start_offset", "end_offset", "text"}
_RELATION = {"id", "from_id", "to_id", "type"}
_TAG = re.compile(r"O|([BIMELSU])[-_](.+)")
_OPENS, _CLOSES = "BSU", "ELSU"
_BETWEEN = re.compile(r"\s*,?\s*")  # elements of a JSON list


class Sources(NamedTuple):
    """The files of a training: what the command line names them is what they are called here."""

    schema: Path
    data: Path
    dev: Path | None = None
    test: Path | None = None
    config: Path | None = None

    def given(self) -> dict[str, Path]:
        """Option → file."""
        return {name: path for name, path in self._asdict().items() if path}


@dataclass
class Reader:
    """Reads files of one schema; `issues` fills up on the way, each place as "file:line"."""

    schema: LabelSchema
    issues: list[PingyuError] = field(default_factory=list)
    _unknown: set[str] = field(default_factory=set)

    def read(self, path: Path) -> list[Document]:
        """The documents of a file: one a line of JSON or an element of a JSON list, or one a block of
        lines of a CoNLL file.

        Raises PingyuError E101, E106, E603 where the file cannot be read at all.
        """
        try:
            lines = path.read_text(encoding="utf-8-sig").split("\n")
        except OSError as error:
            raise unreadable(error, path) from error
        except UnicodeDecodeError as error:
            raise PingyuError("E603", str(path), at=error.start) from error
        first = next((line for line in lines if line.strip()), "")
        of_json = first.lstrip().startswith(("{", "[")) and not _TAG.fullmatch(_fields(first)[-1])
        if not of_json:
            found = self._conll(path, lines)
        elif first.lstrip().startswith("["):
            found = self._list(path, "\n".join(lines))
        else:
            found = self._lines(path, lines)
        return [document for document in found if document.text]

    def _say(self, code: str, place: str, **values: object) -> None:
        self.issues.append(PingyuError(code, place, **values))

    def _lines(self, path: Path, lines: Sequence[str]) -> Iterator[Document]:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"{path}:{number}"
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                self._say("E801", place, reason=f"{error.msg} at column {error.colno}")
                continue
            yield from self._document(row, place)

    def _list(self, path: Path, text: str) -> Iterator[Document]:
        """Of one JSON list, the place of each element is the line where it begins."""
        decoder, at, number = json.JSONDecoder(), text.index("[") + 1, 1
        before = 0
        while True:
            at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr] # it matches nothing, too
            number, before = number + text.count("\n", before, at), at
            if text.startswith("]", at):
                return
            try:
                row, at = decoder.raw_decode(text, at)
            except json.JSONDecodeError as error:
                reason = f"{error.msg} at line {error.lineno}, column {error.colno}"
                self._say("E801", f"{path}:{number}", reason=reason)
                return
            yield from self._document(row, f"{path}:{number}")

    def _document(self, row: object, place: str) -> Iterator[Document]:
        """The document of a row, if it is one."""
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            self._say("E802", place, found=_shown(row))
            return
        self._known(row, _ROW | _PUSHED, "document", place)
        text = row["text"]
        spans, by_id = dict[tuple[str, int, int], Span](), dict[int | str, Span]()
        for entity in self._entities(row, place):
            span = self._span(entity, text, place)
            if span is None:
                continue
            key = span.extent
            if key in spans:
                self._say("E810", place, label=span.label, text=span.text, start=span.start)
            spans.setdefault(key, span)
            number = entity.get("id")
            if number is not None and by_id.setdefault(number, spans[key]) is not spans[key]:
                self._say("E813", place, id=number, text=span.text, start=span.start)
        ordered = sorted(spans.values(), key=reading_order)
        yield self._whole(text, ordered, self._relations(row, ordered, by_id, place), place)

    def _entities(self, row: Row, place: str) -> Iterator[Row]:
        """Of a row with `entities`, or with [start, end, label] lists in `label` or `labels`."""
        name = next((n for n in ("entities", "label", "labels") if row.get(n)), "entities")
        found = row.get(name) or []
        for n, entity in enumerate(found if isinstance(found, list) else [found]):
            if isinstance(entity, list) and len(entity) == 3:
                entity = dict(zip(("start_offset", "end_offset", "label"), entity, strict=True))
            if not _has(entity, ("label",), ("start_offset", "end_offset")):
                self._say("E816", place, what=f"{name}[{n}]", found=_shown(entity))
                continue
            self._known(entity, _ENTITY, "entity", place)
            yield entity

    def _span(self, entity: Row, text: str, place: str) -> Span | None:
        label, start, end = entity["label"], entity["start_offset"], entity["end_offset"]
        if isinstance(start, list) or isinstance(end, list):
            self._say("E811", place, label=label, start=start, end=end)
            return None
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
            self._say("E805", place, label=label, start=start, end=end, length=len(text))
            return None
        piece = text[start:end]
        if label not in self.schema.labels:
            self._say("E804", place, label=label, text=piece, start=start)
            return None
        if entity.get("text", piece) != piece:
            self._say("E806", place, found=piece, start=start, end=end, said=entity["text"])
            return None
        return Span(label, start, end, piece)

    def _relations(
        self, row: Row, spans: list[Span], by_id: dict[Any, Span], place: str
    ) -> list[Relation]:
        index = {id(span): n for n, span in enumerate(spans)}
        listed = row.get("entities") or []
        left_out = {e["id"] for e in listed if _has(e, ("label",), ("id",))} - by_id.keys()
        found: dict[tuple[str, int, int], Relation] = {}
        for relation in row.get("relations") or []:
            if not _has(relation, ("type",), ("from_id", "to_id")):
                self._say("E816", place, what="relations", found=_shown(relation))
                continue
            self._known(relation, _RELATION, "relation", place)
            type_, ends = relation["type"], (relation["from_id"], relation["to_id"])
            missing = [end for end in ends if end not in by_id]
            for end in missing:
                if end not in left_out:
                    self._say("E807", place, type=type_, id=end)
            if missing:
                continue
            head, tail = by_id[ends[0]], by_id[ends[1]]
            kind = self.schema.relations.get(type_)
            values = {"type": type_, "start": head.start}
            if kind is None:
                self._say("E808", place, head=head.text, tail=tail.text, **values)
            elif head.label not in kind.heads or tail.label not in kind.tails:
                said = (f"{span.label} {span.text!r}" for span in (head, tail))
                self._say("E809", place, **dict(zip(("head", "tail"), said, strict=True)), **values)
            elif head is tail:
                self._say("E820", place, text=head.text, **values)
            else:
                made = Relation(type_, index[id(head)], index[id(tail)])
                found.setdefault((type_, made.head, made.tail), made)
        return sorted(found.values(), key=lambda r: (r.head, r.tail, r.type))

    def _known(self, values: Row, known: set[str], what: str, place: str) -> None:
        """Each unknown key is named once, where it is met first."""
        for key in sorted(values.keys() - known):
            if f"{what}.{key}" not in self._unknown:
                self._unknown.add(f"{what}.{key}")
                self._say("E803", place, key=key, what=what, known=", ".join(sorted(known)))

    def _conll(self, path: Path, lines: Sequence[str]) -> Iterator[Document]:
        tagged = _tag_columns(lines, self.schema)
        block: list[tuple[int, list[str]]] = []
        for number, line in enumerate([*lines, ""], 1):
            fields = _fields(line)
            if not fields or fields[0] == "-DOCSTART-":
                if block:
                    yield self._sentence(path, block, tagged)
                block = []
            elif len(fields) < 2 or not _TAG.fullmatch(fields[-1]):
                if not line.startswith("#") and (number > 1 or len(fields) < 2):
                    self._say("E814", f"{path}:{number}", found=line.strip())
            else:
                block.append((number, fields))

    def _sentence(
        self, path: Path, block: list[tuple[int, list[str]]], tagged: list[int]
    ) -> Document:
        """A token a line, its tags in the columns `tagged` (from the right, -1 the last)."""
        text, starts = "", list[int]()
        for _, fields in block:
            word = fields[0]
            latin = text[-1:].isascii() and text[-1:].isalnum() and word[0].isascii()
            if latin and word[0].isalnum() and max(len(word), len(text) - starts[-1]) > 1:
                text += " "  # two words of Latin letters, not two letters
            starts.append(len(text))
            text += word
        spans: dict[tuple[str, int, int], Span] = {}
        for column in tagged:
            for label, start, end, number in self._runs(path, block, column, starts):
                place, piece = f"{path}:{number}", text[start:end]
                if label not in self.schema.labels:
                    self._say("E804", place, label=label, text=piece, start=start)
                elif (label, start, end) in spans:
                    self._say("E810", place, label=label, text=piece, start=start)
                else:
                    spans[label, start, end] = Span(label, start, end, piece)
        ordered = sorted(spans.values(), key=reading_order)
        return self._whole(text, ordered, [], f"{path}:{block[0][0]}")

    def _runs(
        self, path: Path, block: list[tuple[int, list[str]]], column: int, starts: list[int]
    ) -> Iterator[tuple[str, int, int, int]]:
        """(label, start, end, line) of one column of BIO, BIOES, BMES or BILOU tags."""
        open_: tuple[str, int, int] | None = None  # label, start, line
        end = 0
        for (number, fields), start in zip(block, starts, strict=True):
            tag = _TAG.fullmatch(fields[column]) if len(fields) >= -column else None
            if tag is None:
                self._say("E814", f"{path}:{number}", found=" ".join(fields))
            letter, label = (tag[1], tag[2]) if tag else (None, None)
            if open_ and (letter is None or letter in _OPENS or label != open_[0]):
                yield open_[0], open_[1], end, open_[2]
                open_ = None
            if letter and label:
                if not open_:
                    if letter not in _OPENS:
                        self._say("E815", f"{path}:{number}", tag=fields[column], start=start)
                    open_ = label, start, number
                end = start + len(fields[0])
                if letter in _CLOSES:
                    yield open_[0], open_[1], end, open_[2]
                    open_ = None
        if open_:
            yield open_[0], open_[1], end, open_[2]

    def _whole(
        self, text: str, spans: list[Span], relations: list[Relation], place: str
    ) -> Document:
        """A document, its overlaps looked through, the keys of bodies by their names."""
        for n, span in enumerate(spans):
            for other in spans[n + 1 :]:
                if other.start >= span.end:
                    break
                self._overlap(span, other, place)
        units = [n for n, s in enumerate(spans) if self.schema.labels[s.label].names]
        keys = [""] * len(spans)
        for n, number in zip(units, same_unit([spans[n].text for n in units]), strict=True):
            keys[n] = f"u{number + 1}"
        return Document(text, spans, relations, keys)

    def _overlap(self, span: Span, other: Span, place: str) -> None:
        values = {
            "label": other.label,
            "text": other.text,
            "start": other.start,
            "other": f"{span.label} {span.text!r}",
        }
        if other.end > span.end:
            self._say("E812", place, **values)
            return
        ways = [(other, span)]
        if (span.start, span.end) == (other.start, other.end):
            ways.append((span, other))
        inside = (self.schema.labels[inner.label].inside for inner, _ in ways)
        if not any(
            allowed is None or outer.label in allowed
            for allowed, (_, outer) in zip(inside, ways, strict=True)
        ):
            self._say("E819", place, **values)


def _has(value: object, texts: Sequence[str], others: Sequence[str]) -> bool:
    """Is it an object with these keys, and the first of them texts?"""
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(key), str) for key in texts)
        and all(key in value for key in others)
        and all(isinstance(value.get(key, 0), int | str) for key in ("id", "from_id", "to_id"))
    )


def unreachable(documents: Sequence[Document], schema: LabelSchema) -> Iterator[PingyuError]:
    """For each relation type how many relations a model of the schema could never give: of heads too
    far away, or of tails that do not stand in the head that should hold them."""
    roles = Roles.of(schema, documents)
    missed, all_ = Counter[str](), Counter[str]()
    for document in documents:
        spans = document.spans
        held = roles.held(spans)
        mentions, targets = roles.sides(spans, held)
        pairs = candidates([spans[n] for n in mentions], [spans[n] for n in targets], roles)
        reached = {
            (mentions[m], targets[t])
            for m, t in zip(*(ends.tolist() for ends in pairs), strict=True)
        }
        for r in document.relations:
            all_[r.type] += 1
            if spans[r.head].label in schema.relations[r.type].heads_by("containment"):
                missed[r.type] += held.get(r.tail) != (r.head, r.type)
            else:
                missed[r.type] += (r.head, r.tail) not in reached
    for type_, count in missed.items():
        if count:
            yield PingyuError("E823", type=type_, count=count, all=all_[type_])


def repeated(
    documents: Sequence[Document], others: Sequence[Document], option: str
) -> Iterator[PingyuError]:
    """Do texts of `others` stand in `documents` too? Figures on them flatter."""
    known = {document.text for document in documents}
    count = sum(document.text in known for document in others)
    if count:
        yield PingyuError("E824", option=option, count=count, all=len(others))


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _fields(line: str) -> list[str]:
    """Columns by tabs or blanks; a line that begins with the separator has a blank as its token."""
    if not line.strip():
        return []
    if "\t" in line:
        fields = line.rstrip("\r\n").split("\t")
    else:
        fields = line.split()
        if line[0].isspace():
            fields = [" ", *fields]
    return [fields[0] or " ", *fields[1:]]


def _tag_columns(lines: Sequence[str], schema: LabelSchema) -> list[int]:
    """The columns that hold labels of the schema, from the right; else the last."""
    found: dict[int, set[str]] = {}
    wrong: set[int] = set()
    for line in lines:
        fields = _fields(line)
        tags = [_TAG.fullmatch(value) for value in fields[1:]]
        if not tags or tags[-1] is None:
            continue
        for column, tag in enumerate(reversed(tags), 1):
            if tag is None:
                wrong.add(-column)
            elif tag[2]:
                found.setdefault(-column, set()).add(tag[2])
    fitting = {c for c, labels in found.items() if c not in wrong and labels & schema.labels.keys()}
    return sorted(fitting | {-1})

"""Documents as doccano's JSON lines for sequence labelling with relations, and back.

doccano's browser counts grapheme clusters (in a project with `grapheme_mode`, which push sets; else
UTF-16 units), its server stores what the browser says. A cluster is one code point for nearly all
text, also beyond the BMP (𠮷, 😀), but not for 👍🏽 or e + ◌́. The clusters here are those of Unicode's
UAX #29; they are also the browser's, but for a few emoji joined by ZWJ (🏴‍☠️) and marks of scripts
that are not written in Chinese text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from typing import Any, TextIO

import regex

from pingyu.errors import PingyuError
from pingyu.schema import Document, Relation, Span

Row = dict[str, Any]
Place = tuple[int, int]
_KEYED = re.compile(r"(\d+)-(\d+)=(\S+)")


@dataclass(frozen=True, slots=True)
class Copy:
    """A document as doccano has it. `example`: its number there; `pushed`: digest of what was pushed;
    `keys`: the keys that its units and ranks had then, by place."""

    example: int
    name: str
    document: Document
    pushed: str
    keys: dict[Place, str]


def digest(document: Document) -> str:
    """One string for text, spans and relations; keys and scores do not count."""
    spans = document.spans
    content = (
        document.text,
        sorted((s.start, s.end, s.label) for s in spans),
        sorted(
            (r.type, spans[r.head].start, spans[r.head].end, spans[r.tail].start, spans[r.tail].end)
            for r in document.relations
        ),
    )
    return sha256(json.dumps(content).encode()).hexdigest()[:16]


def boundaries(text: str) -> list[int]:
    """The character that each cluster begins at, and the end of the text."""
    return [0, *accumulate(len(cluster) for cluster in regex.findall(r"\X", text))]


def to_row(name: str, document: Document, first_id: int = 1) -> Row:
    """The object that doccano imports; span and relation ids count up from `first_id`.

    Raises PingyuError E512 where a span cuts a cluster in two.
    """
    clusters = {start: n for n, start in enumerate(boundaries(document.text))}
    entities = []
    for n, span in enumerate(document.spans, first_id):
        if span.start not in clusters or span.end not in clusters:
            raise PingyuError("E512", name, start=span.start, end=span.end, text=span.text)
        start, end = clusters[span.start], clusters[span.end]
        entities.append({"id": n, "label": span.label, "start_offset": start, "end_offset": end})
    relations = [
        {
            "id": n,
            "from_id": first_id + r.head,
            "to_id": first_id + r.tail,
            "type": r.type,
        }
        for n, r in enumerate(document.relations, first_id + len(document.spans))
    ]
    return {
        "name": name,
        "text": document.text,
        "entities": entities,
        "relations": relations,
        **metadata(document),
    }


def metadata(document: Document) -> dict[str, str]:
    """What doccano keeps beside the text: the digest of what is pushed, and the keys of its spans."""
    keyed = zip(document.spans, document.keys, strict=True)
    return {
        "pushed": digest(document),
        "keys": " ".join(f"{span.start}-{span.end}={key}" for span, key in keyed if key),
    }


def write_doccano(documents: Iterable[tuple[str, Document]], file: TextIO) -> None:
    """JSON lines as doccano imports them for sequence labelling with relations."""
    first_id = 1
    for name, document in documents:
        row = to_row(name, document, first_id)
        first_id += len(row["entities"]) + len(row["relations"])
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def from_row(row: Row, name: str) -> Copy:
    """An object that doccano exported → the document, its spans in order, each once.

    Raises PingyuError E513 where a span lies outside the text.
    """
    text = row["text"]
    starts = boundaries(text)
    places: dict[int, Span] = {}
    for entity in row["entities"]:
        first, after = entity["start_offset"], entity["end_offset"]
        if not 0 <= first < after < len(starts):
            raise PingyuError("E513", name, start=first, end=after, length=len(starts) - 1)
        start, end = starts[first], starts[after]
        places[entity["id"]] = Span(entity["label"], start, end, text[start:end])
    spans = sorted(set(places.values()), key=lambda s: (s.start, -s.end, s.label))
    index = {span: n for n, span in enumerate(spans)}
    relations = {
        Relation(r["type"], index[places[r["from_id"]]], index[places[r["to_id"]]])
        for r in row["relations"]
        if {r["from_id"], r["to_id"]} <= places.keys()  # else drawn since
    }
    ordered = sorted(relations, key=lambda r: (r.head, r.tail, r.type))
    keys = {
        (int(start), int(end)): key for start, end, key in _KEYED.findall(row.get("keys") or "")
    }
    document = Document(text, spans, ordered, [""] * len(spans))
    return Copy(row["id"], name, document, row.get("pushed") or "", keys)

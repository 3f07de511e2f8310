"""What an annotator made of a document → a gold file that differs from the one before in his edits
alone.

doccano knows spans and relations; a gold file also says which mentions name one unit. What was
known of that stays; a new mention joins the unit of its name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from pingyu import inline
from pingyu.annotate.exchange import Copy
from pingyu.errors import PingyuError
from pingyu.extract.mentions import same_unit
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

Place = tuple[str, int, int]


def merge(copy: Copy, marked: str | None) -> str:
    """Marked text of doccano's `copy`; `marked`: what the gold file held (None: there is none).

    Raises PingyuError E202–E206, E523, E528, E529 where the notation has no form for it.
    """
    before = inline.parse(marked) if marked is not None else None
    document = replace(copy.document, keys=_keys(copy, before))
    _check_nesting(document)
    _check_units(document)
    document.relations = list(_by_key(document).values())
    if marked is not None and before is not None:
        document.relations = _in_order(document, before, inline.written_keys(marked))
    out = inline.write(document)
    _check_same(document, inline.parse(out))
    return out


def _keys(copy: Copy, before: Document | None) -> list[str]:
    """A key for each UNIT and for each RANK that a unit is ranked by; "" for all others."""
    spans = copy.document.spans
    ranking = {r.tail for r in copy.document.relations if spans[r.head].label == UNIT}
    known = {}
    if before is not None:
        known = dict(zip((s.extent for s in before.spans), before.keys, strict=True))
    keys = [known.get(span.extent, "") for span in spans]
    for n, span in enumerate(spans):
        if span.label == UNIT or (span.label == RANK and n in ranking):
            keys[n] = keys[n] or copy.keys.get((span.start, span.end), "")
    units = [n for n, span in enumerate(spans) if span.label == UNIT]
    groups = dict(zip(units, same_unit([spans[n].text for n in units]), strict=True))
    for n in units:
        keys[n] = keys[n] or _joined(n, units, spans, keys, groups) or _fresh("u", keys)
    for n in sorted(n for n in ranking if spans[n].label == RANK):
        keys[n] = keys[n] or _fresh("r", keys)
    return keys


def _joined(
    n: int, units: list[int], spans: list[Span], keys: list[str], groups: dict[int, int]
) -> str:
    """The key that mentions of the same text, else those of the same unit by name, have most."""
    for same in (
        [keys[m] for m in units if keys[m] and spans[m].text == spans[n].text],
        [keys[m] for m in units if keys[m] and groups[m] == groups[n]],
    ):
        if same:
            return Counter(same).most_common(1)[0][0]
    return ""


def _fresh(letter: str, keys: list[str]) -> str:
    number = 1
    while f"{letter}{number}" in keys:
        number += 1
    return f"{letter}{number}"


def _in_order(document: Document, before: Document, written: list[list[str]]) -> list[Relation]:
    """The relations, those of one mark in the order that its keys had."""
    order = dict(zip((s.extent for s in before.spans), written, strict=True))

    def rank(relation: Relation) -> int:
        ranked = document.spans[relation.tail].label == RANK
        mark, other = (relation.head, relation.tail) if ranked else (relation.tail, relation.head)
        listed = order.get(document.spans[mark].extent, [])
        key = document.keys[other]
        return listed.index(key) if key in listed else len(listed)

    return sorted(document.relations, key=rank)


def _by_key(document: Document) -> dict[tuple[object, ...], Relation]:
    """What a gold file keeps of relations: a unit that governs by its key, whichever mention the
    relation starts from; all else by place."""
    items: dict[tuple[object, ...], Relation] = {}
    for relation in document.relations:
        head, tail = document.spans[relation.head], document.spans[relation.tail]
        governs = head.label == UNIT and relation.type != HAS_RANK
        start = document.keys[relation.head] if governs else head.extent
        items.setdefault((relation.type, start, tail.extent), relation)
    return items


def _check_units(document: Document) -> None:
    governed = {r.tail for r in document.relations if document.spans[r.head].label == UNIT}
    for n, span in enumerate(document.spans):
        if span.label in (ACHIEVEMENT, DEFICIENCY) and n not in governed:
            type_ = GOVERNED[span.label]
            raise PingyuError(
                "E528", label=span.label, text=span.text, start=span.start, type=type_
            )


def _check_nesting(document: Document) -> None:
    held: list[Span] = []  # spans that end after the one at hand begins
    for span in document.spans:
        held = [other for other in held if other.end > span.start]
        inside = len(held) == 1 and held[0].label in (ACHIEVEMENT, DEFICIENCY)
        if held and not (span.label == RANK and inside and span.end <= held[0].end):
            raise PingyuError("E529", label=span.label, text=span.text, start=span.start)
        held.append(span)


def _check_same(document: Document, written: Document) -> None:
    """That all relations were written. (A rank in a statement belongs to it without a word.)"""
    have = _by_key(written)
    for item, relation in _by_key(document).items():
        if item not in have:
            head, tail = document.spans[relation.head], document.spans[relation.tail]
            raise PingyuError("E523", head=head.text, type=relation.type, tail=tail.text)

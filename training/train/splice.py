"""Documents cut, joined and edited, spans and relations following the text."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from pingyu.schema import UNIT, Document, Relation, Span, reading_order

Edit = tuple[int, int, str]  # start, end, what stands there instead


def sentence_ends(document: Document) -> list[int]:
    """Where a sentence or line ends and no span is broken, the end of the text among them."""
    ends = (m.end() for m in re.finditer("[。！？；;]+[”’」]?\n?|\n", document.text))
    whole = [end for end in ends if not any(s.start < end < s.end for s in document.spans)]
    return [*(end for end in whole if end < len(document.text)), len(document.text)]


def cut(document: Document, start: int, end: int) -> Document | None:
    """The text from `start` to `end`, where units are named there; None where something is told of
    others. A relation moves to another mention of its unit where the one it had is outside."""
    start += len(document.text[start:end]) - len(document.text[start:end].lstrip())
    end -= len(document.text[start:end]) - len(document.text[start:end].rstrip())
    inside = [n for n, s in enumerate(document.spans) if start <= s.start and s.end <= end]
    named = {document.keys[n]: n for n in inside if document.spans[n].label == UNIT}
    if not named:
        return None
    known = set(inside)
    relations = []
    for r in document.relations:
        if r.tail in known:
            head = r.head if r.head in known else named.get(document.keys[r.head])
            if head is None:
                return None
            relations.append(replace(r, head=head))
    return stretch(replace(document, relations=relations), start, end)


def stretch(document: Document, start: int, end: int) -> Document:
    """The text from `start` to `end` with the spans that stand whole in it, and the relations between
    them."""
    inside = [n for n, s in enumerate(document.spans) if start <= s.start and s.end <= end]
    part = _with(document, inside)
    spans = [replace(s, start=s.start - start, end=s.end - start) for s in part.spans]
    return replace(part, text=document.text[start:end], spans=spans)


def without(document: Document, stretches: list[tuple[int, int]]) -> Document:
    """The document without these stretches of text and what is annotated inside of them; one that
    would break a span stays. They are in order and do not overlap."""
    outside = [
        n
        for n, s in enumerate(document.spans)
        if not any(start <= s.start and s.end <= end for start, end in stretches)
    ]
    return edit(_with(document, outside), [(start, end, "") for start, end in stretches])


def _with(document: Document, kept: list[int]) -> Document:
    """The same text with these spans alone, and the relations between them."""
    place = {n: i for i, n in enumerate(kept)}
    relations = [
        replace(r, head=place[r.head], tail=place[r.tail])
        for r in document.relations
        if r.head in place and r.tail in place
    ]
    return replace(
        document,
        spans=[document.spans[n] for n in kept],
        keys=[document.keys[n] for n in kept],
        relations=relations,
    )


def join(first: Document, second: Document) -> Document:
    """Two documents as one; their units stay apart."""
    by, more = len(first.text) + 1, len(first.spans)
    return Document(
        f"{first.text}\n{second.text}",
        first.spans + [replace(s, start=s.start + by, end=s.end + by) for s in second.spans],
        first.relations
        + [Relation(r.type, r.head + more, r.tail + more) for r in second.relations],
        [f"1{key}" if key else "" for key in first.keys]
        + [f"2{key}" if key else "" for key in second.keys],
    )


def grown(
    document: Document,
    more: dict[int, list[str]],
    facts: dict[int, list[Relation]],
    divider: str = "、",
) -> Document:
    """The document with further members in its lists.

    `more`: by the index of a span, what is put in behind it, each after a `divider` of one character,
    as spans of its label; `facts`: by the same, the relations of that span that each new one gets too.
    """
    ends = {n: document.spans[n].end for n in sorted(more)}
    longer = edit(
        document,
        [(end, end, "".join(divider + new for new in more[n])) for n, end in ends.items()],
    )
    spans, keys, relations = [*longer.spans], [*longer.keys], [*longer.relations]
    for n in ends:
        end = spans[n].end
        for name in more[n]:
            new = len(spans)
            relations += [
                replace(r, head=new if r.head == n else r.head, tail=new if r.tail == n else r.tail)
                for r in facts[n]
            ]
            spans.append(Span(spans[n].label, end + 1, end + 1 + len(name), name))
            keys.append(longer.keys[n] and f"{longer.keys[n]}x{len(spans)}")
            end = spans[-1].end
    order = sorted(range(len(spans)), key=lambda n: reading_order(spans[n]))
    place = {n: i for i, n in enumerate(order)}
    return replace(
        longer,
        spans=[spans[n] for n in order],
        keys=[keys[n] for n in order],
        relations=[replace(r, head=place[r.head], tail=place[r.tail]) for r in relations],
    )


def edit(document: Document, edits: list[Edit]) -> Document:
    """The document with stretches replaced; an edit that would cross the edge of a span is left out.

    `edits` are in order and do not overlap.
    """
    kept = [
        (start, end, new)
        for start, end, new in edits
        if all(
            end <= s.start or s.end <= start or (s.start <= start and end <= s.end)
            for s in document.spans
        )
    ]
    pieces, at = [], 0
    for start, end, new in kept:
        pieces += [document.text[at:start], new]
        at = end
    text = "".join([*pieces, document.text[at:]])
    begins = np.array([start for start, _, _ in kept], dtype=np.int64)
    ends = np.array([end for _, end, _ in kept], dtype=np.int64)
    grown = np.cumsum([0, *(len(new) - (end - start) for start, end, new in kept)])

    def moved(place: int, *, closing: bool) -> int:
        """Edits before the place shift it; one that is put in just there stays outside the span."""
        done = ends < place if closing else ends <= place
        inside = (begins < place) & (ends == place) if closing else np.zeros_like(done)
        return place + int(grown[int((done | inside).sum())])

    spans = []
    for span in document.spans:
        start, end = moved(span.start, closing=False), moved(span.end, closing=True)
        spans.append(replace(span, start=start, end=end, text=text[start:end]))
    return replace(document, text=text, spans=spans)

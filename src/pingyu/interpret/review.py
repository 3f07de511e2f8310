"""One review a unit: what the document says that it achieved, where it ranks, where it falls short."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pingyu.interpret.dating import document_date
from pingyu.interpret.figure import find_figures
from pingyu.interpret.known import Known
from pingyu.interpret.meeting import meeting
from pingyu.interpret.period import SENTENCE_END, Telling, period_at, telling_periods
from pingyu.interpret.rank import read_ranks
from pingyu.interpret.rank_context import Marked
from pingyu.interpret.topic import passages, shipped
from pingyu.interpret.unit import entities
from pingyu.schema import (
    ACHIEVEMENT,
    DEFICIENCY,
    HAS_ACHIEVEMENT,
    HAS_DEFICIENCY,
    HAS_RANK,
    RANK,
    RELATION_TYPES,
    UNIT,
    Document,
    Entity,
    Period,
    Rank,
    Review,
    Span,
    Statement,
)

_REGION = re.compile("自治区|广西|宁夏|内蒙古|西藏|新疆")
_DISTRICT = re.compile("(?<!治)区(?:委|政府|人大|人民政府)")


def interpret(document: Document, simplified: str) -> None:
    """Fill in the date, the meeting, the ranks and the reviews of a document.

    `simplified`: its text in Simplified script, character for character. Reviews are in order of
    first mention; a unit that is only mentioned has one without statements.
    """
    document.date = document_date(simplified, document.metadata)
    document.meeting = meeting(simplified)
    known = entities(_in_script(document, simplified))
    records = Records(document, simplified, in_region=any(map(_is_in_region, known.values())))
    document.ranks = list(records.ranks.values())
    document.reviews = _reviews(document, records)
    for review in document.reviews:
        review.entity = known[review.key]


def _in_script(document: Document, simplified: str) -> Document:
    """The document as it would be had its page been in Simplified script."""
    if document.text == simplified:
        return document
    spans = [replace(span, text=simplified[span.start : span.end]) for span in document.spans]
    return replace(document, text=simplified, spans=spans)


def _is_in_region(entity: Entity) -> bool:
    return bool(entity.parents) and entity.parents[0].endswith("自治区")


class Records:
    """Makes the records of a document from its Simplified text. `in_region`: its units lie in an
    autonomous region."""

    def __init__(self, document: Document, text: str, *, in_region: bool) -> None:
        self.document, self.text, self.in_region = document, text, in_region
        reckoned = document.date.reckoned_from
        self.today = date.fromisoformat(reckoned) if reckoned else None
        self.ends = [m.start() for m in SENTENCE_END.finditer(text)]
        spans = document.spans
        names = {text[span.start : span.end] for span in spans if span.label == UNIT}
        self.names = Known(sorted(names, key=lambda name: (-len(name), name)))
        self.periods = telling_periods(text, self.today, self.names)
        self.ranks = self._ranks()
        self.topics = self._topics()

    def _ranks(self) -> dict[int, Rank]:
        """RANK span → its record."""
        named = self.in_region or bool(_REGION.search(self.text))
        autonomous = named and not _DISTRICT.search(self.text)
        sentences: dict[tuple[int, int], list[Marked]] = {}
        for mark in self._marks():
            first, last = self.sentence(mark.start)
            mark = replace(mark, start=mark.start - first, end=mark.end - first)
            sentences.setdefault((first, last), []).append(mark)
        out = {}
        for (first, last), marks in sentences.items():
            sentence = self.text[first:last]
            names = [name for name in self.names.among(sentence) if name in sentence]
            periods = [told.moved(-first) for told in self._told(first, last)]
            for rank in read_ranks(sentence, marks, periods, units=names, autonomous=autonomous):
                out[rank.span] = rank
        return out

    def _topics(self) -> dict[int, list[str]]:
        """ACHIEVEMENT or DEFICIENCY span → its topics."""
        spans = self.document.spans
        numbers = [n for n, s in enumerate(spans) if s.label in (ACHIEVEMENT, DEFICIENCY)]
        places = [(spans[n].start, spans[n].end) for n in numbers]
        logits = self.document.topic_logits
        network = None if logits is None else logits[numbers]
        found = shipped().topics(passages(self.text, places), network)
        return dict(zip(numbers, found, strict=True))

    def _marks(self) -> Iterator[Marked]:
        """The RANK spans of the text, with the statements around them."""
        outer: tuple[int, Span] | None = None
        for n, span in enumerate(self.document.spans):
            if span.label in (ACHIEVEMENT, DEFICIENCY):
                outer = n, span
            elif span.label == RANK and outer and span.end <= outer[1].end:
                yield Marked(n, span.start, span.end, outer[1].label, outer[0])
            elif span.label == RANK:
                yield Marked(n, span.start, span.end)

    def sentence(self, at: int) -> tuple[int, int]:
        """Start and end of the sentence around a place of the text."""
        n = bisect_left(self.ends, at)
        first = self.ends[n - 1] + 1 if n else 0
        return first, self.ends[n] if n < len(self.ends) else len(self.text)

    def statement(self, number: int, inside: list[int]) -> Statement:
        """Of an ACHIEVEMENT or DEFICIENCY span and the RANK spans in it, or of a RANK span."""
        span = self.document.spans[number]
        statement = Statement(
            number,
            span.text,
            [self.document.spans[n].text for n in inside],
            [self.ranks[n] for n in inside],
        )
        if span.label == RANK:
            statement.standings = [self.ranks[number]]
            statement.period = self.ranks[number].period
            return statement
        text = self.text[span.start : span.end]
        for n in inside:  # how many are ranked (六县第一) is the rank's to say
            rank = self.document.spans[n]
            first, last = rank.start - span.start, rank.end - span.start
            text = text[:first] + "□" * (last - first) + text[last:]
        statement.figures = find_figures(text)
        statement.period = self.period(span.start, span.end)
        statement.topics = self.topics[number]
        return statement

    def period(self, start: int, end: int) -> Period | None:
        """The last time words of a stretch or, where it has none, before it, that hold for it."""
        told = period_at(self._told(self.sentence(start)[0], end), start, end)
        return told.period if told else None

    def _told(self, first: int, last: int) -> list[Telling]:
        """The time words of a stretch of the text."""
        a, b = (bisect_left(self.periods, at, key=lambda told: told.start) for at in (first, last))
        return self.periods[a:b]


def _reviews(document: Document, records: Records) -> list[Review]:
    spans = document.spans
    reviews: dict[str, Review] = {}
    for key, mentions in document.mentions().items():
        names = list(dict.fromkeys(spans[n].text for n in mentions))
        names.sort(key=len, reverse=True)
        reviews[key] = Review(
            names[0],
            names,
            mentions,
            key=key,
            date=document.date.day,
            meeting=document.meeting,
        )

    inside: dict[int, list[int]] = {}
    for relation in document.relations:
        if relation.type == HAS_RANK and spans[relation.head].label != UNIT:
            inside.setdefault(relation.head, []).append(relation.tail)

    made: dict[int, Statement] = {}
    for relation in sorted(document.relations, key=lambda r: r.tail):
        if spans[relation.head].label != UNIT or relation.type not in RELATION_TYPES:
            continue
        review = reviews[document.keys[relation.head]]
        statements = {
            HAS_ACHIEVEMENT: review.achievements,
            HAS_DEFICIENCY: review.deficiencies,
            HAS_RANK: review.ranks,
        }[relation.type]
        tail = relation.tail
        if not statements or statements[-1].span != tail:  # several mentions of a unit may have it
            if tail not in made:
                made[tail] = records.statement(tail, inside.get(tail, []))
            statements.append(made[tail])
    return list(reviews.values())

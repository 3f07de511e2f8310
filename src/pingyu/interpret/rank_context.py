"""A rank with the words around it: what the readers of its parts look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pingyu.interpret.period import SEGMENT_END, Telling
from pingyu.interpret.rank_words import CLAUSE_END, Words, read_words
from pingyu.schema import Rank

_FARTHEST = 300  # characters on each side of a rank that are looked at


@dataclass(frozen=True, slots=True)
class Marked:
    """A RANK span in its sentence. `number`: its index. `within`: the label of the statement that it
    stands in, "" for none, and `statement` the index of that one."""

    number: int
    start: int
    end: int
    within: str = ""
    statement: int | None = None


class Read(NamedTuple):
    """A rank that has been read, and where it stands."""

    mark: Marked
    rank: Rank


class Context:
    """A rank with the words around it and the ranks before it in its sentence (`read`)."""

    def __init__(
        self,
        sentence: str,
        mark: Marked,
        periods: Sequence[Telling],
        read: Sequence[Read],
        units: Sequence[str],
        autonomous: bool,
    ) -> None:
        self.sentence = sentence
        self.mark, self.periods, self.units, self.autonomous = mark, periods, units, autonomous
        self.left = sentence[max(0, mark.start - _FARTHEST) : mark.start]
        self.right = sentence[mark.end : mark.end + _FARTHEST]
        self.segment = SEGMENT_END.split(self.left)[-1]
        self.clause = CLAUSE_END.split(self.segment)[-1]
        self.words = self._words(read)
        # in a list of units each has its own ranks; a bulletin goes on with its list
        self.read = [r for r in read if r.mark.statement == mark.statement or self._near(r)]

    def _words(self, read: Sequence[Read]) -> Words:
        """What the rank says by itself, but counted from the end behind one that is: 【倒数第一】、【第二】."""
        words = read_words(self.sentence[self.mark.start : self.mark.end])
        last = read[-1] if read else None
        if (
            words.kind == "ordinal"
            and not words.scope
            and last
            and last.rank.kind == "ordinal"
            and last.rank.place.from_bottom
            and self.sentence[last.mark.end : self.mark.start] in ("、", "和")
            and (words.place.low or 0) > (last.rank.place.low or 0)
        ):
            return replace(words, place=replace(words.place, from_bottom=True))
        return words

    def _near(self, other: Read) -> bool:
        """In the same part of the sentence?"""
        return other.mark.start >= self.mark.start - len(self.segment)

    def about(self, indicator: list[str]) -> Read | None:
        """The last rank before that is of the same thing."""
        same = (r for r in reversed(self.read) if r.rank.indicator == indicator)
        return next(same, None) if indicator else None

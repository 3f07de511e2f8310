"""Which mentions name the same unit: 密云 and 密云区, 市医保局 and 医疗保障局, 区政府 and the place of
the title; and which stand in one list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pingyu.names import LEVEL, LEVEL_BEFORE, split
from pingyu.schema import Span

_PLACE_BEFORE = re.compile(r"[省市州盟县区旗]$")
_OFFICE = re.compile(r"[局委办会厅院所站行司团心处队校]$|开发区$|高新区$|经开区$")
_BEFORE_OFFICE = 4  # characters of a place before the word by which an office is called
# between two mentions of a list; what stands in brackets behind the first does not end it
_JOINER = re.compile(r"(?:[（(][^（）()\n]{0,20}[）)])?(?:、|和|与|及|以及)")
_WIDEST = 24  # characters


def listed(text: str, mentions: Sequence[Span]) -> list[bool]:
    """For each mention, in reading order: is the next one of the same list? Of 甲（并列）、乙和丙 the first
    two are followed."""
    followed = []
    for span, after in pairwise(mentions):
        near = 0 < after.start - span.end <= _WIDEST
        followed.append(near and bool(_JOINER.fullmatch(text, span.end, after.start)))
    return [*followed, False][: len(mentions)]


@dataclass(frozen=True, slots=True)
class _Name:
    """A name without its kind: 密云区 → 密云 + 区; an office keeps its last word."""

    stem: str
    kind: str
    office: bool


_Key = tuple[str, ...]
_ANY, _NAMELESS = ("any",), ("nameless",)


class Units:
    """The units of a document, told apart name by name.

    A name joins an earlier one when both have the same stem and no two kinds, when one is the other
    behind the names of higher places (北京市密云区), or when one abbreviates the other (医保局). A
    government without a name (区政府) is the first unit of the document.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._known: list[tuple[_Name, int]] = []
        # key → places in `_known`, so that few are compared
        self._offers: dict[_Key, list[int]] = {}
        self._count = 0

    def number(self, name: str) -> int:
        """That of its unit, in order of first appearance."""
        if name not in self._numbers:
            self._numbers[name] = self._add(_parts(name))
        return self._numbers[name]

    def _add(self, parts: _Name) -> int:
        near = sorted({n for key in _asked(parts) for n in self._offers.get(key, ())})
        matching = (
            number for other, number in map(self._known.__getitem__, near) if _match(parts, other)
        )
        number = next(matching, self._count)
        self._count = max(self._count, number + 1)
        for key in _offered(parts):
            places = self._offers.setdefault(key, [])
            if key != _ANY or not places:  # the first of them stands for all
                places.append(len(self._known))
        self._known.append((parts, number))
        return number


def same_unit(names: Iterable[str]) -> list[int]:
    """One number a mention, in order of first appearance; equal numbers: the same unit (see
    Units)."""
    units = Units()
    return [units.number(name) for name in names]


def _asked(name: _Name) -> Iterator[_Key]:
    """The keys under which every name that matches this one is kept (see _match)."""
    stem = name.stem
    if name.office:
        yield "longer", stem[0], stem[-1]
        for start in stem[: _BEFORE_OFFICE + 1]:
            yield "shorter", start, stem[-1]
    elif stem:
        yield _NAMELESS
        yield "end", stem[-2:]
        yield "end", stem[-1]
        if len(stem) == 1:
            yield "last", stem
    else:
        yield _ANY


def _offered(name: _Name) -> Iterator[_Key]:
    """The keys under which a name is kept for those that come after it."""
    stem = name.stem
    if name.office:
        yield "shorter", stem[0], stem[-1]
        for start in set(stem[: _BEFORE_OFFICE + 1]):
            yield "longer", start, stem[-1]
        return
    yield _ANY
    if stem:
        yield "end", stem[-2:]
        yield "last", stem[-1]
    else:
        yield _NAMELESS


def _parts(name: str) -> _Name:
    parts = split(name)
    if parts.government and (not parts.bare or LEVEL.match(parts.bare)):
        return _Name("", parts.bare, False)
    if _OFFICE.search(parts.bare):
        return _Name(LEVEL_BEFORE.sub("", parts.bare), "", True)
    return _Name(parts.stem, parts.kind[-1:], False)


def _match(a: _Name, b: _Name) -> bool:
    if not a.stem or not b.stem:
        return not (a.office or b.office)
    if a.office != b.office or (a.kind and b.kind and a.kind != b.kind):
        return False
    if a.stem == b.stem:
        return True
    longer, shorter = (a.stem, b.stem) if len(a.stem) > len(b.stem) else (b.stem, a.stem)
    if a.office:
        return len(shorter) >= 3 and longer[-1] == shorter[-1] and _abbreviates(shorter, longer)
    before = longer[: -len(shorter)]
    return longer.endswith(shorter) and bool(_PLACE_BEFORE.search(before))


def _abbreviates(short: str, long: str) -> bool:
    """Do the characters of `short` stand in `long` in order, from its first, or from the word after
    a place of at most _BEFORE_OFFICE characters?"""
    starts = {0} | ({long.find(short)} if 0 < long.find(short) <= _BEFORE_OFFICE else set())
    for start in starts:
        rest = iter(long[start:])
        if long[start] == short[0] and all(c in rest for c in short):
            return True
    return False

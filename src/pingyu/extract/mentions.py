"""Which mentions name the same unit: 密云 and 密云区, 市医保局 and 医疗保障局, 区政府 and the place of
the title; and which stand in one list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pingyu.names import LEVEL, LEVEL_BEFORE, VILLAGE, split
from pingyu.schema import Span

_PLACE_BEFORE = re.compile(r"[省市州盟县区旗]$")
_OFFICE = re.compile(r"[局委办会厅院所站行司团心处队校]$|开发区$|高新区$|经开区$")
# 宜春市袁州区 of 宜春市袁州区教育局
_PLACE_OF_OFFICE = re.compile(
    r"(?:.{1,6}?(?:[省盟县旗]|州(?![市区县])|(?<!社)区(?!域)|市(?![场政容])))+(?=...)"
)
_TOWN_BEFORE = re.compile(r"[镇乡]$|街道$")  # 清河镇李子村 is 李子村
_COMPANY = re.compile(r"(?:股份|有限|责任|集团|控股|总)*(?:公司|集团)$")
_SHORTEST_TRADE_NAME = 4  # characters: 清源水务 of 罗川清源水务有限公司
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
    """A name without its kind: 密云区 → 密云 + 区; an office keeps its last word. `level`: 市 of 市教育局
    and of 宜春市教育局, `place`: 宜春; `trade`: what a company is called."""

    stem: str
    kind: str
    office: bool
    level: str = ""
    place: str = ""
    after_place: int = 0
    trade: str = ""

    def differs(self, other: _Name) -> bool:
        """Can the two not be one unit, whatever a third name may have in common with both?"""
        if self.office != other.office:
            return False
        if self.office:
            return not (self.place.endswith(other.place) or other.place.endswith(self.place))
        if self.kind and other.kind and self.kind != other.kind:
            return True
        return not (self.stem.endswith(other.stem) or other.stem.endswith(self.stem))


_Key = tuple[str, ...]
_ANY, _NAMELESS = ("any",), ("nameless",)


class Units:
    """The units of a document, told apart name by name.

    A name joins an earlier one when both have the same stem and no two kinds, when one is the other
    behind the names of higher places (北京市密云区), when one abbreviates the other (医保局), or when
    both are called by one trade name. Where it may join several it joins none. A government without
    a name (区政府) is the first unit of the document that it may be.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._known: list[tuple[_Name, int]] = []
        self._names_of: list[list[_Name]] = []  # of each unit
        # key → places in `_known`, so that few are compared
        self._offers: dict[_Key, list[int]] = {}

    def number(self, name: str) -> int:
        """That of its unit, in order of first appearance."""
        if name not in self._numbers:
            self._numbers[name] = self._add(_parts(name))
        return self._numbers[name]

    def _add(self, parts: _Name) -> int:
        near = sorted({n for key in _asked(parts) for n in self._offers.get(key, ())})
        matching = dict.fromkeys(
            number
            for other, number in map(self._known.__getitem__, near)
            if _match(parts, other) and not any(map(parts.differs, self._names_of[number]))
        )
        number = len(self._names_of)
        if len(matching) == 1 or (matching and not parts.stem):
            number = min(matching)
        else:
            self._names_of.append([])
        self._names_of[number].append(parts)
        for key in _offered(parts):
            self._offers.setdefault(key, []).append(len(self._known))
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
    if name.trade:
        yield "trade", name.trade[-_SHORTEST_TRADE_NAME:]
    if name.office:
        yield "longer", stem[0], stem[-1]
        for start in _starts(name):
            yield "shorter", start, stem[-1]
    elif stem:
        yield _NAMELESS
        yield "end", stem[-2:]
        yield "end", stem[-1]
        if len(stem) == 1:
            yield "last", stem
    else:  # of names like 区政府 a text has few
        yield _ANY


def _offered(name: _Name) -> Iterator[_Key]:
    """The keys under which a name is kept for those that come after it."""
    stem = name.stem
    if name.trade:
        yield "trade", name.trade[-_SHORTEST_TRADE_NAME:]
    if name.office:
        yield "shorter", stem[0], stem[-1]
        for start in _starts(name):
            yield "longer", start, stem[-1]
        return
    yield _ANY
    if stem:
        yield "end", stem[-2:]
        yield "last", stem[-1]
    else:
        yield _NAMELESS


def _starts(name: _Name) -> set[str]:
    """The characters with which a shorter name of an office may begin."""
    at = name.after_place
    return {*name.stem[: _BEFORE_OFFICE + 1], *name.stem[at : at + 1]}


def _parts(name: str) -> _Name:
    parts = split(name)
    bare = parts.bare
    if parts.government and (not bare or LEVEL.match(bare)):
        return _Name("", bare[-1:], False)
    company = _COMPANY.search(bare)
    trade = bare[: company.start()] if company else ""
    trade = trade if len(trade) >= _SHORTEST_TRADE_NAME else ""
    if _OFFICE.search(bare):
        level = LEVEL_BEFORE.match(bare)
        place = None if level else _PLACE_OF_OFFICE.match(bare)
        told = level or place
        return _Name(
            re.sub("委员会$", "委", bare[level.end() :] if level else bare),
            "",
            office=True,
            level=told[0][-1] if told else "",
            place=split(place[0]).stem if place else "",
            after_place=place.end() if place else 0,
            trade=trade,
        )
    village = VILLAGE.search(bare)
    if village and village.start() > 1:
        return _Name(bare[: village.start()], village[0], False)
    if not parts.kind and len(bare) >= _SHORTEST_TRADE_NAME:
        trade = bare
    return _Name(parts.stem, parts.kind[-1:], False, trade=trade)


def _match(a: _Name, b: _Name) -> bool:
    if not a.stem or not b.stem:
        return not (a.office or b.office or (a.kind and b.kind and a.kind != b.kind))
    if a.trade and b.trade and (a.office or b.office) and _is_of(a.trade, b.trade):
        return True
    if a.office != b.office or (a.kind and b.kind and a.kind != b.kind):
        return False
    if a.office and a.level and b.level and a.level != b.level:
        return False
    if a.stem == b.stem:
        return True
    longer, shorter = (a, b) if len(a.stem) > len(b.stem) else (b, a)
    if a.office:
        same_end = longer.stem[-1] == shorter.stem[-1]
        return len(shorter.stem) >= 3 and same_end and _abbreviates(shorter.stem, longer)
    before = longer.stem[: -len(shorter.stem)]
    place = bool(_PLACE_BEFORE.search(before) or (longer.kind and _TOWN_BEFORE.search(before)))
    return longer.stem.endswith(shorter.stem) and place


def _is_of(a: str, b: str) -> bool:
    """Is one trade name the other, but for a place before it?"""
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer.endswith(shorter) and len(longer) - len(shorter) <= _BEFORE_OFFICE


def _abbreviates(short: str, name: _Name) -> bool:
    """Do the characters of `short` stand in a name in order, from its first, or from the word after
    a place?"""
    long = name.stem
    found = (long.find(short), long.find(short[:2]))
    starts = {0, name.after_place, *(at for at in found if 0 < at <= _BEFORE_OFFICE)}
    for start in starts:
        rest = iter(long[start:])
        if long[start] == short[0] and all(c in rest for c in short):
            return True
    return False

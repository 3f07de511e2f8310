"""Which place a name means in its document: by the document's own place, and by its other units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pingyu.interpret.gazetteer import Place, gazetteer
from pingyu.interpret.home import Candidates, find_home, fitting, readings, told_home, trunk
from pingyu.names import CITY, COUNTY, ENTERPRISE, PROVINCE, ZONE, unit_kind
from pingyu.schema import Document

_OF_COUNTY = ("公司", "供电公司", "分公司")  # 正定公司, among those of a province
# the short name of a place stands before these: 北京银行密云支行, 中关村密云园
_BRANCH = re.compile(r"(?:支行|分行|分公司|供电公司|分局|分院|校区|园)$")


class Lead(NamedTuple):
    """The place that a name begins with: what it may be, and what comes after it. `nested`: names of
    higher places stand before it."""

    options: Candidates
    rest: str
    nested: bool


class Locator:
    """What a document tells of its place. `names`: those of its units."""

    def __init__(self, document: Document, names: Sequence[str]) -> None:
        self.places = gazetteer()
        home = find_home(document, self.places)
        self.home = home.place if home else None
        self.home_is_sure = home is not None and home.sure
        self.below_home = told_home(document, self.places)[1]
        self.seen = readings(names, self.places)
        # names that may mean the same places speak for the same
        self._meant = list({tuple(p.code for p in o): o for o in self.seen.values()}.values())
        self._picked: dict[tuple[str, ...], Place | None] = {}
        self._levels: dict[str, Place | None] = {}

    def lead(self, name: str) -> Lead:
        """The place at the beginning of a name, the lowest of several."""
        if name in self.places.by_name:
            return Lead(self.places.by_name[name], "", False)
        found = self._descend(name, 0, ())
        if found is None:
            return Lead((), name, False)
        options, end, depth = found
        return Lead(options, name[end:], depth > 1)

    def _descend(
        self, name: str, at: int, outer: Candidates, depth: int = 1
    ) -> tuple[Candidates, int, int] | None:
        """Read places from `at` on, each inside the one before it: options, end and depth of the
        last. A short name without its kind counts between others only (湖北谷城县)."""
        for text in (self.places.full_name_at(name, at), self.places.short_name_at(name, at)):
            if inside := self._inside(text, outer):
                end = at + len(text)
                return self._descend(name, end, inside, depth + 1) or (inside, end, depth)
        stem = self.places.stem_at(name, at)
        if inside := self._inside(stem, outer):
            end = at + len(stem)
            if deeper := self._descend(name, end, inside, depth + 1):
                return deeper
            if end == len(name) and outer:
                return inside, end, depth
        return None

    def _inside(self, name: str, outer: Candidates) -> list[Place]:
        found = self.places.look_up(name)
        if not outer:
            return list(found)
        return [p for p in found if p not in outer and any(p.lies_in(o) for o in outer)]

    def here(self, options: Candidates, *, short: bool = False) -> list[Place]:
        """The options that a document from here can mean; `short`: the name has no kind."""
        if self.home is None:
            return list(options)
        city, province = trunk(self.home, self.places), self.home.chain[0]
        if near := [p for p in options if city and trunk(p, self.places) == city]:
            return near
        # a district is known in its own city only, a city or a province everywhere
        return [
            place
            for place in options
            if place.kind == PROVINCE
            or (place.kind == CITY and not short)
            or (place.chain[0] == province and (not city or place.kind in (CITY, COUNTY)))
        ]

    def pick(self, options: Candidates) -> Place | None:
        """The one of the options that the other units of the document speak for, None where it is
        not certain."""
        if len(options) < 2:
            return options[0] if options else None
        codes = tuple(place.code for place in options)
        if codes not in self._picked:
            self._picked[codes] = self._fitting(options)
        return self._picked[codes]

    def _fitting(self, options: Candidates) -> Place | None:
        codes = {place.code for place in options}
        others = [found for found in self._meant if not codes <= {p.code for p in found}]
        for area in (_above, self._city, _province):  # beside it, in its city, in its province
            groups: dict[str, list[Place]] = {}
            for place in options:
                groups.setdefault(area(place), []).append(place)
            best = fitting(groups, [{area(place) for place in found} for found in others])
            if best is not None and len(groups) > 1:
                return groups[best][0] if len(groups[best]) == 1 else None
        return None

    def _city(self, place: Place) -> str:
        return trunk(place, self.places)

    def is_supported(self, place: Place) -> bool:
        """Does another unit lie in its city?"""
        city = self._city(place)
        others = (found for found in self._meant if place not in found)
        return any(self._city(p) == city for found in others for p in found)

    def at_level(self, level: str) -> Place | None:
        """The place that 市 or 县 means: the nearest at or above the document's own, else the only unit
        of the document of that level."""
        if level not in self._levels:
            self._levels[level] = self._find_level(level)
        return self._levels[level]

    def _find_level(self, level: str) -> Place | None:
        chain = [self.places.places[code] for code in self.home.chain] if self.home else []
        for place in reversed(chain):
            # in a city of 广西壮族自治区, 区 is a district
            if place.kind == PROVINCE and level == "区" and place != self.home:
                continue
            if level == "市" and place == self.home and not self.home_is_sure:
                return None
            # 赣县区 was 赣县
            name = place.stem if place.stem.endswith(level) else place.stem + level
            former = self.places.by_former.get(name, ())
            if place.name.endswith(level) or place in former:
                return place
        named = {self.pick(self.here(o)) for name, o in self.seen.items() if name.endswith(level)}
        return named.pop() if len(named) == 1 else None

    def at_level_below(self, level: str) -> list[str]:
        """Codes of the places of a level right inside the document's own."""
        if self.home is None:
            return []
        return [p.code for p in self.places.inside(self.home) if p.name.endswith(level)]

    def of_body(self, name: str) -> Place | None:
        """The place that a body with a name of its own belongs to: one that the name tells (苏州工业园区,
        中国农业银行谷城县支行), else the document's own."""
        enterprise = unit_kind(name) == ENTERPRISE
        for options in self._told_in(name):
            # 哈尔滨…公司 in 道里区, 湖北…公司 in 惠东县, 绥宁县公司 anywhere
            larger = [p for p in options if p.kind in (PROVINCE, CITY) or len(options) == 1]
            if enterprise and self.home and len(larger) == 1 and not larger[0].lies_in(self.home):
                return larger[0]
            inside = [p for p in options if self.home is None or p.lies_in(self.home)]
            if len(inside) == 1:
                return inside[0]
        return self._beside(name) or self.home

    def _beside(self, name: str) -> Place | None:
        """The district or county of the document's city whose short name opens that of an enterprise:
        南浔银行, where another unit has told 安吉县."""
        if self.home is None or unit_kind(name) != ENTERPRISE:
            return None
        opening = self.places.opening(name)
        city = self._city(self.home)
        beside = [p for p in opening if p != self.home and city and self._city(p) == city]
        return beside[0] if len(beside) == 1 else None

    def _told_in(self, name: str) -> Iterator[Candidates]:
        for _, found in self.places.full_names_in(name):
            yield self.places.look_up(found)
        if branch := _BRANCH.search(name):
            before = name[: branch.start()]
            yield from (self.places.look_up(before[-length:]) for length in (4, 3, 2))
        opening = self.places.opening(name)
        cities = [place for place in opening if place.kind in (PROVINCE, CITY)]
        rest = name.removeprefix(self.places.stem_at(name, 0))
        if unit_kind(name) == ZONE or (rest in _OF_COUNTY and not cities):
            yield opening
        else:
            yield cities


def _above(place: Place) -> str:
    return place.above


def _province(place: Place) -> str:
    return place.chain[0]

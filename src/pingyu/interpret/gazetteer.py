"""The places of China of county level and above, by name and by short name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from pingyu.names import CITY, COUNTY, DISTRICT, PROVINCE, split

LONGEST = 15  # characters of the longest name


@dataclass(frozen=True, slots=True)
class Place:
    """`chain`: codes of the places that it lies in, from the province down, its own at the end."""

    code: str
    name: str
    kind: str
    stem: str
    chain: tuple[str, ...]

    @property
    def above(self) -> str:
        """The code of the place right above, "" for a province."""
        return self.chain[-2] if len(self.chain) > 1 else ""

    def lies_in(self, other: Place) -> bool:
        """Is it `other` or a part of it?"""
        return other.code in self.chain


class Gazetteer:
    """Looks places up. `lines`: code, name and former names (with | between), tab-separated."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.places: dict[str, Place] = {}
        self.by_name: dict[str, list[Place]] = defaultdict(list)
        self.by_short: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self.by_former: dict[str, list[Place]] = {}
        for line in lines:
            code, name, *former = line.split("\t")
            place = self._place(code, name)
            self.places[code] = place
            self.by_name[name].append(place)
            self.by_short[place.stem, ""].append(place)
            if place.stem != name and not name.endswith("地区"):
                self.by_short[place.stem, name[-1]].append(place)
            if place.stem.endswith("族"):  # 东乡县, of 东乡族自治县
                self.by_short[place.stem[:-1], ""].append(place)
                self.by_short[place.stem[:-1], name[-1]].append(place)
            for old in former[0].split("|") if former else ():
                self.by_former.setdefault(old, []).append(place)

    def _place(self, code: str, name: str) -> Place:
        above = (code[:2] + "0000", code[:4] + "00")
        chain = tuple(c for c in above if c in self.places and c != code)
        if code.endswith("0000"):
            kind = PROVINCE
        elif code.endswith("00"):
            kind = CITY
        else:
            kind = DISTRICT if name[-1] == "区" and name[-2:] not in ("林区", "特区") else COUNTY
        return Place(code, name, kind, split(name).stem, (*chain, code))

    def look_up(self, name: str) -> list[Place]:
        """Places of this name: in full, as a short form (密云, 江华县), or as it was before only its
        kind changed (密云县)."""
        parts = split(name)
        if name in self.by_name:
            return self.by_name[name]
        short = self.by_short.get((parts.stem, parts.kind[-1:]), [])
        if len(parts.kind) > 1:  # 襄州新区 is not 襄州区
            short = [place for place in short if place.name.endswith(parts.kind)]
        former = [place for place in self.by_former.get(name, ()) if place not in short]
        return [*short, *former] or self._banner(name)

    def _banner(self, name: str) -> list[Place]:
        """科左中旗 → 科尔沁左翼中旗, 前郭县 → 前郭尔罗斯蒙古族自治县: the characters of the short form
        stand in the full name in order."""
        if name[-1:] != "旗" and (name[-1:] != "县" or len(name) < 3):
            return []
        return [
            place for place in self._long if place.name[0] == name[0] and _stands_in(name, place)
        ]

    @cached_property
    def _long(self) -> list[Place]:
        """Banners and autonomous counties, whose names are long enough to be cut short."""
        places = (p for p in self.places.values() if p.kind == COUNTY and len(p.name) > 4)
        return [p for p in places if p.name[-1] == "旗" or "自治" in p.name]

    def full_name_at(self, text: str, at: int) -> str:
        """The longest full name that begins at `at`, "" for none. Two characters (城区) may be the
        end of any word, so they are no name here."""
        if text[at : at + 2] in self._beginnings:
            for end in range(min(at + LONGEST, len(text)), at + 2, -1):
                name = text[at:end]
                known = name in self.by_name or name in self.by_former
                if known and not _is_market(text, end):
                    return name
        return ""

    def stem_at(self, text: str, at: int) -> str:
        """The longest short name that begins at `at`, "" for none."""
        lengths = range(min(LONGEST, len(text) - at), 1, -1)
        return next(
            (text[at : at + n] for n in lengths if (text[at : at + n], "") in self.by_short), ""
        )

    def opening(self, name: str) -> list[Place]:
        """The places whose short name stands at the beginning of a name (南浔银行)."""
        return self.look_up(self.stem_at(name, 0))

    def short_name_at(self, text: str, at: int) -> str:
        """A short name with its kind (昌吉州, 朗县) that begins at `at`, "" for none."""
        stem = self.stem_at(text, at)
        end = at + len(stem) + 1
        kind = text[end - 1 : end]
        if kind and (stem, kind) in self.by_short and not _is_market(text, end):
            return text[at:end]
        return text[at : at + 2] if text[at + 1 : at + 2] == "县" and stem else ""

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(name[:2] for names in (self.by_name, self.by_former) for name in names)

    def full_names_in(self, text: str) -> Iterator[tuple[int, str]]:
        """(place in the text, name), from left to right, none inside another."""
        at = 0
        while at < len(text):
            name = self.full_name_at(text, at)
            if name:
                yield at, name
            at += len(name) or 1

    def named(self, chain: Sequence[str]) -> list[str]:
        """The names of codes."""
        return [self.places[code].name for code in chain]

    def inside(self, place: Place) -> list[Place]:
        """The places right below this one."""
        return [p for p in self.places.values() if p.above == place.code]

    def has_parts(self, place: Place) -> bool:
        """Does the gazetteer know of places inside this one?"""
        return place.code in self._divided

    @cached_property
    def _divided(self) -> frozenset[str]:
        return frozenset(place.above for place in self.places.values())


def _is_market(text: str, end: int) -> bool:
    """中山市场监管局 does not begin with 中山市."""
    return text[end - 1 : end + 1] == "市场"


def _stands_in(short: str, place: Place) -> bool:
    rest = iter(place.name)
    return short[-1] == place.name[-1] and all(character in rest for character in short)


@cache
def gazetteer() -> Gazetteer:
    """The one that ships, read at first use."""
    text = (files("pingyu.interpret") / "places.tsv").read_text(encoding="utf-8")
    return Gazetteer(text.splitlines()[1:])

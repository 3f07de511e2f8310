"""Where a document is from: the place that 全市, 区政府 and 县财政局 speak of.

What the writer says (metadata `place`, 湖北省/襄阳市) goes before all else; then the title, the
dateline and lead, the signature, and at last the units themselves, until one place fits them best.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pingyu.interpret.gazetteer import Gazetteer, Place
from pingyu.names import (
    BUREAU,
    CITY,
    COUNTY,
    DISTRICT,
    HOSPITAL,
    PROVINCE,
    ZONE,
    split,
    unit_kind,
)
from pingyu.schema import UNIT, Document

LEAD, TAIL = 240, 80  # characters after the title, and at the end, that may tell the place
_TOLD = ("place", "title", "source", "author", "site_name")
# a short name is a place where it opens a title or names a paper: 万载：…, 宜春日报万载讯
_STEM_BEFORE = re.compile(r"(?:^|\n|——|讯|[（(]|来源[:：]|日报|晚报)\s*")
_STEM_AFTER = re.compile(
    r"(?:日报|晚报|晨报|早报|都市报|新闻网|融媒|发布|电视台|广播|讯|[:：“\"召举晒通亮\d]|开展|[市区县州]委|农商|高新区|经开区)"
)
_EVERYDAY = ("会同县",)  # 县委办会同县教育局
_BANNER = re.compile(r"[\u4e00-\u9fff]{2,3}旗")

Candidates = Sequence[Place]


def find_home(document: Document, gazetteer: Gazetteer) -> Place | None:
    """The place that the document is from, as deep as it can be told; None where it cannot."""
    told = place_of_path(document.metadata.get("place", ""), gazetteer)
    if told:
        return told
    title, _, rest = document.text.partition("\n")
    metadata = [document.metadata[key] for key in _TOLD if key in document.metadata]
    tail = rest[max(LEAD, len(rest) - TAIL) :]
    names = dict.fromkeys(span.text for span in document.spans if span.label == UNIT)
    units = [found for name in names if (found := readings(name, gazetteer))]
    seen: list[Candidates] = []
    for region in ("\n".join([title, *metadata]), rest[:LEAD], tail):
        seen += places_in(region, gazetteer)
        home = _common(seen, gazetteer)
        if home:
            break
    else:
        # one short name alone (大兴) may be a town's
        if len(units) > 1 or any(split(name).kind for name in names):
            seen += units
        home = _common(seen, gazetteer)
    return _fitted(home, seen, units, gazetteer) if home else None


def readings(name: str, gazetteer: Gazetteer) -> Candidates:
    """The places that a unit's name stands for or begins with (长春市教育局, 丹东海关)."""
    found = gazetteer.look_up(name) or gazetteer.look_up(gazetteer.full_name_at(name, 0))
    if not found and (stem := gazetteer.stem_at(name, 0)):
        own = unit_kind(name[len(stem) :]) in (BUREAU, ZONE, HOSPITAL)
        return gazetteer.look_up(stem) if own else []
    return found


def place_of_path(path: str, gazetteer: Gazetteer) -> Place | None:
    """湖北省/襄阳市/谷城县 → the place; as deep as its names are known."""
    found: Place | None = None
    for name in filter(None, re.split(r"[/|\s]+", path)):
        inside = [p for p in gazetteer.look_up(name) if found is None or p.lies_in(found)]
        if len(inside) != 1:
            break
        found = inside[0]
    return found


def places_in(text: str, gazetteer: Gazetteer) -> list[Candidates]:
    """What each place name of a text may mean."""
    found: list[Candidates] = []
    for at, name in gazetteer.full_names_in(text):
        if name in _EVERYDAY:
            continue
        found.append(gazetteer.look_up(name))
        # 宁德市福安生态环境局
        stem = gazetteer.stem_at(text, at + len(name))
        parts = [p for p in gazetteer.look_up(stem) if any(p.above == f.code for f in found[-1])]
        if parts:
            found.append(parts)
    for match in _STEM_BEFORE.finditer(text):
        at = match.end()
        stem = gazetteer.stem_at(text, at)
        short = gazetteer.short_name_at(text, at)
        if stem and _STEM_AFTER.match(text, at + len(stem)):
            found.append(gazetteer.look_up(stem))
        elif short:
            found.append(gazetteer.look_up(short))
    found += [gazetteer.look_up(match[0]) for match in _BANNER.finditer(text)]
    return [places for places in found if places]


def fitting(options: Iterable[str], seen: Sequence[Iterable[str]]) -> str | None:
    """Of several codes the one that explains all that any other explains, and more.

    `seen`: for each name the codes that it may lie in.
    """
    support = {code: {n for n, codes in enumerate(seen) if code in codes} for code in options}
    for code, explained in support.items():
        if all(other < explained for rival, other in support.items() if rival != code):
            return code
    return None


def _common(seen: Sequence[Candidates], gazetteer: Gazetteer) -> Place | None:
    """The city that fits the names best, or the province, where no city is named."""
    cities = [{trunk(place, gazetteer) for place in places} - {""} for places in seen]
    provinces = [{place.chain[0] for place in places} for places in seen]
    sets = [codes for codes in cities if codes] or provinces
    code = fitting(set().union(*sets), sets) or fitting(set().union(*provinces), provinces)
    return gazetteer.places[code] if code else None


def trunk(place: Place, gazetteer: Gazetteer) -> str:
    """The code of the city that a place lies in: 北京市 for its districts, 济源市 for itself; "" for a
    province."""
    province = gazetteer.places[place.chain[0]]
    if province.name.endswith("市"):
        return province.code
    return place.chain[1] if len(place.chain) > 1 else ""


def _fitted(
    home: Place, seen: Sequence[Candidates], units: Sequence[Candidates], gazetteer: Gazetteer
) -> Place:
    """Deeper, where one county is named and no other; higher, where the units are cities."""
    cities = {places[0].code for places in units if len(places) == 1 and places[0].kind == CITY}
    if len(cities) > 1 and home.kind != PROVINCE:
        return gazetteer.places[home.chain[0]]
    counties = {
        place.code
        for places in (*seen, *units)
        for place in places
        if place.kind in (DISTRICT, COUNTY) and place.lies_in(home)
    }
    return gazetteer.places[counties.pop()] if len(counties) == 1 else home

"""Where a document is from: the place that 全市, 区政府 and 县财政局 speak of.

What the writer says (metadata `place`, 湖北省/襄阳市) goes before all else; then the title, the
lines of its issuer (source, subtitle, signature), the dateline and lead, the end, the units themselves,
and at last the word that opens the title, until one place fits them best.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pingyu.interpret.gazetteer import Gazetteer, Place
from pingyu.interpret.listed import listed_names
from pingyu.names import (
    BUREAU,
    CITY,
    COUNTY,
    DISTRICT,
    ENTERPRISE,
    HOSPITAL,
    PROVINCE,
    SUBDISTRICT,
    TOWN,
    ZONE,
    split,
    unit_kind,
)
from pingyu.schema import UNIT, Document

LEAD, TAIL = 240, 80  # characters after the title, and at the end, that may tell the place
# metadata that may tell it, and what stands before such words in a text
_TOLD = {"title": "", "source": "来源：", "author": "", "site_name": "来源："}
# a short name is a place where it opens a title or names a paper: 万载：…, 宜春日报万载讯
_STEM_BEFORE = re.compile(r"(?:^在?|\n|——|讯|[（(【】]|来源[:：]|日报|晚报)\s*")
_PAPER = re.compile(
    "日报|晚报|晨报|早报|都市报|新闻网|融媒|发布|电视台|广播|讯|微讯|播报|快讯|人社|检察|城管|住建|文旅|卫健|公安|税务|"
    "经信|督查|政务|信访|电视|问政|[市区县州]委|农商|要闻|人大|政协|清风|党建"
)
_STEM_AFTER = re.compile(rf"{_PAPER.pattern}|[:：“\"召举晒通亮\d]|开展|高新区|经开区")
_SOURCE = re.compile(r"来源[:：][ \u3000]*([^\s）)】]+)")
_SHORT_LINE = re.compile(r"[^\n，。；：！？]{2,20}")  # a subtitle or a signature, 宜昌市
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_EDGE = 3  # lines at the beginning and the end that may be such
# 大安镇 and 白塔河 are not the places of these short names
_OF_NATURE = re.compile("[镇乡街路村庄河江湖海溪山岭水港桥湾市县区旗州]|社区|农场|林场|新区")
_PATH = re.compile(r"[/|>\s]+")
_EVERYDAY = ("会同县", "新城区")  # 县委办会同县教育局, 在新城区黑臭水体治理中
_OVER_COUNTIES = re.compile(r"各[县区旗][（(、市区县旗]")  # no county-level city has counties
_CLASS = ("全省", "全市", "全国", "全区")  # 全省平原县第二
# a company that serves the place that its name tells
_LOCAL_BRANCH = re.compile("^国网|供电|烟草|邮政|[支分]行$|[支分]公司$|联社$")
_GRID = re.compile(r"国网(?P<place>[\u4e00-\u9fff]{2,3})供电")
_BANNER = re.compile(r"[\u4e00-\u9fff]{2,3}(?:自治[州县]|旗)")

# a part of any town, or another word: 公安、教育两部门, 平安建设
_ORDINARY = re.compile(
    "城[东西南北中关]|[东西南北新老]城|(?!江西|河[南北])[江河桥路铁][东西南北]|滨[江河湖海城]|[南北]关|"
    "市[中南北]|新市|港口|河口|"
    "资源|合作|公安|新建|振兴|通道|会同|平安|惠民|惠农|清水|温泉|红旗|前进|互助|和平|富民|富裕|解放|安居|延长|向阳|"
    "东方|东风|复兴|共和|同心|光明|长治|团结|友好|兴业|运河|平原"
)

Candidates = Sequence[Place]


class Home(NamedTuple):
    """`sure`: the document is the place's own; else it may be of a county-level city inside it, which
    also says 全市 and 市教育局 of itself."""

    place: Place
    sure: bool


def find_home(document: Document, gazetteer: Gazetteer) -> Home | None:
    """The place that the document is from, as deep as it can be told; None where it cannot."""
    told = told_home(document, gazetteer)[0]
    if told:
        return Home(told, sure=True)
    title, _, rest = document.text.partition("\n")
    metadata = [
        before + document.metadata[key] for key, before in _TOLD.items() if key in document.metadata
    ]
    tail = rest[max(LEAD, len(rest) - TAIL) :]
    # 沙河 of 沙河、木桐四个乡镇 is no 沙河市, but of 沙河、临城两家县公司 it is
    elsewhere = {n for n, unit in listed_names(document).items() if unit.kind != ENTERPRISE}
    names = [span.text for span in document.spans if span.label == UNIT]
    names = [name for name in names if name not in elsewhere]
    units = readings(names, gazetteer)
    seen: list[Candidates] = []
    lead = rest[:LEAD]
    regions = (
        ("\n".join([title, *metadata]), True, ""),
        (_issuers(document), True, lead),
        (lead, False, ""),
        (tail, False, ""),
    )
    for region, of_issuer, deeper in regions:
        sure = of_issuer
        seen += places_in(region, gazetteer)
        home = _common(seen, gazetteer)
        if home:
            inside = places_in(deeper, gazetteer)
            seen += [o for o in inside if any(p.lies_in(home) for p in o)]
            break
    else:
        home, seen = _home_of_units(names, units, seen, gazetteer)
        home = home or _opening_the_title(document.text, units.values(), gazetteer)
    if home is None:
        return None
    # a company may be registered anywhere
    bodies = {name: found for name, found in units.items() if unit_kind(name) != ENTERPRISE}
    home = _fitted(home, seen, bodies, gazetteer)
    counties = [name for name, u in units.items() if any(p.above == home.code for p in u)]
    towns = [name for name in names if unit_kind(name) in (TOWN, SUBDISTRICT)]
    if home.kind == CITY and len(towns) > 1 and all(unit_kind(c) == ZONE for c in counties):
        home = _spoken_of(document.text, home, gazetteer)
    opening = document.text[: len(title) + LEAD]
    sure = sure or _is_over_counties(home, opening) or f"{home.name}召开" in opening
    return Home(home, sure or home.kind != CITY or (len(counties) > 1 and not towns))


def _issuers(document: Document) -> str:
    """The lines that say who speaks: the sources, and short lines at the edges (a subtitle, a
    signature) that name no unit."""
    lines = list(_LINE.finditer(document.text))
    edges = lines[1:_EDGE] + lines[_EDGE:][-_EDGE:]
    units = [span for span in document.spans if span.label == UNIT]
    short = (
        line[0].strip()
        for line in edges
        if _SHORT_LINE.fullmatch(line[0].strip())
        and not any(line.start() <= unit.start < line.end() for unit in units)
    )
    return "\n".join([*short, *(match[0] for match in _SOURCE.finditer(document.text))])


def _opening_the_title(
    text: str, units: Iterable[Candidates], gazetteer: Gazetteer
) -> Place | None:
    """The place whose short name alone opens a title (洛川苹果节筹备快报), where no unit is of another
    city; of several of that name, the one that the text has in full."""
    stem = gazetteer.stem_at(text, 0)
    if not stem or is_ordinary(stem) or _OF_NATURE.match(text, len(stem)):
        return None
    places = gazetteer.look_up(stem)
    if len(places) > 1:
        places = [place for place in places if place.name in text]
    if len(places) != 1:
        return None
    city = trunk(places[0], gazetteer)
    fits = all(any(trunk(place, gazetteer) == city for place in found) for found in units)
    return places[0] if fits else None


def _home_of_units(
    names: Sequence[str],
    units: dict[str, Candidates],
    seen: list[Candidates],
    gazetteer: Gazetteer,
) -> tuple[Place | None, list[Candidates]]:
    """The place that units speak for, with what was `seen` before them, and all that was seen."""
    served = [  # 武胜关镇, 市税务局 and 国网广水市供电公司
        gazetteer.look_up(found)
        for name in names
        if _LOCAL_BRANCH.search(name)
        for _, found in gazetteer.full_names_in(name)
    ]
    grids = [match["place"] for match in map(_GRID.match, names) if match]  # 国网福安供电公司
    served += [found for place in grids if (found := gazetteer.look_up(place))]
    # the zone 滨江产业区 alone says less of a place than a company that serves it in full
    weak = not seen and served and all(unit_kind(name) == ZONE for name in units)
    home = None
    # one short name alone (大兴) may be a town's
    if not weak and (len(units) > 1 or any(split(name).kind for name in units)):
        named = [*seen, *units.values()]
        home = _common(named, gazetteer) or _common(  # 滨海新区 is Tianjin's, and many a city's
            [o for o in named if not all(p.name.endswith("新区") for p in o)], gazetteer
        )
    if home is None and seen:  # 通州区, with 北京环卫集团
        companies = [n for n in names if unit_kind(n) == ENTERPRISE]
        home = _common([*seen, *_opened_by(companies, gazetteer)], gazetteer)
    if home is None:
        return _common(served, gazetteer), [*seen, *served]
    return home, seen


def _spoken_of(text: str, city: Place, gazetteer: Gazetteer) -> Place:
    """The one county of the city whose short name stands in a text about towns (认不认得它姓镇安), else
    the city."""
    inside = [p for p in gazetteer.inside(city) if len(p.stem) > 1 and not is_ordinary(p.stem)]
    spoken = [p for p in inside if p.stem in text]
    return spoken[0] if len(spoken) == 1 else city


def _is_over_counties(home: Place, opening: str) -> bool:
    """各县（市、区） are parts of the document's city, but 列赣州市各县（市、区）第三 is what a part says."""
    return any(
        not opening.endswith(home.name, 0, match.start())
        for match in _OVER_COUNTIES.finditer(opening)
    )


def readings(names: Iterable[str], gazetteer: Gazetteer) -> dict[str, Candidates]:
    """The names of units that stand for a place or begin with one (长春市教育局, 丹东海关), and what it
    may be. A short name is none where the document has it with another kind (大观, of 大观镇), nor
    where it is an everyday word."""
    names = dict.fromkeys(names)
    of_towns = {split(name).stem for name in names if unit_kind(name) in (TOWN, SUBDISTRICT)}
    found = {name: _reading(name, gazetteer) for name in names if name not in of_towns}
    return {name: places for name, places in found.items() if places}


def _opened_by(names: Iterable[str], gazetteer: Gazetteer) -> list[Candidates]:
    """The places whose short names stand at the beginning of others."""
    found = [gazetteer.opening(name) for name in names]
    return [places for places in found if places]


def is_ordinary(stem: str) -> bool:
    """Is a short name also a word (城东, 公安), which tells of no place by itself?"""
    return bool(_ORDINARY.fullmatch(stem))


def _reading(name: str, gazetteer: Gazetteer) -> Candidates:
    if is_ordinary(split(name).bare):
        return []
    found = gazetteer.look_up(name) or gazetteer.look_up(gazetteer.full_name_at(name, 0))
    if not found and (stem := gazetteer.stem_at(name, 0)) and not is_ordinary(stem):
        own = unit_kind(name[len(stem) :]) in (BUREAU, ZONE, HOSPITAL)
        return gazetteer.look_up(stem) if own else []
    return found


def told_home(document: Document, gazetteer: Gazetteer) -> tuple[Place | None, str]:
    """What the metadata say in `place`, names from the top (湖北省/襄阳市/谷城县/石花镇): the place, as
    deep as the gazetteer knows it, and the rest."""
    names = [name for name in _PATH.split(document.metadata.get("place", "")) if name]
    found: Place | None = None
    for n, name in enumerate(names):
        inside = [p for p in gazetteer.look_up(name) if found is None or p.lies_in(found)]
        if len(inside) != 1:
            return found, "".join(names[n:])
        found = inside[0]
    return found, ""


def places_in(text: str, gazetteer: Gazetteer) -> list[Candidates]:
    """What each place name of a text may mean."""
    found: list[Candidates] = []
    for at, name in gazetteer.full_names_in(text):
        before = text[max(0, at - 2) : at]
        if before in _CLASS or (name in _EVERYDAY and before[-1:] not in ("", "\n", "市")):
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
        after = _PAPER if is_ordinary(stem) else _STEM_AFTER
        if stem and after.match(text, at + len(stem)):
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
    cities = [{trunk(place, gazetteer) for place in places} for places in seen]
    provinces = [{place.chain[0] for place in places} for places in seen]
    sets = [codes for codes in cities if "" not in codes] or provinces
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
    home: Place, seen: Sequence[Candidates], units: dict[str, Candidates], gazetteer: Gazetteer
) -> Place:
    """Deeper, where one county is named and no other; higher, where the units are cities."""
    sets = units.values()
    cities = {places[0].code for places in sets if len(places) == 1 and places[0].kind == CITY}
    if len(cities) > 1 and home.kind != PROVINCE:
        return gazetteer.places[home.chain[0]]
    # 石拐工业园区 may lie in any part of 石拐区's city
    bodies = [places for name, places in units.items() if unit_kind(name) != ZONE]
    named = _counties([*seen, *bodies], home)
    only = len(named | _counties(sets, home)) == 1
    return gazetteer.places[named.pop()] if named and only else home


def _counties(several: Iterable[Candidates], home: Place) -> set[str]:
    places = (place for places in several for place in places)
    return {p.code for p in places if p.kind in (DISTRICT, COUNTY) and p.lies_in(home)}

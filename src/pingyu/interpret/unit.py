"""Each unit of a document → one entity: its full name, kind, code and the places above it.

A name is completed or given a code only where one reading fits what the document tells of its place;
where several do it is ambiguous, where none does unknown. Nothing is guessed.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pingyu.interpret.gazetteer import Place
from pingyu.interpret.home import Candidates
from pingyu.interpret.listed import Listed, listed_names, runs_of_units
from pingyu.interpret.locate import Locator
from pingyu.names import (
    BUREAU,
    CITY,
    COUNTY,
    DISTRICT,
    ENTERPRISE,
    LEVEL,
    LEVEL_BEFORE,
    OTHER,
    PLACE_KINDS,
    PROVINCE,
    SUBDISTRICT,
    TOWN,
    VILLAGE,
    ZONE,
    split,
    unit_kind,
)
from pingyu.schema import AMBIGUOUS, RESOLVED, UNKNOWN, Document, Entity

# reasons
NO_PLACE = "no-place"  # the document does not tell which of several places is meant
NO_COUNTY = "no-county"  # … nor in which county of its city the town lies
ELSEWHERE = "elsewhere"  # places of this name there are, but none where the document is from
NO_SUCH_PLACE = "no-such-place"  # there is no place of this name
NO_KIND = "no-kind"  # neither the name nor the document tells of what kind it is

_TOWN_KINDS = (TOWN, SUBDISTRICT)
_LEVEL_KINDS = {"市": CITY, "州": CITY, "盟": CITY, "县": COUNTY, "旗": COUNTY, "区": DISTRICT}
_TOWN_OFFICE = re.compile(r"街道(?:办事处|办)$|街办$")
_YOUTH_LEAGUE = re.compile(r"^(?:共青)?团([省市州盟县区旗])委$")
_NATIONAL = re.compile(
    r"^(?:国家|中国|中央|全国|国务院)|(?<!组织|宣传|统战|武装|营业|事业|指挥|项目)(?<![支总分本])部$"
)


_OF_A_COUNTY = re.compile(".{1,3}[县区市旗](?=..)")  # one that is no more: 任县天口镇
_SHORTEST_TOWN = 2  # characters

# quotes, and the ⑭ of an item or a footnote
_MARKS = str.maketrans("", "", '“”"「」①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳')
# 市政园林局 is no 政园林局 of a city
_LEVEL_BEFORE = re.compile(rf"地区(?=..)|(?!市政[^协府法务]){LEVEL_BEFORE.pattern}")
_UTILITY = re.compile(
    "(?:供电|电力|自来水|供水|水务|天然气|燃气|供热|热力|公交|客运|烟草|盐业|石油|粮食|移动|电信|联通|邮政|环卫|物业|信用担保|担保|城投|产投|交投)"
    "(?:集团|总)?公司"
)
# a part of a body with a name of its own: 鼎盛国际花园管理处
_OF_A_BODY = re.compile("(?:集团|公司|花园|小区|家园|医院|学院|大学|物业|(?<=...)村)(?=..)")


def entities(document: Document) -> dict[str, Entity]:
    """The entity of every unit of the document, by its key."""
    mentions = {
        key: list(dict.fromkeys(document.spans[n].text for n in numbers))
        for key, numbers in document.mentions().items()
    }
    names = [name for several in mentions.values() for name in several]
    listed = listed_names(document)
    told = [name for name in names if name not in listed]
    reader = _Reader(Locator(document, told), told, listed)
    for run in runs_of_units(document):
        reader.read_list([span.text for span in run])
    return {key: reader.entity_of(several) for key, several in mentions.items()}


class _Reader:
    """Reads names as entities; `names`: those of all units of the document but for the `listed`."""

    def __init__(
        self, locator: Locator, names: Sequence[str], listed: Mapping[str, Listed]
    ) -> None:
        self.locator, self.names, self.listed = locator, sorted(set(names)), listed
        self.home = locator.home
        self._owner_of: dict[str, Place] = {}  # of towns in lists
        self._of_stem: dict[str, list[str]] = defaultdict(list)  # the names that have a kind
        for name in self.names:
            parts = split(name)
            if parts.kind:
                self._of_stem[parts.stem].append(name)

    def read_list(self, names: Sequence[str]) -> None:
        """揭东区炮台镇、玉湖镇: what lies in the one lies in the other."""
        owner: Place | None = None
        for name in names:
            lead = self.locator.lead(name)
            if unit_kind(lead.rest) not in _TOWN_KINDS or _OF_A_COUNTY.match(lead.rest):
                owner = None
            elif lead.options and len(lead.rest) > _SHORTEST_TOWN:  # 古县镇 is no town of 古县
                owner = self.locator.pick(lead.options)
            elif owner and owner.kind in (DISTRICT, COUNTY) and self._is_here(owner):
                self._owner_of.setdefault(name, owner)

    def _is_here(self, place: Place) -> bool:
        return self.home is not None and place.lies_in(self.home)

    def entity_of(self, names: Sequence[str]) -> Entity:
        """The fullest of a unit's names that can be resolved, else the fullest."""
        # 区政府 names whatever the document is from; a name of its own says more
        fullest = sorted(names, key=lambda name: (_is_nameless(name), -len(name)))
        read = [self.read(name) for name in fullest]
        best = next((entity for entity in read if entity.status == RESOLVED), read[0])
        return replace(best, name=fullest[0])

    def read(self, name: str) -> Entity:
        """One name as an entity."""
        unmarked = name.translate(_MARKS)
        if unmarked and unmarked != name:
            return replace(self.read(unmarked), name=name)
        if name in self.listed:
            return self._listed(name, *self.listed[name])
        if _is_nameless(name):
            return self._government(name)
        bare = self._without_government(name)
        lead = self.locator.lead(bare)
        options = lead.options if lead.nested else self.locator.here(lead.options)
        if lead.options and not lead.rest:
            return self._place(name, bare, options)
        kind = unit_kind(lead.rest if lead.options else name)
        if lead.options and kind in PLACE_KINDS:
            return Entity(name, lead.rest, kind, status=UNKNOWN, reason=NO_SUCH_PLACE)
        if lead.options:
            return self._part_of(name, lead.rest, kind or OTHER, options)
        if kind is None or (bare, "") in self.locator.places.by_short:
            return self._short(name, bare)
        if kind in PLACE_KINDS:
            return self._place(name, bare, self.locator.here(self.locator.places.look_up(bare)))
        if kind in _TOWN_KINDS:
            return self._town(name, bare, kind)
        league = _YOUTH_LEAGUE.match(bare)
        if league and (owner := self.locator.at_level(league[1])):
            return Entity(name, f"共青团{owner.name}委", kind, parents=self._names(owner.chain))
        level = _LEVEL_BEFORE.match(bare)
        if level and not VILLAGE.search(bare):
            owner = self.locator.at_level(level[0])
            return self._part_of(name, bare[level.end() :], kind, [owner] if owner else [])
        own = self.home and self.home.stem in bare
        if kind == BUREAU and not own and not _OF_A_BODY.search(bare):
            if _NATIONAL.search(bare):
                return Entity(name, bare, kind)
            return self._part_of(name, bare, kind, [self.home] if self.home else [])
        return self._body(name, bare, kind)

    def _listed(self, name: str, full: str, kind: str) -> Entity:
        if kind in _TOWN_KINDS:
            return self._town(name, full, kind)
        if kind == BUREAU:
            return self._part_of(name, full, kind, [self.home] if self.home else [])
        return self._body(name, full, kind)

    def _without_government(self, name: str) -> str:
        """谷城县人民政府 → 谷城县; but 市委教育工委 is no government of 市委教育."""
        bare = split(name).bare
        known = unit_kind(bare) or (bare, "") in self.locator.places.by_short
        return bare if known or unit_kind(name) == ZONE else name

    def _place(self, name: str, bare: str, options: Candidates) -> Entity:
        if place := self.locator.pick(options):
            return self._resolved(name, place)
        if options:
            return _ambiguous(name, bare, options, NO_PLACE)
        if unit_kind(bare) == CITY and bare.endswith(
            "地区"
        ):  # of a town's rank, as 北京市 has them
            return self._town(name, bare, SUBDISTRICT)
        if unit_kind(bare) == ZONE:  # 滨海新区, where it is not the one of 天津市
            return self._body(name, bare, ZONE)
        elsewhere = self.locator.places.look_up(bare)
        # no two counties have one full name, as districts do
        if len(elsewhere) == 1 and elsewhere[0].kind == COUNTY and elsewhere[0].name == bare:
            return self._resolved(name, elsewhere[0])
        if elsewhere:
            return _ambiguous(name, bare, elsewhere, ELSEWHERE)
        return Entity(name, bare, unit_kind(bare), status=UNKNOWN, reason=NO_SUCH_PLACE)

    def _resolved(self, name: str, place: Place) -> Entity:
        return Entity(name, place.name, place.kind, place.code, self._names(place.chain[:-1]))

    def _names(self, chain: Sequence[str]) -> list[str]:
        return self.locator.places.named(chain)

    def _government(self, name: str) -> Entity:
        """区政府, 镇政府, 管委会: a place that only the document can tell."""
        parts = split(name)
        kind = _LEVEL_KINDS.get(parts.bare) or unit_kind(name)
        below = self.locator.below_home
        if self.home and kind in _TOWN_KINDS and unit_kind(below) == kind:
            return Entity(name, below, kind, parents=self._names(self.home.chain))
        place = self.locator.at_level(parts.bare) if parts.bare else self.home
        if place and (parts.bare or parts.government.endswith("政府")):
            return self._resolved(name, place)
        codes = self.locator.at_level_below(parts.bare) if parts.bare else []
        return Entity(name, name, kind, status=AMBIGUOUS, candidates=codes, reason=NO_PLACE)

    def _part_of(self, name: str, rest: str, kind: str, owners: Candidates) -> Entity:
        """A body of a place (谷城县教育局, 市第四中学, 谷城县石花镇); `rest`: its name without the place."""
        owner = self.locator.pick(owners)
        bare = self._without_government(name)
        if owner is None:
            codes = sorted(place.code for place in owners)
            return Entity(name, bare, kind, status=AMBIGUOUS, candidates=codes, reason=NO_PLACE)
        if kind in _TOWN_KINDS:
            canonical = _TOWN_OFFICE.sub("街道", rest)
        elif (kind == ENTERPRISE or bare.endswith("海关")) and not LEVEL_BEFORE.match(bare):
            canonical = bare  # as it is registered
        else:
            canonical = owner.name + rest
        return Entity(name, canonical, kind, parents=self._names(owner.chain))

    def _town(self, name: str, bare: str, kind: str) -> Entity:
        reason, owner = None, self._owner_of.get(name, self.home)
        if owner is None:
            reason = NO_PLACE
        elif self.locator.places.has_parts(owner):
            reason = NO_COUNTY
        return Entity(
            name,
            _TOWN_OFFICE.sub("街道", bare),
            kind,
            parents=self._names(owner.chain) if owner else [],
            status=AMBIGUOUS if reason else RESOLVED,
            reason=reason,
        )

    def _body(self, name: str, bare: str, kind: str) -> Entity:
        """A zone, enterprise, school or the like with a name of its own, which no gazetteer lists."""
        place = self.locator.of_body(bare)
        if place:
            return Entity(name, bare, kind, parents=self._names(place.chain))
        # 招商银行 is one, wherever it is spoken of; 供电公司 may be that of any place
        if kind == ENTERPRISE and len(bare) > 3 and not _UTILITY.fullmatch(bare):
            return Entity(name, bare, kind)
        return Entity(name, bare, kind, status=AMBIGUOUS, reason=NO_PLACE)

    def _short(self, name: str, bare: str) -> Entity:
        """A name without its kind: what stands in full in the document, else the place that fits."""
        full = [n for n in self._of_stem.get(bare, ()) if n != bare]
        full = full or [n for n in self._opened_by(bare) if n != bare and unit_kind(n)]
        # 密云党委 is read as 密云: it says no more than that
        if len(full) == 1 and self._without_government(full[0]) != bare:
            return replace(self.read(full.pop()), name=name)
        options = self.locator.here(self.locator.places.look_up(bare), short=True)
        if not options:
            return Entity(name, bare, unit_kind(name), status=UNKNOWN, reason=NO_KIND)
        place = self.locator.pick(options)
        # 大兴 alone may be a town's name
        if place and not (self.home or place.kind in (PROVINCE, CITY)):
            place = place if self.locator.is_supported(place) else None
        return self._resolved(name, place) if place else _ambiguous(name, bare, options, NO_PLACE)

    def _opened_by(self, bare: str) -> list[str]:
        first, last = (bisect_left(self.names, end) for end in (bare, bare + chr(sys.maxunicode)))
        return self.names[first:last]


def _ambiguous(name: str, bare: str, options: Candidates, reason: str) -> Entity:
    names, kinds = ({getattr(p, key) for p in options} for key in ("name", "kind"))
    return Entity(
        name,
        names.pop() if len(names) == 1 else bare,
        kinds.pop() if len(kinds) == 1 else None,
        status=AMBIGUOUS,
        candidates=sorted(place.code for place in options),
        reason=reason,
    )


def _is_nameless(name: str) -> bool:
    """区政府, 镇人民政府, 管委会."""
    parts = split(name)
    return bool(parts.government) and (not parts.bare or bool(LEVEL.match(parts.bare)))

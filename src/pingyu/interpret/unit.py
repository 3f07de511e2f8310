"""Each unit of a document → one entity: its full name, kind, code and the places above it.

A name is completed or given a code only where one reading fits what the document tells of its place;
where several do it is ambiguous, where none does unknown. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pingyu.interpret.gazetteer import Gazetteer, Place, gazetteer
from pingyu.interpret.home import find_home, fitting, readings, trunk
from pingyu.names import (
    BUREAU,
    CITY,
    COUNTY,
    DISTRICT,
    LEVEL,
    LEVEL_BEFORE,
    OTHER,
    PLACE_KINDS,
    PROVINCE,
    SUBDISTRICT,
    TOWN,
    ZONE,
    split,
    unit_kind,
)
from pingyu.schema import AMBIGUOUS, RESOLVED, UNKNOWN, Document, Entity

NO_PLACE = "no-place"  # the document does not tell which of several places is meant
NO_COUNTY = "no-county"  # … nor in which county the town lies
NO_SUCH_PLACE = "no-such-place"  # no place of this name where the document is from
NO_KIND = "no-kind"  # a name without a kind that is no place's short name

_LEVEL_KINDS = {
    "省": PROVINCE,
    "市": CITY,
    "州": CITY,
    "盟": CITY,
    "县": COUNTY,
    "旗": COUNTY,
    "区": DISTRICT,
}
_TOWN_OFFICE = re.compile(r"街道(?:办事处|办)$|街办$")
# a zone without a name of its own is its place's: 高新区, 县开发区
_GENERIC_ZONE = re.compile(
    r"^(?:国家级?|省级)?(?:经济|高新|高新技术|高新技术产业|产业|经济技术|工业|综合|农业|临空|旅游)*"
    r"(?:开发区|高新区|经开区|园区|工业园|产业园|保税区|综保区|度假区|示范区|集聚区|集中区|新区|合作区)$"
)


def entities(document: Document) -> dict[str, Entity]:
    """The entity of every unit of the document, by its key."""
    places = gazetteer()
    spans = document.spans
    mentions = {
        key: list(dict.fromkeys(spans[n].text for n in numbers))
        for key, numbers in document.mentions().items()
    }
    context = _Context.of(document, [name for names in mentions.values() for name in names], places)
    return {key: context.entity_of(names) for key, names in mentions.items()}


@dataclass(frozen=True)
class _Context:
    """What a document tells of its place. `lies_in`: for each name of a unit that the gazetteer
    knows, the codes that it may stand for or lie in."""

    places: Gazetteer
    home: Place | None
    names: Sequence[str]
    lies_in: dict[str, set[str]]

    @classmethod
    def of(cls, document: Document, names: Sequence[str], places: Gazetteer) -> _Context:
        lies_in = {
            name: {code for place in found for code in place.chain}
            for name in dict.fromkeys(names)
            if (found := readings(name, places))
        }
        return cls(places, find_home(document, places), names, lies_in)

    def entity_of(self, names: Sequence[str]) -> Entity:
        """The best reading of one unit's mentions: the fullest name that is resolved, else the
        fullest."""
        fullest = sorted(names, key=len, reverse=True)
        # 区政府 names whatever the document is from; a name of its own says more
        fullest.sort(key=_is_generic_government)
        read = [self._entity(name) for name in fullest]
        best = next((entity for entity in read if entity.status == RESOLVED), read[0])
        return replace(best, name=fullest[0])

    def _entity(self, name: str) -> Entity:
        if _is_generic_government(name):
            return self._government(name)
        bare = split(name).bare
        chain, rest = self._leading(bare)
        if chain and not rest:
            return self._place(name, bare, chain)
        if chain:
            rest_kind = unit_kind(rest) or OTHER
            if rest_kind in PLACE_KINDS:
                return Entity(name, bare, rest_kind, status=UNKNOWN, reason=NO_SUCH_PLACE)
            return self._part_of(name, rest, rest_kind, self._pick(chain), chain[-1])
        if (bare, "") in self.places.by_short:
            return self._short(name, bare)
        kind = unit_kind(name)
        if kind is None:
            return self._short(name, bare)
        if kind in PLACE_KINDS:
            return self._place(name, bare, [self.places.look_up(bare)])
        if kind in (TOWN, SUBDISTRICT):
            return self._town(name, bare, kind)
        if LEVEL_BEFORE.match(bare) and kind != OTHER:
            return self._part_of(name, bare[1:], kind, self._at_level(bare[0]), ())
        of_home = kind == BUREAU and not (self.home and self.home.stem in bare)
        if of_home or (kind == ZONE and _GENERIC_ZONE.match(bare)):
            return self._part_of(name, bare, kind, self.home, ())
        return self._named(name, bare, kind)

    # one kind of name each

    def _place(self, name: str, bare: str, chain: Sequence[Sequence[Place]]) -> Entity:
        place = self._pick(chain)
        if place:
            return self._of(name, place)
        options = self._options(chain)
        if not options:
            return Entity(name, bare, unit_kind(bare), status=UNKNOWN, reason=NO_SUCH_PLACE)
        return self._several(name, bare, options)

    def _of(self, name: str, place: Place) -> Entity:
        parents = self.places.named(place.chain[:-1])
        return Entity(name, place.name, place.kind, place.code, parents)

    def _several(self, name: str, bare: str, options: Sequence[Place]) -> Entity:
        kinds = {place.kind for place in options}
        names = {place.name for place in options}
        return Entity(
            name,
            names.pop() if len(names) == 1 else bare,
            kinds.pop() if len(kinds) == 1 else None,
            status=AMBIGUOUS,
            candidates=sorted(place.code for place in options),
            reason=NO_PLACE,
        )

    def _government(self, name: str) -> Entity:
        parts = split(name)
        place = self._at_level(parts.bare) if parts.bare else self.home
        if place and (parts.bare or parts.government.endswith("政府")):
            return self._of(name, place)
        kind = _LEVEL_KINDS.get(parts.bare) or unit_kind(name)
        return Entity(name, name, kind, status=AMBIGUOUS, reason=NO_PLACE)

    def _part_of(
        self, name: str, rest: str, kind: str, owner: Place | None, options: Sequence[Place]
    ) -> Entity:
        """A body of a place; `options`: the places, where it is not certain which."""
        bare = split(name).bare
        if owner is None:
            codes = sorted(place.code for place in options)
            return Entity(name, bare, kind, status=AMBIGUOUS, candidates=codes, reason=NO_PLACE)
        if kind in (TOWN, SUBDISTRICT):
            canonical = _TOWN_OFFICE.sub("街道", rest)
        elif kind == ZONE and _GENERIC_ZONE.match(rest):
            # 襄阳高新区, but 溆浦县工业集中区
            canonical = (owner.stem if owner.kind == CITY and bare == rest else owner.name) + rest
        elif kind in (BUREAU, ZONE) or LEVEL_BEFORE.match(bare):
            canonical = owner.name + rest
        else:
            canonical = bare
        return Entity(name, canonical, kind, parents=self.places.named(owner.chain))

    def _town(self, name: str, bare: str, kind: str) -> Entity:
        home = self.home
        divided = home is None or self.places.has_parts(home)
        return Entity(
            name,
            _TOWN_OFFICE.sub("街道", bare),
            kind,
            parents=self.places.named(home.chain) if home else [],
            status=AMBIGUOUS if divided else RESOLVED,
            reason=NO_PLACE if home is None else NO_COUNTY if divided else None,
        )

    def _named(self, name: str, bare: str, kind: str) -> Entity:
        """A body with a name of its own, which no gazetteer lists."""
        home = self.home or self._city_before(bare)
        if home:
            return Entity(name, bare, kind, parents=self.places.named(home.chain))
        if kind in (ZONE, OTHER, BUREAU):
            return Entity(name, bare, kind, status=UNKNOWN, reason=NO_PLACE)
        return Entity(name, bare, kind)

    def _short(self, name: str, bare: str) -> Entity:
        """A name without its kind: what stands in full in the document, else the place that fits."""
        full = [n for n in self.names if split(n).kind and split(n).stem == bare]
        full = full or [n for n in self.names if n.startswith(bare) and unit_kind(n)]
        full = [n for n in full if n != bare]
        if len(set(full)) == 1:
            return replace(self._entity(full[0]), name=name)
        options = self.places.look_up(bare)
        if not options:
            return Entity(name, bare, None, status=UNKNOWN, reason=NO_KIND)
        place = self._pick([options])
        if place and (self.home or place.kind in (PROVINCE, CITY) or self._is_supported(place)):
            return self._of(name, place)
        options = self._options([options])
        if not options:
            return Entity(name, bare, unit_kind(name), status=UNKNOWN, reason=NO_SUCH_PLACE)
        return self._several(name, bare, options)

    # what the names of places may stand for

    def _leading(self, bare: str) -> tuple[list[Sequence[Place]], str]:
        """The places that a name begins with, from the top, and what comes after them."""
        if bare in self.places.by_name:
            return [self.places.by_name[bare]], ""
        chain: list[Sequence[Place]] = []
        at = 0
        if bare[1:2] == "县" and bare[:2] in self.places.by_name:  # 朗县朗镇
            chain, at = [self.places.by_name[bare[:2]]], 2
        while found := self.places.full_name_at(bare, at):
            chain.append(self.places.look_up(found))
            at += len(found)
        if not chain:
            stem = self.places.stem_at(bare, 0)
            options = self.places.look_up(stem) if stem else []
            rest = bare[len(stem) :]
            if options and rest in self.places.by_name:
                return [options, self.places.by_name[rest]], ""
        rest = bare[at:]
        if chain and rest and (options := self.places.look_up(rest)):
            return [*chain, options], ""
        return chain, rest

    def _options(self, chain: Sequence[Sequence[Place]]) -> list[Place]:
        """What the last name of a chain may stand for: inside the names before it, else by the place
        of the document."""
        inside = list(chain[0])
        for options in chain[1:]:
            outer, inside = inside, []
            inside = [p for p in options if any(p.lies_in(above) for above in outer)]
        if self.home is None or len(chain) > 1:
            return inside
        home, city = self.home, trunk(self.home, self.places)
        if near := [p for p in inside if city and trunk(p, self.places) == city]:
            return near
        # a district is known in its own city only; a city or a province everywhere
        return [
            place
            for place in inside
            if place.kind in (PROVINCE, CITY)
            or (place.chain[0] == home.chain[0] and (not city or place.kind == COUNTY))
        ]

    def _pick(self, chain: Sequence[Sequence[Place]]) -> Place | None:
        """The one place that a chain of names stands for, None where it is not certain."""
        options = self._options(chain)
        if len(options) > 1:
            for depth in (trunk, _province):
                groups: dict[str, list[Place]] = {}
                for place in options:
                    groups.setdefault(depth(place, self.places), []).append(place)
                codes = {place.code for place in options}
                others = [c for c in self.lies_in.values() if not c >= codes]
                best = fitting(groups, others) if others else None
                if best and len(groups[best]) == 1:
                    return groups[best][0]
            return None
        return options[0] if options else None

    def _at_level(self, level: str) -> Place | None:
        """The place that 市 or 县 means here: the nearest above or at the document's own, else the only
        unit of the document of that kind."""
        chain = [self.places.places[code] for code in self.home.chain] if self.home else []
        for place in reversed(chain):
            # in a city of 广西壮族自治区, 区 is a district
            if place.kind == PROVINCE and level == "区" and place != self.home:
                continue
            if place.name.endswith(level) or place in self.places.by_former.get(
                place.stem + level, ()
            ):
                return place
        named = {
            self._pick([self.places.look_up(name)]) for name in self.lies_in if name.endswith(level)
        }
        return named.pop() if len(named) == 1 else None

    def _city_before(self, name: str) -> Place | None:
        """The city or province whose short name a body's own name begins with: 苏州工业园区."""
        place = self._pick([self.places.look_up(self.places.stem_at(name, 0))])
        return place if place and place.kind in (PROVINCE, CITY) else None

    def _is_supported(self, place: Place) -> bool:
        """Does another unit lie in its city?"""
        city = trunk(place, self.places)
        others = (codes for codes in self.lies_in.values() if place.code not in codes)
        return any(city in codes for codes in others)


def _province(place: Place, places: Gazetteer) -> str:
    return place.chain[0]


def _is_generic_government(name: str) -> bool:
    parts = split(name)
    return bool(parts.government) and (not parts.bare or bool(LEVEL.match(parts.bare)))

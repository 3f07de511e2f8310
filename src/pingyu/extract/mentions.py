"""Which mentions name the same unit: 密云 and 密云区, 市医保局 and 医疗保障局, 区政府 and the place of
the title; and which stand in one list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pingyu.names import LEVEL, LEVEL_BEFORE, split
from pingyu.schema import Span

_PLACE_BEFORE = re.compile(r"[省市州盟县区旗]$")
_OFFICE = re.compile(r"[局委办会厅院所站行司团心处队校]$|开发区$|高新区$|经开区$")
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


def same_unit(names: list[str]) -> list[int]:
    """One number a mention, in order of first appearance; equal numbers: the same unit.

    A name joins an earlier one when both have the same stem and no two kinds, when one is the other
    behind the names of higher places (北京市密云区), or when one abbreviates the other (医保局). A
    government without a name (区政府) is the first unit of the document.
    """
    known: list[tuple[_Name, int]] = []
    seen: dict[str, int] = {}
    count = 0
    for name in names:
        if name in seen:
            continue
        parts = _parts(name)
        number = next((n for other, n in known if _match(parts, other)), None)
        if number is None:
            number = count
            count += 1
        known.append((parts, number))
        seen[name] = number
    return [seen[name] for name in names]


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
    a place of at most four characters?"""
    starts = {0} | ({long.find(short)} if 0 < long.find(short) <= 4 else set())
    for start in starts:
        rest = iter(long[start:])
        if long[start] == short[0] and all(c in rest for c in short):
            return True
    return False

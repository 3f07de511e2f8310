"""Units named by stems alone in a list that says what they are: 官坡、潘河两个乡镇, 县公司依次为绥宁、城步,
or under a heading that does (二、县级分公司)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pingyu.names import (
    BUREAU,
    ENTERPRISE,
    OTHER,
    PLACE_KINDS,
    SUBDISTRICT,
    TOWN,
    VILLAGE,
    split,
    unit_kind,
)
from pingyu.schema import UNIT, Document, Span

_BETWEEN = re.compile("、|，|和|及|与|以及")
_WORD = "乡镇街道|镇街|街镇|乡镇|镇乡|镇办|街道|镇|乡|支局|局|(?:县|分|支)?公司|企业|口岸|社区|小区|村|所|站"
_CLASS_BEHIND = re.compile(
    rf"”?(?:等(?:部分)?|(?:等?这?)(?:[0-9]+|[几一二两三四五六七八九十]+)[个家]?)(?P<word>{_WORD})(?!长|级|里|内有)"
)
_CLASS_BEFORE = re.compile(rf"(?P<word>{_WORD})(?:(?:依次|分别)?[为是]|[：:])$")
_HEADING = re.compile(
    r"^[（(]?[一二三四五六七八九十]{1,2}[）)、.．][^\n，。；：]{0,24}$", re.MULTILINE
)
_CLASS_OF_HEADING = re.compile(r"(?P<word>县公司|分公司|公司|支局|支行)(?:[（(][^（）()]*[）)])?$")
_SHARED = re.compile("(?:分公司|支公司|支局|支行)$")  # 讷河市、克山县分公司 are two
_FARTHEST = 12  # characters before a list in which its class may stand
_KINDS = (
    (SUBDISTRICT, ("街道",)),
    (TOWN, ("镇", "乡", "镇街", "街镇", "乡镇", "镇乡", "镇办", "乡镇街道")),
    (BUREAU, ("局", "所", "站")),
    (ENTERPRISE, ("公司", "县公司", "分公司", "支公司", "企业", "支局", "支行")),
    (OTHER, ("口岸", "社区", "小区", "村")),
)
_KIND_OF = {word: kind for kind, words in _KINDS for word in words}
_SEVERAL = ("镇街", "街镇", "乡镇", "镇乡", "镇办", "乡镇街道", "企业")  # which of them is not said
_SHORT = 3  # characters of a stem that may end like a bureau: 砚台


class Listed(NamedTuple):
    """What a list says of a short name: 国土 of 国土、教育两局 is the bureau 国土局."""

    full: str
    kind: str


def listed_names(document: Document) -> dict[str, Listed]:
    """The names of a document's units that a list gives a kind or an end that they do not have."""
    runs = list(runs_of_units(document))
    found = _sharing(runs)
    for names, word in _lists(document.text, runs):
        kind = _KIND_OF[word]
        for name in names:
            if VILLAGE.search(name):  # 振文镇：泗岸村、低垌村
                continue
            own = unit_kind(name)
            short = own is None or (len(name) <= _SHORT and not name.endswith(word))
            if short and not split(name).kind:
                behind = "" if word in _SEVERAL else word.removeprefix(name[-1:])
                found[name] = Listed(name + behind, kind)
    return found


def _sharing(runs: Sequence[Sequence[Span]]) -> dict[str, Listed]:
    """The names that the last of their list ends for all."""
    found: dict[str, Listed] = {}
    for run in runs:
        shared = _SHARED.search(run[-1].text)
        bare = run[-1].text[: shared.start()] if shared else ""
        if shared and unit_kind(bare) in (None, *PLACE_KINDS):  # not 谷城县和国网襄阳供电分公司
            for unit in run[:-1]:
                if unit_kind(unit.text) in (None, *PLACE_KINDS):
                    found[unit.text] = Listed(unit.text + shared[0], ENTERPRISE)
    return found


def _lists(text: str, runs: Sequence[Sequence[Span]]) -> Iterator[tuple[list[str], str]]:
    """The names of each run that has one, and the word for what they are."""
    headings = list(_HEADING.finditer(text))
    ends = [heading.end() for heading in headings]
    for run in runs:
        start, end = run[0].start, run[-1].end
        found = _CLASS_BEHIND.match(text, end) if len(run) > 1 else None
        found = found or _CLASS_BEFORE.search(text, max(0, start - _FARTHEST), start)
        if not found and (above := bisect_right(ends, start)):
            found = _CLASS_OF_HEADING.search(headings[above - 1][0])  # 二、地市级公司
        if found:
            yield [span.text for span in run], found["word"]


def runs_of_units(document: Document) -> Iterator[list[Span]]:
    """Units one behind the other, one at least."""
    units = sorted((s for s in document.spans if s.label == UNIT), key=lambda span: span.start)
    run: list[Span] = []
    for n, unit in enumerate(units, 1):
        run.append(unit)
        if n < len(units) and _BETWEEN.fullmatch(document.text, unit.end, units[n].start):
            continue
        yield run
        run = []

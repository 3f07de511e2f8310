"""The words of a rank, with the sentence that they stand in → a record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pingyu.interpret.indicator import (
    CLAUSE_END,
    FROM,
    STREAK,
    find_indicators,
    find_kind,
    strip_link,
)
from pingyu.interpret.numerals import half_width, integer
from pingyu.interpret.period import telling_periods
from pingyu.interpret.place import RANKED, Words, read_words, scope_of
from pingyu.interpret.valence import valence
from pingyu.schema import Period, Place, Rank, Scope, Streak

_FRONT, _BACK = 0.25, 0.75  # shares of those ranked that count as well and badly placed
_UNITS = {"年": "year", "季": "quarter", "月": "month", "周": "week"}
_N = r"(?:[0-9]+|[一二两三四五六七八九十百]+)"
_ADMIN = (
    r"(?:全[国省市县区州盟旗镇乡疆]|全自治区|全地区|全街道|国内|省内|市内|区内|县内|系统内|组内)"
)
_COUNTED = rf"(?<![第前后末续0-9零百一二三四五六七八九十])(?P<n>{_N})(?:个|家|所|座|支)(?!季度|月|年度|百分|位)(?P<group>[^，。；：、,;:个]{{1,12}}?(?:（[^）]*）)?)"
_OF = (
    re.compile(rf"{_COUNTED}(?:考核|评比)?(?:中|里|内|之中|当中|的?$|综合排名|排名)"),
    re.compile(rf"共有?{_COUNTED}(?:参[评考与]|同组|$)"),
)
_OUT_OF = re.compile(rf"^\s*(?:名|位)?\s*(?:[/／]|[（(](?:共|总))(?P<n>{_N})(?:个|家)?")
_COUNT_OF_SCOPE = re.compile(
    rf"(?P<n>{_N})(?:(?:个|家|所|座)|(?=[县市区镇乡省园旗](?!级)|街道|乡镇|国企|部门))"
)
_SCOPE_AT_END = re.compile(
    rf"(?P<scope>{_ADMIN}(?:各[^，。；中在的]{{1,6}}|同类[^，。；中在的]{{0,6}})?|同类[^，。；、在]{{1,6}}|各[^，。；、在]{{2,6}})"
    r"(?:中|里|内|之中|范围内|的)?$"
)
_AMONG = re.compile(
    rf"(?:在|^|[，：])(?P<scope>{_ADMIN}?(?:参[评考]的?)?{_N}(?:个|家|所|座)[^，。；：中在]{{1,12}}?(?:（[^）]*）)?)(?:考核|评比)?(?:中|里|之中|当中)"
)
_GROUP_AMONG = re.compile(
    r"在(?P<scope>(?:各|同类)?[^，。；：中在]{0,5}?(?:部门|单位|企业|国企|园区|开发区|乡镇|街镇|镇街|街道|区县|县区))"
    r"(?:[^，。；中在]{0,8})(?:中|里|之中|当中)"
)
_SAID = re.compile(rf"(?P<scope>{_ADMIN})")
_SEGMENT_END = re.compile(r"[。！？\n；;]")
_LABEL = re.compile(rf"(?P<scope>{_ADMIN})(?:排名|名次|位次|排位)\s*[：:]\s*$")
_LISTED = re.compile(
    rf"(?P<first>(?:(?:{_ADMIN}|[各同东西南北中省市][^，。；,;、]?)[^，。；,;、居列为分获]{{0,8}}?)?{RANKED})(?:[、，和及与至]|以及)$"
)
_DISTRIBUTED = re.compile(r"(?:分别|分列|分居|分获|依次)[^，。；]*$")
_BAD_NEWS = re.compile(
    r"跌|滑|降至|降到|降为|退至|退到|退居|落后|掉|后退|下滑|仅[列居排为]|只[列居排]|才[列居排]|末|落到|落至"
)
_UNFINISHED = re.compile(r"未|没有|不达标|不合格|负增长|下降|倒退|尚|零|无")
_CRITICAL = re.compile(
    r"不相称|不匹配|怨言|欠账|不强|不高|不实|不力|不严|不畅|低于|拖后腿|偏低|偏慢|偏弱|滞后|短板|亟待|矛盾突出|问题突出|隐患|"
    r"(?:下降|后退|下滑|退后|倒退)了?[0-9一二三四五六七八九十]+个?[位名]"
)
_PRAISE = re.compile(r"佳绩|好成绩|受到(?:通报)?表扬|可喜")


def read_rank(
    number: int,
    sentence: str,
    start: int,
    end: int,
    today: date | None,
    *,
    units: Sequence[str] = (),
    autonomous: bool = False,
    critical: bool = False,
) -> Rank:
    """The record of the rank sentence[start:end].

    `number`: the index of its span. `today`: the date of the document. `units`: names that are no
    indicators. `autonomous`: the text is of an autonomous region, where 全区 means the province.
    `critical`: the rank stands in a deficiency.
    """
    written = sentence
    sentence = half_width(sentence)
    text, left, right = sentence[start:end], sentence[:start], sentence[end:]
    segment = _SEGMENT_END.split(left)[-1]
    clause = CLAUSE_END.split(segment)[-1]
    words = read_words(text)
    scope = _scope(words, left, right, autonomous)
    of = _of(words, segment, right, scope)
    indicator = _indicator(words, segment, right, units)
    return Rank(
        span=number,
        text=written[start:end],
        kind=words.kind,
        place=words.place,
        tie=words.tie or clause.endswith("并列"),
        scope=scope,
        of=of,
        indicator=indicator,
        period=_period(left, right, today),
        streak=_streak(clause),
        previous=_previous(clause),
        favourable=_favourable(words, indicator, segment, right, of, critical),
    )


def _scope(words: Words, left: str, right: str, autonomous: bool) -> Scope | None:
    """In the rank itself; else in what it is ranked among; else the last one that is said."""
    if words.scope:
        return scope_of(words.scope, autonomous=autonomous)
    clause = CLAUSE_END.split(left)[-1]
    rest, _ = strip_link(clause)
    for pattern, place in (
        (_SCOPE_AT_END, rest),
        (_AMONG, clause),
        (_GROUP_AMONG, clause),
        (_LABEL, left),
        (_AMONG, left),
    ):
        match = pattern.search(place)
        if match:
            return scope_of(match["scope"], autonomous=autonomous)
    said = list(_SAID.finditer(left)) or list(_AMONG.finditer(right))
    return scope_of(said[-1]["scope"], autonomous=autonomous) if said else None


def _of(words: Words, left: str, right: str, scope: Scope | None) -> int | None:
    if words.kind == "first":
        return None
    if words.scope:
        match = _COUNT_OF_SCOPE.search(words.scope)
        if match:
            return integer(match["n"])
        if scope and scope.level == "peers":
            match = _OF[1].search(right)
            return integer(match["n"]) if match else None
    match = _OUT_OF.match(right)
    if match:
        return integer(match["n"])
    clause = CLAUSE_END.split(left)[-1]
    for place in (clause, left, right + "。"):
        found = [m for pattern in _OF for m in pattern.finditer(place)]
        if found:
            return integer(found[-1]["n"])
    return None


def _indicator(words: Words, segment: str, right: str, units: Sequence[str]) -> list[str]:
    if words.kind == "first":
        return find_kind(right) or find_indicators(segment, units)[-1:]
    before = segment
    count = 0
    while listed := _LISTED.search(before):
        before = before[: listed.start("first")]
        count += 1
    found = find_indicators(before, units)
    after = len(re.findall(rf"[、和及](?=[^，。；、]{{0,6}}{RANKED})", CLAUSE_END.split(right)[0]))
    if len(found) > 1 and len(found) == count + 1 + after and _DISTRIBUTED.search(before):
        return [found[count]]
    if not found and words.kind == "extreme" and words.position.startswith("最"):
        return find_kind(right) if re.match("的(?![是为有])", right) else []
    return found


def _period(left: str, right: str, today: date | None) -> Period | None:
    """The last time words before the rank, without those of the place before (由去年第8位); where
    there are none, the first behind it."""
    left = FROM.sub(lambda m: "□" * len(m[0]), left)
    before = telling_periods(left, today)[-1:] or telling_periods(right, today)[:1]
    return before[0][1] if before else None


def _streak(clause: str) -> Streak | None:
    found = list(STREAK.finditer(clause))
    if not found:
        return None
    count = integer(found[-1]["count"])
    return Streak(count, _UNITS.get(found[-1]["unit"][0], "time")) if count else None


def _previous(clause: str) -> Place | None:
    matches = list(FROM.finditer(clause))
    if not matches:
        arrow = re.search(rf"(?P<place>{RANKED})\s*(?:→|->)\s*$", clause)
        return read_words(arrow["place"]).place if arrow else None
    rest, _ = strip_link(clause[matches[-1].end() :])
    if len(rest) > 8 or re.search(RANKED, rest):
        return None
    return read_words(matches[-1]["place"]).place


def _favourable(
    words: Words, indicator: list[str], left: str, right: str, of: int | None, critical: bool
) -> bool | None:
    after = CLAUSE_END.split(right.lstrip("，、"))[0]
    if words.kind == "first":
        return not (words.position == "唯一" and _UNFINISHED.search(after))
    clause = CLAUSE_END.split(left)[-1]
    if re.search(r"最(?:差|慢|弱|严重)", words.position):
        return False
    if re.search(r"最(?:好|优|佳|美|强|先进|棒)", words.position):
        return True
    standing = _standing(words, of)
    good = valence(indicator, left)
    if (
        standing is not False
        and good != -1
        and (
            critical
            or _CRITICAL.search(after)
            or (_below(words, 3) and _BAD_NEWS.search(_link(clause)))
            or (_below(words, 10) and _CRITICAL.search(left))
        )
    ):
        return False
    if good is None:
        return None
    if standing is None and _PRAISE.search(after):
        return True
    if good < 0 and words.kind == "ordinal" and _below(words, 3) and not words.place.from_bottom:
        return None
    return None if standing is None else standing == (good > 0)


def _link(clause: str) -> str:
    """The linking words before a rank, without the place before: 由第3位下滑至 → 下滑至."""
    rest, _ = strip_link(clause)
    return FROM.sub("", clause[len(rest) :])


def _below(words: Words, place: int) -> bool:
    return words.place.high is not None and words.place.high > place


def _standing(words: Words, of: int | None) -> bool | None:
    """Is it at the front? None in the middle."""
    if words.kind == "vague":
        if re.search(
            r"靠后|落后|下游|末|后列|后位|居后|尾|偏|低位|倒数|第[三3四4]", words.position
        ):
            return False
        return None if re.search(r"^中游|^中[间段]|居中|第[二2]", words.position) else True
    place = words.place
    if place.from_bottom:
        return False
    if place.high is None or place.high <= 3:
        return True
    if place.low != 1 and place.low != place.high:
        return None
    if of:
        if place.high / of >= _BACK:
            return False
        if place.high / of <= _FRONT:
            return True
    return True if place.high <= 10 or words.kind == "band" else None

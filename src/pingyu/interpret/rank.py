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
    valence,
)
from pingyu.interpret.numerals import half_width, integer
from pingyu.interpret.period import find_periods
from pingyu.interpret.place import RANKED, Words, read_words, scope_of
from pingyu.schema import Period, Place, Rank, Scope, Streak

_UNITS = {"年": "year", "季": "quarter", "月": "month", "周": "week"}
_N = r"(?:[0-9]+|[一二两三四五六七八九十百]+)"
_GROUP = (
    r"(?:乡镇街道|乡镇（街道）|镇（街道）|街道（镇）|街道乡镇|苏木乡镇|苏木镇|乡镇|镇街|街镇|街道|县（市、区）|县\(市、区\)|县区|区县|县市区|县市|"
    r"市直部门|市级部门|部门|委办局|参评单位|参评|参考|被考核单位|单位|地级市|地市|设区市|市州|州市|盟市|城市|省份|省区|省市|省|"
    r"开发区|高新区|经开区|园区|国企|企业|学校|社区|村|成员单位|成员|城区|对象|区|县|市|旗|镇|乡|家)"
)
_OF = re.compile(
    rf"(?<![第前后末0-9一二三四五六七八九十])(?P<n>{_N})(?:个|家|所|名|支)?(?:参[评考]的?|被考核的?|受考核的?)?{_GROUP}(?:中|里|之中|当中|内|排名|参评|排|综合|$)"
)
_OUT_OF = re.compile(rf"^\s*(?:名|位)?\s*(?:[/／]|[（(](?:共|总))(?P<n>{_N})(?:个|家)?")
_OF_SCOPE = re.compile(rf"(?P<n>{_N})(?:个|家|所)?{_GROUP}?")
_SCOPE = (
    r"(?:全[国省市县区州盟旗镇乡疆]|全自治区|全地区|全街道|全球|国内|省内|市内|区内|县内|组内|同类[^，。；、在]{0,6}|各(?:乡镇|镇街|街道|开发区|园区|县区|区县|县市区))"
)
_SCOPE_AT_END = re.compile(
    rf"(?P<scope>{_SCOPE}(?:{_N}个[^，。；中在]{{1,8}}|各[^，。；中在的]{{1,6}}|同类[^，。；中在的]{{0,6}})?)(?:中|里|内|之中|范围内|的)?"
    r"(?:排名|排位|位次|名次|综合排名|总排名)?(?:由.{0,12}?)?(?:均|都|分别|稳|仍)?(?:居|位居|位列|列|排名|排在|排|名列|为|的|第|升至|保持)*$"
)
_AMONG = re.compile(
    rf"在?(?P<scope>{_SCOPE}(?:[^，。；中在]{{0,12}}?{_GROUP})?|{_N}(?:个|家)[^，。；中在]{{1,10}}|"
    rf"各[^，。；中在]{{2,8}})(?:[^，。；在]{{0,12}}?(?:考核|评比|测评|评估|评价|考评|竞赛|评议))?(?:中|里|之中|当中)"
)
_EXAM = re.compile(rf"(?P<scope>{_SCOPE})[^，。；在]{{0,20}}?(?:考核|评比|测评|评估|评价|考评|排名|竞赛|评议|综合|通报)")
_LABEL = re.compile(rf"(?P<scope>{_SCOPE})(?:排名|名次|位次|排位)\s*[：:]\s*$")
_LISTED = re.compile(
    rf"(?P<first>(?:(?:{_SCOPE}|[全各同东西南北中省市][^，。；,;、]?)[^，。；,;、居列为分获]{{0,8}}?)?{RANKED})(?:[、，和及与]|以及)$"
)
_DISTRIBUTED = re.compile(r"(?:分别|分列|分居|分获|依次)[^，。；]*$")
_BAD_NEWS = re.compile(r"跌|滑|降至|降到|降为|退至|退到|退居|落后|掉|后退|下滑|仅[列居排为]|只[列居排]|才[列居排]|末|落到|落至")
_GOOD_NEWS = re.compile(r"升|跃|提升|前移|进位|攀|冲|进入|跻身|挤进|闯|改善")
_UNFINISHED = re.compile(r"未|没有|不达标|不合格|负增长|下降|倒退|尚|零|无")


def read_rank(
    number: int,
    sentence: str,
    start: int,
    end: int,
    today: date | None,
    *,
    units: Sequence[str] = (),
    autonomous: bool = False,
) -> Rank:
    """The record of the rank sentence[start:end].

    `number`: the index of its span. `today`: the date of the document. `units`: names that are no
    indicators. `autonomous`: the text is of an autonomous region, where 全区 means the province.
    """
    sentence = half_width(sentence)
    text, left, right = sentence[start:end], sentence[:start], sentence[end:]
    segment = re.split(r"[。！？\n；]|;", left)[-1]
    clause = CLAUSE_END.split(segment)[-1]
    words = read_words(text)
    scope = _scope(words, clause, segment, autonomous)
    previous = _previous(clause)
    indicator = _indicator(words, segment, clause, right, units)
    return Rank(
        span=number,
        text=text,
        kind=words.kind,
        place=words.place,
        tie=words.tie or clause.endswith("并列"),
        scope=scope,
        of=_of(words, clause, segment, right),
        indicator=indicator,
        period=_period(left, today),
        streak=_streak(clause),
        previous=previous,
        favourable=_favourable(words, indicator, clause, right, previous),
    )


def _scope(words: Words, clause: str, segment: str, autonomous: bool) -> Scope | None:
    if words.scope:
        return scope_of(words.scope, autonomous=autonomous)
    listed = _LISTED.search(clause)
    while listed:
        scope = read_words(re.split("[、，和及与]|以及", listed["first"])[0]).scope
        if scope:
            return scope_of(scope, autonomous=autonomous)
        clause = clause[: listed.start()]
        listed = _LISTED.search(clause)
    clause = STREAK.sub("", clause)
    change = FROM.search(clause)
    if change and clause[change.end() :].strip("一路跃升至到为居提前移攀上位列") == "":
        inner = re.search(_SCOPE, change["words"])
        if inner:
            return scope_of(inner[0], autonomous=autonomous)
        clause = clause[: change.start()]
    for pattern, place in ((_SCOPE_AT_END, clause), (_AMONG, clause), (_EXAM, clause), (_AMONG, segment), (_LABEL, segment)):
        match = pattern.search(place)
        if match:
            return scope_of(match["scope"], autonomous=autonomous)
    return None


def _of(words: Words, clause: str, segment: str, right: str) -> int | None:
    for match in (_OF_SCOPE.search(words.scope), _OUT_OF.match(right)):
        if match:
            return integer(match["n"])
    for place in (clause, segment):
        found = list(_OF.finditer(place))
        if found:
            return integer(found[-1]["n"])
    return None


def _indicator(
    words: Words, segment: str, clause: str, right: str, units: Sequence[str]
) -> list[str]:
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
    if not found and words.kind == "extreme" and re.match("的(?![是为有])", right):
        return find_kind(right)
    return found


def _period(left: str, today: date | None) -> Period | None:
    masked = left
    for pattern in (FROM, STREAK):
        masked = pattern.sub(lambda m: "□" * len(m[0]), masked)
    found = [
        period
        for start, end, period in find_periods(masked, today)
        if masked[max(0, start - 1) : start] not in ("较", "比", "与", "同")
        and not re.match(r"(?:上午|下午|晚|召开|举行|同期)", masked[end:])
    ]
    return found[-1] if found else None


def _streak(clause: str) -> Streak | None:
    found = list(STREAK.finditer(clause))
    if not found:
        return None
    count = integer(found[-1]["count"])
    return Streak(count, _UNITS.get(found[-1]["unit"][0], "time")) if count else None


def _previous(clause: str) -> Place | None:
    match = None
    for match in FROM.finditer(clause):
        pass
    if match is None:
        arrow = re.search(rf"(?P<place>{RANKED})\s*(?:→|->)\s*$", clause)
        return read_words(arrow["place"]).place if arrow else None
    rest, _ = strip_link(clause[match.end() :])
    if re.search(r"[，。；]", rest) or len(rest) > 8 or re.search(RANKED, rest):
        return None
    return read_words(match["place"]).place


def _favourable(
    words: Words, indicator: list[str], clause: str, right: str, previous: Place | None
) -> bool | None:
    if words.kind == "first":
        after = CLAUSE_END.split(right)[0]
        return not (words.position == "唯一" and _UNFINISHED.search(after))
    position = words.position
    if re.search(r"最(?:差|慢|弱|严重)", position):
        return False
    if re.search(r"最(?:好|优|佳|美|强|先进|棒)", position):
        return True
    link = strip_link(clause)[0]
    change = _BAD_NEWS.search(clause, len(link)), _GOOD_NEWS.search(clause, len(link))
    good = valence(indicator, CLAUSE_END.split(clause)[-1])
    if good is None:
        return None
    standing = _standing(words, clause, previous)
    if words.kind == "ordinal" and change[1] and not words.place.from_bottom:
        return True
    return None if standing is None else standing == (good > 0)


def _standing(words: Words, clause: str, previous: Place | None) -> bool | None:
    """Is it at the front?"""
    if words.kind == "vague":
        if re.search(r"靠后|落后|下游|末|后列|后位|居后|尾|第[三3四4]", words.position):
            return False
        return None if re.search(r"^中游|^中[间段]|第[二2]", words.position) else True
    place = words.place
    if place.from_bottom:
        return False
    if place.high is None or place.high <= 3 or words.kind != "ordinal":
        return True
    link = clause[-6:]
    if _BAD_NEWS.search(link):
        return False
    return True if place.high <= 10 else None

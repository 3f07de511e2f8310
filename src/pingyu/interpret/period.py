"""Time words → ISO intervals: 1至10月, 前三季度, 去年, 今年以来, 截至10月底, “十三五”期间.

Finds them in running text, takes in 截至 before and 以来 behind, and tells how far each holds; what
each means: intervals.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pingyu.interpret.intervals import NoDateError, needed
from pingyu.interpret.known import Known
from pingyu.interpret.numerals import COUNT, half_width
from pingyu.interpret.rank_words import RANKED
from pingyu.interpret.time_words import SEARCH, interval
from pingyu.schema import Period

NO_DATE, VAGUE = "no-date", "vague"

_HINT = re.compile(
    "国庆|五一|元旦|中秋|端午|清明|[年月季周旬日天汛期春夏秋冬昨岁“]|十.五|前[0-9一二三四]|[./][0-9]|以来|截[至止]"
)
_GAP = re.compile(r"(?<=\d) +(?=[年月日])|(?<=[年月至]) +(?=\d)")
_UNTIL, _UNTIL_AT_START = re.compile("截[至止]到?$"), re.compile("截[至止]到?")
_SINCE = re.compile(
    "(?:开始|[^，。；、0-9]{0,6}?(?:改革|成立|实施|启动|开展|施行|挂牌|开工|投用))?(?:以来|至今(?!年))"
)
_RUN = re.compile(
    rf"当年[^，。；]{{1,4}}当年|连[续着]第?{COUNT}个?(?:季度|月|年)|提前{COUNT}个?(?:季度|月|年|天|日)|一[日周月季年]一|[一两三四五六七八九十]月内|(?<=了)[一两三]个?季度"
)
_NOT_TELLING = re.compile(
    "上午|下午|晚|水平|召开(?![^，。；第]{0,14}(?<!第)[0-9一二三四五六七八九十]+[次场期])|举行|同期|最[好高低]|新[高低]|"
    "[底末]?(?:之前|以前|前(?![0-9一二两三四五六七八九十列茅位]))|"
    "(?<=当[日天季])(?![，,上下晚早夜])|"
    "(?<=年初)(?:预算|计划|目标|确定|部署|制定|安排|下达|预期|定的|提出|承诺)|的(?:回复)?材料|的(?:名单|台账|通知|公告|标语)|(?<=全年)(?:计划|目标|任务)|(?<=[月日度年])起(?=[，,对将每实开执至])|(?<=当年)开工率|"
    "[^，。；：\n0-9]{0,6}(?:交办|承诺|反馈|移交|督办|转办|指出|挂牌|成立|签约|答应)的(?!都|是)|的[0-9.]+(?:%|倍)|[新改扩]?[建修立签买]的(?!都|是)|"
    "(?:就|才)?(?:启动|开工|建成|投产|投用|引进|招引|交付|立项|竣工|开建)的(?!都|是|有|[0-9一二三四五六七八九十]|[，。；、])|"
    "[^，。；：\n0-9]{0,6}(?:通报|点评|考核|测评|约谈|反馈)(?:会|[之以])?后|“\\d[^”]{1,5}”[^，。；、]{0,4}案"
)
_QUOTED = re.compile('“[^”\n]{1,16}”|「[^」\n]{1,16}」|《[^》\n]{1,40}》|"[^"\n]{1,20}"')
_COMPARED = ("较", "比", "与", "同", "占")
# of a thing, not of the statement: 仍是去年的名单, 照抄去年
_OF_A_THING = re.compile("(?:[仍还](?:是|挂着|停留在)|照[抄搬]|沿用)$")
# 开街当月
_EVENT = re.compile("(?:开[街业园放幕市]|投[产用运]|上[线市]|挂牌|成立|启用|落地|签约)的?$")
_SEEN = re.compile("来?看|来[讲说]")  # 从全年看
_PLACE_OF_THEN = re.compile(rf"的?[^，。；：由从至到升降、]{{0,8}}?{RANKED}")
SENTENCE_END = re.compile(r"[。！？\n]")
SEGMENT_END = re.compile(r"[。！？\n；;]")
_CLAUSE_END = re.compile(r"[。！？\n；;，：]|(?<!\d)[,:]|[,:](?!\d)")
_BEGINS = re.compile(r"[。！？\n；;：:]|(?:说|指出|强调|认为|显示|表示|要求|明确|介绍|通报)[，,]")
_LEADING = re.compile(
    r"[^\w“]*(?:[0-9一二三四五六七八九十]{1,3}[、.．)）]|[一二三四五六七八九十]是|第[一二三四五六七八九十]+，)?[^\w“]*"
    r"(?:其中|此外|另外|同时|特别是|尤其是|但是?|而)?(?:[^，。；：]{0,10}?[省市州盟县区旗镇乡局委办司团位](?:（[^）]*）)?|街道|各[级地]?(?:部门)?)?"
    r"(?:到|在|自|从|对|仅?就|预计|力争|确保|争取|实现)?"
)
# … by a figure of its own, where the time words open a clause: 上半年产值增长6%，用电量增长7%
_LIKEWISE = re.compile(
    r"[，,](?:[^，,。；;：]{2,20}?(?:增长|下降|提高|完成|达到?|实现|突破)了?[近超约]?(?=[0-9一二两三四五六七八九十])|[一二两三四五六七八九十]+项|"
    r"(?![^，。；]{0,8}(?:[今去前]年|[0-9一二三四五六七八九十]月|[上下]半年|季度))[^，,。；;：0-9]{2,12}(?=[0-9]+[^日月年号、，]))"
)
_COMMA = re.compile("[，,；;]")
_GOAL = re.compile("力争|确保|争取|力求|目标")
_AIM = re.compile("力争|确保|争取|力求")
_TO_COME = re.compile("[要将]|力争|确保|计划|预计|争创")
_EARLY = 2  # month up to which a year that has ended is still reckoned up
_SEASON = re.compile("(?:[春夏秋冬雨旱暖]|枯水|汛)[季期天]$")
_PART_OF_YEAR = re.compile(
    "全年|年[底末]|[上下]半年|第?[一二三四1-4]季度|(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?"
)
_ALONE = re.compile(r"(?:而言|来[说看讲]|以?来|里|间|内|中|期间|累计|[春夏秋冬][天季]?)?[，,：:]")
_MADE_KNOWN = re.compile("(?:公布|通报|发布|公示|揭晓|晒出|点评|讲评)了?$")
# a clause that goes on telling of what the one before it told of
_GOES_ON = re.compile(
    r"(?:(?<=排名|名次|位次|成绩|得分)|(?<=成绩单))[：:]|[，,](?:并|且|同时|其中|均|都|也|仍|同比|环比|较|比|高[出于]|低于|增[长速幅]|[增降升涨减跌]幅|增减|下降|提[高升]|占|"
    r"[位高稳独]?居|位列|列|名列|排|总量|总额|数量|总数|规模|人均|均值|为|是|达|超|连续|完成率|带动|创|进入?(?!口)|跻身|由|从|没有|未)"
)


class Telling(NamedTuple):
    """Time words that say when something was so. `until`: where in the text what they hold for ends;
    `then`: that is only the place of then (由去年的第七位), not what the clause tells."""

    start: int
    end: int
    until: int
    then: bool
    period: Period

    def is_alone(self, text: str) -> bool:
        """Have they a clause of their own (今年以来，)?"""
        return bool(_ALONE.match(text, self.end))

    def moved(self, by: int) -> Telling:
        """The same, in a text that begins elsewhere."""
        return self._replace(start=self.start + by, end=self.end + by, until=self.until + by)


def find_periods(text: str, today: date | None) -> list[tuple[int, int, Period]]:
    """The time words of `text` with their places, in order."""
    if not _HINT.search(text):
        return []
    tight, places = _without_gaps(half_width(text))
    found = []
    end = 0
    for match in SEARCH.finditer(tight):
        if match.start() < end:  # 年 of “十三五”以来年均
            continue
        start, end = _around(tight, match)
        period = _resolved(tight[start:end], match, today)
        found.append((int(places[start]), int(places[end - 1]) + 1, period))
    return found


def leading_words(text: str) -> int:
    """Where the time words that `text` begins with end, 0 for none."""
    tight, places = _without_gaps(half_width(text))
    until = _UNTIL_AT_START.match(tight)
    match = SEARCH.match(tight, until.end() if until else 0)
    return int(places[_around(tight, match)[1] - 1]) + 1 if match else 0


def telling_periods(text: str, today: date | None, names: Known | None = None) -> list[Telling]:
    """The time words that say when something was so: not those of a comparison (较上年), of a meeting
    (5日上午), of a run (连续三季度), a deadline (6月底前) or inside quotes.

    `names`: those of units, which may stand before the time words that open a sentence.
    """
    text = _RUN.sub(lambda m: "□" * len(m[0]), text)
    quotes = [m.span() for m in _QUOTED.finditer(text)]
    names = names or Known()
    found = []
    for start, end, period in find_periods(text, today):
        if text[end : end + 1] in ("将", "拟") and _is_past(period, today):
            continue  # 9月将组织测评, said in July
        quote = bisect_left(quotes, start, key=lambda quote: quote[0]) - 1
        if _OF_A_THING.search(text, max(0, start - 4), start):
            continue
        if period.text.startswith("当") and _EVENT.search(text, max(0, start - 3), start):
            continue
        if _NOT_TELLING.match(text, end) or (quote >= 0 and end < quotes[quote][1]):
            continue
        before = text[max(0, start - 1) : start]
        since = period.text.endswith("来") or _SEEN.match(text, end)
        if before in _COMPARED or (before in ("由", "从") and not since):
            if place := _PLACE_OF_THEN.match(text, end):
                found.append(Telling(start, end, place.end(), True, period))
        else:
            to_come = _TO_COME.match(text, end)
            if to_come and to_come[0] == "预计" and today and today.month <= _EARLY:
                to_come = None  # 全年预计完成, said in January of the year before
            aimed_at = _GOAL.search(text, max(0, start - 8), start) or to_come
            if not aimed_at and _is_past(period, today):  # 下半年，……力争
                aimed_at = _AIM.search(text, end, _next(SEGMENT_END, text, end))
            if today and aimed_at and _PART_OF_YEAR.fullmatch(period.text):
                period = _ahead(period, today)
            until = _until(text, start, end, names, in_clause=bool(_SEASON.search(period.text)))
            found.append(Telling(start, end, until, False, period))
    return found


def _ahead(period: Period, today: date) -> Period:
    """A time that is aimed at, in the year of the document: 力争下半年进入前三."""
    ahead = resolve(f"{today.year}年{period.text.removeprefix('年')}", today)
    return replace(ahead, text=period.text) if ahead.start else period


def _is_past(period: Period, today: date | None) -> bool:
    return bool(today and period.end and period.end < today.isoformat())


def period_at(periods: Sequence[Telling], start: int, end: int) -> Telling | None:
    """Of a stretch of the text: its own last time words, else the last before that hold for it."""
    since: Period | None = None
    for told in reversed(periods):
        if told.start >= end:
            continue
        if since and _is_over(told.period, since):  # 去年分红18万元，今年上了新机，村民…
            return None
        if end <= told.until or (start <= told.start and not told.then):
            return told
        if not told.then:
            since = told.period
    return None


def _is_over(period: Period, other: Period) -> bool:
    """Does it end before the other one begins?"""
    return period.end is not None and other.start is not None and period.end < other.start


def _until(text: str, start: int, end: int, names: Known, *, in_clause: bool) -> int:
    """Where what the time words text[start:end] say ceases to hold.

    Alone in their clause (今年以来，) or at the beginning of the sentence (上月受理来电…) they hold for
    all of it, at the beginning of a part between semicolons for that part, elsewhere for their clause
    and those that go on from it (一季度到位资金1.9亿元，增幅居全县第一); what is made known (公布2022年考试
    成绩) is what the rest of the sentence tells of. `in_clause`: no more than that, but where they are
    alone (汛期宣传反应快，书屋更新不及时).
    """
    clause_end = _next(_CLAUSE_END, text, end)
    begins = max((m.end() for m in _BEGINS.finditer(text, max(0, start - 60), start)), default=0)
    lead = text[begins:start] if start - begins < 60 else ""
    own = [name for name in names.among(lead) if name in lead]
    for name in own:
        lead = lead.replace(name, "")
    opens = text[start - 1 : start] in ("，", ",", "、")
    leads = start - begins < 60 and _LEADING.fullmatch(lead)
    if (leads or opens) and _ALONE.match(text, end):
        return _next(SENTENCE_END, text, end)
    before_unit = opens and text.startswith(tuple(names.among(text[end : end + 1])), end)
    if (leads or before_unit) and not in_clause:
        of_part = opens or text[begins - 1 : begins] in ("；", ";")
        last = _next(SEGMENT_END if of_part else SENTENCE_END, text, end)
        return _before_others(text, end, last, own, names) if own else last
    if _MADE_KNOWN.search(text, max(0, start - 4), start):
        return _next(SENTENCE_END, text, end)
    while goes_on := (
        _GOES_ON.match(text, clause_end) or (opens and _LIKEWISE.match(text, clause_end))
    ):
        clause_end = _next(_CLAUSE_END, text, goes_on.end())
    return clause_end


def _before_others(text: str, at: int, last: int, own: Sequence[str], names: Known) -> int:
    """Where between `at` and `last` a clause begins with a unit that is none of `own`: 西铺村全年零事故，
    张家湾村…"""
    for comma in _COMMA.finditer(text, at, last):
        here = comma.end()
        others = [name for name in names.among(text[here : here + 1]) if name not in own]
        if text.startswith(tuple(others), here):
            return comma.start()
    return last


def _next(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.search(text, at)
    return match.start() if match else len(text)


def resolve(words: str, today: date | None) -> Period:
    """Time words as a whole; `reason` says why there is no interval: "no-date" or "vague"."""
    text = _without_gaps(half_width(words))[0]
    prefix, suffix = (
        re.match("[自从]|截[至止]到?|", text),
        re.search("(?:开始)?(?:以来|至今)$|$", text),
    )
    assert prefix is not None  # both may be empty
    assert suffix is not None
    match = SEARCH.fullmatch(text) or SEARCH.fullmatch(text, prefix.end(), suffix.start())
    return _resolved(text, match, today) if match else Period(words, None, None, VAGUE)


def _without_gaps(text: str) -> tuple[str, range | NDArray[np.int64]]:
    """2021 年 9 月 → 2021年9月, and where each character stood."""
    tight = _GAP.sub("", text)
    if tight == text:
        return text, range(len(text))
    kept = np.ones(len(text), bool)
    for match in _GAP.finditer(text):
        kept[match.start() : match.end()] = False
    return tight, np.flatnonzero(kept)


def _around(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The place of a match with 截至 before and 以来 behind it."""
    before = _UNTIL.search(text, max(0, match.start() - 3), match.start())
    behind = _SINCE.match(text, match.end())
    return before.start() if before else match.start(), behind.end() if behind else match.end()


def _resolved(words: str, match: re.Match[str], today: date | None) -> Period:
    """`words`: the match with what stands around it."""
    try:
        found = interval(match, today)
        if found and _SINCE.search(words):
            found = found[0], needed(today)
        elif found and words.startswith("截"):
            found = date(found[1].year, 1, 1), found[1]
    except NoDateError:
        return Period(words, None, None, NO_DATE)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        return Period(words, None, None, VAGUE)
    return Period(words, found[0].isoformat(), found[1].isoformat())

"""Time words: a rule is a pattern and the interval that it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pingyu.interpret import intervals
from pingyu.interpret.intervals import Groups, Interval
from pingyu.interpret.numerals import COUNT

_TO = r"\s*(?:——|[-—–－−~～至到])\s*"
_Y = r"(?:19|20)\d\d|[一二][九〇零○][〇零○一二三四五六七八九]{2}"
_YEAR = rf"(?:(?:{_Y})年度?|(?<!\d)[012]\d年(?=[上下全0-9一二三四])|今年|本年度?|当年|同年|去年|(?<!以)上一?年(?![轻龄纪级])度?|(?<![目日当以之])前年|明年|来年|下一?年度)"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_HOUR = r"(?:\d{1,2}[时点])?"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_SMALL = r"(?:(?<!\d)\d{1,2}|[一二两三四五六七八九十]{1,2})"


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    pattern: str
    resolve: Callable[[Groups, date | None], Interval | None]

    @property
    def groups(self) -> int:
        """How many groups its pattern has."""
        return re.compile(self.pattern).groups


_ITEM = r"(?<![^\n])[一二三四五六七八九十]{1,2}、"  # the number of a heading: 一、9月份
_PLAN_NAME = r"[“\"‘]?十[一二三四五]五[”\"’]?"
_LAST = "末(?![位名])"  # of a year, a month; not 去年【末位】
_RULES = (
    _Rule("until_now", r"开年以来|(?<=截至|截止)(?:目前|现在|当前)", intervals.until_now),
    _Rule(
        "ago",
        rf"(?<![0-9一二两三四五六七八九十第点])({COUNT})(个月|天|年|周)(?<!十年)前(?![0-9一二三四五六七八九十后列茅期的进移往来去端沿置景瞻途])",
        intervals.ago,
    ),
    _Rule("last_years", rf"(?:最?近|过去)的?({_SMALL})年(?!多?以?来)", intervals.last_years),
    _Rule("last_months", rf"(?:最?近|过去)的?({COUNT})个月(?!多?以?来)", intervals.last_months),
    _Rule("years_up_to", rf"(?:近|这)?(半|{_SMALL})年多?以?来(?!了)", intervals.years_up_to),
    _Rule("months_up_to", rf"(?:近|这)?({COUNT})个多?月以?来", intervals.months_up_to),
    _Rule(
        "weeks_up_to",
        rf"(?:近({_SMALL})周(?:以?来)?|(?:这)?({_SMALL})周以?来)",
        intervals.weeks_up_to,
    ),
    _Rule("years", rf"({_Y})年?(?:{_TO}|[、和])({_Y})年度?", intervals.years),
    _Rule(
        "months_of_years",
        rf"(?:({_YEAR}))?({_MONTH})月份?{_TO}({_YEAR})({_MONTH})月份?",
        intervals.months_of_years,
    ),
    _Rule(
        "days",
        rf"({_YEAR})?({_MONTH})月({_DAY})[日号]?{_HOUR}{_TO}(?:({_YEAR})?({_MONTH})月)?({_DAY})[日号]{_HOUR}",
        intervals.day_range,
    ),
    _Rule("day_and_hour", rf"(?<!月)({_DAY})日(?=\d{{1,2}}[:：时点])", intervals.day_and_hour),
    _Rule("day", rf"({_YEAR})?({_MONTH})月({_DAY})[日号]", intervals.day),
    _Rule(
        "month_range",
        rf"(?!{_ITEM})({_YEAR})?({_MONTH})月?份?(?:{_TO}|[、和])({_MONTH})月份?",
        intervals.month_range,
    ),
    _Rule("first_months", rf"({_YEAR})?(?<!提)(?<!码)[前头]({COUNT})个?月", intervals.first_months),
    _Rule(
        "quarters",
        rf"({_YEAR})?(第?[一二三四1-4]|首(?=季))(?:季?度?(?:{_TO}|[、和])(第?[二三四2-4]))?(?:季度|(?<=首)季)(底|{_LAST})?",
        intervals.quarters,
    ),
    _Rule("first_quarters", rf"({_YEAR})?前([二两三23])个?季度", intervals.first_quarters),
    _Rule("half", rf"({_YEAR})?(上|下)半年", intervals.half),
    _Rule(
        "month",
        rf"(?!一月(?:[0-9]|[^，。；0-9]{{1,2}}[0-9]+[次件起场]))({_YEAR})?({_MONTH})月(?:份)?(上旬|中旬|下旬|上半月|下半月|月?(?:底|{_LAST})|初)?",
        intervals.month,
    ),
    _Rule(
        "dotted_month",
        rf"(20\d\d)[./](0?[1-9]|1[0-2])(?:{_TO}(0?[1-9]|1[0-2]))?",
        intervals.dotted_month,
    ),
    _Rule("season", r"[今去前明来]年[春夏秋冬][天季]", intervals.vague),
    _Rule("relative_edge", rf"({_YEAR})年?(底|{_LAST}|初(?![中级步]))", intervals.relative_edge),
    _Rule("year_edge", rf"[年岁](底|{_LAST}|初(?![中级步]))", intervals.year_edge),
    _Rule("whole_year", rf"({_YEAR})?全年|这一年(?![度多来轻龄纪级])", intervals.whole_year),
    _Rule("within_year", r"(?<![一二两三四五六七八九十半0-9])年内", intervals.within_year),
    _Rule("year", rf"({_YEAR})", intervals.whole_year),
    _Rule("near_part", r"(?<!月)([上中下]旬)", intervals.near_part),
    _Rule(
        "near_month",
        rf"(上|本|当|这|下|(?<![健安])全(?=月(?!度)))个?月(底|{_LAST}|初)?份?",
        intervals.near_month,
    ),
    _Rule("near_quarter", rf"(上|本|当|这|下)一?个?季度?({_LAST})?", intervals.near_quarter),
    _Rule(
        "near_week",
        r"(上|本|这|下)一?周(?:([一二三四五六日天])(?![直共度个家项次名件条起均]))?",
        intervals.near_week,
    ),
    _Rule("near_day", r"(今|昨|(?<![目日当以之])前|当|本)[日天]", intervals.near_day),
    _Rule(
        "plan",
        rf"({_PLAN_NAME})((?:时期|期间|规划期|开局之?年|收官之?年|[前后]{COUNT}年|期?末|初)?)",
        intervals.plan,
    ),
    _Rule(
        "vague",
        r"(?:近几?年|近期)来?|(?:今后|未来)[一二两三四五六七八九十0-9]+(?:个月|年)|"
        r"(?:入[汛春夏秋冬]|开春|春节|换届|冬防|秋收)以来|"
        r"(?:供暖|采暖|取暖)[季期]|[暑寒]假(?![作工托期班旅])|主?汛期|今冬明春|[春夏秋冬]{1,2}季|雨季|旱季|枯水期|去冬今春|[去今][春夏秋冬]|[春夏秋冬]天|"
        r"(?:国庆|五一|春节|元旦|中秋|端午|清明)(?:小?长?假期?|(?=接待|旅游))|"
        r"(?:寒潮|洪水|干旱|强降雨|疫情(?:防控|封控)?|封控|春运|节日|农忙|庙会|假期|暑[期假]|寒假|两会|清明|端午|中秋|国庆|元旦|春节|[一二三四五六七八九十]{1,3}大|重点时段|春播|夏收|秋收|秋种|三夏|三秋|(?:迎峰)?度[夏冬]|活动|整治)期间|"
        r"(?:专项(?:行动|斗争|整治)|集中整治|攻坚(?:行动|战)?|机构改革)(?:开展|启动|实施)?以来",
        intervals.vague,
    ),
)
_BY_NAME = {rule.name: rule for rule in _RULES}
# what a time word can begin with; most numerals are none, and told by the character behind them, or
# by the letter or the decimal point before (PM2.5月均浓度)
_FIRST = (
    '[全前头上中下本当这同去今昨明来近迎最过目现开入农庙年岁首供采取主汛春夏秋冬换半第寒疫洪雨旱枯五中元干强封节假暑两清端国重专集攻机未活整度“"‘]|十[一二三四五]五|三[夏秋]|'
    r"(?<![A-Za-z0-9])(?:(?<![0-9]\.)|(?<=\n[0-9]\.))"
    r"[0-9〇零○一二两三四五六七八九十百]{1,4}[年月周日季天大个、和.至到/—–~～−－-]"
)
SEARCH = re.compile(
    f"(?={_FIRST})(?:" + "|".join(f"(?P<{r.name}>{r.pattern})" for r in _RULES) + ")"
)


def interval(match: re.Match[str], today: date | None) -> Interval | None:
    """What a match of SEARCH stands for; None: nothing exact (近年来).

    Raises NoDateError, and ValueError for a date that there is not (2月30日).
    """
    assert match.lastgroup  # every alternative is named
    first = SEARCH.groupindex[match.lastgroup]
    rule = _BY_NAME[match.lastgroup]
    return rule.resolve(match.groups()[first : first + rule.groups], today)

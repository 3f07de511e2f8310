"""Time words and what they mean: a rule is a pattern and the interval that it stands for.

A period without a year is of the year of the document's date or, where its last month lies after it,
of the year before.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from pingyu.interpret.numerals import CHINESE, integer

Interval = tuple[date, date]
Groups = tuple[str | None, ...]

_TO = r"\s*(?:——|[-—–－−~～至到])\s*"
_Y = r"(?:19|20)\d\d|[一二][九〇零○][〇零○一二三四五六七八九]{2}"
_YEAR = rf"(?:(?:{_Y})年度?|(?<!\d)[012]\d年(?=[上下全0-9一二三四])|今年|本年度?|当年|同年|去年|(?<!以)上一?年(?![轻龄纪级])度?|(?<![目日当以之])前年|明年|来年|下一?年度)"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_HOUR = r"(?:\d{1,2}[时点])?"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
COUNT = rf"(?:\d+|{CHINESE})"
_SMALL = r"(?:(?<!\d)\d{1,2}|[一二两三四五六七八九十]{1,2})"
_RELATIVE_YEARS = {
    "今": 0,
    "本": 0,
    "同": 0,
    "去": -1,
    "上": -1,
    "前": -2,
    "明": 1,
    "来": 1,
    "下": 1,
}
_PLANS = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_ONE_DAY = timedelta(days=1)
_NEW_MONTH = 10  # up to this day of a month, reports are of the one before


class NoDateError(Exception):
    """A relative time word, and the document has no date."""


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    pattern: str
    resolve: Callable[[Groups, date | None], Interval | None]

    @property
    def groups(self) -> int:
        """How many groups its pattern has."""
        return re.compile(self.pattern).groups


# --- years, months, days -------------------------------------------------------------------------


def needed(today: date | None) -> date:
    """Raises NoDateError where the document has no date."""
    if today is None:
        raise NoDateError
    return today


def _number(words: str | None) -> int:
    value = integer(words or "")
    if value is None:
        raise ValueError(words)
    return value


def _year(words: str, today: date | None) -> int:
    if words[0] == "当":  # the year that is told of
        return _year_told_of(today)
    if words[0] in _RELATIVE_YEARS:
        return needed(today).year + _RELATIVE_YEARS[words[0]]
    year = _number(words.rstrip("年度").replace("○", "零"))
    return year if year > 99 else 2000 + year


def _year_ending(words: str | None, last_month: int, today: date | None) -> int:
    """The year that is said, or the latest one whose `last_month` does not lie after `today`."""
    if words:
        return _year(words, today)
    today = needed(today)
    return today.year - (last_month > today.month)


def _months(year: int, first: int, last: int) -> Interval:
    return date(year, first, 1), _last_day(year, last)


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _months_before(day: date, count: int) -> date:
    """The first day of the month `count` months before that of `day`."""
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def _back(day: date, months: int) -> date:
    """The same day `months` months before, or the last day of that month."""
    first = _months_before(day, months)
    return first.replace(day=min(day.day, _last_day(first.year, first.month).day))


# --- rules ---------------------------------------------------------------------------------------


def _years(groups: Groups, today: date | None) -> Interval:
    first, last = _year(groups[0] or "", today), _year(groups[1] or "", today)
    return date(first, 1, 1), date(last, 12, 31)


def _month_range(groups: Groups, today: date | None) -> Interval:
    first, last = _number(groups[1]), _number(groups[2])
    if first > last:
        year = _year_ending(groups[0], last, today) + bool(groups[0])
        return date(year - 1, first, 1), _last_day(year, last)
    return _months(_year_ending(groups[0], last, today), first, last)


def _months_of_years(groups: Groups, today: date | None) -> Interval:
    last_year = _year(groups[2] or "", today)
    first_year = _year(groups[0], today) if groups[0] else last_year
    return date(first_year, _number(groups[1]), 1), _last_day(last_year, _number(groups[3]))


def _first_months(groups: Groups, today: date | None) -> Interval:
    last = _number(groups[1])
    return _months(_year_ending(groups[0], last, today), 1, last)


def _day_range(groups: Groups, today: date | None) -> Interval:
    year_words, month, day, last_year, last_month, last_day = groups
    last = _number(last_month or month)
    year = _year_ending(last_year or year_words, last, today)
    end = date(year, last, _number(last_day))
    if last_year and year_words:
        year = _year(year_words, today)
    elif _number(month) > last:
        if year_words:  # 2020年12月25日至1月5日
            return date(year, _number(month), _number(day)), end.replace(year=year + 1)
        year -= 1
    return date(year, _number(month), _number(day)), end


def _day(groups: Groups, today: date | None) -> Interval:
    year, month, day = groups
    if year:
        found = date(_year(year, today), _number(month), _number(day))
        return found, found
    today = needed(today)
    found = date(today.year, _number(month), _number(day))
    if found > today:
        found = found.replace(year=found.year - 1)
    return found, found


def _day_and_hour(groups: Groups, today: date | None) -> Interval:
    """12日8:35: the latest of this number."""
    today, day = needed(today), _number(groups[0])
    found = _months_before(today, int(day > today.day)).replace(day=day)
    return found, found


def _quarter_number(words: str) -> int:
    return 1 if words.startswith("首") else _number(words.removeprefix("第"))


def _quarters(groups: Groups, today: date | None) -> Interval:
    year, first, last, edge = groups
    until = _quarter_number(last or first or "")
    start = _quarter_number(first or "")
    if not 1 <= start <= until <= 4:
        raise ValueError(groups)
    interval = _months(_year_ending(year, until * 3, today), start * 3 - 2, until * 3)
    return (interval[1], interval[1]) if edge else interval


def _first_quarters(groups: Groups, today: date | None) -> Interval:
    last = _number(groups[1]) * 3
    return _months(_year_ending(groups[0], last, today), 1, last)


def _half(groups: Groups, today: date | None) -> Interval:
    first, last = (1, 6) if groups[1] == "上" else (7, 12)
    return _months(_year_ending(groups[0], last, today), first, last)


def _year_told_of(today: date | None) -> int:
    """In the first half of a year, 全年 and 年底 are still those of the year before."""
    today = needed(today)
    return today.year - (today.month <= 6)


def _whole_year(groups: Groups, today: date | None) -> Interval:
    year = _year(groups[0], today) if groups[0] else _year_told_of(today)
    return _months(year, 1, 12)


def _month(groups: Groups, today: date | None) -> Interval:
    year_words, month_words, part = groups
    month = _number(month_words)
    year = _year_ending(year_words, month, today)
    last = _last_day(year, month).day
    first_day, last_day = {
        "上旬": (1, 10),
        "中旬": (11, 20),
        "下旬": (21, last),
        "上半月": (1, 15),
        "下半月": (16, last),
        "初": (1, 1),
        "底": (last, last),
        "末": (last, last),
        "月底": (last, last),
        "月末": (last, last),
    }.get(part or "", (1, last))
    return date(year, month, first_day), date(year, month, last_day)


def _dotted_month(groups: Groups, today: date | None) -> Interval:
    return _months(_number(groups[0]), _number(groups[1]), _number(groups[2] or groups[1]))


def _year_edge(groups: Groups, today: date | None) -> Interval:
    if groups[0] == "初":
        first = date(needed(today).year, 1, 1)
        return first, first
    last = date(_year_told_of(today), 12, 31)
    return last, last


def _relative_edge(groups: Groups, today: date | None) -> Interval:
    """去年底, 今年初, 上年末."""
    year = _year(groups[0] or "", today)
    edge = date(year, 1, 1) if groups[1] == "初" else date(year, 12, 31)
    return edge, edge


def _near_month(groups: Groups, today: date | None) -> Interval:
    today = needed(today)
    back = {"上": 1, "下": -1}.get(groups[0] or "", 0)
    if groups[0] in ("当", "本") and today.day <= _NEW_MONTH:  # the month that is told of
        back = 1
    first = _months_before(today, back)
    last = _last_day(first.year, first.month)
    if groups[1] == "初":
        return first, first
    return (last, last) if groups[1] else (first, last)


def _near_part(groups: Groups, today: date | None) -> Interval:
    """中旬: that of this month or, before it has begun, of the last."""
    today, part = needed(today), groups[0] or ""
    first = {"上旬": 1, "中旬": 11, "下旬": 21}[part]
    month = _months_before(today, int(today.day < first))
    return _month((str(month.year), str(month.month), part), today)


def _near_quarter(groups: Groups, today: date | None) -> Interval:
    today = needed(today)
    back = (today.month - 1) % 3 + {"上": 3, "下": -3}.get(groups[0] or "", 0)
    first = _months_before(today, back)
    last = _last_day(first.year, first.month + 2)
    return (last, last) if groups[1] else (first, last)


def _near_week(groups: Groups, today: date | None) -> Interval:
    today = needed(today)
    weeks = {"上": -1, "下": 1}.get(groups[0] or "", 0)
    monday = today + (7 * weeks - today.weekday()) * _ONE_DAY
    if groups[1]:
        day = monday + ("一二三四五六日".index(groups[1].replace("天", "日"))) * _ONE_DAY
        return day, day
    return monday, monday + 6 * _ONE_DAY


def _near_day(groups: Groups, today: date | None) -> Interval | None:
    if groups[0] == "当":  # the day that is told of, not that of the document
        return None
    back = {"今": 0, "本": 0, "昨": 1, "前": 2}[groups[0] or ""]
    day = needed(today) - back * _ONE_DAY
    return day, day


def _last_years(groups: Groups, today: date | None) -> Interval:
    today, count = needed(today), _number(groups[0])
    if count == 1 and today.month == 12:  # 过去一年, at its end
        return date(today.year, 1, 1), date(today.year, 12, 31)
    return date(today.year - count, 1, 1), date(today.year - 1, 12, 31)


def _last_months(groups: Groups, today: date | None) -> Interval:
    today, count = needed(today), _number(groups[0])
    last = _months_before(today, 1)
    return _months_before(today, count), _last_day(last.year, last.month)


def _years_up_to(groups: Groups, today: date | None) -> Interval:
    today = needed(today)
    months = 6 if groups[0] == "半" else 12 * _number(groups[0])
    return _back(today, months) + _ONE_DAY, today


def _months_up_to(groups: Groups, today: date | None) -> Interval:
    today = needed(today)
    return _back(today, _number(groups[0])) + _ONE_DAY, today


def _weeks_up_to(groups: Groups, today: date | None) -> Interval:
    today, count = needed(today), _number(groups[0] or groups[1])
    return today - (7 * count - 1) * _ONE_DAY, today


def _plan(groups: Groups, today: date | None) -> Interval | None:
    start = _PLANS[(groups[0] or "").strip("“”\"'‘’")]
    words = groups[1] or ""
    part = re.fullmatch(rf"([前后])({COUNT})年", words)
    if part:
        count = _number(part[2])
        first_year = start if part[1] == "前" else start + 5 - count
        return date(first_year, 1, 1), date(first_year + count - 1, 12, 31)
    if "开局" in words or words.endswith("初"):
        first, last = date(start, 1, 1), date(start, 12, 31)
        return (first, first) if words.endswith("初") else (first, last)
    if words.endswith("末"):
        return date(start + 4, 12, 31), date(start + 4, 12, 31)
    if "收官" in words:
        return date(start + 4, 1, 1), date(start + 4, 12, 31)
    return date(start, 1, 1), date(start + 4, 12, 31)


def _until_now(groups: Groups, today: date | None) -> Interval:
    today = needed(today)
    return date(today.year, 1, 1), today


def _within_year(groups: Groups, today: date | None) -> Interval:
    return _months(needed(today).year, 1, 12)


def _vague(groups: Groups, today: date | None) -> None:
    return None


_ITEM = r"(?<![^\n])[一二三四五六七八九十]{1,2}、"  # the number of a heading: 一、9月份
_PLAN_NAME = r"[“\"‘]?十[一二三四五]五[”\"’]?"
_LAST = "末(?![位名])"  # of a year, a month; not 去年【末位】
_RULES = (
    _Rule("until_now", r"开年以来|(?<=截至|截止)(?:目前|现在|当前)", _until_now),
    _Rule("last_years", rf"(?:最?近|过去)的?({_SMALL})年(?!多?以?来)", _last_years),
    _Rule("last_months", rf"(?:最?近|过去)的?({COUNT})个月(?!多?以?来)", _last_months),
    _Rule("years_up_to", rf"(?:近|这)?(半|{_SMALL})年多?以?来", _years_up_to),
    _Rule("months_up_to", rf"(?:近|这)?({COUNT})个多?月以?来", _months_up_to),
    _Rule("weeks_up_to", rf"(?:近({_SMALL})周(?:以?来)?|(?:这)?({_SMALL})周以?来)", _weeks_up_to),
    _Rule("years", rf"({_Y})年?(?:{_TO}|[、和])({_Y})年度?", _years),
    _Rule(
        "months_of_years",
        rf"(?:({_YEAR}))?({_MONTH})月份?{_TO}({_YEAR})({_MONTH})月份?",
        _months_of_years,
    ),
    _Rule(
        "days",
        rf"({_YEAR})?({_MONTH})月({_DAY})[日号]?{_HOUR}{_TO}(?:({_YEAR})?({_MONTH})月)?({_DAY})[日号]{_HOUR}",
        _day_range,
    ),
    _Rule("day_and_hour", rf"(?<!月)({_DAY})日(?=\d{{1,2}}[:：时点])", _day_and_hour),
    _Rule("day", rf"({_YEAR})?({_MONTH})月({_DAY})[日号]", _day),
    _Rule(
        "month_range",
        rf"(?!{_ITEM})({_YEAR})?({_MONTH})月?份?(?:{_TO}|[、和])({_MONTH})月份?",
        _month_range,
    ),
    _Rule("first_months", rf"({_YEAR})?(?<!提)(?<!码)[前头]({COUNT})个?月", _first_months),
    _Rule(
        "quarters",
        rf"({_YEAR})?(第?[一二三四1-4]|首(?=季))(?:季?度?(?:{_TO}|[、和])(第?[二三四2-4]))?(?:季度|(?<=首)季)(底|{_LAST})?",
        _quarters,
    ),
    _Rule("first_quarters", rf"({_YEAR})?前([二两三23])个?季度", _first_quarters),
    _Rule("half", rf"({_YEAR})?(上|下)半年", _half),
    _Rule(
        "month",
        rf"({_YEAR})?({_MONTH})月(?:份)?(上旬|中旬|下旬|上半月|下半月|月?(?:底|{_LAST})|初)?",
        _month,
    ),
    _Rule(
        "dotted_month", rf"(20\d\d)[./](0?[1-9]|1[0-2])(?:{_TO}(0?[1-9]|1[0-2]))?", _dotted_month
    ),
    _Rule("relative_edge", rf"({_YEAR})年?(底|{_LAST}|初(?![中级步]))", _relative_edge),
    _Rule("year_edge", rf"[年岁](底|{_LAST}|初(?![中级步]))", _year_edge),
    _Rule("whole_year", rf"({_YEAR})?全年", _whole_year),
    _Rule("within_year", r"(?<![一二两三四五六七八九十半0-9])年内", _within_year),
    _Rule("year", rf"({_YEAR})", _whole_year),
    _Rule("near_part", r"(?<!月)([上中下]旬)", _near_part),
    _Rule("near_month", rf"(上|本|当|这|下)个?月(底|{_LAST}|初)?份?", _near_month),
    _Rule("near_quarter", rf"(上|本|当|这|下)一?个?季度?({_LAST})?", _near_quarter),
    _Rule(
        "near_week",
        r"(上|本|这|下)一?周(?:([一二三四五六日天])(?![直共度个家项次名件条起均]))?",
        _near_week,
    ),
    _Rule("near_day", r"(今|昨|(?<![目日当以之])前|当|本)[日天]", _near_day),
    _Rule(
        "plan",
        rf"({_PLAN_NAME})((?:时期|期间|规划期|开局之?年|收官之?年|[前后]{COUNT}年|期?末|初)?)",
        _plan,
    ),
    _Rule(
        "vague",
        r"(?:近几?年|近期)来?|(?:入[汛春夏秋冬]|开春|春节|换届|冬防|秋收)以来|"
        r"(?:供暖|采暖|取暖)[季期]|主?汛期|秋冬季|今冬明春|[春夏秋冬]季|雨季|旱季|枯水期|去冬今春|[去今][春夏秋冬]|[春夏秋冬]天|"
        r"(?:国庆|五一|春节|元旦|中秋|端午|清明)(?:小?长?假期?)|"
        r"(?:寒潮|洪水|干旱|强降雨|疫情(?:防控|封控)?|封控|春运|节日|假期|暑[期假]|寒假|两会|清明|端午|中秋|国庆|元旦|春节|[一二三四五六七八九十]{1,3}大|重点时段)期间|"
        r"(?:专项(?:行动|斗争|整治)|集中整治|攻坚(?:行动|战)?|机构改革)(?:开展|启动|实施)?以来",
        _vague,
    ),
)
_BY_NAME = {rule.name: rule for rule in _RULES}
# what a time word can begin with; most numerals are none, and told by the character behind them, or
# by the letter or the decimal point before (PM2.5月均浓度)
_FIRST = (
    '[全前头上中下本当这同去今昨明来近最过目现开入年岁首供采取主汛春夏秋冬换半第寒疫洪雨旱枯五中元干强封节假暑两清端国元重专集攻机“"‘]|十[一二三四五]五|'
    r"(?<![A-Za-z0-9])(?:(?<![0-9]\.)|(?<=\n[0-9]\.))"
    r"[0-9〇零○一二两三四五六七八九十]{1,4}[年月周日季大个、和.至到/—–~～−－-]"
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

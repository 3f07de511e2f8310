"""The interval that time words stand for, from the parts of their pattern: a function for each rule of
time_words.

A period without a year is of the year of the document's date or, where its last month lies after it,
of the year before.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from pingyu.interpret.numerals import COUNT, integer

Interval = tuple[date, date]
Groups = tuple[str | None, ...]

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


def years(groups: Groups, today: date | None) -> Interval:
    """2019—2021年."""
    first, last = _year(groups[0] or "", today), _year(groups[1] or "", today)
    return date(first, 1, 1), date(last, 12, 31)


def month_range(groups: Groups, today: date | None) -> Interval:
    """1至10月; 11月至次年2月 ends in the later year."""
    first, last = _number(groups[1]), _number(groups[2])
    if first > last:
        year = _year_ending(groups[0], last, today) + bool(groups[0])
        return date(year - 1, first, 1), _last_day(year, last)
    return _months(_year_ending(groups[0], last, today), first, last)


def months_of_years(groups: Groups, today: date | None) -> Interval:
    """2020年11月至2021年3月."""
    last_year = _year(groups[2] or "", today)
    first_year = _year(groups[0], today) if groups[0] else last_year
    return date(first_year, _number(groups[1]), 1), _last_day(last_year, _number(groups[3]))


def first_months(groups: Groups, today: date | None) -> Interval:
    """前10个月."""
    last = _number(groups[1])
    return _months(_year_ending(groups[0], last, today), 1, last)


def day_range(groups: Groups, today: date | None) -> Interval:
    """6月1日至15日, 2020年12月25日至1月5日."""
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


def day(groups: Groups, today: date | None) -> Interval:
    """6月1日: the latest that does not lie after the document."""
    year, month, day = groups
    if year:
        found = date(_year(year, today), _number(month), _number(day))
        return found, found
    today = needed(today)
    found = date(today.year, _number(month), _number(day))
    if found > today:
        found = found.replace(year=found.year - 1)
    return found, found


def day_and_hour(groups: Groups, today: date | None) -> Interval:
    """12日8:35: the latest of this number."""
    today, day = needed(today), _number(groups[0])
    found = _months_before(today, int(day > today.day)).replace(day=day)
    return found, found


def _quarter_number(words: str) -> int:
    return 1 if words.startswith("首") else _number(words.removeprefix("第"))


def quarters(groups: Groups, today: date | None) -> Interval:
    """三季度, 一至三季度, 三季度末."""
    year, first, last, edge = groups
    until = _quarter_number(last or first or "")
    start = _quarter_number(first or "")
    if not 1 <= start <= until <= 4:
        raise ValueError(groups)
    interval = _months(_year_ending(year, until * 3, today), start * 3 - 2, until * 3)
    return (interval[1], interval[1]) if edge else interval


def first_quarters(groups: Groups, today: date | None) -> Interval:
    """前三季度."""
    last = _number(groups[1]) * 3
    return _months(_year_ending(groups[0], last, today), 1, last)


def half(groups: Groups, today: date | None) -> Interval:
    """上半年."""
    first, last = (1, 6) if groups[1] == "上" else (7, 12)
    return _months(_year_ending(groups[0], last, today), first, last)


def _year_told_of(today: date | None) -> int:
    """In the first half of a year, 全年 and 年底 are still those of the year before."""
    today = needed(today)
    return today.year - (today.month <= 6)


def whole_year(groups: Groups, today: date | None) -> Interval:
    """2021年, 全年, 这一年."""
    year = _year(groups[0], today) if groups[0] else _year_told_of(today)
    return _months(year, 1, 12)


def month(groups: Groups, today: date | None) -> Interval:
    """6月, 6月上旬, 6月底."""
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


def dotted_month(groups: Groups, today: date | None) -> Interval:
    """2021.6, 2021.1-6."""
    return _months(_number(groups[0]), _number(groups[1]), _number(groups[2] or groups[1]))


def year_edge(groups: Groups, today: date | None) -> Interval:
    """年初, 年底."""
    if groups[0] == "初":
        first = date(needed(today).year, 1, 1)
        return first, first
    last = date(_year_told_of(today), 12, 31)
    return last, last


def relative_edge(groups: Groups, today: date | None) -> Interval:
    """去年底, 今年初, 上年末."""
    year = _year(groups[0] or "", today)
    edge = date(year, 1, 1) if groups[1] == "初" else date(year, 12, 31)
    return edge, edge


def near_month(groups: Groups, today: date | None) -> Interval:
    """上月, 本月, 当月底, 全月."""
    today = needed(today)
    back = {"上": 1, "下": -1}.get(groups[0] or "", 0)
    if groups[0] in ("当", "本", "全") and today.day <= _NEW_MONTH:  # the month that is told of
        back = 1
    first = _months_before(today, back)
    last = _last_day(first.year, first.month)
    if groups[1] == "初":
        return first, first
    return (last, last) if groups[1] else (first, last)


def near_part(groups: Groups, today: date | None) -> Interval:
    """中旬: that of this month or, before it has begun, of the last."""
    today, part = needed(today), groups[0] or ""
    first = {"上旬": 1, "中旬": 11, "下旬": 21}[part]
    begun = _months_before(today, int(today.day < first))
    return month((str(begun.year), str(begun.month), part), today)


def near_quarter(groups: Groups, today: date | None) -> Interval:
    """上季度, 本季度末."""
    today = needed(today)
    back = (today.month - 1) % 3 + {"上": 3, "下": -3}.get(groups[0] or "", 0)
    first = _months_before(today, back)
    last = _last_day(first.year, first.month + 2)
    return (last, last) if groups[1] else (first, last)


def near_week(groups: Groups, today: date | None) -> Interval:
    """上周, 本周三."""
    today = needed(today)
    weeks = {"上": -1, "下": 1}.get(groups[0] or "", 0)
    monday = today + (7 * weeks - today.weekday()) * _ONE_DAY
    if groups[1]:
        day = monday + ("一二三四五六日".index(groups[1].replace("天", "日"))) * _ONE_DAY
        return day, day
    return monday, monday + 6 * _ONE_DAY


def near_day(groups: Groups, today: date | None) -> Interval | None:
    """昨日, 前天."""
    if groups[0] == "当":  # the day that is told of, not that of the document
        return None
    back = {"今": 0, "本": 0, "昨": 1, "前": 2}[groups[0] or ""]
    day = needed(today) - back * _ONE_DAY
    return day, day


def ago(groups: Groups, today: date | None) -> Interval:
    """两天前, 三年前: the day, month or year so far back."""
    today, count = needed(today), _number(groups[0])
    if groups[1] == "年":
        return _months(today.year - count, 1, 12)
    if groups[1] == "个月":
        first = _months_before(today, count)
        return first, _last_day(first.year, first.month)
    day = today - count * (7 if groups[1] == "周" else 1) * _ONE_DAY
    return day, day


def last_years(groups: Groups, today: date | None) -> Interval:
    """近三年: whole years before the document."""
    today, count = needed(today), _number(groups[0])
    if count == 1 and today.month == 12:  # 过去一年, at its end
        return date(today.year, 1, 1), date(today.year, 12, 31)
    return date(today.year - count, 1, 1), date(today.year - 1, 12, 31)


def last_months(groups: Groups, today: date | None) -> Interval:
    """近三个月: whole months before the document."""
    today, count = needed(today), _number(groups[0])
    last = _months_before(today, 1)
    return _months_before(today, count), _last_day(last.year, last.month)


def years_up_to(groups: Groups, today: date | None) -> Interval:
    """半年来, 三年来: up to the day of the document."""
    today = needed(today)
    months = 6 if groups[0] == "半" else 12 * _number(groups[0])
    return _back(today, months) + _ONE_DAY, today


def months_up_to(groups: Groups, today: date | None) -> Interval:
    """三个月来."""
    today = needed(today)
    return _back(today, _number(groups[0])) + _ONE_DAY, today


def weeks_up_to(groups: Groups, today: date | None) -> Interval:
    """近两周."""
    today, count = needed(today), _number(groups[0] or groups[1])
    return today - (7 * count - 1) * _ONE_DAY, today


def plan(groups: Groups, today: date | None) -> Interval | None:
    """“十四五”时期, “十三五”末."""
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


def until_now(groups: Groups, today: date | None) -> Interval:
    """今年 up to the document: 开年以来, 截至目前."""
    today = needed(today)
    return date(today.year, 1, 1), today


def within_year(groups: Groups, today: date | None) -> Interval:
    """年内."""
    return _months(needed(today).year, 1, 12)


def vague(groups: Groups, today: date | None) -> None:
    """近年来, 汛期: nothing exact."""

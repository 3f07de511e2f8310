"""When a document is from, and of which meeting it tells."""

from __future__ import annotations

import re
from datetime import date

from pingyu.interpret.numerals import half_width
from pingyu.interpret.period import find_periods
from pingyu.schema import DocumentDate

_DASHED = re.compile(r"(20\d\d)[-/.](0?[1-9]|1[0-2])[-/.](3[01]|[12]\d|0?[1-9])(?!\d)")
_FULL = re.compile(r"(?:20\d\d|二[〇零○][〇零○一二三四五六七八九]{2})年.{1,3}月.{1,3}日")
_MONTH_DAY = re.compile(r"(?<!\d)(?P<month>1[0-2]|0?[1-9])月(?P<day>3[01]|[12]\d|0?[1-9])日")
_KEYS = ("date", "pubdate", "publishdate", "published", "article:published_time", "time", "created")
_PLAN = re.compile("(?:方案|规划|计划)(?!.*(?:执行|完成|进展|落实|评估|通报|情况))")
_LINE, _HEAD, _LINES_AT_HEAD, _LINES_AT_END = 45, 500, 8, 5


def document_date(text: str, metadata: dict[str, str]) -> DocumentDate:
    """A dateline at the head or the end; a full date in the first sentences; the metadata; a day
    and month whose year the title gives; or, without a day, the period in the title.

    Metadata older than the period in the title are those of the site, not of the text.
    """
    text = half_width(text)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    short = [n for n, line in enumerate(lines) if len(line) <= _LINE]
    head = [lines[n] for n in short if 0 < n < _LINES_AT_HEAD]
    end = [lines[n] for n in reversed(short) if n >= max(1, len(lines) - _LINES_AT_END)]
    for line in (*head, *end):
        if day := _full_date(line):
            return _dated(day, "text")
    if day := _full_date(text[:_HEAD]):
        return _dated(day, "text")
    title = _title_period(lines[:1] + head)
    if (day := _of_metadata(metadata)) and (title is None or day >= title[0]):
        return _dated(day, "metadata")
    if title:
        if day := _month_and_day(text[:_HEAD], title):
            return _dated(day, "text")
        return DocumentDate(None, None, "period-only", title[1].isoformat())
    return DocumentDate()


def _dated(day: date, source: str) -> DocumentDate:
    return DocumentDate(day.isoformat(), source, None, day.isoformat())


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _full_date(text: str) -> date | None:
    dashed = _DASHED.search(text)
    if dashed:
        return _day(*dashed.groups())
    if not _FULL.search(text):
        return None
    for _, _, period in find_periods(text, None):
        if period.start and period.start == period.end and _FULL.fullmatch(period.text):
            return date.fromisoformat(period.start)
    return None


def _of_metadata(metadata: dict[str, str]) -> date | None:
    values = {key.lower(): value for key, value in metadata.items()}
    for key in _KEYS:
        if day := _full_date(values.get(key, "")):
            return day
    return None


def _title_period(title: list[str]) -> tuple[date, date] | None:
    """First and last day of the first period in the title lines that has a year of its own; that of
    a plan is of a time to come."""
    for line in title:
        if _PLAN.search(line):
            continue
        for _, _, period in find_periods(line, None):
            if period.start and period.end:
                return date.fromisoformat(period.start), date.fromisoformat(period.end)
    return None


def _month_and_day(text: str, title: tuple[date, date]) -> date | None:
    """The first day and month that are said, in the year in which they do not lie before the
    period of the title has begun and, in the first months of a year, follow a whole year."""
    match = _MONTH_DAY.search(text)
    if match is None:
        return None
    first, last = title
    whole_year = (last - first).days > 300
    year = first.year + (whole_year and int(match["month"]) <= 4)
    return _day(str(year), match["month"], match["day"])


_MEETING = re.compile(
    r"[^，。；：:,;！？\n 　]{0,36}?(?:点评|讲评|调度|推进|通报|述职|述法|评议|分析|观摩|总结|考核|拉练|部署|约谈|反馈|测评|评比|晾晒|"
    r"比拼|擂台|座谈|工作|赛马|亮绩|质询|询问|问政|现场|督查|督导|巡察|例)(?:大会|会议|会)(?![议员计场商长])"
)
_BEFORE_NAME = re.compile(
    r"^.*?(?:召开了?|举行了?|举办了?|组织了?|开展了?|在|主持|出席|参加|这次|此次|本次|[上下]午|晚上?|昨天|今天|昨日|的|是|了|——|—|》|·)(?=.)"
)


def meeting(text: str) -> str | None:
    """The name of the first review meeting that the text names, without what stands around it."""
    for match in _MEETING.finditer(half_width(text[:_HEAD])):
        name = match[0]
        while (before := _BEFORE_NAME.match(name)) and len(name) - before.end() >= 3:
            name = name[before.end() :]
        name = name.strip("“”\"'《》（）()")
        if len(name) > 3:
            return name
    return None

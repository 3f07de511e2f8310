"""When a document is from."""

from __future__ import annotations

import re
from datetime import date

from pingyu.interpret.numerals import half_width
from pingyu.interpret.period import find_periods
from pingyu.schema import DocumentDate

_DASHED = re.compile(r"(20\d\d)[-/.](0?[1-9]|1[0-2])[-/.](3[01]|[12]\d|0?[1-9])(?!\d)")
_FULL = re.compile(r"(?:20\d\d|二[〇零○][〇零○一二三四五六七八九]{2})年.{1,3}月.{1,3}日")
_D = r"(?:3[01]|[12]\d|0?[1-9])"
_MONTH_DAY = re.compile(
    rf"(?<!\d)(?P<month>1[0-2]|0?[1-9])月(?P<day>{_D})日?"
    rf"(?:(?P<range>\s*[-—–~～至到]+\s*(?:(?P<last_month>\d\d?)月)?(?P<last_day>{_D})日)|(?<=日))"
)
# a deadline, or the first day of several, is no date of a document
_DEADLINE = re.compile(r"\s*(?:之前|以前|前|止|起|至|到|[-—–~～](?=\s*\d))")
_CLOSING = re.compile(r"截[止至](?:日期|时间)?[：:]?\s*$")
# what may stand before or behind the date of a signature
_SIGNED = (
    re.compile(r"(?:[（(]|[^，。；]{0,6}[：:])?\s*$"),
    re.compile(r"\s*(?:[）)】\]。]|讯|电|印发|印)*$"),
)
_SIGNED_MONTH = re.compile(r"[（(]?(?P<day>20\d\d年(?:1[0-2]|0?[1-9])月)[）)]?")
_ISSUE = re.compile(r"[〔\[（(【](?P<year>20\d\d)[〕\]）)】]\s*第?\s*\d+\s*[号期]")
_MEETING_OF_YEAR = re.compile(r"召开20..年(?!度)[^，。；\n]{0,14}工作会议")
_SENTENCE = re.compile(r"[^。\n]+")
_HELD = re.compile(r"交办|部署|动员|启动|推进会|签约|调度")
_KEYS = ("date", "pubdate", "publishdate", "published", "article:published_time", "time", "created")
_PLAN = re.compile("(?:方案|规划|计划)(?!.*(?:执行|完成|进展|落实|评估|通报|情况))")
_YEAR = 366  # days
_LAST_SURE = 10  # month: those behind it may be of the year before an issue
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
    for line in head:
        if day := _full_date(line):
            return _dated(day, "text")
    for line in end:
        if day := _full_date(line, signed=True):
            return _dated(day, "text")
    if day := _full_date(text[:_HEAD]):
        return _dated(day, "text")
    title = _title_period(lines[:1] + head)
    issued = _ISSUE.search("\n".join(lines[:1] + head))
    if title is None and issued:
        title = _title_period(lines[:1] + head, int(issued["year"]))
    if title is None:
        title = _title_period(_lead(text))
    if (day := _of_metadata(metadata)) and (title is None or day >= title[0]):
        return _dated(day, "metadata")
    if title:
        return _month_and_day(text[:_HEAD], title, lines[0]) or _reckoned(title[1])
    if lines and (signed := _SIGNED_MONTH.fullmatch(lines[-1])):
        return _reckoned(date.fromisoformat(find_periods(signed["day"], None)[0][2].end or ""))
    return DocumentDate()


def _lead(text: str) -> list[str]:
    """The sentence with the first day and month, which may name the year that it tells of: 7月16日，
    召开2020年上半年工作会."""
    first = _MONTH_DAY.search(text[:_HEAD])
    return [s for s in _SENTENCE.findall(text[:_HEAD]) if first and first[0] in s][:1]


def _reckoned(day: date) -> DocumentDate:
    return DocumentDate(None, None, "period-only", day.isoformat())


def _dated(day: date, source: str) -> DocumentDate:
    return DocumentDate(day.isoformat(), source, None, day.isoformat())


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _full_date(text: str, *, signed: bool = False) -> date | None:
    """The first full date of a text. `signed`: one that ends it, as that of a signature does."""
    for match in _DASHED.finditer(text):
        if _is_of_document(text, match.start(), match.end(), signed):
            return _day(*match.groups())
    if not _FULL.search(text):
        return None
    for start, end, period in find_periods(text, None):
        is_day = period.start == period.end and _FULL.fullmatch(period.text)
        if period.start and is_day and _is_of_document(text, start, end, signed):
            return date.fromisoformat(period.start)
    return None


def _is_of_document(text: str, start: int, end: int, signed: bool = False) -> bool:
    if _DEADLINE.match(text, end) or _CLOSING.search(text, 0, start):
        return False
    if not signed:
        return True
    before, behind = _SIGNED
    return bool(behind.match(text, end) or (before.match(text, 0, start) and "，" not in text))


def _of_metadata(metadata: dict[str, str]) -> date | None:
    values = {key.lower(): value for key, value in metadata.items()}
    for key in _KEYS:
        if day := _full_date(values.get(key, "")):
            return day
    return None


def _title_period(title: list[str], issued: int | None = None) -> tuple[date, date] | None:
    """First and last day of the first period in the title lines that has a year of its own, or that
    of the issue (〔2019〕31号: 1至10月); that of a plan is of a time to come.

    The last months of a year without one may be those of the year before the issue.
    """
    today = date(issued, 12, 31) if issued else None
    for line in title:
        if _PLAN.search(line):
            continue
        for _, end, period in find_periods(line, today):
            if _CLOSING.search(line, 0, end - len(period.text)) or _DEADLINE.match(line, end):
                continue
            if not (period.start and period.end):
                continue
            first, last = date.fromisoformat(period.start), date.fromisoformat(period.end)
            of_plan = (last - first).days > _YEAR  # “十四五” is no year
            if not of_plan and not (issued and last.month > _LAST_SURE):
                return first, last
    return None


def _month_and_day(text: str, title: tuple[date, date], heading: str) -> DocumentDate | None:
    """The first day and month that are said, or the last day where they are the first of several.

    The year is that in which they do not lie before the period of the title has begun and, in the
    first months of a year, follow a whole year, unless the heading tells of what is still to be done.
    """
    matches = _MONTH_DAY.finditer(text)
    match = next((m for m in matches if _is_of_document(text, *m.span())), None)
    if match is None:
        return None
    first, last = title
    held = _HELD.search(heading) or _MEETING_OF_YEAR.search(text)
    whole_year = (last - first).days > 300 and not held
    year = str(first.year + (whole_year and int(match["month"]) <= 4))
    if match["range"]:
        last_day = _day(year, match["last_month"] or match["month"], match["last_day"])
        return _reckoned(last_day) if last_day else None
    day = _day(year, match["month"], match["day"])
    return _dated(day, "text") if day else None

"""Time words → ISO intervals: 1至10月, 前三季度, 去年, 今年以来, 截至10月底, “十三五”期间.

Finds them in running text and takes in 截至 before and 以来 behind; what each means: time_words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pingyu.interpret.numerals import half_width
from pingyu.interpret.time_words import COUNT, SEARCH, NoDateError, interval, needed
from pingyu.schema import Period

NO_DATE, VAGUE = "no-date", "vague"

_HINT = re.compile("[年月季周日天汛期春夏秋冬昨岁“]|十.五|前[0-9一二三四]|[./][0-9]|以来|截[至止]")
_GAP = re.compile(r"(?<=\d) +(?=[年月日])|(?<=[年月至]) +(?=\d)")
_UNTIL, _SINCE = re.compile("截[至止]到?$"), re.compile("(?:开始)?(?:以来|至今(?!年))")
_RUN = re.compile(rf"连续第?{COUNT}个?(?:季度|月|年)")
_MEETING_OR_SAME = re.compile("上午|下午|晚|召开|举行|同期")


def find_periods(text: str, today: date | None) -> list[tuple[int, int, Period]]:
    """The time words of `text` with their places, in order."""
    if not _HINT.search(text):
        return []
    tight, places = _without_gaps(half_width(text))
    found = []
    for match in SEARCH.finditer(tight):
        start, end = _around(tight, match)
        period = _resolved(tight[start:end], match, today)
        found.append((places[start], places[end - 1] + 1, period))
    return found


def telling_periods(text: str, today: date | None) -> list[tuple[int, Period]]:
    """The time words that say when something was so, with their places: not those of a comparison
    (较上年), of a meeting (5日上午) or of a run (连续三季度)."""
    text = _RUN.sub(lambda m: "□" * len(m[0]), text)
    return [
        (start, period)
        for start, end, period in find_periods(text, today)
        if text[max(0, start - 1) : start] not in ("较", "比", "与", "同")
        and not _MEETING_OR_SAME.match(text, end)
    ]


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


def _without_gaps(text: str) -> tuple[str, Sequence[int]]:
    """2021 年 9 月 → 2021年9月, and where each character stood."""
    cuts = {n for m in _GAP.finditer(text) for n in range(*m.span())}
    if not cuts:
        return text, range(len(text))
    places = [n for n in range(len(text)) if n not in cuts]
    return "".join(text[n] for n in places), places


def _around(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The place of a match with 截至 before and 以来 behind it."""
    before, behind = _UNTIL.search(text, 0, match.start()), _SINCE.match(text, match.end())
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
    except ValueError:
        found = None
    if found is None:
        return Period(words, None, None, VAGUE)
    return Period(words, found[0].isoformat(), found[1].isoformat())

"""The words of a rank, with the sentence that they stand in → a record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pingyu.interpret.first_of_kind import find_kind
from pingyu.interpret.indicator import earlier_subject, enumerated, own_subject, summed_up
from pingyu.interpret.indicator_phrase import JOINED, Subject
from pingyu.interpret.numerals import half_width, integer
from pingyu.interpret.period import Telling, period_at
from pingyu.interpret.rank_context import Context, Marked, Read
from pingyu.interpret.rank_favour import favourable
from pingyu.interpret.rank_links import ARROW, FROM, ROSE, STREAK, strip_link
from pingyu.interpret.rank_scope import find_scope, number_ranked
from pingyu.interpret.rank_words import ADMIN, CLAUSE_END, INTEGER, RANKED, Words, read_words
from pingyu.schema import Period, Place, Rank, Scope, Streak

_UNITS = {"年": "year", "季": "quarter", "月": "month", "周": "week"}
_OWN_RIGHT = re.compile(r"[。！？\n；;，]|,(?!\d)")
_LISTED = re.compile(
    rf"(?P<first>(?:(?:{ADMIN}|[各同东西南北中省市][^，。；,;、]?)[^，。；,;、居列为分获]{{0,8}}?)?{RANKED})(?:[、，和及与至]|以及)$"
)
_JOINS = re.compile(r"[、，]?(?:[、和，及与至]|以及)")
_LISTED_AFTER = re.compile(rf"[、和及](?=[^，。；、]{{0,6}}{RANKED})")
_MADE = re.compile(
    r"(?:(?:打造|建设|建成|建起|培育|创建)[^，。；、]{0,6}|(?:成为|形成|拥有|[是系为属])(?:[\u4e00-\u9fff]{2,5}[省市州县区镇乡地])?)$"
)
_NOUN_BEHIND = re.compile(r"的?(?![是为有的])[\u4e00-\u9fff“]{2}")
_INTEGER = re.compile(INTEGER)
_NUMBER_OF = re.compile(rf"{INTEGER}(?:个|家|所|宗|件|项)")
_NUMBER_OF_MOST = re.compile(rf"的(?P<n>{INTEGER})(?:个|家|名|处|座)(?!百分)")
_SHORTEST = {"year": 300, "quarter": 85, "month": 27, "week": 6}  # days
# 从10月起对【后三名】约谈
_DEALT_WITH = re.compile("(?:对|给|请|让|向|把|被)(?:[月季年]度|当月|本[月期])?$")
_DISTRIBUTED = re.compile(r"(?:分别|分列|分居|分获|依次)[^，。；]*$")


def read_ranks(
    sentence: str,
    marks: Sequence[Marked],
    periods: Sequence[Telling],
    *,
    units: Sequence[str] = (),
    autonomous: bool = False,
) -> list[Rank]:
    """The records of the ranks of a sentence, in order; each may go on from those before it.

    `periods`: the telling time words of the sentence. `units`: names that are no indicators.
    `autonomous`: the text is of an autonomous region, where 全区 means the province.
    """
    written = sentence
    sentence = half_width(sentence)
    read: list[Read] = []
    for mark in marks:
        context = Context(sentence, mark, periods, read, units, autonomous)
        rank = replace(_rank(context), text=written[mark.start : mark.end])
        read.append(Read(mark, rank))
    return [rank for _, rank in read]


def _rank(context: Context) -> Rank:
    words, segment, right = context.words, context.segment, context.right
    subject = _subject(context)
    about = context.about(subject.indicators) if words.kind != "first" else None
    scope = find_scope(context, subject, about)
    subject = _without_place(subject, scope)
    of = number_ranked(words, segment, right, scope)
    previous = _previous(context.clause)
    return Rank(
        span=context.mark.number,
        text="",
        kind=words.kind,
        place=_of_several(words, right),
        tie=words.tie or context.clause.endswith("并列"),
        scope=scope,
        of=of,
        indicator=subject.indicators,
        period=_period(context, about),
        streak=_streak(context.clause),
        previous=previous,
        favourable=favourable(context, subject.indicators, scope, of, previous),
    )


def _without_place(subject: Subject, scope: Scope | None) -> Subject:
    """在江门七个县中居【第二】: 江门 is where, not what."""
    where = scope.text if scope else ""
    kept = [
        phrase
        for phrase in subject.indicators
        if not (
            where.startswith(phrase)
            or (phrase.startswith(where) and _INTEGER.match(phrase, len(where)))
        )
    ]
    return subject._replace(indicators=kept) if where else subject


def _of_several(words: Words, right: str) -> Place:
    """浓度【最低】的三个点位, 【末位】的三个乡镇 are the last three."""
    several = _NUMBER_OF_MOST.match(right) if words.kind == "extreme" else None
    high = integer(several["n"]) if several else None
    return replace(words.place, high=high) if high and words.place.high else words.place


def _subject(context: Context) -> Subject:
    words, right, units = context.words, context.right, context.units
    if words.kind == "first":
        return Subject(find_kind(right) or own_subject(context.segment, units).indicators[-1:])
    before, listed = _before_list(context)
    if _DEALT_WITH.search(context.clause):
        return Subject([])
    if names := enumerated(before, right) or summed_up(before, units):
        return Subject(names)
    own = own_subject(before, units)
    if words.contest and not own.indicators:
        return Subject([words.contest])
    if re.match("最(?![后末前])", words.position) and (kind := _kind_of_most(context, own)):
        return Subject(kind)
    after = len(_LISTED_AFTER.findall(CLAUSE_END.split(right)[0]))
    found = own
    if not own.indicators:
        found = earlier_subject(before, units) if listed else own
        if len(found.indicators) != listed + 1 + after:  # each rank of the list has one
            last = _goes_on_from(context)
            start = max(0, last.mark.end - context.mark.start + len(context.segment)) if last else 0
            found = earlier_subject(before[start:], units)
            if not found.indicators and last:
                return Subject(last.rank.indicator)
    among = found.indicators
    if (
        len(among) == 1 and listed + after == 1 and not (listed and words.scope)
    ):  # 固投和社零增速分别居【第二】、【第三】
        parts = JOINED.split(among[0])
        among = parts if len(parts) == 2 and all(len(part) > 1 for part in parts) else among
    if len(among) > 1 and len(among) == listed + 1 + after and _DISTRIBUTED.search(before):
        return found._replace(indicators=[among[listed]])
    return found


def _goes_on_from(context: Context) -> Read | None:
    """The rank before that one without an indicator of its own is of: not the first of a kind, nor,
    for a change or one that has a scope, one in another part of the sentence."""
    last = context.read[-1] if context.read else None
    if last is None or last.rank.kind == "first":
        return None
    apart = last.mark.end < context.mark.start - len(context.segment)
    if apart and (context.words.scope or re.search("[由从]", context.clause)):
        return None
    return last


def _before_list(context: Context) -> tuple[str, int]:
    """The text before a list of ranks that this one ends (全市第一、第二、【第四】), and how many of
    them there are before it."""
    before = context.segment
    start = context.mark.start - len(before)
    marks = [mark for mark, _ in context.read]
    count = 0
    while True:
        last = marks[-1] if marks else None
        if last and last.start >= start and _JOINS.fullmatch(before, last.end - start):
            before = before[: last.start - start]
            marks.pop()
        elif listed := _LISTED.search(before):
            before = before[: listed.start("first")]
        else:
            return before, count
        count += 1


def _kind_of_most(context: Context, own: Subject) -> list[str]:
    """The noun behind where it is what is the most: 建成【全省最大】的基地, 打造【全市最美】街区."""
    right = context.right
    made = _MADE.search(context.clause)
    behind = re.match("的(?![是为有])", right) and not own.indicators
    if not behind and not (made and _NOUN_BEHIND.match(right)):
        return []
    kinds = [kind for kind in find_kind(right) if kind not in context.units]
    return [kind for kind in kinds if not _NUMBER_OF.match(kind)]


def _period(context: Context, about: Read | None) -> Period | None:
    """That of the text before which holds for the rank, or of the rank that it goes on from; where
    there are none, the first behind it in its clause, or in its sentence if it opens that."""
    mark, clause_start = context.mark, context.mark.start - len(context.clause)
    before = [told for told in context.periods if told.start < mark.start]
    told = period_at(before, mark.start, mark.end)
    streak = _streak(context.clause)
    if told and told.start < clause_start:
        beside = told.end + 1 >= clause_start  # 前三季度，增速连续五年居……
        if (streak and not beside and not _as_long(told.period, streak)) or (
            context.words.kind == "first" and not told.is_alone(context.sentence)
        ):
            told = None
    if about and not (told and told.start >= clause_start):
        then = period_at(before, about.mark.start, about.mark.end)
        since = any(t.start >= context.read[-1].mark.end for t in before)
        if not since and not (then and then.then):
            return about.rank.period
    if told:
        return told.period
    heads = not context.left.strip() and context.right[:1] in "！。，"  # 【全市第二】！一季度……
    rest = context.right if heads else _OWN_RIGHT.split(context.right)[0]
    behind = [t for t in context.periods if mark.end <= t.start < mark.end + len(rest)]
    return behind[0].period if behind and not before else None


def _as_long(period: Period, streak: Streak) -> bool:
    """Can a run of years, quarters or months be told of the period?"""
    if not (period.start and period.end) or streak.unit == "time":
        return True
    days = (date.fromisoformat(period.end) - date.fromisoformat(period.start)).days
    return days >= _SHORTEST[streak.unit]


def _streak(clause: str) -> Streak | None:
    found = list(STREAK.finditer(clause))
    if not found:
        return None
    count = integer(found[-1]["count"])
    return Streak(count, _UNITS.get(found[-1]["unit"][0], "time")) if count else None


def _previous(clause: str) -> Place | None:
    matches = list(FROM.finditer(clause))
    if not matches:
        moved = ARROW.search(clause) or ROSE.search(clause)
        return read_words(moved["place"]).place if moved else None
    rest, _ = strip_link(clause[matches[-1].end() :])
    if len(rest) > 8 or re.search(RANKED, rest):
        return None
    return read_words(matches[-1]["place"]).place

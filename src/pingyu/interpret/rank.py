"""The words of a rank, with the sentence that they stand in → a record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from pingyu.interpret.indicator import (
    ARROW,
    CLAUSE_END,
    FROM,
    STREAK,
    Topic,
    earlier_topic,
    find_kind,
    own_topic,
    strip_link,
)
from pingyu.interpret.numerals import half_width, integer
from pingyu.interpret.period import Telling, period_at
from pingyu.interpret.place import GROUPS, RANKED, Words, read_words, scope_of
from pingyu.interpret.valence import is_listed_by_merit, is_time, valence
from pingyu.schema import ACHIEVEMENT, Period, Place, Rank, Scope, Streak

_FRONT, _BACK = 0.25, 0.75  # shares of those ranked that count as well and badly placed
_FARTHEST = 300  # characters on each side of a rank that are looked at
_UNITS = {"年": "year", "季": "quarter", "月": "month", "周": "week"}
_N = r"(?:[0-9]+|[一二两三四五六七八九十百]+)"
_ADMIN = (
    r"(?:全[国省市县区州盟旗镇乡疆]|全自治区|全地区|全街道|国内|省内|市内|区内|县内|系统内|组内)"
)
_COUNTED = rf"(?<![第前后末续0-9零百一二三四五六七八九十])(?P<n>{_N})(?:个|家|所|座|支)(?!季度|月|年度|百分|位)(?P<group>[^，。；：、,;:个]{{1,12}}?(?:（[^）]*）)?)"
_OF = (
    re.compile(
        rf"{_COUNTED}(?:考核|评比)?(?:(?<!问题)(?<!任务)(?<!项目)中(?![心学医国小等层共标期央部间])|里|内|之中|当中|(?<=[省州市县区旗镇乡村道位门园企业司局办院校组队）)])的?$|综合排名|排名)"
    ),
    re.compile(rf"共有?{_COUNTED}(?:参[评考与]|同组|$)"),
)
_OUT_OF = re.compile(rf"^\s*(?:名|位)?\s*(?:[/／]|[（(](?:共|总))(?P<n>{_N})(?:个|家)?")
_COUNT_OF_SCOPE = re.compile(
    rf"(?P<n>{_N})(?:(?:个|家|所|座)|(?=[县市区镇乡省园旗](?!级)|街道|乡镇|国企|部门))"
)
_EACH = rf"各(?:类|大)?(?:{GROUPS}|[^，。；中在的、]{{0,4}}[省市州盟县区旗镇乡村组园局])"
_SCOPE_AT_END = re.compile(
    rf"(?P<scope>{_ADMIN}(?:{_EACH}|同类[^，。；中在的]{{0,6}})?|同类[^，。；、在]{{1,6}}|{_EACH})"
    r"(?:中|里|内|之中|范围内|的)?$"
)
_AMONG = re.compile(
    rf"(?:在|^|[，：])(?P<scope>{_ADMIN}?(?:参[评考]的?)?{_N}(?:个|家|所|座)[^，。；：中在]{{1,12}}?(?:（[^）]*）)?)(?:考核|评比)?(?:中|里|之中|当中)"
)
_GROUP_AMONG = re.compile(
    r"在(?P<scope>(?:各|同类)?[^，。；：中在]{0,5}?(?:部门|单位|企业|国企|园区|开发区|乡镇|街镇|镇街|街道|区县|县区))"
    r"(?:[^，。；中在]{0,8})(?:中|里|之中|当中)"
)
_PLACE = r"(?![我本该])[^\W\d在全]{2,5}?[省市州盟县旗]"
_IN_PLACE = re.compile(
    rf"在(?P<scope>{_PLACE}|{_EACH})(?:范围内|内|中)?(?:[位排名稳仍均高]?[居列]|位于|排|获|并列|处|$)"
)
_OF_PLACE = re.compile(
    rf"(?:^|在|[，：])(?P<scope>{_PLACE})(?=(?:{_N}个[^，。；]{{1,12}}?|[^，。；]{{2,14}}(?:考[核评]|测评|评[价比估]))(?:中|里|之中|当中))"
)
_IN_GROUP = re.compile(
    r"(?:^|[，,：:；;])在?(?P<scope>[^，。；：、在]{1,8}(?:组|片区|类地区))(?:（[^）]*）)?(?:[，,]|[位排]?[居列排])[^；;]*$"
)
_OF_GROUP = re.compile(
    rf"(?:^|[，,：:；;])在?(?:[^，。；：]{{1,6}}的)?(?P<scope>[^，。；：的在个家]{{0,6}}?(?:{GROUPS}))(?:排名)?(?:之?中|方面|里|比较)[，,][^；;]*$"
)
_SAID = re.compile(rf"(?P<scope>{_ADMIN})")
_OWN_RIGHT = re.compile(r"[。！？\n；;，]|,(?!\d)")
_SEGMENT_END = re.compile(r"[。！？\n；;]")
_LABEL = re.compile(rf"(?P<scope>{_ADMIN})(?:排名|名次|位次|排位)\s*[：:]\s*$")
_LISTED = re.compile(
    rf"(?P<first>(?:(?:{_ADMIN}|[各同东西南北中省市][^，。；,;、]?)[^，。；,;、居列为分获]{{0,8}}?)?{RANKED})(?:[、，和及与至]|以及)$"
)
_JOINS = re.compile(r"[、，]?(?:[、和，及与至]|以及)")
_LISTED_AFTER = re.compile(rf"[、和及](?=[^，。；、]{{0,6}}{RANKED})")
_MADE = re.compile(
    r"(?:(?:打造|建设|建成|建起|培育|创建)[^，。；、]{0,6}|(?:成为|形成|拥有|[是系为属])(?:[\u4e00-\u9fff]{2,5}[省市州县区镇乡地])?)$"
)
_NOUN_BEHIND = re.compile(r"的?(?![是为有的])[\u4e00-\u9fff“]{2}")
_NUMBER_OF = re.compile(rf"{_N}(?:个|家|所|宗|件|项)")
_SHORTEST = {"year": 300, "quarter": 85, "month": 27, "week": 6}  # days
# the place of then: 由【第7】升至, 较6月的【第三】退了, 摆脱【末位】
_THEN = re.compile(r"(?:由|从|较|比)[^，。；：由从较比]{0,16}$")
_MOVES = re.compile(
    r"(?:的|位置|一路|一举|直接|大幅|逐步|快速|稳步|提前)*(?:升|跃|上|提|前|进|攀|跌|下|降|滑|落|退|变|改|回|冲|爬|转|走|迈|追|闯|到|至|后|→|-|—|➡|了)"
)
_LEAVES = re.compile(r"(?:退出|摆脱|告别|走出|脱离|甩掉)[^，。；]{0,4}$")
_CALLED_IN = re.compile(
    r"约谈|通报批评|检讨|问责|警示|督办|黄牌|表态|检查|书面说明|书面报告|整改|提醒|诫勉|后进|督促"
)
_DEALT_WITH = re.compile("(?:对|给|请|让|向|把|被)$")  # 从10月起对【后三名】约谈
_FROM_LOW = re.compile("[由从](?:低到高|少到多)|最[低少]的[是为]")
_AIM = re.compile("力争|确保|争取|力求|奋力|努力")
_RANKING = re.compile("排名|排位|名次|位次|排序")
_DISTRIBUTED = re.compile(r"(?:分别|分列|分居|分获|依次)[^，。；]*$")
_BAD_NEWS = re.compile(
    r"跌|滑|降至|降到|降为|退至|退到|退居|落后|掉|后退|下滑|仅[列居排为]|只[列居排]|才[列居排]|落到|落至"
)
_UNFINISHED = re.compile(r"未|没有|不达标|不合格|负增长|下降|倒退|尚|零|无")
_CRITICAL = re.compile(
    r"不相称|不匹配|怨言|欠账|不强|不高|不实|不力|不严|不畅|低于|拖后腿|偏低|偏慢|偏弱|滞后|短板|亟待|矛盾突出|问题突出|隐患|"
    r"(?:下降|后退|下滑|退后|倒退)了?[0-9一二三四五六七八九十]+个?[位名]"
)
_PRAISE = re.compile(r"佳绩|好成绩|受到(?:通报)?表扬|可喜|总体(?:稳定|平稳)")


@dataclass(frozen=True, slots=True)
class Marked:
    """A RANK span in its sentence. `number`: its index. `within`: the label of the statement that it
    stands in, "" for none, and `statement` the index of that one."""

    number: int
    start: int
    end: int
    within: str = ""
    statement: int | None = None


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
    read: list[_Read] = []
    for mark in marks:
        context = _Context(sentence, mark, periods, read, units, autonomous)
        rank = replace(_rank(context), text=written[mark.start : mark.end])
        read.append(_Read(mark, rank))
    return [rank for _, rank in read]


class _Read(NamedTuple):
    mark: Marked
    rank: Rank


class _Context:
    """A rank with the words around it and the ranks before it in its sentence (`read`)."""

    def __init__(
        self,
        sentence: str,
        mark: Marked,
        periods: Sequence[Telling],
        read: Sequence[_Read],
        units: Sequence[str],
        autonomous: bool,
    ) -> None:
        self.sentence = sentence
        self.mark, self.periods, self.units, self.autonomous = mark, periods, units, autonomous
        self.left = sentence[max(0, mark.start - _FARTHEST) : mark.start]
        self.right = sentence[mark.end : mark.end + _FARTHEST]
        self.words = read_words(sentence[mark.start : mark.end])
        self.segment = _SEGMENT_END.split(self.left)[-1]
        self.clause = CLAUSE_END.split(self.segment)[-1]
        # in a list of units each has its own ranks; a bulletin goes on with its list
        self.read = [r for r in read if r.mark.statement == mark.statement or self._near(r)]

    def _near(self, other: _Read) -> bool:
        """In the same part of the sentence?"""
        return other.mark.start >= self.mark.start - len(self.segment)

    def about(self, indicator: list[str]) -> _Read | None:
        """The last rank before that is of the same thing."""
        same = (r for r in reversed(self.read) if r.rank.indicator == indicator)
        return next(same, None) if indicator else None


def _rank(context: _Context) -> Rank:
    words, segment, right = context.words, context.segment, context.right
    topic = _topic(context)
    about = context.about(topic.indicators) if words.kind != "first" else None
    scope = _scope(context, topic, about)
    of = _of(words, segment, right, scope)
    return Rank(
        span=context.mark.number,
        text="",
        kind=words.kind,
        place=words.place,
        tie=words.tie or context.clause.endswith("并列"),
        scope=scope,
        of=of,
        indicator=topic.indicators,
        period=_period(context, about),
        streak=_streak(context.clause),
        previous=_previous(context.clause),
        favourable=_favourable(context, topic.indicators, of),
    )


def _scope(context: _Context, topic: Topic, about: _Read | None) -> Scope | None:
    """In the rank itself; else in what it is ranked among; else that of the rank that it goes on
    from; else the last one that is said. The first of its kind is so only where its clause says."""
    words, clause, left = context.words, context.clause, context.left
    said = words.scope or _among(clause, left if words.kind != "first" else clause)
    if not said and words.kind != "first":
        then = [m for place in FROM.finditer(clause) for m in _SAID.finditer(place[0])]
        said = then[-1]["scope"] if then else topic.scope
        if not said and about and about.rank.scope:
            return about.rank.scope
        if not said:
            names = list(_SAID.finditer(left))
            begin = context.mark.start - len(left)
            last = next((r for r in reversed(context.read) if r.rank.scope), None)
            if last and (not names or begin + names[-1].start() < last.mark.end):
                return last.rank.scope
            names = names or list(_AMONG.finditer(context.right))
            said = names[-1]["scope"] if names else ""
    return scope_of(said, autonomous=context.autonomous) if said else None


def _among(clause: str, left: str) -> str:
    """Among whom a rank is said to be: 在全市28个乡镇中, 在各开发区中, 全市排名："""
    rest, _ = strip_link(clause)
    for pattern, place in (
        (_SCOPE_AT_END, rest),
        (_AMONG, clause),
        (_GROUP_AMONG, clause),
        (_IN_PLACE, clause),
        (_LABEL, left),
        (_AMONG, left),
        (_OF_PLACE, left),
        (_IN_GROUP, left),
        (_OF_GROUP, left),
    ):
        match = pattern.search(place)
        if match:
            return match["scope"]
    return ""


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


def _topic(context: _Context) -> Topic:
    words, right, units = context.words, context.right, context.units
    if words.kind == "first":
        return Topic(find_kind(right) or own_topic(context.segment, units).indicators[-1:])
    before, listed = _before_list(context)
    if _DEALT_WITH.search(context.clause):
        return Topic([])
    own = own_topic(before, units)
    if re.match("最(?!后)", words.position) and (kind := _kind_of_most(context, own)):
        return Topic(kind)
    found = own
    if not own.indicators:
        last = _goes_on_from(context)
        start = max(0, last.mark.end - context.mark.start + len(context.segment)) if last else 0
        found = earlier_topic(before[start:], units)
        if not found.indicators and last:
            return Topic(last.rank.indicator)
    after = len(_LISTED_AFTER.findall(CLAUSE_END.split(right)[0]))
    among = found.indicators
    if len(among) > 1 and len(among) == listed + 1 + after and _DISTRIBUTED.search(before):
        return found._replace(indicators=[among[listed]])
    return found


def _goes_on_from(context: _Context) -> _Read | None:
    """The rank before that one without an indicator of its own is of: not the first of a kind, nor,
    for a change or one that has a scope, one in another part of the sentence."""
    last = context.read[-1] if context.read else None
    if last is None or last.rank.kind == "first":
        return None
    apart = last.mark.end < context.mark.start - len(context.segment)
    if apart and (context.words.scope or re.search("[由从]", context.clause)):
        return None
    return last


def _before_list(context: _Context) -> tuple[str, int]:
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


def _kind_of_most(context: _Context, own: Topic) -> list[str]:
    """The noun behind where it is what is the most: 建成【全省最大】的基地, 打造【全市最美】街区."""
    right = context.right
    made = _MADE.search(context.clause)
    behind = re.match("的(?![是为有])", right) and not own.indicators
    if not behind and not (made and _NOUN_BEHIND.match(right)):
        return []
    return [kind for kind in find_kind(right) if not _NUMBER_OF.match(kind)]


def _period(context: _Context, about: _Read | None) -> Period | None:
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
        arrow = ARROW.search(clause)
        return read_words(arrow["place"]).place if arrow else None
    rest, _ = strip_link(clause[matches[-1].end() :])
    if len(rest) > 8 or re.search(RANKED, rest):
        return None
    return read_words(matches[-1]["place"]).place


def _favourable(context: _Context, indicator: list[str], of: int | None) -> bool | None:
    """Good or bad news: as the statement is in which the rank stands, unless it is the place of then;
    outside of one by the indicator, the standing and the tone of the words around it."""
    words, clause, right = context.words, context.clause, context.right
    after = CLAUSE_END.split(right.lstrip("，、"))[0]
    then = _LEAVES.search(clause) or (_THEN.search(clause) and _MOVES.match(right))
    if context.mark.within and not then:
        return context.mark.within == ACHIEVEMENT
    if words.kind == "first":
        return not (words.position == "唯一" and _UNFINISHED.search(after))
    if re.search(r"最(?:差|慢|弱|严重)", words.position):
        return False
    if re.search(r"最(?:好|优|佳|美|强|先进|棒)", words.position):
        return True
    standing = _standing(words, of)
    good = valence(indicator, context.segment)
    if good == -1 and not words.is_literal:
        by_merit = is_listed_by_merit(indicator) and _RANKING.search(clause)
        if by_merit or _FROM_LOW.search(context.left) or _AIM.search(clause):
            good = 1
        elif standing is False or (standing and is_time(indicator)):
            return _by_tone(after)
    if standing is not False and good != -1 and not then and _is_criticised(context, after):
        return False
    if good is None:
        return None
    if standing is None and _PRAISE.search(after):
        return True
    if good < 0 and words.kind == "ordinal" and _below(words, 3) and not words.place.from_bottom:
        return None
    return None if standing is None else standing == (good > 0)


def _by_tone(after: str) -> bool | None:
    """投诉量排名后十: the fewest complaints, or the worst of a list? Only the words behind can tell."""
    if _CALLED_IN.search(after) or _CRITICAL.search(after):
        return False
    return True if _PRAISE.search(after) else None


def _is_criticised(context: _Context, after: str) -> bool:
    words = context.words
    return bool(
        _CRITICAL.search(after)
        or (_below(words, 3) and _BAD_NEWS.search(_link(context.clause)))
        or (_below(words, 10) and _CRITICAL.search(context.segment))
    )


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

"""What is ranked: by the clause of a rank, or by one before it in its sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pingyu.interpret.figure import place_figures
from pingyu.interpret.indicator_phrase import (
    LONGEST_LABEL,
    MEASURE,
    Subject,
    read_phrase,
    value_cut,
)
from pingyu.interpret.numerals import integer
from pingyu.interpret.rank_links import ANY_RANK, strip_link
from pingyu.interpret.rank_words import ADMIN, CLAUSE_END, CLOSED, GROUPS, INTEGER

_RANK_LISTED = re.compile(rf"{ANY_RANK}(?:、|和|及)")
_RANKED_GROUP = re.compile(
    rf"^(?:{ADMIN}?{INTEGER}[个家所座][^，的]{{0,8}}(?:{GROUPS}|[区县市镇村院])|{ADMIN}各?[^，的“”]{{0,6}}(?:{GROUPS}|[区县市镇村院])(?<!乡村)|[^，的“”]{{0,4}}?(?:部门|单位|园区|企业))"
)
# 甲县、乙县分列GDP前两名
_SHARED_OUT = re.compile(r"^.*(?:(?<![得评积总扣减记])分[列居获]|包揽|囊括|成了)(?=..)")
# in brackets that are not closed yet: a measure, or the number of an item
_BRACKETED = re.compile("(?![为占较比同]|其中)[^，；]{0,8}(?:率|分|度|额|量|增速|增幅|评分|指数)")
_NUMBERED = re.compile(r"[（(][^（）()]*$")
_BESIDE = re.compile(
    r"[（(](?P<measure>[^（）()0-9，]{2,12}?)[为：:]?[0-9.]+[分%]?[）)][-—]*$"
)  # （综合得分94.3）
# how a clause before tells of its subject: by a rank, or by a change without a figure
_TOLD = re.compile(
    rf"(?:随即|现场|当场|随后)*(?:揭晓|公布|出炉)$|{ANY_RANK}|较[高低快慢好差多少大小](?:的|$)|位居|位列|入选|跻身|列入|低于|高于|“[^”]{{0,8}}(?:通报|榜单?|点评)”$|(?<=..)(?:缩短|压缩|缩|提高|增长|下降|降|提升|上升)(?:了|至|到|为)"
)
_LOW = re.compile("(?<=[率度量额数分幅速])[偏较]?[低高慢少多差]$")  # 接入率低，连续两个月居【末位】
# 要对整改情况实行台账管理, 统筹推进治房、治水: what is done, not what is measured
_TO_BE_DONE = re.compile(
    "[要须]对|^(?:要(?!素)|应(?![急届收税])|必须)|(?:实行|实施|统筹推进)(?!.*(?:[率度量额数分]|考[核评])$)"
)
# so many of them, and behind their rank the name of each
_COUNTED = re.compile(
    rf"{INTEGER}[项个](?:[^，；、项个]{{0,6}}(?:指标|工作|数据))?(?:[中里]有{INTEGER}[项个](?:指标)?)?$"
)
_SUM = re.compile(rf"这?(?P<n>{INTEGER})项(?:主要|核心)?(?:指标|数据|工作)?")
_ENUMERATED = re.compile(
    "(?:（[^（）]*）)?[，：,:](?:即|分别[是为]|依次[是为]|它们是|包括)[：:]?(?P<names>[^。；：]+)"
)
# a comparison (较之上一期), and those ranked (八个街镇里头), tell of no indicator
_COMPARED = re.compile(
    rf"较(?!为|快|好|[大小高低])|[与同和比].*比较?$|比[^，]{{2,8}}(?:[上提]升|前[移进]|后[移退]|下[滑降跌]|[升进退跌降滑])了?{INTEGER}个?[位名]次?$|.*(?:{GROUPS}|[镇乡村])(?:里头|当中|之中|中|里)$"
)
_FRAME = re.compile(
    r"^(?:在|按照?|从|据)?(?P<frame>.+?)(?:方面|中|里|上|来看|看|排序|排列|高低|多少|大小|由低到高|由高到低)$"
)


def own_subject(left: str, units: Sequence[str] = ()) -> Subject:
    """The noun phrases of which a rank is said in its own clause, the last of the text before it."""
    return _of_clause(_clauses(left)[-1], units)


def earlier_subject(left: str, units: Sequence[str] = ()) -> Subject:
    """… in the clauses before its own, where that names none, as long as they give a figure, a rank or
    a measure by which it can be one (固定资产投资增长12%，居【全市第二】)."""
    for n, clause in enumerate(reversed(_clauses(left)[:-1])):
        label = len(clause) <= LONGEST_LABEL and left.endswith((clause + "：", clause + ":"))
        subject = _told_of(clause, units, is_label=label, is_last=not n)
        if subject.indicators:
            return subject
    return Subject([])


def _told_of(clause: str, units: Sequence[str], *, is_label: bool, is_last: bool) -> Subject:
    """What a clause that stands before the rank's own tells of, if that can be ranked."""
    if _COMPARED.match(clause) or clause.startswith("虽"):
        return Subject([])
    clause = CLOSED.sub("", clause)
    told = _TOLD.search(clause) or (_LOW.search(clause) if is_last else None)
    figures = place_figures(clause)
    frame = _FRAME.match(clause)
    body = clause[: told.start()] if told else frame["frame"] if frame else clause
    if not (told or figures) and _TO_BE_DONE.search(clause):
        return Subject([])
    subject = _of_clause(body, units)
    phrases = subject.indicators
    if told or figures or is_label or all(MEASURE.search(p) for p in phrases):
        return subject
    return Subject([])


def summed_up(left: str, units: Sequence[str] = ()) -> list[str]:
    """What the clauses before name, where they are as many as their sum says (巡河率100%，整改率98%，
    两项指标均排【全市第二】)."""
    *before, own = _clauses(left)
    counted = _SUM.fullmatch(strip_link(own)[0])
    count = integer(counted["n"]) if counted else None
    if not count or count > len(before):
        return []
    subjects = [_told_of(c, units, is_label=False, is_last=False) for c in before[-count:]]
    named = [name for subject in subjects for name in subject.indicators]
    return named if len(named) == count else []


def enumerated(left: str, right: str) -> list[str]:
    """What stands behind the rank of so many of them (有3项指标居【全县第一】，分别是……), each by its
    name."""
    counted = _COUNTED.search(strip_link(_clauses(left)[-1])[0])
    found = _ENUMERATED.match(right) if counted else None
    if not found:
        return []
    names = re.split("[、，]|以及|和(?=[^、]{3,}$)", CLOSED.sub("", found["names"]))
    return [name for name in names if 1 < len(name) <= 16]


def _clauses(text: str) -> list[str]:
    return [c for part in CLAUSE_END.split(text) for c in _RANK_LISTED.split(part)]


def _of_clause(clause: str, units: Sequence[str]) -> Subject:
    body = CLOSED.sub("", clause)
    if aside := _NUMBERED.search(body):  # 甲局（综合评分【第二】）
        inside = value_cut(strip_link(aside[0][1:])[0])
        body = inside if _BRACKETED.fullmatch(inside) else body[: aside.start()]
    for unit in units:  # whose name may have a linking word in it: 可可以力更镇
        body = body.removeprefix(unit)
    quoted = body.rpartition("“")[2] if body.count("“") > body.count("”") else ""
    if strip_link(quoted)[0]:  # the rank stands inside a slogan
        body = quoted
    body, frame = strip_link(body)
    body = _SHARED_OUT.sub("", body)
    subject = read_phrase(body, units)
    if not subject.indicators and frame:
        frame = strip_link(_RANKED_GROUP.sub("", frame))[0]
        subject = read_phrase(frame, units)
    beside = _BESIDE.search(clause)
    if not subject.indicators and beside and MEASURE.search(beside["measure"]):
        return subject._replace(indicators=[beside["measure"]])
    return subject

"""Among whom a rank is, and among how many."""

from __future__ import annotations

import re

from pingyu.interpret.indicator_phrase import Subject
from pingyu.interpret.numerals import integer
from pingyu.interpret.period import leading_words
from pingyu.interpret.rank_context import Context, Read
from pingyu.interpret.rank_links import FROM, strip_link
from pingyu.interpret.rank_words import ADMIN, CLAUSE_END, GROUPS, INTEGER, Words, scope_of
from pingyu.schema import Scope

_COUNTED = rf"(?<![第前后末续0-9零百一二三四五六七八九十])(?P<n>{INTEGER})(?:(?:个|家|所|座|支|户(?=[^，。；]{{0,4}}企业))|(?=(?:县[市区]?|[市区镇乡村]|社区)(?:（[^）]*）)?(?:中|里|之中)))(?!季度|月|年度|百分|位|工作日|小时|天|环节|点)(?P<group>[^，。；：、,;:个]{{1,12}}?(?:（[^）]*）)?)"
_OF = (
    re.compile(
        rf"{_COUNTED}(?:考核|评比|打分|测评结果|综合污染)?(?:(?<!问题)(?<!任务)(?<!项目)中(?![心学医国小等层共标期央部间])|里|内|之中|当中|(?<=[省州市县区旗镇乡村道位门园企业司局办院校组队）)])的?$|综合排名|排名)"
    ),
    re.compile(rf"共有?{_COUNTED}(?:参[评考与]|同组|$)"),
    re.compile(rf"从{_COUNTED}的[^，。；]{{2,12}}看"),
)
_NAMED_BEFORE = re.compile(r"、[^，。；、全各]{1,8}[镇乡道县区市局村旗]$")  # 燕厦乡、慈口乡4个乡镇
_OUT_OF = re.compile(rf"^\s*(?:名|位)?\s*(?:[/／]|[（(](?:共|总))(?P<n>{INTEGER})(?:个|家)?")
_COUNT_OF_SCOPE = re.compile(
    rf"(?P<n>{INTEGER})(?:(?:个|家|所|座|户)|(?=[县市区镇乡村省园旗](?!级)|社区|街道|乡镇|国企|部门))"
)
_EACH = rf"各(?:类|大)?(?:{GROUPS}|[^，。；中在的、]{{0,4}}[省市州盟县区旗镇乡村组园局])"
_SCOPE_AT_END = re.compile(
    rf"(?P<scope>{ADMIN}(?:{_EACH}|同类[^，。；中在的]{{0,6}})?|同类[^，。；、在]{{1,6}}|{_EACH})"
    r"(?:中|里|内|之中|范围内|的)?$"
)
_EACH_OF = re.compile(rf"^(?P<scope>(?:[\u4e00-\u9fff]{{2,3}})?{_EACH})$")
_AMONG = re.compile(
    rf"(?:在|^|[，：])(?P<scope>(?:{ADMIN}|自治区|(?<=在)[\u4e00-\u9fff]{{2,3}})?(?:参[评考]的?)?{INTEGER}(?:个|家|所|座|户|(?=[县市区镇乡村](?!级)|社区))[^，。；：中在]{{1,12}}?(?:（[^）]*）)?)(?:考核|评比)?(?:中|里|之中|当中)"
)
_GROUP_AMONG = re.compile(
    r"在(?P<scope>(?:各|同类)?[^，。；：中在]{0,5}?(?:部门|单位|企业|国企|园区|开发区|乡镇|街镇|镇街|街道|区县|县区|涵养区|功能区|新城|医院|院校|学校|银行|支行|法院|景区|盟市|市州|设区市|地市))"
    r"(?:[^，。；中在]{0,8})(?:中|里|之中|当中)"
)
_PLACE = r"(?![我本该])[^\W\d在全]{2,5}?[省市州盟县旗]"
_SEEN = re.compile(
    rf"从(?P<scope>企业|乡镇|街道|居委|社区|部门|县区|{INTEGER}[个家](?:[市县区州]直)?(?:单位|部门|企业)|[省市县区州]直(?:部门|单位)|各[^，。；的]{{1,6}})(?:（[^）]*）)?的?[^，。；]{{0,12}}看"
)
_IN_PLACE = re.compile(
    rf"在(?P<scope>{_PLACE}(?:{INTEGER}个[^，。；：]{{1,10}}?|各[^，。；：]{{1,8}}?)?|{_EACH})(?:范围内|内|中|里头?)?(?:[位排名稳仍均高]?[居列]|位于|排|获|并列|处|$)"
)
_IN_STEM = re.compile(
    r"在(?P<scope>[\u4e00-\u9fff]{2,3}?)(?:保持|要?[保争]|排名|排|位列|位居|居|列|的?位次|$)"
)
_OF_PLACE = re.compile(
    rf"(?:^|在|[，：])(?P<scope>{_PLACE})(?=(?:{INTEGER}个[^，。；]{{1,12}}?|[^，。；]{{2,14}}(?:考[核评]|测评|评[价比估]))(?:中|里|之中|当中))"
)
_IN_GROUP = re.compile(
    r"(?:^|[，,：:；;])(?:[（(][一二三四五六七八九十0-9]+[)）])?[●■◆★▲•]?在?(?P<scope>[^，。；：、在（(●■◆★▲•]{1,8}(?:(?<=[一二三四甲乙丙]类)(?:乡镇|镇街|街道|县区|单位|部门|企业)|组|片区?|赛道|类地区|(?<=[A-DＡ-Ｄ一二三四镇乡区县市道门业位所构济会法务合])类(?=[（中里：:，])))(?:[0-9一二两三四五六七八九十]+[个家])?(?:（[^）]*）)?[中里内]?(?:[，,：:]|[位排]?[居列排]|的$)[^；;]*$"
)
_OF_GROUP = re.compile(
    rf"(?:^|[，,：:；;])在?(?:[^，。；：]{{1,6}}的)?(?P<scope>[^，。；：的在个家]{{0,6}}?(?:{GROUPS}))(?:排名)?(?:之?中|方面|里[头面]?|比较)[，,][^；;]*$"
)
_GROUP = re.compile(rf"^(?P<scope>(?!(?:部门|单位|企业)$)(?:{GROUPS}))$")  # 市级部门居【末位】的是
_SAID = re.compile(rf"(?P<scope>{ADMIN})")
_SAID_THEN = re.compile(rf"(?P<scope>{ADMIN}(?:各?(?:{GROUPS}))?)")  # 由全省开发区第27位升到
_LABEL = re.compile(rf"(?P<scope>{ADMIN}|片区|[同本]?组)(?:内)?(?:排名|名次|位次|排位)\s*[：:]\s*$")


def find_scope(context: Context, subject: Subject, about: Read | None) -> Scope | None:
    """In the rank itself; else in what it is ranked among; else that of the rank that it goes on
    from; else the last one that is said. The first of its kind is so only where its clause says."""
    words, clause, left = context.words, context.clause, context.left
    said = words.scope or _among(clause, left if words.kind != "first" else clause)
    if not said and words.kind != "first":
        then = [m for place in FROM.finditer(clause) for m in _SAID_THEN.finditer(place[0])]
        said = then[-1]["scope"] if then else subject.scope
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
    said = said[leading_words(said) :].removeprefix("的")  # 6月份的全区, 三季度全市七县区中
    return scope_of(said, autonomous=context.autonomous) if said else None


def _among(clause: str, left: str) -> str:
    """Among whom a rank is said to be: 在全市28个乡镇中, 在各开发区中, 全市排名："""
    rest, frame = strip_link(clause)
    for pattern, place in (
        (_SCOPE_AT_END, rest),
        (_EACH_OF, frame),
        (_GROUP, rest),
        (_AMONG, clause),
        (_GROUP_AMONG, clause),
        (_SEEN, left),
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
    bare = _IN_STEM.search(clause)  # 在枣庄保持【首位】
    found = scope_of(bare["scope"]) if bare else None
    return found.text if found and found.level != "peers" else ""


def number_ranked(words: Words, left: str, right: str, scope: Scope | None) -> int | None:
    """Among how many, where that is said: in the rank (28个乡镇第一), behind it (第3/28) or around it.
    `left`, `right`: what stands before and behind the rank."""
    if words.kind == "first":
        return None
    if words.scope:
        found_in_scope = _COUNT_OF_SCOPE.finditer(words.scope)
        if count := sum(integer(match["n"]) or 0 for match in found_in_scope):  # 一区四县
            return count
        if scope and scope.level == "peers":
            match = _OF[1].search(right)
            return integer(match["n"]) if match else None
    match = _OUT_OF.match(right)
    if match:
        return integer(match["n"])
    clause = CLAUSE_END.split(left)[-1]
    for place in (clause, left, right + "。"):
        found = [m for pattern in _OF for m in pattern.finditer(place)]
        found = [m for m in found if not _NAMED_BEFORE.search(place, 0, m.start())]
        if found:
            return integer(found[-1]["n"])
    return None

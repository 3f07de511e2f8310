"""Is a rank good or bad news?"""

from __future__ import annotations

import re

from pingyu.interpret.rank_context import Context
from pingyu.interpret.rank_links import FROM, strip_link
from pingyu.interpret.rank_words import CLAUSE_END, Words
from pingyu.interpret.valence import MOVE, is_listed_by_merit, is_time, valence
from pingyu.schema import ACHIEVEMENT, DEFICIENCY, Place, Scope

_FRONT, _MIDDLE, _BACK = 0.25, 0.5, 0.75  # shares of those ranked: well placed, …, badly placed
# places that count as good where nobody says among how many: of a line (第4名 甲镇), of a whole
# (全市第五), of many
_BARE, _NEAR, _FAR = 3, 7, 10
_OF_MANY = re.compile("[国省]|自治区")
_RISES = re.compile("升|进|跃|前移|提至|提到")
# the place of then: 由【第7】升至, 较6月的【第三】退了, 摆脱【末位】
_THEN = re.compile(r"(?:由|从|较|比)[^，。；：由从较比]{0,16}$")
_MOVES = re.compile(
    r"(?:的|位置|一路|一举|直接|大幅|逐步|快速|稳步|提前)*(?:升|跃|上|提|前|进|攀|跌|下|降|滑|落|掉|退|变|改|回|冲|爬|跳|蹿|转|走|迈|追|闯|到|至|后|→|-|—|➡|了)"
)
_LEAVES = re.compile(r"(?:退出|摆脱|告别|走出|脱离|甩掉)[^，。；]{0,4}$")
# 不跌出【前八】
_HOLDS = re.compile(r"(?:(?<!能)不能?|没有?|未|不会|不得)(?:再|曾)?[跌掉滑退]出[^，。；]{0,4}$")
_CALLED_IN = re.compile(
    r"约谈|通报批评|检讨|问责|警示|督办|黄牌|表态|检查|书面说明|书面报告|整改|提醒|诫勉|后进|督促"
)
_FROM_LOW = re.compile("[由从](?:低到高|少到多)|最[低少]的[是为]")
_AIM = re.compile("力争|确保|争取|力求|奋力|努力")
_FALLS = re.compile("下降|降幅|压降|减少")
_AIMED_AT = re.compile(r"(?:要?保|力争|争取|确保|冲刺)(?:进入?)?$")
_LAST = re.compile("末位|垫底|倒数|后[一二三四五六七八九十0-9]")  # is bad news even in praise
_IN_BLACK = re.compile("黑榜")
_RANKING = re.compile("排名|排位|名次|位次|排序")
_BAD_NEWS = re.compile(
    r"跌|滑|降至|降到|降为|退至|退到|退居|落后|掉|后退|下滑|仅[列居排为]|只[列居排]|才[列居排]|落到|落至"
)
_UNFINISHED = re.compile(r"未|没有|不达标|不合格|负增长|下降|倒退|尚|零|无")
_CRITICAL = re.compile(
    r"不相称|不匹配|怨言|欠账|不强|不高|不实|不力|不严|不畅|低于|拖了?后腿|偏低|偏慢|偏弱|滞后|短板|亟待|矛盾突出|问题突出|隐患|"
    r"(?:下降|后退|下滑|退后|倒退)了?[0-9一二三四五六七八九十]+个?[位名]"
)
_PRAISE = re.compile(r"佳绩|好成绩|受到(?:通报)?表扬|可喜|总体(?:稳定|平稳)")


def favourable(
    context: Context,
    indicator: list[str],
    scope: Scope | None,
    of: int | None,
    previous: Place | None,
) -> bool | None:
    """Good or bad news: as the statement is in which the rank stands, unless it is the place of then;
    outside of one by the indicator, the standing and the tone of the words around it."""
    words, clause, right = context.words, context.clause, context.right
    after = CLAUSE_END.split(right.lstrip("，、"))[0]
    then = _LEAVES.search(clause) or (_THEN.search(clause) and _MOVES.match(right))
    if _HOLDS.search(clause):
        return context.mark.within != DEFICIENCY
    if context.mark.within == ACHIEVEMENT and not then:
        last = _LAST.match(words.position) and valence(indicator, context.segment) != -1
        return not last
    if context.mark.within and not then:
        return False
    if words.kind == "first":
        return not (words.position == "唯一" and _UNFINISHED.search(after))
    if re.search(r"最(?:差|慢|弱|严重|脏|乱)", words.position):
        return False
    if re.search(r"最(?:好|优|佳|美|强|先进|棒)", words.position):
        return True
    rises = _is_ahead(words.place, previous) or bool(_RISES.search(_link(clause)))
    standing = _standing(words, of, rises=rises, among=scope is not None)
    if standing and _IN_BLACK.search(clause + words.scope):
        return False
    if standing and _AIMED_AT.search(clause):
        return True
    if words.kind == "band" and words.place.from_bottom and not indicator:
        return False
    good = valence(indicator, context.segment)
    if good != -1 and previous and _is_ahead(previous, words.place):
        return False
    if good == -1 and indicator and _FALLS.search(MOVE.sub("", clause.partition(indicator[-1])[2])):
        good = 1  # 发案下降【前三名】
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


def _is_ahead(place: Place, other: Place | None) -> bool:
    """Is it the better of two places counted from the top?"""
    if other is None or place.from_bottom or other.from_bottom:
        return False
    return (place.high or 0) < (other.high or 0) and bool(place.high)


def _by_tone(after: str) -> bool | None:
    """投诉量排名后十: the fewest complaints, or the worst of a list? Only the words behind can tell."""
    if _CALLED_IN.search(after) or _CRITICAL.search(after):
        return False
    return True if _PRAISE.search(after) else None


def _is_criticised(context: Context, after: str) -> bool:
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


def _standing(words: Words, of: int | None, *, rises: bool, among: bool) -> bool | None:
    """Is it at the front? None in the middle. `rises`: it was farther back before; `among`: it is said
    of what whole."""
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
        if place.high / of > _MIDDLE:
            return None
    if words.kind == "band":
        return True
    # the eighth may be the last of a county's towns
    near = _NEAR if among or of else _BARE
    return True if place.high <= (_FAR if _OF_MANY.search(words.scope) or rises else near) else None

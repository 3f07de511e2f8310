"""What stands between an indicator and its rank: linking words (位居, 由第八升至), streaks, the frame of a
contest (在……中).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pingyu.interpret.period import find_periods
from pingyu.interpret.rank_words import ADMIN, GROUPS, INTEGER, RANKED

ANY_RANK = rf"(?:{RANKED}|最[高低多少大小快慢优差好长短强弱])"
_ADVERBS = (
    "也|仍然?|依[然旧]|(?<!返)还|又|再次?|更|则|分别|双双|全部|已经?|一直|始终|继续|首次|总体|整体|基本|同样|同时|一举|"
    "连年|成功|均|都|稳|暂时?|仅|只|才|一度|亦|皆|并|且|长期|常年|一直以来|持续|历史性地?|加起来|一跃|直接|快速|大幅|稳步|率先|"
    "(?<![产职效动性智技功节储阳体氢热风核电潜赋机可才源光])能够?|还?要|谁|坚决|至少|必须|各|多年来?|怎么|就|也就|未能?|均未|务必|勇|一路|再度|重新|能否|为何|一步|尚|被|双|稳定|整体上?|牢牢|总体上|不|依次|预计|预期|反而|虽然?|还是|尽管"
)
_LINKS = "|".join(
    (
        # to stand there
        "(?<!到)位[居列]|位于|名列前?|名次列?|位次|(?<![民宜安移定邻旧故迁侨])居于?|[稳高暂退独跃]居|列[于入为]?|[稳暂并同]列|(?<![到单床学席岗车点])位",
        "排[名位列行]?|排在?[前后][面边]|(?<![得评积总扣减记打])分[列居获]|分别[列居]|处于|(?<![0-9一二三四五六七八九十百千几多各])处|处?在|同在|[落走站垫挂算排]在",
        "稳坐|站稳|独占|雄[踞居]|(?:维持|稳定)在|(?:保持|控制|巩固)在?|徘徊|停留|属于?|(?:的?目标)?[竟却]?是|(?:的?目标)?为|(?<![体关派])系",
        # to come there
        "(?:跃升?|[上提攀爬挺晋回]?升|提高?|攀|前移|前进|进位?|优化|改善|扩大|追|爬|冲|挤|跳|蹿|逆袭|反超|倒?退|下?降|下?跌落?|下?滑落?|"
        "回?落|落后|掉|丢|走|站|变|转|做|争取|占|挂|拿|达|排|回|跑|跃进)[到至为]|(?<=[名位0-9一二三四五六七八九十])[升跃跌降滑]|达|由|从|到|至|往|跃升|跳|倒?退|回落|随后",
        "[进跌落挤闯迈冲杀跨挺]入|[挤闯迈冲杀跨打跃挺]进|(?<!引)进|跻身|入选|重[返回]|杀回|[冲站]上",
        # to win it, and to lose it
        "获得?|荣获|做得|获评|荣[膺登]|[夺取摘]得|[夺取得]|勇夺|夺下|站上|(?<![缓对反首])要?冲|拿[下回]?|揽获?|登[上顶]|坐上|当[选上]|问鼎|领跑|蝉联|占据?|[守保]住|创[下造]?|变?成为|变成|"
        "[做办干]成|实现|(?<![测考讲点])评为|被评为|被列",
        "退出|不?掉出|[落跑跌]出|丢|脱离|摆脱|不?低于|不差于|不及|[进排挤]不[了进]|没进",
        # to be after it
        "力[争求保]|争取?|有望|确保|要保?|挺住|冲刺|瞄准|锚定|咬定|[向朝奔]着|[滑迈]向|跨过|能坐|(?<=[次位名是里中])保",
    )
)
_LINK_END = re.compile(
    rf"(?:(?:{_ADVERBS})*(?:{_LINKS})了?"
    r"|(?<![人户亩年周日月地单平])均|长期|常年|持续|连续|(?<![响供反效适])理?应该?|未|务必|勇|双|[“\"]双|双双|分别|都|也|仍|(?<!返)还|又|再|已|再次|(?<=..)(?:[我你]们|咱们)|(?<=质量)周|(?<=考核|考评|检查|评比|测评|评议|评价|督查|巡查|观摩|拉练|抽查|暗访|评估)中|(?<=..)[一两三四五]年内|首次|一直|始终|继续|总体|依然|稳|的|竟|全部|率先|却|则|并|(?<=..)(?:月度|(?<![一二三四首前上下本0-9])季度|(?<![上一本全0-9])年度|当月|每月|[这上本下][次期轮回]的?))$"
)
STREAK = re.compile(
    rf"(?:已)?(?:是)?(?:实现)?连[续着]第?(?P<count>{INTEGER})(?:个)?"
    r"(?P<unit>年度?|季度?|月度?|周|次|届|期|轮|旬|天|日|个考核期)(?:来|以来)?"
)
FROM = re.compile(
    rf"(?:由|从)(?P<words>[^，。；：由从升]{{0,16}}?)(?P<place>(?:最后一名|{ANY_RANK}))(?:的)?"
    r"(?:一路|一举|一步|一下子|迅速|直接|大幅|逐步|快速|稳步|提前)*"
)
ARROW = re.compile(rf"(?P<place>{RANKED})\s*(?:→|->|—>|➡|⇒)\s*$")
_BY = re.compile(
    r"(?:(?:较|比|同比|环比|与)[^，。；]{0,10}?)?(?:上升|前进|提升|前移|进|升|下降|后退|退|跌|降)了?[0-9一二三四五六七八九十两]+个?[位名](?:次)?$"
    r"|(?<=..)(?:上升|前进|前移|后移|下降|后退)了?[0-9一二三四五六七八九十]{1,2}$"  # 前移1位列第三
)
# 综合指数由好到差, 反馈最快的【前三】
_ORDER = re.compile(
    r"(?<=..)(?:[由从][好差高低多少优劣大小快慢]到[好差高低多少优劣大小快慢](?:排[名序列])?|最[快慢高低多少好差大小]的?)$"
)
_WITHIN = re.compile(r"在(?P<frame>[^，。；：在]{1,30}?)(?:中|里头?|之中|当中|方面|上|内)(?:的)?$")
_IN_SCOPE = re.compile(
    rf"(?<!存)在(?:{ADMIN}|(?![线建岗校库手用营外职逃编册])(?:(?![中里])[\u4e00-\u9fff]){{2,5}})$"
)
_WITH = re.compile(r"以(?![上下内外来及])(?P<frame>[^，。；：以]{1,24})$")
_BESIDE = re.compile(r"[与和同](?:[^，。；、]{2,8}?(?:街道|[区县镇乡村市局委]))$")
_SCOPE_TAIL = re.compile(
    rf"(?<=[居列在为是位])(?:{ADMIN}(?:{INTEGER}个[^，。；]{{1,8}}|各[^，。；]{{1,6}})?|{INTEGER}个[^，。；]{{1,8}})$"
)
_AMONG = re.compile(
    rf"(?:在)?(?:{ADMIN}|同类|各)?(?:参[评考赛][^，。；]{{0,6}})?{INTEGER}?[个家所]?(?:参评)?(?:{GROUPS}|[区县市镇])(?:中|里|之中|当中)$"
)
# what time words can end with
_MAY_BE_TIME = re.compile("[年月日号天度份期初末底旬来周季汛间”五六一二三四今前0-9]$")
ROSE = re.compile(  # 第十三升至【第六】
    rf"(?P<place>{RANKED})(?:一跃|一举)?(?:上升|跃升|升|前移|跃|进|滑落|滑|下降|降|跌|退)[至到为]$"
)


@lru_cache(maxsize=256)  # the scope, the indicator and the tone of a rank each ask for it
def strip_link(body: str) -> tuple[str, str]:
    """Without the linking words at its end; → the rest and what stood in 在……中 or 以……."""
    frame = ""
    while True:
        body = body.rstrip(" 　、")
        start = _before_tail(body)
        within = _WITHIN.search(body) or _WITH.search(body)
        if start is None and within and not frame:
            frame, start = within["frame"], within.start()
        if start is None:
            return body, frame
        body = body[:start]


def _before_tail(body: str) -> int | None:
    """Where the last linking words of `body` begin, or None."""
    for pattern in (STREAK, FROM):
        for match in pattern.finditer(body):
            if match.end() == len(body):
                return match.start()
    for pattern in (_ORDER, _IN_SCOPE, _BY, ARROW, _BESIDE, _SCOPE_TAIL):
        if found := pattern.search(body):
            return found.start()
    if _WITHIN.search(body) or _WITH.search(body):
        return None
    if among := _AMONG.search(body):
        return among.start()
    link = _LINK_END.search(body)
    if link and not _is_noun(body, link):
        return link.start()
    tail = body[-14:]
    if not _MAY_BE_TIME.search(tail):
        return None
    for begin, end, _ in find_periods(tail, None):
        if end == len(tail):
            return len(body) - (end - begin)
    return None


def _is_noun(body: str, link: re.Match[str]) -> bool:
    """综合排名, 总排名 are what is ranked."""
    nouns = ("排名", "排位", "名次", "位次")
    return link[0] in nouns and body[: link.start()].endswith(("综合", "总", "总体"))

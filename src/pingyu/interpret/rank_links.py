"""What stands between an indicator and its rank: linking words (位居, 由第八升至), streaks, the frame of a
contest (在……中).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pingyu.interpret.period import find_periods
from pingyu.interpret.rank_words import RANKED

ANY_RANK = rf"(?:{RANKED}|最[高低多少大小快慢优差好长短强弱])"
_ADVERBS = (
    "也|仍然?|依[然旧]|(?<!返)还|又|再次?|更|则|分别|双双|全部|已经?|一直|始终|继续|首次|总体|整体|基本|同样|同时|一举|"
    "连年|成功|均|都|稳|暂时?|仅|只|才|一度|亦|皆|并|且|长期|常年|一直以来|持续|历史性地?|一跃|直接|快速|大幅|稳步|率先|"
    "各|多年来?|怎么|就|也就|未能?|均未|务必|勇|一路|再度|尚|被|双|稳定|整体上?|牢牢|总体上|不|依次|预计|预期|反而|虽然?|还是|尽管"
)
_LINKS = (
    "(?<!到)位居|(?<!到)位列|位于|名列|同在|列于|列入|列|居于|居|排在|排到|排至|排列|排|处于|处在|(?<![得评积总扣减记打])分列|(?<![得评积总扣减记打])分居|(?<![得评积总扣减记打])分获|分别列|分别居|跃居|跃至|跃升到|跃升至|"
    "跃升为|跃升|升到|升至|升为|上升到|上升至|上升为|提升到|提升至|提升为|提高到|前移到|前移至|前进到|攀升到|攀升至|进位至|进位到|"
    "进至|进到|进入|跻身|挤进|挤入|闯入|闯进|迈入|冲进|冲入|杀入|达到|达|为|是|(?<![体关派])系|获得|获|夺得|夺|取得|取|拿下|拿到|得|"
    "保持在|保持|维持在|蝉联|稳居|稳定在|稳列|稳坐|高居|独居|独占|走在|走到|站在|落在|落到|退居|倒退到|倒退至|倒退|退至|退到|降至|降到|降为|下降至|下降到|"
    "跌至|跌到|跌入|跌落至|落入|滑至|滑到|滑落至|滑落到|下滑至|下滑到|落至|落后到|回落至|成为|冲到|冲上|晋升至|晋升为|"
    "领跑|问鼎|摘得|重返|重回|回到|回升到|回升至|挺进|跨入|跨进|占据|占|(?<![到单床学席岗车])位|荣获|获评|荣膺|荣登|登上|登顶|暂列|暂居|并列|同列|[进排挤]不[了进]|没进|往|"
    "排名|排位|名次|位次|当选|创下|创|做到|做得|争取到|名次列|掉到|掉至|变为|改善到|改善至|追到|爬到|爬升至|爬升到|"
    "名列前|雄踞|雄居|占到|竟是|却是|属于|属|挂在|处|在|力争|力求|争取|有望|确保|争|要|打进|冲刺|退出|力保|退|转为|变成|实现|控制在|控制|摆脱|勇夺|(?<!引)进|迈进|迈向|站到|站上|跃进|跃进到|仍处|居于|揽获|揽|创造|列为|(?<![测考讲点])评为|被列|被评为|挺升至|逆袭至|回落|落出|丢到|丢|入选|随后|脱离|咬定|排行|反超至|优化至|优化到|挤到|扩大到|拿|由|从|到|至|巩固在?|低于|做成|办成|干成|不低于|守住|力保|不差于|挂到|滑向|当上|坐上|拿回|算在|垫在|不及|向着|锚定|不?掉出|徘徊|停留|跑出|排在?[前后][面边]|瞄准|朝着|奔着|跳到|跳至|跳|蹿到|蹿至|杀回|杀进|能坐|要保|(?<=[次位名是里])保"
)
_LINK_END = re.compile(
    rf"(?:(?:{_ADVERBS})*(?:{'|'.join(sorted(_LINKS.split('|'), key=len, reverse=True))})了?"
    r"|(?<![人户亩年周日月地单平])均|长期|常年|持续|连续|(?<![响供反效适])理?应该?|未|务必|勇|双|[“\"]双|双双|分别|都|也|仍|(?<!返)还|又|再|已|再次|(?<=..)(?:我们|咱们)|(?<=质量)周|(?<=考核)中|首次|一直|始终|继续|总体|依然|稳|的|竟|全部|率先|却|则|并|(?<=..)(?:月度|(?<![一二三四首前上下本0-9])季度|(?<![上一本全0-9])年度|当月|每月|[这上本下][次期轮回]的?))$"
)
ALL = r"(?:全[国省市县区州盟旗镇乡疆]|全自治区|全地区|全球|国内|省内|市内|区内|县内|组内)"
COUNT = r"(?:[0-9]+|[一二两三四五六七八九十]+)"
STREAK = re.compile(
    rf"(?:已)?(?:是)?(?:实现)?连[续着]第?(?P<count>{COUNT})(?:个)?"
    r"(?P<unit>年度?|季度?|月度?|周|次|届|期|轮|旬|天|日|个考核期)(?:来|以来)?"
)
FROM = re.compile(
    rf"(?:由|从)(?P<words>[^，。；：由从升]{{0,16}}?)(?P<place>(?:最后一名|{ANY_RANK}))(?:的)?"
    r"(?:一路|一举|一下子|迅速|直接|大幅|逐步|快速|稳步|提前)*"
)
ARROW = re.compile(rf"(?P<place>{RANKED})\s*(?:→|->|—>|➡|⇒)\s*$")
_BY = re.compile(
    r"(?:(?:较|比|同比|环比|与)[^，。；]{0,10}?)?(?:上升|前进|提升|前移|进|升|下降|后退|退|跌|降)了?[0-9一二三四五六七八九十两]+个?[位名](?:次)?$"
)
# 综合指数由好到差, 反馈最快的【前三】
_ORDER = re.compile(
    r"(?<=..)(?:[由从][好差高低多少优劣大小快慢]到[好差高低多少优劣大小快慢](?:排[名序列])?|最[快慢高低多少好差大小]的?)$"
)
_WITHIN = re.compile(r"在(?P<frame>[^，。；：在]{1,30}?)(?:中|里|之中|当中|方面|上|内)(?:的)?$")
_IN_SCOPE = re.compile(
    rf"(?<!存)在(?:{ALL}|(?![线建岗校库手用营外职逃编册])[\u4e00-\u9fff]{{2,5}})$"
)
_WITH = re.compile(r"以(?![上下内外来及])(?P<frame>[^，。；：以]{1,24})$")
_BESIDE = re.compile(r"[与和同](?:[^，。；、]{2,8}?(?:街道|[区县镇乡村市局委]))$")
_SCOPE_TAIL = re.compile(
    rf"(?<=[居列在为是位])(?:{ALL}(?:{COUNT}个[^，。；]{{1,8}}|各[^，。；]{{1,6}})?|{COUNT}个[^，。；]{{1,8}})$"
)
_AMONG = re.compile(
    r"(?:在)?(?:全[国省市县区州盟旗镇疆]|全自治区|全地区|同类|各)?(?:参[评考赛][^，。；]{0,6})?"
    rf"{COUNT}?(?:个|家|所)?(?:参评)?(?:乡镇街道|乡镇|镇街|街镇|街道|县区|区县|县市区|县（市、区）|市直部门|部门|单位|地市|设区市|"
    r"市州|州市|县市|开发区|园区|国企|企业|区|县|市|镇)(?:中|里|之中|当中)$"
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

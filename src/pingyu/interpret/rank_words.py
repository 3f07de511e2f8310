"""The words of a rank: its position (第8位, 后十, 垫底, 前列, 首个) and its scope (全市, 各开发区)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pingyu.interpret.gazetteer import gazetteer
from pingyu.interpret.numerals import integer
from pingyu.names import CITY, COUNTY, DISTRICT, PROVINCE
from pingyu.schema import Place, Scope

INTEGER = "(?:[0-9]+|[一二三四五六七八九十百零〇两]+)"
_PLACES = r"(?:名|位|强|甲|家|个|席)?"
_BOTTOM_ADJECTIVES = "脏乱差慢低少小短弱窄轻末后晚浅薄"
_FIRST_OF = "幢个家例座条支单张笔所项批次款种台套本部场处类艘架颗株宗件只"

_ORDINAL = rf"(?:正数)?(?P<bottom>倒数|倒排|末)?第(?P<n>{INTEGER})(?:(?P<end_of>[高大快多好优长低小慢少差短])|名|位|席|个)?"
_RANGE = (
    rf"(?P<low_end>倒数|后|末)?(?:第(?P<from>{INTEGER})[名位]?(?:至|到|[-—–~～])第?(?P<to>{INTEGER})[名位]?|"
    rf"(?P<from2>{INTEGER})(?:至|到|[-—–~～])(?P<to2>{INTEGER})[名位])"
)
_FRONT = ("前", "TOP", "Top", "头")
_BAND = rf"(?P<side>倒数[前后]?|最后|[前后末]|TOP|Top|头(?=[二两三四五六七八九十0-9]))(?P<count>{INTEGER}){_PLACES}(?:之列|行列)?"
_VAGUE = (
    r"第(?P<tier>[一二三四1-4])(?:方阵|梯队|集团|行列|序列|档)|名列前茅|前茅|最?前列|靠前|居前|前位|遥遥领先|"
    r"领先|领跑|中?上游|中上|中?下游|中游|中间位置|中段|靠后|居后|后列|后位|后面|落后|尾部|末段|"
    r"排头|头部|偏[后低]|低位|高位|居中|倒数"
)
_FIRST = rf"首(?:[{_FIRST_OF}]|创|发)|唯一|独家|独有|独一[份家个]|第一[家例座条支单张笔所幢]|头一[家个例座条张]|第一个"
_TOP = r"首位|居首|榜首|之首|头名|头一[名位]|魁首|之最|头筹|鳌头|头把交椅|状元|冠军"
_LAST = r"末位|末尾|垫底|垫后|殿后|压尾|末名|末席|榜尾|最后一[名位]|最末位?|最后|末"
_MOST = r"最(?P<adjective>具[\u4e00-\u9fff]{2,5}|[\u4e00-\u9fff]{1,2})"
_POSITION = re.compile(
    rf"(?P<tie>并列)?(?:(?P<vague>{_VAGUE})|(?P<range>{_RANGE})|(?P<last>最后一[名位])|"
    rf"(?P<first>{_FIRST})|(?P<ordinal>{_ORDINAL})|(?P<band>{_BAND})|"
    rf"(?P<top>{_TOP})|(?P<end>{_LAST})|(?P<most>{_MOST}))$"
)
# any position with its scope, inside running text
RANKED = (
    rf"(?:并列)?(?:(?:倒数)?第{INTEGER}(?!个?季|产业|[届批次轮期])(?!(?<=[一二三四五六七八九十]一)[跃举路步下])[名位]?|(?:倒数[前后]?|最后|[前后末]){INTEGER}(?!个?[月季年天周届批])[名位强]?|首位|榜首|末位|垫底|"
    r"最后一名|倒数|末尾|中游|下游|上游|前列|榜尾)"
)

# where the clauses end that a rank is read in, and asides in brackets
CLAUSE_END = re.compile(
    r"——|[，：；。！？\n|｜\u3000]|(?<!\d)[,:;]|[,:;](?!\d)|(?<=[\u4e00-\u9fff])\.(?=[\u4e00-\u9fff])"
)
CLOSED = re.compile(r"（[^（）]{0,40}）|\([^()]{0,40}\)")

_LEVELS = (
    ("peers", r"全[镇乡村]|全街道|全社区|全球|全世界|世界|国际|亚洲"),
    ("nation", r"全国|我国|国内|中国"),
    (
        "province",
        r"全省|省[内里]|本省|我省|全疆|疆内|全自治区|自治区|[^，]{2,4}省(?![会级直属辖管市部])|"
        r"(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|"
        r"甘肃|青海|内蒙古|广西|西藏|宁夏|新疆)(?=$|各|县)",
    ),
    (
        "city",
        r"全市|市[内里]|本市|我市|全州|州[内里]|[\u4e00-\u9fff]{2,4}[市州盟](?=各|[0-9一二三四五六七八九十]+(?:个|[县区市镇乡旗]))|全盟|全地区|地区|全[^各，]{2,3}市|(?:大兴安岭|塔城|阿勒泰|阿克苏|喀什|和田|阿里)地区",
    ),
    ("county", r"全县|全区|全旗|[县区旗][内里]|本县|本区|我县|我区"),
)
_LEVEL_WORDS = re.compile("|".join(f"(?P<{level}>{words})" for level, words in _LEVELS))
_PARTS = re.compile(
    r"各?(?:地区|区市|县[（(]?市[、，]?区?[）)]?|县区|区县|市县|县市区|乡镇|镇|(?<=各)[县区])$"
)
_LEVEL_OF_KIND = {PROVINCE: "province", CITY: "city", DISTRICT: "county", COUNTY: "county"}
_NAMED = re.compile(
    r"^(?!.*(?:区县|县区)|.*(?:城|县级|地级|设区|省辖|省管|直管)市|.*地市$|.*市县$|[盟县州区]市$|.*(?:[各类片对]|我们)|.*[一二三四五六七八九][个市州县旗区]|.*(?:大县|强县|百强|山区|贫困|革命))"
    r"[\u4e00-\u9fff]{1,6}(?:(?P<city>市|州|盟)|(?P<county>县|旗))$"
)
# what may stand behind 全省 and still mean all of the level below, not a group of its own
_ALL_OF = re.compile(
    r"(?:范围)?(?:内)?(?:各)?(?:县级|县域(?:经济)?|地级|设区的?|省辖|区域|市级)?(?:县（市、区）|县\(市、区\)|市、县|县市区|旗县区|区县市|县区|区县|县市|"
    r"市州|州市|盟市|地市|市区|市县|乡镇街道|街道乡镇|街乡镇|乡镇（街道）|街道（乡镇）|街道（镇）|镇（街道）|乡镇|镇乡|街乡|镇街|街镇|街道|苏木乡镇|苏木镇|城市|省份|省区市|"
    r"[省市州盟县区旗镇乡])?(?:综合|排名|考核)?"
)
# whom nobody ranks throughout a province but as a group of its own
_TOWNS = re.compile("(?:内)?各?(?:街?乡镇(?:街道)?|镇乡|镇街|街[镇乡]|街道(?:乡镇)?|[镇乡村])")
# parts of provinces
_REGION = re.compile(
    "关中|河西|胶东|垦区|[苏皖浙赣闽粤桂湘鄂豫冀鲁晋陕辽吉黔滇川渝][东南西北中]{1,2}"
)
# the whole that they are ranked in
ADMIN = r"(?:全[国省市县区州盟旗镇乡疆师局团场行]|全自治区|全地区|全街道|国内|省内|市内|区内|县内|系统内|组内|(?<![^在，：。；我])[省市州县区旗镇乡]里(?=排|考|点|月评|评))"
# those who are ranked, as bulletins call them
GROUPS = (
    "(?:乡?镇|区|县|街道|乡)[（(](?:街道|乡?镇|市、[区县]|区、市|市|县|镇、街道)[）)]区?|乡镇街道|街道乡镇|街乡镇|"
    "县市区|区县市|市县区|旗县区|苏木乡镇|乡镇|镇街道|镇街|街镇|街乡|镇乡|街道|县区|区县|市县|市州|州市|盟市|地市|设区市|地级市|县级市|"
    "[省市区县州旗]级(?:各?部门|单位|机关)|[省市区县州旗]直(?:各?部门|单位|机关)|[省市区县]属(?:国有)?企业|国有企业|国企|企业|委办局|部门|"
    "单位|开发区|功能区|产业园区|园区"
)
_CONTEST = re.compile(  # those ranked (国有企业, 开发区) are no part of it
    rf"(?P<scope>{ADMIN})(?P<contest>(?!(?:{GROUPS}))[^，各个]{{2,8}}(?:考核|考评|测评|评比|评价|评议|评估))"
)
_BELOW_PROVINCE = ("设区市", "设区的市", "地级市", "盟市", "市州", "州市", "地市")
_COUNTED = re.compile(
    rf"(?:参[评考]的?)?{INTEGER}(?:(?:个|家|所|座|支|户)|(?=[县市区镇乡省园旗盟州村](?!级)|社区|街道|部门|单位|企业|国企))(?P<group>.*)"
)
_OF_KIND = re.compile(r"(?:[一二三四五六七八九十]+[市县区旗镇乡])+")  # 三区, 八县三区
_SEVERAL_OF = re.compile(
    rf"(?P<stem>[^\W\d一二三四五六七八九十百零〇两]{{2,3}}){INTEGER}(?:[个家所座]|(?=[县市]))"
)
_LEADING = re.compile(r"^(?:并列|名列|位列|位居|排名|居|列|在|处于|走在|进入|均|为|占|获|夺)+(?=.)")
_MIDST = "(?<=..)(?<![高初苏浙皖赣湘鄂豫冀晋陕川滇黔粤桂闽鲁辽吉华关])中"  # but not 苏中, 全市高中
_TRAILING = re.compile(
    rf"(?:{_MIDST}|里|内部)?"
    r"(?:并列|名列|位列|位居|排名|排在|排|居|(?<!序)列|的|之)*$"
)

_LEADS = re.compile(r"(?P<lead>领跑|领先|领衔|冠绝)于?(?P<scope>[全各同][^，]+)$")


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of a RANK span say by themselves; `scope` is "" where they name none;
    `contest`: what stands between the two (全省综合考核前三名)."""

    kind: str
    place: Place
    tie: bool
    scope: str
    position: str
    contest: str = ""

    @property
    def is_literal(self) -> bool:
        """最低, 第二高: the end of the scale, whichever is the better one."""
        most = re.match("最(?![后末前])", self.position)
        return bool(most) or self.position[-1:] in "高低多少大小快慢长短"


def read_words(text: str) -> Words:
    """Take the text of a RANK span apart; what is no known position is "vague"."""
    leads = _LEADS.match(text)
    if leads:
        return Words("vague", Place(None, None), False, leads["scope"], leads["lead"])
    match = _POSITION.search(text)
    if match is None:
        return Words("vague", Place(None, None), "并列" in text, "", text)
    before = text[: match.start()]
    scope = _TRAILING.sub("", _LEADING.sub("", before))
    tie = "并列" in text
    kind, place = _standing(match)
    position = match[0].removeprefix("并列")
    if contest := _CONTEST.fullmatch(scope):
        return Words(kind, place, tie, contest["scope"], position, contest["contest"])
    return Words(kind, place, tie, scope if scope not in _NO_SCOPE else "", position)


_WHOLE = r"全[国省市县区州盟旗镇乡疆]|全自治区"
_OF_WHAT = (  # 街道综合评分, but neither 街道综合服务中心 nor 部门预算执行率
    "综合(?:得分|评分|考|成绩|排名|评价|指数|测评|(?<!企业综合)满意|评定|名次|实力)|总(?:分|成绩|评|排名)|得分|评分|考[核评]|成绩|排名|测评|评[比议]|(?<=部门)满意|"
    "重点工作|(?<!企业)“|[三月季年]|群众满意|诉求|12345|(?:环境)?空气|水环境"
)
_OWN_BODIES = (  # which 全市 stands before only where they are those ranked
    "(?:开发|高新|经开|边合|综保|功能|园|产业园)区|国企|国有企业|[省市区县]属(?:国有)?企业|[省市区县州旗][级直](?:部门|单位)"
)
_RANKED = re.compile(
    rf"(?:(?P<whole>{_WHOLE})?(?P<each>(?:各|所有|其[他它余])(?:{GROUPS}|城市|社区|[省市州盟县区旗镇乡村街](?![域级内属间直])))|"
    rf"(?P<all>{_WHOLE})?(?P<group>{GROUPS}|[\u4e00-\u9fff]{{1,5}}(?:涵养区|功能区|城区|郊区|片区))(?={_OF_WHAT})|"
    rf"(?P<of>{_WHOLE})?(?P<bodies>{_OWN_BODIES})(?!改革)(?=[^，。；]{{2,12}}(?:测评|考[核评]|评[价比分]|得分|排名)$))的?(?=..)"
)


def those_ranked(text: str) -> tuple[str, int]:
    """The scope in words that say whose standing follows, and where they end.

    全市各街道乡镇综合评分 → 全市; 各区综合评分 → 各区; 市级部门综合评分 → 市级部门; "", 0 for none.
    """
    match = _RANKED.match(text)
    if match is None:
        return "", 0
    whole = match["whole"] or match["all"] or match["of"] or ""
    group = match["each"] or match["group"] or match["bodies"]
    is_level = bool(whole) and _ALL_OF.fullmatch(group) is not None
    return whole if is_level else whole + group, match.end()


_CLASSES = ("城区", "郊区", "矿区", "南部")  # names of places, but in a ranking kinds of them
_NO_SCOPE = ("在", "综合", "得分", "总分", "老", "最")


def _standing(match: re.Match[str]) -> tuple[str, Place]:
    if match["vague"]:
        return "vague", Place(None, None)
    if match["first"]:
        return "first", Place(None, None)
    if match["range"]:
        first, last = match["from"] or match["from2"], match["to"] or match["to2"]
        return "band", Place(integer(first), integer(last), bool(match["low_end"]))
    if match["ordinal"]:
        n = integer(match["n"])
        low_end = bool(match["end_of"]) and match["end_of"] in _BOTTOM_ADJECTIVES
        return "ordinal", Place(n, n, bool(match["bottom"]) or low_end)
    if match["band"]:
        return "band", Place(1, integer(match["count"]), match["side"] not in _FRONT)
    if match["top"]:
        return "extreme", Place(1, 1)
    if match["end"] or match["last"]:
        return "extreme", Place(1, 1, from_bottom=True)
    return "extreme", Place(1, 1, match["adjective"][0] in _BOTTOM_ADJECTIVES)


def _is_place(stem: str) -> bool:
    """Is it the short name of a place, or a part of a province?"""
    known = stem not in _CLASSES and (stem, "") in gazetteer().by_short
    return known or _REGION.fullmatch(stem) is not None


def scope_of(text: str, *, autonomous: bool = False) -> Scope | None:
    """The scope with its level; a number of bodies (28个乡镇) is no part of its text.

    `autonomous`: the text is of an autonomous region, where 全区 means the province.
    """
    text = re.sub(f"(?:的|(?<=..)里|{_MIDST})$", "", text)
    several = _SEVERAL_OF.match(text)
    if several and _is_place(several["stem"]):
        text = several["stem"]  # 江门七个县（市、区）, 关中16个监测点位
    named = _LEVEL_WORDS.match(text)
    rest = text[named.end() :] if named else text
    below = re.sub(rf"^(?:{INTEGER}个|各)", "", rest)
    counted = _COUNTED.fullmatch(rest)
    if counted and (named or counted["group"]) and not _OF_KIND.fullmatch(text):
        rest = "" if named else counted["group"]
        text = named[0] if named else rest
    if not text:
        return None
    if named and named.lastgroup and _ALL_OF.fullmatch(rest):
        level = named.lastgroup
        if level in ("nation", "province") and named[0] != "全区" and _TOWNS.fullmatch(rest):
            return Scope(text, "peers")
        if named[0] == "全区" and (autonomous or below.startswith(_BELOW_PROVINCE)):
            level = "province"
        return Scope(text, level)
    place = None if named else _NAMED.match(text)
    if place and place.lastgroup:
        return Scope(text, place.lastgroup)
    stem = _PARTS.sub("", text).removeprefix("全")  # 襄阳各县市, 全大连
    kinds = {
        place.kind
        for place in gazetteer().by_name.get(stem) or gazetteer().by_short.get((stem, ""), [])
    }
    # 衡阳各县市 are those of 衡阳市, not of 衡阳县
    if (several or text.startswith("全") or "各" in text) and CITY in kinds:
        kinds = {CITY}
    is_one = len(kinds) == 1 and not named and stem not in _CLASSES
    known = _LEVEL_OF_KIND.get(kinds.pop()) if is_one else None
    return Scope(text, known or "peers")

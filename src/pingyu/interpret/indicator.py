"""What is ranked: the noun phrases before a rank or, for the first of its kind, behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pingyu.interpret.figure import place_figures
from pingyu.interpret.period import find_periods, leading_words
from pingyu.interpret.rank_words import GROUPS, RANKED, those_ranked

CLAUSE_END = re.compile(
    r"——|[，：；。！？\n|｜\u3000]|(?<!\d)[,:;]|[,:;](?!\d)|(?<=[\u4e00-\u9fff])\.(?=[\u4e00-\u9fff])"
)
_ANY_RANK = rf"(?:{RANKED}|最[高低多少大小快慢优差好长短强弱])"
_RANK_LISTED = re.compile(rf"{_ANY_RANK}(?:、|和|及)")
_CLOSED = re.compile(r"（[^（）]{0,40}）|\([^()]{0,40}\)")

# --- what stands between the indicator and its rank ----------------------------------------------

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
_ALL = r"(?:全[国省市县区州盟旗镇乡疆]|全自治区|全地区|全球|国内|省内|市内|区内|县内|组内)"
_COUNT = r"(?:[0-9]+|[一二两三四五六七八九十]+)"
STREAK = re.compile(
    rf"(?:已)?(?:是)?(?:实现)?连[续着]第?(?P<count>{_COUNT})(?:个)?"
    r"(?P<unit>年度?|季度?|月度?|周|次|届|期|轮|旬|天|日|个考核期)(?:来|以来)?"
)
FROM = re.compile(
    rf"(?:由|从)(?P<words>[^，。；：由从升]{{0,16}}?)(?P<place>(?:最后一名|{_ANY_RANK}))(?:的)?"
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
    rf"(?<!存)在(?:{_ALL}|(?![线建岗校库手用营外职逃编册])[\u4e00-\u9fff]{{2,5}})$"
)
_WITH = re.compile(r"以(?![上下内外来及])(?P<frame>[^，。；：以]{1,24})$")
_BESIDE = re.compile(r"[与和同](?:[^，。；、]{2,8}?(?:街道|[区县镇乡村市局委]))$")
_GROUPS = (
    r"(?:乡镇街道|乡镇|镇街|街镇|街道|县区|区县|县市区|县（市、区）|部门|单位|地市|设区市|城市|"
    r"市州|州市|县市|开发区|园区|国企|企业|县级市|保税区|院|区|县|市|镇|村)"
)
_RANKED_GROUP = re.compile(
    rf"^(?:{_ALL}?{_COUNT}(?:个|家|所|座)[^，的]{{0,8}}{_GROUPS}|{_ALL}各?[^，的]{{0,6}}{_GROUPS}(?<!乡村)|[^，的]{{0,4}}?(?:部门|单位|园区|企业))"
)
_SCOPE_TAIL = re.compile(
    rf"(?<=[居列在为是位])(?:{_ALL}(?:{_COUNT}个[^，。；]{{1,8}}|各[^，。；]{{1,6}})?|{_COUNT}个[^，。；]{{1,8}})$"
)
_AMONG = re.compile(
    r"(?:在)?(?:全[国省市县区州盟旗镇疆]|全自治区|全地区|同类|各)?(?:参[评考赛][^，。；]{0,6})?"
    rf"{_COUNT}?(?:个|家|所)?(?:参评)?(?:乡镇街道|乡镇|镇街|街镇|街道|县区|区县|县市区|县（市、区）|市直部门|部门|单位|地市|设区市|"
    r"市州|州市|县市|开发区|园区|国企|企业|区|县|市|镇)(?:中|里|之中|当中)$"
)

# --- what stands before the indicator ------------------------------------------------------------

_SCOPES = r"(?:全[省市县区州盟旗镇乡疆]|全自治区|全地区|全街道|[我本该][省市县区州旗镇乡])"
_SEVERAL = "[0-9一二三四五六七八九十两]+"
_HEAD = re.compile(
    rf"""^(?:
    # the number of an item, and words that join it to the one before
    [0-9]{{1,2}}[.．、)）](?!\d) | [（(][一二三四五六七八九十0-9]{{1,2}}[)）] | [一二三四五六七八九十][、.．] | [①-⑳⑴-⒇] | [一二三四五]是 |
    其中 | 此外 | 另外 | 同时 | 并且 | 并(?![网购轨联发案]) | 且 | 但是? | 而 | 却 | 特别是 | 尤其是 | 以及 | 及(?!时) | 和 | 与 | 至于 | 都 | 还?存在 | 因(?=[考排]) |
    # when, and according to whom
    目前 | 当前 | 截至目前 | 眼下 | 据[^，]{{0,8}}通报 | [这上本下]一?[次期轮回] | 年[内度终末] | 半年度 | (?<![上一])年度 | 当年 | 月度 | 同期 | 上年 | 累计 |
    这是[^，]{{0,8}}第[一二三四五六七八九十0-9]+次 | [^，。；“]{{0,8}}(?:公布|通报|发布|晒出|公示|汇报)了(?:当前的)?(?=..) | [^，。；“]{{0,4}}公布(?=综合|得分|成绩|排) |
    [^，“]{{2,8}}时(?=[\u4e00-\u9fff]{{3,}}率$) | [两三四五六七八九十0-9]+次(?=评议|考核|测评|检查|督查) |
    # who did it, and what with
    推动 | 带动 | 促进 | 守住 | 确保 | 实现 | 完成 | 使得? | 助力 | 推进 | 全力 | 受理 | 获(?!得感|评|批|奖) | 把 | 将 | 让 | 令 | 努力使? | 奋力 | (?:滚动)?抓好 |
    通过[^，]{{0,10}}(?=[\u4e00-\u9fff]{{4}}$) | 继续对 | [\u4e00-\u9fff]{{1,8}}?将?对(?=得分|评分|考核得|空气|水质) | 到(?=得分|评分|考核得|空气|水质) |
    (?:承办|承担|负责|主管)的 | 由[^，]{{2,12}}?按照? | 按照?(?![期时质序]) |
    # what is aimed at
    冲刺 | 要?保证 | (?:还)?要(?=[^，求素]{{4}}) | 我?希望 | [^，]{{0,4}}目标是 | 争取(?=[0-9今明全本年]|上半|下半) |
    (?:争取|力争)(?!上级|资金|专项|政策|项目)(?=[\u4e00-\u9fff]{{3}}) | 力争 |
    # of whom
    我们 | 大家 | 前者 | 后者 | 为什么 | (?:你们|这里|我们|咱们)的 | 两者 | 二者 | 双 | 各项 | 所属 | 所辖 | 辖区 | 区域内? | 其它 | 其他 | 其 |
    {_SCOPES}(?:各[镇乡街区县]道?的?|县（市）|县（市、区）)? | (?:街镇|镇街|街道)(?=[^，]{{3}}) | 哪[个些家](?:镇街|乡镇|街道|单位|部门|[镇村区县])的? |
    [两三四五六七八九十](?:[镇乡村县市区家]|街道)(?=[^，的]{{3}}) | 有?{_SEVERAL}[个家](?:[市县区州]直)?(?:街道|乡镇|镇街|区县|县区|县市|单位|部门|镇|乡)(?:的(?=[^，]{{3}})|(?=[^，的]{{3}})) |
    仅[^，]{{2,6}}?[0-9一]个[市县区镇](?=..) | [0-9]+户(?=..) | {_SEVERAL}个位次的 |
    # particles
    在[^，]{{1,14}}?(?:中|里|上|方面)(?=[\u4e00-\u9fff]{{2}}) | 在(?=全) | (?:位居|位列|居|列|排名)(?=[全各同]) | 进入(?=每) |
    的 | 凡 | 是(?=[^，]{{2}}) | 从 | 单看 | 论 | 就 | 对
    )(?![率额量度值]|数(?![字据智]))""",
    re.VERBOSE,
)
_UNIT_NAME = re.compile(
    r"^(?!新增|净增)[\u4e00-\u9fff]{2,10}?(?:街道办事处|街道|开发区|高新区|经开区|管委会|集团|(?<!上市)公司|委员会|纪委监委|(?<![农乡山心范政然困中贫点镇庄脱强弱])村(?![级民庄镇居集容])|(?<![级市县区乡镇镇化型])社区(?![矫服居养干治医网工])|办事处|(?<!家庭)农场|林场|"
    r"(?<![社园景地片城小校库矿灾山辖牧市街林农厂建])区(?![域块间级划县属位内])|"
    r"(?<![城上超股都门开])市(?![场民政域级区容值盈县直属管校委人])|(?<!强)(?<!示范)县(?![域级区乡城直属市人])|"
    r"(?<![城乡村集街])镇(?![化区街级域村居办])|(?<![城老家水入返下])乡(?![镇村级土贤亲愁风])|"
    r"(?<![格布结])局(?![部面域长])|省(?![级直控道市重属外内会干大])|委(?![托员派监])|(?<![交督主承举开新兴领催经即])办(?![结理事件公案学好税证电的园社])|"
    r"(?<![红黑黄])旗|[州盟])(?:（[^）]*）)?(?=[\u4e00-\u9fffA-Za-z0-9“])"
)
_TAIL_VERBS = re.compile(
    r"(?:同比|环比|累计|年均|平均|预计|实际|共|就|净|首次|突破|超过?|达到?|完成|实现|增长|下降|提高|提升|上升|增加|减少|降低|为|是|至|到|"
    r"提|超计划|超目标|扩大|回落|下滑|收窄|放缓|加快|压缩|缩短|压降|压减|压|降|稳定在|保持在|保持|维持在|新增|占|约|近|高达|仅|已|均|都|分别|以|由|从|有|回升|增|降|升|了|较上年|比上年|较去年|"
    r"同期|上年|去年|占比达|的|由上|翻|再|又|只有|也|双双|稳步|持续|大幅)$"
)
_JOINED = re.compile(
    r"以及|(?:(?<![普涉危波顾触不企论])及(?![时格早其])|(?<![饱共总缓温祥柔])和(?![谐美平解气睦])|(?<![参赠给])与(?!会))(?=[\u4e00-\u9fffA-Z“])"
)
_CLASS = re.compile(
    r"[0-9.一二三四五六七八九十百千万亿两]*(?:亿元|万元|元|平方米|吨|项|个|位)(?:以上|以下|及以上)?(?!百分)(?=[\u4e00-\u9fff]{2})"
)
# 甲县、乙县分列GDP前两名
_SHARED_OUT = re.compile(r"^.*(?:(?<![得评积总扣减记])分[列居获]|包揽|囊括|成了)(?=..)")
# what time words can end with
_MAY_BE_TIME = re.compile("[年月日号天度份期初末底旬来周季汛间”五六一二三四今前0-9]$")
_AMID = re.compile(r"(?<=..)在[^，]{2,10}[中里](?:评价|得分|成绩)?$")  # 监测工作在市级暗访中评价
_LONGEST_LABEL = 8  # characters: 产业发展：
_BULLET = re.compile(r"^[^\w“（(《\"‘「]+")
_NUMBERED = re.compile(r"[（(][^（）()]*$")
_MEASURED = (
    "率|额|量|数|(?<![轮执当])值|增速|增幅|降幅|幅度|幅|速度|进度|收入|投资|产值|支出|贷款|存款|余额|规模|面积|浓度|指数|分|评分|成绩|满意度|度|"
    "水平|占比|比重|比例|质量|能力|效率|测评|考核|评价|评比|评估|考评|排名|排位|名次|位次|工作|成效|时间|时限|成本|力|总分|得分|综合|消费|"
    "外资|利用|产量|销量|存量|票|感|均值|GDP|生产|总产|单产|亩产|税收|利润|环境|效能|实绩|积分|水质|空气|项目|建设|改善|竞争|结果|情况|保障|治理|管理|服务|调查|打分"
)
MEASURE = re.compile(rf"(?:{_MEASURED})$")
_PLACE_LIST = re.compile(
    r"(?:省|市|州|盟|县|区|旗|镇|乡|街道|局|委|办|集团|公司|开发区|园区|管委会|银行|农场|林场|社区|村|中学|小学|医院|部门|单位|工业园|产业园|农业园|园)$"
)
# no indicators by themselves
_GENERIC = re.compile(
    rf"""
    # numbers, cells of a table
    [0-9.]+%?[⋯…]* | [0-9.]+[分%] | .*[0-9][%分](?:\ .*)? | [0-9]+[.．] | [ⅠⅡⅢⅣⅤ]+类.* | 各?为负 |
    有?{_SEVERAL}个.{{1,4}} | {_SEVERAL}[个项] | 一[家个] | [0-9一二两三四五六七八九十百]+多?[个家].*[里中] |
    # ranks and lists, and the place in them
    .*第[一二三四五六七八九十0-9]+(?:[次名位]|回)? | (?:位次|名次|排名)[由从较].* | 名次.* | 排名 | 位次 | 排位 | 排名情况 | 落入 | [跌退掉]出 | .*没[掉跌]出过 |
    甩掉 | 挂了? | 评[选比]?出 | 选出 | 进步 | [前后][面边] | [红黄黑蓝绿]榜 | 唯一.{{0,2}} | [由从][好差高低]到[好差高低] | .*(?:不合格|不达标)或 |
    # those ranked
    .*】.{{0,4}} | 绝不能.* | 一次 | 仅完成.* | .{{0,6}}(?:组|片区|赛道|涵养区) | .{{1,5}}片 | (?:其余|余(?=[0-9一二两三四五六七八九十])).* | [这那].{{0,6}}(?:乡镇|[镇县区村]|街道|单位|部门|企业)排名.{{0,3}} |
    街道 | 乡镇 | 镇街 | 窗口 | 参评 | 参考 | 各奖 | 多项 |
    # words for any indicator
    指标 | (?:两项|多项|主要|各项|三项)指标 | 总体情况 | 总体 | 整体 | 考核结果 | 结果 | 主要 | 目标 | 点评 | 两项 |
    # comparisons and changes
    比.*[多少高低快慢] | 较[上去].* | 较之 | 由[上本下].* | 增长 | 下降 |
    # when
    [一二两三四五六七八九十]+(?:周|轮中.*) | 下次 | 单月 | 春节 | 本月 | 本季 | [上本]期 | 上季 | 上一[轮期] | [上本]轮 | 上次 | 今年 | 去年 | 同期 | 一直 | 目前 |
    # who, and what is done
    我们 | 我[县市区] | 该[镇县区市] | 二者 | 前者 | 后者 | 其中? | 能不能.* | 被.{{2}} | 争.{{1,3}} | 要咬定 | 奋力 | 努力 |
    建成 | 打造成? | 成为 | 形成 | 拥有 | 落地 | 建有 | 新建 | [经据](?:测评|考核|评比|评议|评选|统计) |
    # particles
    (?:这|那)[也已]?是.* | (?:[前上下]述|以上|以下|有的|有些|[这那][些几]?|依旧|依然).{{0,4}} | 仍旧 | 余?按与? | 至于 | 对于
    """,
    re.VERBOSE,
)
# how a clause before tells of its subject: by a rank, or by a change without a figure
_TOLD = re.compile(
    rf"{_ANY_RANK}|较[高低快慢好差多少大小](?:的|$)|位居|位列|入选|跻身|列入|低于|高于|“[^”]{{0,8}}(?:通报|榜单?|点评)”$|(?<=..)(?:缩短|压缩|缩|提高|增长|下降|降|提升|上升)(?:了|至|到|为)"
)
# so many of them, and behind their rank the name of each
_COUNTED = re.compile(
    rf"{_COUNT}[项个](?:[^，；、项个]{{0,6}}(?:指标|工作|数据))?(?:[中里]有{_COUNT}[项个](?:指标)?)?$"
)
_ENUMERATED = re.compile(
    "(?:（[^（）]*）)?[，：,:](?:即|分别[是为]|依次[是为]|它们是|包括)[：:]?(?P<names>[^。；：]+)"
)
# a comparison (较之上一期), and those ranked (八个街镇里头), tell of no indicator
_COMPARED = re.compile(
    rf"较(?!为|快|好|[大小高低])|[与同和比].*比较?$|.*(?:{GROUPS}|[镇乡村])(?:里头|当中|之中|中|里)$"
)
_FRAME = re.compile(
    r"^(?:在|按照?|从|据)?(?P<frame>.+?)(?:方面|中|里|上|来看|看|排序|排列|高低|多少|大小|由低到高|由高到低)$"
)


ROSE = re.compile(  # 第十三升至【第六】
    rf"(?P<place>{RANKED})(?:一跃|一举)?(?:上升|跃升|升|前移|跃|进|滑落|滑|下降|降|跌|退)[至到为]$"
)


class Subject(NamedTuple):
    """What a clause gives to be ranked, and whose standing it is (全市, 各区; "" where it does not say)."""

    indicators: list[str]
    scope: str = ""


def own_subject(left: str, units: Sequence[str] = ()) -> Subject:
    """The noun phrases of which a rank is said in its own clause, the last of the text before it."""
    return _of_clause(_clauses(left)[-1], units)


def earlier_subject(left: str, units: Sequence[str] = ()) -> Subject:
    """… in the clauses before its own, where that names none, as long as they give a figure, a rank or
    a measure by which it can be one (固定资产投资增长12%，居【全市第二】)."""
    for clause in reversed(_clauses(left)[:-1]):
        if _COMPARED.match(clause):
            continue
        clause = _CLOSED.sub("", clause)
        told = _TOLD.search(clause)
        figures = place_figures(clause)
        frame = _FRAME.match(clause)
        body = clause[: told.start()] if told else frame["frame"] if frame else clause
        subject = _of_clause(body, units)
        phrases = subject.indicators
        label = len(clause) <= _LONGEST_LABEL and left.endswith((clause + "：", clause + ":"))
        if phrases and (figures or told or label or all(MEASURE.search(p) for p in phrases)):
            return subject
    return Subject([])


def _clauses(text: str) -> list[str]:
    return [c for part in CLAUSE_END.split(text) for c in _RANK_LISTED.split(part)]


def _of_clause(clause: str, units: Sequence[str]) -> Subject:
    body = _CLOSED.sub("", clause)
    body = _NUMBERED.sub("", body)
    for unit in units:  # whose name may have a linking word in it: 可可以力更镇
        body = body.removeprefix(unit)
    quoted = body.rpartition("“")[2] if body.count("“") > body.count("”") else ""
    if strip_link(quoted)[0]:  # the rank stands inside a slogan
        body = quoted
    body, frame = strip_link(body)
    body = _SHARED_OUT.sub("", body)
    subject = _read(body, units)
    if not subject.indicators and frame:
        frame = strip_link(_RANKED_GROUP.sub("", frame))[0]
        subject = _read(frame, units)
    return subject


def _read(body: str, units: Sequence[str]) -> Subject:
    body, scope = _strip_head(body, units)
    for unit in units:  # “环卫保洁”公馆镇居第一
        body = body.removesuffix(unit)
    body = _AMID.sub("", body)
    return Subject(_phrases(strip_link(_value_cut(body))[0], units), scope)


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


def _strip_head(body: str, units: Sequence[str]) -> tuple[str, str]:
    """→ the noun phrase, and those ranked, where they stand before it (各区综合评分)."""
    scope = ""
    while body:
        start = body
        body = _BULLET.sub("", body)
        body = body[leading_words(body[:24]) :]
        for unit in units:
            if body.startswith(unit) and len(body) > len(unit):
                body = body[len(unit) :]
            elif 0 < (at := body.find("中" + unit)) <= _LONGEST_LABEL:  # 银行网点中城关支行得分
                body = body[at + 1 + len(unit) :]
        streak = STREAK.match(body)
        if streak and len(body) > streak.end():
            body = body[streak.end() :]
        ranked, end = those_ranked(body)
        if ranked:
            body, scope = body[end:], ranked
        head = _HEAD.match(body)
        if head and len(body) > head.end() and not body[head.end() :].startswith("级"):
            body = body[head.end() :]
        name = _UNIT_NAME.match(body)
        if name and len(body) - name.end() >= 2:
            body = body[name.end() :]
        if body == start:
            break
    return body, scope


def _value_cut(body: str) -> str:
    """固定资产投资增长12% → 固定资产投资; a number at the beginning stays: 7项民生指标."""
    figures = [f for f in place_figures(body) if not body[: f[0]].endswith(("每", "第"))]
    figures = [f for f in figures if not _CLASS.match(body, f[0])]
    if figures and figures[0][0] > 0:
        body = body[: figures[0][0]]
        while tail := _TAIL_VERBS.search(body):
            body = body[: tail.start()]
    body = re.sub("(?<=..)[与比较](?:年度|全年)?目标.*$", "", body)
    body = re.sub("(?<=..)(?:比|较)(?:[上去前同年一二三四]|[0-9])[^，]{1,7}$", "", body)
    return re.sub("(?<=..)(?:同比)?(?<!负)(?:增长|下降|上升|提升|提高)$", "", body)


def _phrases(body: str, units: Sequence[str]) -> list[str]:
    body = body.strip(" 　、的")
    if not body or re.match("因(?!考|排)|由于", body):
        return []
    parts = re.split(r"、(?![^“（]*[”）])", body)
    if re.search(r"等[\u4e00-\u9fff]{3,}", parts[-1]) and MEASURE.search(body):
        parts = [body]  # 侗族大歌、侗戏等非遗传承人数量
    out: list[str] = []
    for n, part in enumerate(parts):
        joined = _JOINED.split(part)
        if (
            len(joined) == 2
            and all(len(p) >= 2 for p in joined)
            and (MEASURE.search(joined[0]) or (len(parts) > 1 and n == len(parts) - 1))
        ):
            out += joined
        else:
            out.append(part)
    if len(out) > 1:
        out[-1] = re.sub(
            r"(?:等)?[0-9两二三四五六七八九十]+[项个](?:主要|核心)?(?:指标|工作)?$", "", out[-1]
        )
    out = [re.sub(r"(?:双双|等|等指标|均|分别)$", "", _unquoted(p)) or p for p in out]
    kept = [p for p in out if 1 < len(p) <= 24 and not (_GENERIC.fullmatch(p) or _is_figure(p))]
    if any(p in units for p in kept) or all(_PLACE_LIST.search(p) for p in kept):
        return []
    return kept


def enumerated(left: str, right: str) -> list[str]:
    """What stands behind the rank of so many of them (有3项指标居【全县第一】，分别是……), each by its
    name."""
    counted = _COUNTED.search(strip_link(_clauses(left)[-1])[0])
    found = _ENUMERATED.match(right) if counted else None
    if not found:
        return []
    names = re.split("[、，]|以及|和(?=[^、]{3,}$)", _CLOSED.sub("", found["names"]))
    return [name for name in names if 1 < len(name) <= 16]


def _is_figure(phrase: str) -> bool:
    return any(start == 0 and end == len(phrase) for start, end, _ in place_figures(phrase))


def _unquoted(phrase: str) -> str:
    phrase = phrase.strip(" 　】【")
    if phrase.count('"') == 1:
        phrase = phrase.strip('"')
    if phrase.count("“") != phrase.count("”"):
        phrase = phrase.strip("“”")
    return phrase


# --- the first of its kind -----------------------------------------------------------------------

_ALSO_FIRST = re.compile(
    r"^(?:、[^，。；、]{0,6}?(?:首[个家座条批例]|第[一二三四五六七八九十]+[个家座条例]|唯一))+"
)
_VERB_AFTER = re.compile(
    r"(?:正式|顺利|成功|率先|全面|也|已|今年|近日|日前|即将)*(?:建成|投产|投用|投入|下水|入列|开门|上线|落地|落户|落成|揭牌|开业|运营|启用|启动|开工|竣工|"
    r"成立|获批|通过|亮相|诞生|挂牌|开通|入选|签约|封顶|试点(?=运行)|在(?!线)|由|于|获得?|发布|试运行|运行|完工|交付|开园|投运|通车|下线|问世|出炉|花落|是|系|"
    r"跑通|放款|办结|发放|完成|实现|推出|并网|点火|首飞|吸引|(?<!示范)(?<!辐射)带动|成为|让|为|助力|助推|赋能(?!中心|平台)|惠及|迎来|荣获|摘得|"
    r"赢得|见效|成型|启航|走进|突破|获得?评|引来|填补|撬动)"
)
_QUOTED = re.compile("“[^”]*”")


def find_kind(right: str) -> list[str]:
    """What is the first of its kind: the noun phrase behind 首个, 唯一."""
    text = CLAUSE_END.split(_ALSO_FIRST.sub("", right))[0]
    text = re.split(r"、(?![^“（]*[”）])", text)[0]
    text = _CLOSED.sub("", re.sub(r"^(?:的|一[个家座条])", "", text))
    before, of, text = text.rpartition("的")
    verb = _VERB_AFTER.search(_QUOTED.sub(lambda m: "□" * len(m[0]), text))
    if verb:
        text = text[: verb.start()]
    text = before + of + text if text else before
    text = text.strip(" 　")
    if text.count("“") != text.count("”"):
        text = text.strip("“”")
    return [text] if text else []

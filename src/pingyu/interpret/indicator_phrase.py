"""The noun phrase that says what is ranked, without what stands around it: when, whose, how much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pingyu.interpret.figure import place_figures
from pingyu.interpret.gazetteer import gazetteer
from pingyu.interpret.period import leading_words
from pingyu.interpret.rank_links import STREAK, strip_link
from pingyu.interpret.rank_words import INTEGER, RANKED, those_ranked

# --- before it -----------------------------------------------------------------------------------

_SCOPES = (
    r"(?:全[省市县区州盟旗镇乡疆]|全行(?!业)|全自治区|全地区|全街道|[我本该][省市县区州旗镇乡])"
)
_HEAD = re.compile(
    rf"""^(?:
    # the number of an item, and words that join it to the one before
    [0-9]{{1,2}}[.．、)）](?!\d) | [（(][一二三四五六七八九十0-9]{{1,2}}[)）] | [一二三四五六七八九十][、.．] | [①-⑳⑴-⒇] | [一二三四五]是 |
    其中 | 此外 | 不过(?=[^，]{{4}}) | 然而 | 不足是 | 这半年 | 你[乡镇县区村局] | 另外 | 同时 | 并且 | 并(?![网购轨联发案]) | 且 | 但是? | 而 | 却 | 特别是 | 尤其是 | 以及 | 及(?!时) | 和 | 与 | 至于 | 都 | 还?存在 | 因(?=[考排]) |
    # when, and according to whom
    虽然?(?![说有拟]) | 到(?=20\d\d年) | 相比(?:之下)? | [这本]个?(?=进度|成绩) | 目前 | 当前 | 截至目前 | 眼下 | 据[^，]{{0,8}}通报 | [这上本下]一?[次期轮回] | 年[内度终末] | 半年度 | (?<![上一])年度 | 当年 | 月度 | 同期 | 上年 | 累计 |
    这是[^，]{{0,8}}第[一二三四五六七八九十0-9]+次 | [^，。；“]{{0,8}}(?:公布|通报|发布|晒出|公示|汇报)了(?:当前的)?(?=..) | [^，。；“]{{0,8}}宣读(?=..) | [^，。；“]{{0,4}}公布(?=综合|得分|成绩|排|[0-9一二三四五六七八九十]+月) |
    [^，。；“]{{0,6}}(?:点评|通报|书记|区长|市长|县长|局长|会上)说 | [^，。；“]{{0,8}}(?:滚动|显示|亮|列|晒|公布|拿)(?:着|出来?的是|的是) | 要?(?:交出|晒出|亮出) |
    [^，“]{{2,8}}时(?!间)(?=[\u4e00-\u9fff]{{3,}}率$) | [两三四五六七八九十0-9]+次(?=评议|考核|测评|检查|督查) |
    # who did it, and what with
    推动 | 带动 | 促进 | 守住 | 确保 | 实现 | 完成 | 使得? | 助力 | 推进 | 全力 | 受理 | 获(?!得感|得信贷|得电力|得用[水气]|评|批|奖) | 把 | 将 | 让 | 令 | 努力使? | 奋力 | (?:滚动)?抓好 |
    占(?=全) | 争取(?=中央) | 经(?![济营开])(?:(?:[^，]{{0,4}}“[^”]*”)?|[^，]{{2,8}})(?=打分|评分|投票) | 通过[^，]{{0,10}}(?=[\u4e00-\u9fff]{{4}}$) | 继续对 | [\u4e00-\u9fff]{{1,8}}?将?对(?=得分|评分|考核得|空气|水质) | 到(?=得分|评分|考核得|空气|水质) |
    (?:承办|承担|负责|主管)的 | 由[^，]{{2,12}}?按照? | 按照?(?![期时质序]) |
    # what is aimed at
    冲刺 | 为确保 | 根据 | 经(?=综合考|考评|测评|评议|评审) | 在(?=[一二三四]季度|[上下]半年|年底|[0-9]{{1,2}}月) | 这个[场镇乡村县市区](?=..) | 本场(?=..) | 单月 | [三五十两]年(?=平均|年均) | [\u4e00-\u9fff]{{2,3}}的(?=(?:[\u4e00-\u9fff]{{2,6}}(?:率|比例|比重|税收|收入|增速|增幅))$) | 盯[住紧] | 宁可 | 提出 | 位列(?=[0-9]) | 保持(?=[^，]{{2}}) | 你们 | 他们 | 再看一眼 | (?:灯亮|长|短)在(?=[^，]{{3}}) | 组织(?=专家|第三|交叉|观摩|评) | 会上通报了? | 最终(?=得分|成绩) | 附上? | 到?那时 | 届时 | 比[上去][^，升降增减]{{0,2}}[季年月]度?(?=[上下升降增减]) | 要?保证 | (?:还)?要(?=[^，求素]{{4}}) | 我?希望 | [^，]{{0,4}}目标是 | 争取(?=[0-9今明全本年]|上半|下半) |
    (?:争取|力争)(?!上级|资金|专项|政策|项目)(?=[\u4e00-\u9fff]{{3}}) | 力争 |
    # of whom
    我们 | 约谈了 | 大家 | 前者 | 后者 | 为什么 | (?:这里|咱们)的 | 两者 | 二者 | 双(?![季创减拥碳随高招培控百千语师重向]) | [巡检排抽]查发现(?=..) | 各项 | 所属 | 所辖 | 辖区 | 区域内? | 其它 | 其他 | 其 | 它(?:同时)?(?:也是)? | [0-9.]+[万亿]*[元人户个件吨亩]的 | 可是?(?![再支持用比控能行怕吸研视追回移信动开见谓望观圈燃食贸降预溯循利复验采交])(?=[^，]{{4}}) |
    {_SCOPES}(?:各[镇乡街区县]道?的?|县（市）|县（市、区）)? | (?:街镇|镇街|街道)(?=[^，]{{3}}) | 哪[个些家](?:镇街|乡镇|街道|单位|部门|[镇村区县])的? |
    [两三四五六七八九十](?:[镇乡村县市区家]|街道)(?=[^，的]{{3}}) | 有?{INTEGER}[个家](?:[市县区州]直)?(?:街道|乡镇|镇街|区县|县区|县市|单位|部门|镇|乡|县|区)(?:的(?=[^，]{{3}})|(?=[^，的]{{3}})) |
    仅[^，]{{2,6}}?[0-9一]个[市县区镇](?=..) | [0-9]+户(?=..) | {INTEGER}个位次的 |
    # particles
    [省市县区镇乡][里上]的?(?=[^，]{{2}}) | 在[^，]{{1,14}}?(?:中|里|上|方面)(?=[\u4e00-\u9fff]{{2}}) | 在(?=全) | (?:位居|位列|居|列|排名)(?=[全各同]) | 进入(?=每) |
    的 | 凡 | 是(?=[^，]{{2}}) | 从 | 单看 | 论 | 就(?![近地业医学餐诊读]) | 对(?!外|口)于? | 向(?![上好])(?=[^，]{{2}})
    )(?![率额量度值]|数(?![字据智]))""",
    re.VERBOSE,
)
_BULLET = re.compile(r"^[^\w“（(《\"‘「]+")
_UNIT_NAME = re.compile(
    r"^(?!新增|净增)[\u4e00-\u9fff]{2,10}?(?:街道办事处|街道|开发区|高新区|经开区|管委会|集团|(?<!上市)公司|委员会|纪委监委|(?<![农乡山心范政然困中贫点镇庄脱强弱])村(?![级民庄镇居集容覆])|(?<![级市县区乡镇镇化型])社区(?![矫服居养干治医网工])|办事处|(?<!家庭)农场|林场|"
    r"(?<![社园景地片城小校库矿灾山辖牧市街林农厂建户])区(?![域块间级划县属位内]|建设)|"
    r"(?<![城上超股都门开])市(?![场民政域级区容值盈县直属管校委人])|(?<!强)(?<!示范)县(?![域级区乡城直属市人])|"
    r"(?<![城乡村集街])镇(?![化区街级域村居办])|(?<![城老家水入返下])乡(?![镇村级土贤亲愁风])|"
    r"(?<![格布结])局(?![部面域长])|省(?![级直控道市重属外内会干大])|委(?![托员派监会])|(?<![交督主承举开新兴领催经即])办(?![结理事件公案学好税证电的园社])|"
    r"(?<![红黑黄])旗|[州盟])(?:（[^）]*）)?(?=[\u4e00-\u9fffA-Za-z0-9“])"
)
LONGEST_LABEL = 8  # characters: 产业发展：

# --- behind it -----------------------------------------------------------------------------------

_TAIL_VERBS = re.compile(
    r"(?:同比|环比|累计|年均|平均|预计|实际|共|就|净|首次|突破|超过?|达到?|完成|实现|增长|下降|提高|提升|上升|增加|减少|降低|为|是|至|到|"
    r"提|拿过|冒出|不出|(?<=[率度量额数分速])同|超计划|超目标|扩大|回落|下滑|收窄|放缓|加快|压缩|缩短|压降|压减|压|降|稳定在|保持在|保持|维持在|新增|占|约|近|高达|仅|已|均|都|分别|以|由|从|有|回升|增|降|升|了|较上年|比上年|较去年|"
    r"(?:[只仅已]?完成)?(?:年度?|全年)?(?:计划|目标)的?|(?:随即|现场|当场|随后|将?于[^，]{1,8})*(?:揭晓|公布|出炉)|不[到足低]?|只|同期|上年|去年|占比达|的|由上|加起来|翻|再|又|不?[低高多少]于|只有|也|双双|稳步|持续|大幅)$"
)
JOINED = re.compile(
    r"以及|(?:(?<![普涉危波顾触不企论])及(?![时格早其])|(?<![饱共总缓温祥柔])和(?![谐美平解气睦])|(?<![参赠给])与(?!会))(?=[\u4e00-\u9fffA-Z“])"
)
_CLASS = re.compile(
    r"[0-9.一二三四五六七八九十百千万亿两]*(?:亿元|万元|元|平方米|吨|项|个|位)(?:以上|以下|及以上)?(?!百分)(?=[\u4e00-\u9fff]{2})"
)
_AMID = re.compile(r"(?<=..)在[^，]{2,10}[中里](?:评价|得分|成绩)?$")  # 监测工作在市级暗访中评价
_CELLS = re.compile(r"^.*[0-9][^ ]* (?=[\u4e00-\u9fff]{2,}$)")  # 38次 6起 查处数

# --- what it is, and what is none ----------------------------------------------------------------

_MEASURED = (
    "率|额|量|数|(?<![轮执当])值|增速|增幅|降幅|幅度|幅|速度|进度|收入|投资|产值|支出|贷款|存款|余额|规模|面积|浓度|指数|分|评分|成绩|满意度|度|"
    "水平|占比|比重|比例|质量|能力|效率|测评|考核|评价|评比|评估|考评|排名|排位|名次|位次|工作|成效|时间|时限|成本|力|总分|得分|综合|消费|"
    "外资|利用|产量|销量|存量|票|感|均值|GDP|生产|总产|单产|亩产|税收|利润|环境|效能|实绩|积分|水质|空气|项目|建设|改善|竞争|结果|情况|保障|治理|管理|服务|调查|打分"
)
MEASURE = re.compile(rf"(?:{_MEASURED})$")
_PLACE_LIST = re.compile(
    r"(?:省|市|州|盟|县|区|旗|镇|乡|街道|局|委|(?<![即先快督承立交])办|集团|公司|开发区|园区|管委会|银行|农场|林场|社区|村|中学|小学|医院|部门|单位|工业园|产业园|农业园|园|[分支]行|营业部|联社|海关)$"
)
# 大同、向桥两地
_SUMMED_UP = re.compile("、.*[两三四五六七八九](?:[地县区镇乡村局家]|街道|社区|单位)$")
_NAME_AND_FIGURE = re.compile(
    rf"[^0-9“”]{{2,}}?(?:增长|下降|提高|增加|减少|完成|达到?|突破|实现|{_MEASURED})[^0-9“”]{{0,3}}[0-9]"
)
_BECAUSE = re.compile("因(?!考|排)|由于")  # 因技改投资完成率【靠后】
_SEVERAL = re.compile("^[两三四五六七八九十]?[地市县区镇乡]")
_END = re.compile(
    "(?:双双|等|等指标|等工作|均|分别|(?<![这有定])一项|(?<![一两三四五六七八九十]个)单项)$"
    "|(?<=考核|考评|测评|评议|打分|得分|评估|检查|评比|评价|验收)(?:结果|情况)(?:出炉|揭晓)?$"
    # what is done, behind what is measured
    "|(?<=[率额速幅值量比度分])(?:同比)?(?:增加|减少|恢复|逆势|压|不|要|保|需|力争|争取|能否|过|目前|跌|带|拖|跑|尽快|反倒|不出|头一回|和)$|(?<=[数核评])(?:同比)?(?:增加|减少|恢复|逆势|压|不|要|保|争|摘掉|增长)$|(?<=面积)分$"
)
_FAULT = re.compile(  # 工作被动、进度【靠后】
    "(?:不力|缓慢|被动|滞后|严重|不实|不足|不到位|未完成|多发|(?<=问题|隐患)突出)$"
)
# no indicators by themselves
_GENERIC = re.compile(
    rf"""
    # numbers, cells of a table
    [0-9]+\ .*[0-9] | (?:.{{0,6}}[^A-Za-z])?[A-DＡ-Ｄ]类? | [0-9.]+%?[⋯…]* | [0-9.]+[分%] | .*[0-9][%分](?:\ .*)? | [0-9]+[.．] | [ⅠⅡⅢⅣⅤ]+类.* | 各?为负 |
    有?{INTEGER}个.{{1,4}} | {INTEGER}[个项] | 一[家个] | [0-9一二两三四五六七八九十百]+多?[个家].*[里中] |
    # ranks and lists, and the place in them
    .*第[一二三四五六七八九十0-9]+(?:[次名位]|回)? | (?:位次|名次|排名)[由从较].* | 名次.* | 排名 | 位次 | 排位 | 落入 | [跌退掉]出 | .*没[掉跌]出过 |
    甩掉 | 挂了? | 评[选比]?出 | 选出 | 进步 | [前后][面边] | [红黄黑蓝绿]榜 | 唯一.{{0,2}} | [由从][好差高低]到[好差高低] | .*(?:不合格|不达标)或 |
    # those ranked
    .*】.{{0,4}} | 绝不能.* | 一次 | 仅完成.* | .{{0,6}}(?:组|片区|赛道|涵养区) | .{{1,5}}片 | (?:其余|余(?=[0-9一二两三四五六七八九十])).* | [这那].{{0,6}}(?:乡镇|[镇县区村]|街道|单位|部门|企业)排名.{{0,3}} |
    街道 | 乡镇 | 镇街 | 窗口 | 参评 | 参考 | 各奖 | 多项 |
    # words for any indicator
    指标 | [两三四五六七八九]项指标 | (?:通报|公布|考核)的{INTEGER}项指标 | [一两二三半]年时间 | .{{0,4}}宣布 | 年终 | [一两半]年内 | 咱们.{{0,3}} | 绝不允许.* | .*折算 | .{{0,6}}奖励.* | 记者.* | [县区市]院 | 总体情况 | 总体 | 整体 | 考核结果 | 结果 | 主要 | 目标 | 点评 | 两项 |
    # comparisons and changes
    比.*[多少高低快慢] | 较[上去].* | 较之 | 由[上本下].* | 增长 | 下降 |
    # when
    [一二两三四五六七八九十]+(?:周|轮中.*) | 下次 | 单月 | 春节 | 本月 | 本季 | [上本]期 | 上季 | 上一[轮期] | [上本]轮 | 上次 | 今年 | 去年 | 同期 | 一直 | 目前 | 过去 | [由从].{{0,6}}同期 |
    # who, and what is done
    我们 | 最终.{{0,3}} | 反倒 | 下一轮 | 再[说讲].{{0,2}} | 相对较?.? | 不能总 | (?:认真|坚决|严肃|敢于|要对标|先把名|取消|评选).* | 会前.* | 主任 | 进步奖 | 谁.* | .{{0,6}}看 | 所以.{{0,3}} | 同分 | 排名情况.* | 要[做当成有].* | .*给出了? | .{{0,6}}也将 | 听说 | 虽说 | 人均[0-9].* | .*[零一二三四五六七八九十百]+点[零一二三四五六七八九]+分 | {INTEGER}张.* | 最近.*[期次轮] | .{{0,4}}做好 | 一口气 | 奖惩 | 点评会 | 综合.{{1,2}}项计算 | 还谈不 | 没有 | 全力 | .*责成 | .{{1,3}}后 | 能够 | 为何能? | 为(?:完成|实现).* | 里头 | 本[擂轮场] | 年度 | 月度 | 季度 | 我[县市区] | 该[镇县区市] | 二者 | 前者 | 后者 | 其中? | 能不能.* | 被.{{2}} | 争.{{1,3}} | 要(?:咬定|紧盯|咬住|抓) | .{{0,4}}将对 | 奋力 | 努力 |
    建成 | 打造成? | 成为 | 形成 | 拥有 | 落地 | 建有 | 新建 | [经据](?:测评|考核|评比|评议|评选|统计) |
    # particles
    (?:这|那)[也已]?是.* | (?:[前上下]述|以上|以下|有的|有些|[这那][些几]?|依旧|依然).{{0,4}} | 仍旧 | 余?按与? | 至于 | 对于
    """,
    re.VERBOSE,
)

_OTHER = rf"(?![上中下]游){RANKED}(?!方|书记|产业)"  # rank; 下游断面水质 has none
# words of the story around it
_NARRATED = re.compile(
    rf"""
    # what it begins with: 已对上述…, 没有一项, 他要求, 只想把
    (?:已(?![建开]) | 只(?!数) | 没有 | 不(?:要|能|是|图|降反升) | [我你她] | 他(?!项) | 给(?![水排药付予]) | 别(?!墅) | 怎么 | 那么 | 还是 |
      再(?![生审就保结入造育]) | 反[而倒] | 这[条个是] | 可[这那怕] | 经过 | 原来 | 果然 | 此[时次] | 之所以 | 失掉 | 紧[跟随] | 要(?:求$|[^点求素职约闻]) |
      每[季周月]度?[^，]*一[次项] | 同一 | 差一点 | 由(?!.*(?:{_MEASURED})$) | 比(?![重例武选赛对价学亚]) | 于 | 先(?!进) | 距 | 有[一几] | 硬是 | 会议$).* |
    # what it says: 作了发言, 均无起色
    .*(?:(?<![为除])了(?![解结望然]) | 未能 | 个个 | 均无 | 相差 | 之差).* |
    # what it breaks off at: 我们给这四家, 市领导对
    .*(?:因 | 把 | (?<![配核比面应相])对 | (?<![供补])给 | 被 | 将 | (?<![参赠])与 | (?<![总饱共缓温祥柔])和 | 跟 | (?<![土显])着 | 谁 | 跌 | 赶 | 挪 | 拉 | 只有 |
      (?<!自)然 | 仍 | 尽快 | 头一回 | 亮牌 | 亮出) |
    # another rank
    .*{_OTHER}.* |
    # classes of those ranked: 公益类, 二类所
    [^，]{{1,4}}(?<!分)类(?:[所县区乡镇村]|乡镇|镇街|街道|地区|县区|单位|部门|企业)? |
    # cells of a table, and counts: 6／5／, 河1路1）, 得分84, 某局187件
    .*[│|→×═].* | .*[0-9][/／].* | .*[/／…⋯] | [0-9]+\ .* | .*[\u4e00-\u9fff][0-9.]+(?:[件批起个户宗张条名）)]|亿?万?元)?
    """,
    re.VERBOSE,
)
# 考核得分第一的甲镇与【末位】的乙镇, 投资增速由全市第九跨到【第二】
_ANOTHER = re.compile(rf"(?:[由从]?{_SCOPES})?{_OTHER}")


class Subject(NamedTuple):
    """What a clause gives to be ranked, and whose standing it is (全市, 各区; "" where it does not say)."""

    indicators: list[str]
    scope: str = ""


def read_phrase(body: str, units: Sequence[str]) -> Subject:
    """What a stretch without linking words at its end names, each by its shortest phrase."""
    another = _ANOTHER.search(body)
    if another and MEASURE.search(body, 0, another.start()):
        body = body[: another.start()]
    body, scope = _strip_head(body, units)
    for unit in units:  # “环卫保洁”公馆镇居第一
        body = body.removesuffix(unit)
    body = _CELLS.sub("", _AMID.sub("", body))
    parts = body.split("、")
    if len(parts) > 1 and all(_NAME_AND_FIGURE.match(part) for part in parts):
        named = [_phrases(value_cut(part), units) for part in parts]  # 消费增长10.8%、工业增长3.9%
        return Subject([name for names in named for name in names], scope)
    return Subject(_phrases(strip_link(value_cut(body))[0], units), scope)


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
            elif 0 < (at := body.find("中" + unit)) <= LONGEST_LABEL:  # 银行网点中城关支行得分
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


def value_cut(body: str) -> str:
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
    if reason := _BECAUSE.match(body):
        body = body[reason.end() :] if MEASURE.search(body) else ""
    if not body:
        return []
    parts = re.split(r"、(?![^“（]*[”）])", body)
    if re.search(r"等[\u4e00-\u9fff]{3,}", parts[-1]) and MEASURE.search(body):
        parts = [body]  # 侗族大歌、侗戏等非遗传承人数量
    out: list[str] = []
    for n, part in enumerate(_without_places(parts, units)):
        part = part[leading_words(part) :]
        joined = JOINED.split(part)
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
            r"(?:等)?[0-9两二三四五六七八九十]+[项个](?:主要|核心)?(?:指标|工作|得分|成绩|增速)?$",
            "",
            out[-1],
        )
    out = [_END.sub("", _unquoted(p)) or p for p in out if not _FAULT.search(p)]
    kept = [p for p in out if 1 < len(p) <= 24 and not _is_none(p)]
    if (
        any(p in units for p in kept)
        or _SUMMED_UP.search(body)
        or all(_PLACE_LIST.search(p) for p in kept)
    ):
        return []
    return kept


def _without_places(parts: Sequence[str], units: Sequence[str]) -> list[str]:
    """亳州、阜阳、宿州三市工业增速 → 工业增速: names of places before the last part are none."""
    *before, last = parts
    short = gazetteer().by_short
    if not before or not all(part in units or (part, "") in short for part in before):
        return list(parts)
    stem = next((u for u in units if last.startswith(u)), gazetteer().stem_at(last, 0))
    return [_SEVERAL.sub("", last[len(stem) :])] if stem else list(parts)


def _is_none(phrase: str) -> bool:
    """Is it a word for anything, of the story around the rank, or a figure?"""
    if _GENERIC.fullmatch(phrase) or _NARRATED.fullmatch(phrase):
        return True
    return any(start == 0 and end == len(phrase) for start, end, _ in place_figures(phrase))


def _unquoted(phrase: str) -> str:
    phrase = phrase.strip(" 　】【")
    if phrase.count('"') == 1:
        phrase = phrase.strip('"')
    if phrase.count("“") != phrase.count("”"):
        phrase = phrase.strip("“”")
    return phrase

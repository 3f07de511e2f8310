"""Figures of an achievement: 12.5亿元; 增长近3倍; 由60%提高到85%; 翻两番.

Years, dates, ordinals, ranks and figures inside quoted names are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pingyu.interpret.numerals import ARABIC, CHINESE, DIGITS, half_width, is_pair, number
from pingyu.interpret.period import find_periods
from pingyu.schema import Figure

_MEASURES = (
    # of money, length, area, volume, mass, energy, concentration
    "元|美元|港元|欧元|块钱|元/人|元/亩|元/平方米|"
    "米|公里|千米|海里|里|厘米|毫米|平方米|平方公里|平方千米|平米|亩|公顷|亩次|立方米|立方|方|升|毫升|"
    "吨|公斤|千克|克|斤|吨标准煤|吨标煤|吨/日|千瓦|千瓦时|兆瓦|兆瓦时|度|千伏|千伏安|瓦|"
    "微克|微克/立方米|毫克|毫克/升|毫克/立方米|吨/平方公里|吨/平方公里·月|公里/小时|立方米/日|"
    # of people and things
    "人|人次|粒|个次(?![级生要])|人份|户|户次|户籍|家|家次|个|个百分点|项|项次|件|件次|名|位(?!数)|辆|辆次|台|台套|台次|套|间|栋|栋次|幢|"
    "批|批次|起|宗|例|次|场|场次|条|座|处|所|笔|单(?!位)|张|床|本|册|份|篇|部|支|只|头|匹|羽|尾|株|棵|盏|枚|块|片|面|门|"
    "口|眼|道|根|页(?![面岩])|幅(?![度员])|艘|架|列|趟|班|班次|车次|航次|期|类|种|款|门|桩|对|组|队|具|包|箱|标箱|标准箱|袋|瓶|桶|车|TEU|"
    "册次|架次|人天|课时|学时|公里次|包件|箱次|点位|平方|卷|拨|遍|稿|版|晚|锭|剂次|剂|管(?![理道网线委控])|千升|毫克每升|钟头|个钟头|课|棒|票|回(?![落升收复访])|担|罐|个位次|个名次|GW|MW|任|挂(?![牌钩职号图靠账])|茬|声|样|群(?![众体聚])|轮次|层(?![面级次])|轮(?![车电摩])|段|岁|毛(?![病利坯竹巾衣线发料皮毯豆猪鸭蟹肚纺])|"
    # of time and scores
    "天|个工作日|工作日|个月|个季度|年|周|个小时|小时|分钟|刻钟|秒|分|倍|成|番|%|‰|个点(?!位)|个基点|级"
)


def _length(measure: str) -> int:
    """Of what it matches, without what must not follow."""
    return len(measure.partition("(?")[0])


_UNIT = "|".join(sorted(set(_MEASURES.split("|")), key=_length, reverse=True))
_APPROX = (
    r"近|(?<![签节预])约有?|大约|约为|超过?|逾|突破|将近|接近|不足|不到|不够|至少|(?<![对赶配以])上|(?<![开看去来查办用见听说做搞发出提通])过了?|不下|没有?达到|未达到?|首超|首破|破了?|不满|"
    r"[高低多少]于"
)
_LATER = r"(?:[余几来]|多(?!跨|元化))"
_MORE = r"[多余](?![^，。；、,;]{0,1}[家户人个])|及?以[上下]|左右|上下(?!游)|有余|以内|之多|都?(?:不[到足]|没[到够])(?=$|[，。；、）])"

_SPACED = r"(?<![\d.] )(?<![\d.])[1-9]\d{0,2}(?: \d{3})+(?!\d)(?:\.\d+)?"  # 1 700万元
_FIGURE = re.compile(
    rf"(?P<fraction>(?:百|千|万|(?P<below>{CHINESE}))分之(?P<above>{CHINESE}|{ARABIC}))"
    rf"|(?P<slash>(?<![\d/])(?P<over>[1-9]\d?)/(?P<under>[1-9]\d?)(?![\d/]))"
    rf"|(?P<double>翻了?(?:(?P<times>[一两二三四])番|番)|翻倍)"
    rf"|(?P<half>减半(?!征收|收取|执行|径)|一半|过半(?!年|个?月|天)|近?半数|(?<![附邻最靠将])近半(?![年月天日小岛山]|个))"
    rf"|(?P<sign>(?<![0-9%])[-－−])?(?P<value>{_SPACED}|{ARABIC}|[一两三]个半(?=小时|钟头)|(?!零(?!点)){CHINESE}|半(?=个?小时|个?工作日|个月|年(?![度来以]))|(?<=[近约上超过逾破])(?=万|亿(?!元?[以项企级村镇规工投产])))"
    rf"(?P<later>{_LATER})?"
    rf"(?:个(?=亿(?!元?(?:以上)?(?:[级村镇强]|企业|项目|工业|产业|园区))))?(?P<scale>(?:[十百]|千(?![米克瓦伏]))?[万亿]{{0,2}})(?P<rest>(?<=万)[{DIGITS}1-9]千|(?<=[一二两三四五六七八九十][万亿])[一二三四五六七八九](?![十百千万年月天周点个多几]))?(?P<later2>{_LATER})?"
    rf"(?P<unit>{_UNIT})?(?P<tenth>(?<=[成块])[{DIGITS}半](?![十百千万])|(?<=[年月座])半(?![山坡岛]))?"
)
_NUMERAL = re.compile("[0-9一二两三四五六七八九十百千万亿半番倍]")
_BEFORE = re.compile(
    rf"(?:{_APPROX})$|不[到足](?:[^，。；,;]{{0,8}}的|全[市县区省])$|约占[^，。；,;]{{0,10}}的?$"
)
_AFTER = re.compile(rf"(?:{_MORE})")
_QUOTED = '[“"「][^”"」]{1,30}[”"」]|《[^》]{1,40}》'
_ORDINAL = (
    r"第\s*(?:[0-9]+|[一二三四五六七八九十百]+)|"
    r"(?:(?:(?<!提)前|(?<!退)后|末|倒数|最后)(?:[0-9]+|[一二两三四五六七八九十百]+)(?![0-9一二三四五六七八九十]*(?:个?月|个季度|年|天|家|万|次|分钟|个?小时))[名位强甲]?)|"
    r"[一二三四五六七八九十两]{1,2}(?:等奖|级|星级?|流|是|般|定|些|系列|体|(?<=一)起|直|致|(?<=一)样|旦|(?<=一)批|并|(?<=一)道|同|线|经|举|(?<=一)度|审|手|门)|"
    r"(?<![目日此先之以])[前后][两二三四五六七八九十]家|(?<![十百])二次(?!以上)|三次产业|八项规定|千方百计|[一二三四]类(?=第|前|后|末)|[0-9一二两三四五六七八九十]+天(?=前)|[一二三]类(?=医疗|示范|高中|地区)|百(?:车(?=死亡|违法|事故)|公里(?=[油电能]耗)|万吨(?=死亡)|元(?=医疗))|两条[线腿]|[三四]班倒|(?<![0-9一二三四五六七八九百])十分(?=[严重突困紧明薄艰繁复关必不有清广激缺落滞缓低高典普])|三篇文章|三管齐下|[两三四五六七八九十]家(?=合计|并列|各自)|铁人三项|一[年天月]大?[过比]一[年天月]|[一二两三四五六七八九十]个字|两头(?![^，。；]{0,3}[牛猪羊驴])|三天两头|十户长|"
    r"[一二三四五六七八九十]+(?:[台门道](?=[镇乡村河山岭])|里(?=[镇乡村河]))|(?:[0-9]{1,2}|[零一二三四五六七八九十]{1,3})[点时](?:[0-9]{1,2}|[零一二三四五六七八九十]{1,3})分(?!钟)|"
    r"[0-9一二两三四五六七八九十]+[家个](?=最[短长高低快慢大小多少好差])|"
    r"[0-9一二两三四五六七八九十]+[家个](?:(?:乡镇|镇街|街镇|街道|县[市区]|区县|[镇县市区])[中里]?(?=第[一二三四五六七八九十0-9]|最|首位|末|榜首|倒数)|[中里](?=最))|"
    r"一(?:次性|站式|张网|网|件事|窗|码|条龙|把手|对一|一对[得上应])|"
    r"[一二三]本(?=以上|院校|线|上线|率)|[1-5一二三四五]A级?|[0-9]+G(?![A-Za-z])|[0-9]+强|[百千]强|"
    r"[一二三四五六七八九十]+(?=届|次(?:全体)?(?:会议|全会))|"
    r"(?<![A-Za-z])(?!GDP)[A-Za-z]+[-.]?[0-9][0-9.]*|[0-9]+(?=热线|小时(?:直播|轮[班岗]|开放|营业|不停|通关|扑灭|服务|值守|值班|在线|不打烊|自助|不间断|应急|警务))"
    r"|[0-9一二三四五六七八九十]+分钟(?=[^，。；、]{0,6}圈)|[0-9×]+小时(?=[^，。；、]{0,6}(?:服务|自助|巡查))"
)
_THEN = "比(?:去年|上年|上月|上季度?|上期|上半年|年初|同期)[^，。；比]{0,4}|同比|环比"
_UP = rf"(?<!少)增长|(?<!少)增加|恶化|扩容|扩产|上升|升高|(?<!改造)(?<!巩固)提升|提高|上涨|攀升|回升|扩大|增收|增产|提速|加快|递增|高出|多出|前移|前进(?![村街社])|延长|净增|多(?=[了出]$)|(?:(?<!少)增|涨|(?<!提)升)(?=了?(?:{_APPROX})?$)|(?:{_THEN})[多高](?=了?$)"
_DOWN = rf"下降|降低|减少|缩水|下滑|回落|压减|缩减|削减|压缩(?![机比车])|缩短|压降|精简|减产|减收|调减|下[拉调]|拉低|砍(?=了)|下跌|收窄|后移|后退(?!出)|退后|倒退|(?:少|(?<![换卖丢拔扔拆除关])掉)(?=了$)|(?:{_THEN})[少低](?=了?$)|(?<!少)(?:降|减|跌)(?=[了去]?(?:{_APPROX})?$)"
_TO = re.compile(
    r"(?:提高|提升|增加|增长|上升|升高|扩大|攀升|上涨|发展|壮大|扩|增|升|涨|降|减|降低|下降|减少|压缩|缩短|压减|缩减|精简|"
    r"回落|压降|拓展|扩种|改|延伸|延长|扩容|扩展|改善|优化|恢复|补充|推广|扩面|扩充|加密|回升|跃升|跃|调整|变|缩|压|提|推高|反弹|跌|(?:(?<=[归合裁撤兼家])并|并(?=成))|整合|重组)了?(?:到了?|至|为|成)(?:20\d\d年的?)?(?:每人)?(?:每[人月年亩户])?"
    rf"(?:{_APPROX})?$|(?:[降升增减]|提高|降低)[到至](?:日均|户均|人均|平均|亩均|月均|年均|每[\u4e00-\u9fff]{{1,3}})+(?:{_APPROX})?$|恢复[到至][^，。；,;]{{0,12}}的(?:{_APPROX})?$"
)
_NO_RISE = ("提升", "增收")  # of what is counted: 景观提升两个事项, 增收两件大事
_COUNTED = re.compile("(?:米|里|亩|座|个|件|项|处|条|家|(?<!位)次|片|所|栋)$")
_CHANGE = re.compile(rf"(?P<up>{_UP})|(?P<down>{_DOWN})")
_INDEX = re.compile(
    r"(?:指数|达到?|为|到|至|由|从|系数|强度|均值|数值|降低?|下降|升|上升|提高|增长)了?$"
)
_OF_RATIO = re.compile(r"[:：∶](?:[\d.]+[:：∶]\d|(?!1(?![\d.]))\d)")  # but 收入比2.09∶1
_CLASS_OF_SIZE = re.compile(
    r"级(?:航道|码头|泊位|船舶?)|(?:及?以[上下]|以[内外])(?:的(?=[只仅])|的?(?:新开工|大班额|薄弱|小微|坝区|贫困|工业|村|企业|项目|“|煤矿|矿热炉|高炉|(?:燃煤)?小?锅炉|燃煤|固定资产|网络案件|案件|灌区|畜禽|机组))"
)
_CLASS_OF_ROUND_SIZE = re.compile(  # 百亿元项目
    "[元吨]?(?:级|(?<=[元亿])(?:村|企业)|(?:以上)?(?:工业|产业)?(?:项目|集群|园区)|强)"
)
_AND = re.compile("[、和与及]|以及")
_TENS = {"十": 10, "百": 100, "千": 1000}
_ROUND = "百千万亿"
_MOVED = re.compile(  # by so many places
    "(?:(?:前[移进]了?|(?P<down>后移了?|(?:退|跌|掉|滑)了)|(?<![引推跟促提走招改迈])(?:进|升)了)[^，。；]{0,2}"
    "|上升|进步|进位|(?P<back>后退|倒退|退后|下[降滑跌])"
    # 排名退4位, 甲镇进5位, but not 搬进98位老人
    "|(?:(?<![\u4e00-\u9fff])|(?<=[别又再已各名次位省市县区镇乡村道局月季度期]))(?:进|(?P<fell>退)))$"
)
_POINTS = re.compile("[升降高低增减涨跌掉落快慢差缩][^，。；]{0,4}$")
_WAY = re.compile("[多远]|山?路|$")  # 三十里山路, but not 五里川
_AGE = re.compile("(?:年龄[^，。；]{0,6}|平均)$")  # but not 60岁以上老人
# a time that something took or lasts (空了两年, 四个月建成), not one when it was (近两年, 三个月来)
_SPANS_OF_TIME = ("个月", "个季度", "年", "周")
_LONG = re.compile(
    r"(?:缩短|提前|压缩|延长|逾期|拖[延欠发]|[由从到至])了?[^，。；,;、]{0,6}$|(?:[了过]|达|用|整整|长达|已|逾|欠|账|坏|为期|历时|停[业工摆产用]|超期|搁置|空置|闲置)(?:近|超|约|整整)?$"
)
_LASTING = re.compile(r"(?:以上)?(?:建成|[没未无]|不(?![懈断遇]))")
_CLAUSE_ENDS = re.compile("了?(?:$|[，。；])")
_WINDOW = re.compile("(?:今后|未来|过去|回首|[近这前后每本全]|[0-9一二三四五六七八九十])$")
_SINCE = re.compile(
    r"[^，。；]?(?:来|以来|内|里|间|[以之]?[前后中]|年度|期|最|一遇|不遇|罕|新[高低])"
)
_STREAK = (
    rf"连[续着升降增涨跌错](?:[0-9]+|{CHINESE})(?:个?季度?|年|个?月|周|天|日|次|届|期|轮|个?工作日)"
)
_NO_FIGURE = re.compile(f"{_QUOTED}|{_ORDINAL}|{_STREAK}")
_FROM = re.compile(rf"(?:由|从)[^，。；,;]{{0,12}}?(?:{_APPROX})?$")
_NOUN_OF_GROWTH = re.compile(r"^(?:值|速|幅|量|额|势|点|资|压|等|产|温|分)")
_BETWEEN = re.compile(r"^(?:了|速|幅)?[^，。；,;、0-9]{0,8}$")
_CLAUSE_END = re.compile(r"[，。；;：！？\n]|,(?!\d)")
_BREAKS = re.compile(r"达|为|至|到|完成|实现|建成|新增|居|占|突破|超|共|是")
_GROWTH = re.compile(
    rf"(?:(?P<up>增[幅速]|[涨升]幅)|[降跌]幅)(?:均|都)?(?:为|达到?|是|在)?(?:{_APPROX})?$"
)
_TIMES_OF = re.compile(rf"(?:是|为|达到?|相当于)[^，。；,;]{{0,12}}的(?:{_APPROX})?$")
_TO_UPPER = re.compile("(?:——|[-—–~～至到]|[和与、](?=[0-9.]+个百分点))")


def find_figures(text: str) -> list[Figure]:
    """The figures of a clause or of several, in order."""
    return [figure for _, _, figure in place_figures(text)]


def place_figures(text: str) -> list[tuple[int, int, Figure]]:
    """The figures with their places in `text`."""
    text = half_width(text)
    if not _NUMERAL.search(text):
        return []
    hidden = _hidden(text)
    found: list[tuple[Figure, re.Match[str]]] = []
    lower, upper_at = None, 0  # the 300 of 300—500元, and where its 500 must begin
    for match in _FIGURE.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in hidden):
            continue
        figure = _figure(text, match)
        if figure is None:
            joint = _TO_UPPER.match(text, match.end()) if match["value"] else None
            lower, upper_at = (match, joint.end()) if joint else (None, 0)
            continue
        if lower and upper_at == match.start():
            value = _value(lower["value"])
            if value is not None:
                value *= _TENS.get(lower["scale"][:1], 1)
                found.append(
                    _with_change(text, replace(figure, text=lower[0], value=value), lower, found)
                )
        found.append(_with_change(text, figure, match, found))
    figures = _with_points(text, _with_from(text, found), [match for _, match in found])
    return [(m.start(), m.end(), f) for f, (_, m) in zip(figures, found, strict=True)]


def _with_change(
    text: str,
    figure: Figure,
    match: re.Match[str],
    found: list[tuple[Figure, re.Match[str]]],
) -> tuple[Figure, re.Match[str]]:
    change = figure.change or _change(text, match, figure.unit)
    if change is None and found:
        change = _listed(text, found[-1], figure, match)
    return replace(figure, change=change) if change != figure.change else figure, match


def _hidden(text: str) -> list[tuple[int, int]]:
    """Where no figure is: quoted names, dates, ordinals and words that begin like a numeral."""
    return [m.span() for m in _NO_FIGURE.finditer(text)] + [
        (start, end) for start, end, _ in find_periods(text, None)
    ]


def _figure(text: str, match: re.Match[str]) -> Figure | None:
    before = _BEFORE.search(text, 0, match.start())
    if before and before[0] == "上" and match[0][0] not in _ROUND:  # 还上八成, but 上百户
        before = None
    approx = bool(before or _AFTER.match(text, match.end()))
    if match["fraction"]:
        above = number(match["above"])
        below = (
            number(match["below"])
            if match["below"]
            else {"百": 100, "千": 1000, "万": 10_000}.get(match[0][0])
        )
        if above is None or not below:
            return None
        return Figure(match[0], _round(100 * above / below), "%", None, approx)
    if match["slash"]:
        return Figure(
            match[0], _round(100 * int(match["over"]) / int(match["under"])), "%", None, approx
        )
    if match["double"]:
        count = number(match["times"] or "一")
        return Figure(match[0], 2 ** int(count or 1), "倍", "times", approx)
    if match["half"]:
        change = "down" if match["half"] == "减半" else None
        return Figure(match[0], 50, "%", change, approx or match["half"] not in ("一半", "减半"))
    value, unit = _value(match["value"]), match["unit"] or ""
    if text[: match.start()].endswith("每"):
        return None
    scale = match["scale"]
    if value is None:
        return None
    if scale[:1] in _TENS:
        value, scale = value * _TENS[scale[0]], scale[1:]
    if not unit and not scale:
        return _bare(text, match, value, approx)
    if (
        match["value"] == "一"
        and not scale
        and not match["tenth"]
        and unit not in ("倍", "成", "个百分点", *_SPANS_OF_TIME)
    ):
        return None
    arabic = match["value"][:1].isdigit()
    moved = unit == "位" and _MOVED.search(text, 0, match.start())
    if unit in ("级", "期", "位") and not (scale or arabic or moved):
        return None
    if _CLASS_OF_SIZE.match(text, match.end()):
        return None
    size = match["value"][-1:] in _TENS or match["scale"][:1] in _TENS
    if size and _CLASS_OF_ROUND_SIZE.match(text, match.end("scale")):
        return None
    if unit == "里" and not arabic and not _WAY.match(text, match.end()):
        return None
    if unit == "岁" and not _AGE.search(text, 0, match.start()):
        return None
    if unit in _SPANS_OF_TIME and not _is_duration(text, match):
        return None
    if match["rest"]:
        value += (number(match["rest"][0]) or 0) / 10
    approx = approx or bool(match["later"] or match["later2"]) or is_pair(match["value"])
    if match["tenth"]:  # 两年半, 三块六, 八成五
        value += 0.5 if match["tenth"] == "半" else (number(match["tenth"]) or 0) / 10
    if unit == "成":
        return Figure(match[0], _round(value * 10), "%", None, approx)
    if unit == "个点" and not _POINTS.search(text, 0, match.start()):  # of a visit, not of a rate
        unit = "个"
    if match["sign"]:
        value = -value
    return Figure(match[0], value, scale + unit, None, approx)


def _value(words: str | None) -> int | float | None:
    if words == "半":
        return 0.5
    if words and words.endswith("个半"):
        return (number(words[0]) or 0) + 0.5
    return number((words or "一").replace(" ", ""))


def _is_duration(text: str, match: re.Match[str]) -> bool:
    if match["value"].isdecimal() and int(match["value"]) > 1900:
        return False
    if _SINCE.match(text, match.end()):
        return False
    if _LONG.search(text, 0, match.start()) or _LASTING.match(text, match.end()):
        return True
    ends = _CLAUSE_ENDS.match(text, match.end())
    return bool(ends) and not _WINDOW.search(text, 0, match.start())


def _bare(text: str, match: re.Match[str], value: float, approx: bool) -> Figure | None:
    """An index without a unit: 综合指数3.85."""
    if "." not in match["value"] or not _INDEX.search(text, 0, match.start()):
        return None
    if _OF_RATIO.match(text, match.end()):
        return None
    return Figure(match[0], value, "", None, approx)


def _round(value: float) -> int | float:
    value = round(float(value), 1 if value >= 1 else 2)
    return int(value) if value.is_integer() else value


def _clause(text: str, at: int) -> str:
    """The text from the last comma to `at`."""
    return _CLAUSE_END.split(text[:at])[-1]


def _change(text: str, match: re.Match[str], unit: str) -> str | None:
    before = _clause(text, match.start())
    if _TO.search(before):
        return "to"
    growth = _GROWTH.search(before)
    if growth and "拉低" not in before and unit in ("%", "个百分点"):
        return "up" if growth["up"] else "down"
    if unit == "倍" and _TIMES_OF.search(before):
        return "times"
    last = None
    for word in _CHANGE.finditer(before):
        after = before[word.end() :]
        if not _NOUN_OF_GROWTH.match(after):
            last = word
    if unit in ("位", "名", "个位次", "个名次") and not last and (moved := _MOVED.search(before)):
        return "down" if any(moved.groups()) else "up"
    if last is None or (last[0] in _NO_RISE and _COUNTED.search(unit)):
        return None
    between = _BEFORE.sub("", before[last.end() :])
    if before[max(0, last.start() - 1) : last.start()] == "新" or _BREAKS.search(between):
        return None
    if not _BETWEEN.match(between):
        return None
    return "up" if last["up"] and not before.endswith("负", 0, last.start()) else "down"


def _listed(
    text: str, last: tuple[Figure, re.Match[str]], figure: Figure, match: re.Match[str]
) -> str | None:
    """分别增长8%、12%: a figure right behind another of the same unit changes like it."""
    between = text[last[1].end() : match.start()]
    points = {figure.unit, last[0].unit} == {"个", "个百分点"}  # 8.2个、6.9个百分点
    if (points or figure.unit == last[0].unit) and last[0].change in ("up", "down", "to", "times"):
        return last[0].change if re.fullmatch(r"[-、和及与至到—–~～]|以及|——", between) else None
    return None


def _with_points(
    text: str, figures: list[Figure], matches: Sequence[re.Match[str]]
) -> list[Figure]:
    """高于全省1.4个、全市0.6个百分点, 下降0.8和0.6个百分点: both are points."""
    out = list(figures)
    for n in range(len(out) - 2, -1, -1):
        between = text[matches[n].end() : matches[n + 1].start()]
        this, after = out[n], out[n + 1]
        broken = isinstance(this.value, float) and this.unit == "个"
        joined = this.unit == "个" and _AND.fullmatch(between)  # 12个和9个百分点
        if (broken or joined) and after.unit == "个百分点" and len(between) < 12:
            out[n] = replace(this, unit="个百分点")
        elif not this.unit and (this.change == "from" or _AND.fullmatch(between)):
            out[n] = replace(this, unit=after.unit)  # 下降0.8和0.6个百分点
            out[n + 1] = replace(after, change=after.change or this.change)
    return out


def _with_from(text: str, found: list[tuple[Figure, re.Match[str]]]) -> list[Figure]:
    """由60%提高到85%: the figure before a "to" that 由 or 从 stands before is "from"."""
    figures = [figure for figure, _ in found]
    for n in range(1, len(found)):
        (first, before), (second, after) = found[n - 1], found[n]
        between = text[before.end() : after.start()]
        if second.change != "to" or first.change == "to" or re.search(r"[。；;]", between):
            continue
        start = _clause(text, before.start())
        if not _FROM.search(start):
            continue
        figures[n - 1] = replace(first, change="from")
        for m in range(n - 2, -1, -1):  # 由42%、71%提高到……
            if text[found[m][1].end() : found[m + 1][1].start()] not in ("、", "和"):
                break
            figures[m] = replace(figures[m], change="from")
    return figures

"""Whether much of what is ranked is good or bad: 投诉量最多 is no praise, PM2.5浓度最低 is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pingyu.interpret.rank_words import CLAUSE_END

_BAD = re.compile(
    "投诉|越级|浓度|能耗|事故|案件|发案|逾期|不良|信访|上访|违法|违规|违建|超标|差评|重复|积压|欠[薪费税账]|拖欠|负债|债务|隐患|污染|火灾|火情|"
    "火点|警情|扣分|失分|退回|死亡|伤亡|贫困发生|失业|空置|漏[损失报项]|流失|超时|延误|抛荒|撂荒|弃耕|成本|时限|时长|用时|耗时|时间|费用|"
    "负担|问题|缺口|亏损|负面|裸露|积尘|臭|噪|处罚|失信|红牌|黄牌|排放|降尘|粉尘|PM|TSP|二氧化|臭氧|化学需氧量|氨氮|总磷|拥堵|化肥|农药|收入比|住院日|次均费用|诉求比|缺陷|污水直排|"
    "退步|退单|退件|不满意|不合格|差错|误[差报]|损耗|病虫|舆情|违纪|败诉|复议撤销|迟到|缺席|缺勤|滞后|未完成|未办结|存量违|毛病|倍差|超期|起诉率|犯罪率|亡人|下降位次|“一般”|错评|漏评|杠杆|涉诉|纠纷|涉诈|电诈|诈骗|"
    "错误率|拖期|赤字|返贫|死亡率|病死|药占比|跑冒|逾期率|断电|停电|故障|失真|串标|坍塌|乱象|差票|违章|“差”|利率|代偿率|大班额|变差|恶化|[哭苦]脸"
)
_REPAIRED = re.compile(
    r"(?:办结|化解|(?<!不)满意|整改|处理|处置|销号|治理|达标|改善|(?<!不)合格|回复|响应|解决|降幅|降低|下降|降(?![尘水雨])|压缩|压降|缩短|清零|清偿|调解|结案|破案|侦破|查处|消除|化解|"
    r"压减|削减|减排|整治|清理|兑付|清收|挽损|追缴|追回|管控|防治|防控|优良|联网|按时|按期|及时|考[评核]|测评|评价|评比|评估|工作|进度|覆盖|稳控|优[ⅡⅢ]|修复|拆除|取缔|挽回|(?<=信访)稳定|劝阻|回访|核查|排查|调处|监测|发现|收集|集中收集|直接接访|"
    r"改善率|公示|比重下降|减少|增加值|清欠|除险|好转|质量|查办|办案)"
)
_FALL = re.compile(r"降幅|下降(?:幅度)?$|降低率|减幅|跌幅|降速|退坡|下滑")
_NEUTRAL = re.compile(
    r"^(?:(?:辖区|国土|区域|行政区域|土地)?(?:总)?面积|.*(?:诉求量?|诉求总量|承办(?:工单|件|诉求)|来电量?|来电|人口|人口占比|受理量|工单量|案件受理|收案数?|立案数?|承办量|[转交]办量|办理量|"
    r"件数|来信|咨询量|户籍|海拔|热线量|派单量|人口密度|老龄化率|老龄化程度|诉求件|话务量|上报量|接单量|出生率|气温|降水|降雨量?|雨量|收案量))$"
)
MOVE = re.compile("[由从][^，]*")  # 由第三下滑到 tells of the place, not of what is ranked
_AMOUNT = re.compile(r"^(?:其|总)?(?:[升增降涨跌]幅|增速|总量|增量|幅度|降速|变化幅度)$")


# lists of the air are made by merit: in PM2.5浓度排名后十 the last have the worst
_BY_MERIT = re.compile("浓度|PM|TSP|降尘|臭氧|二氧化|AQI|综合指数|水质指数")
_TIME = re.compile("时间|时长|时限|用时|耗时")


def is_listed_by_merit(indicators: Sequence[str]) -> bool:
    """Is the first of a list of it always the best?"""
    return bool(indicators) and all(_BY_MERIT.search(i) for i in indicators)


def is_time(indicators: Sequence[str]) -> bool:
    """The first of a list of times (通关时间第一) may be the fastest or the slowest."""
    return bool(indicators) and all(_TIME.search(i) for i in indicators)


def valence(indicators: Sequence[str], before: str) -> int | None:
    """1 where much of what is ranked is good, -1 where it is bad, None where neither.

    `before`: the text before the rank, for 降幅 and 总量, which say nothing by themselves.
    """
    if not indicators or all(_AMOUNT.match(i) for i in indicators):
        indicators = [MOVE.sub("", "，".join(CLAUSE_END.split(before)[-2:]))]
    values = {_valence_of(words) for words in indicators}
    return values.pop() if len(values) == 1 else None


def _valence_of(words: str) -> int | None:
    bad, repaired = _BAD.search(words), list(_REPAIRED.finditer(words))
    if not bad and _NEUTRAL.match(words):
        return None
    if bad and not (repaired and repaired[-1].end() > bad.start()):
        return -1
    return -1 if _FALL.search(words) and not bad else 1

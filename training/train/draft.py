"""Words by dictionary and rules: what the segmenter learns from where nobody segmented by hand.

jieba, with the terms of annotations/words/terms.txt, the places of the gazetteer and the units of
train in its dictionary, mended by those rules of annotations/WORDS.md that a pattern can say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pingyu.interpret.gazetteer import gazetteer
from pingyu.words import import_jieba

_DIGIT = "〇零一二两三四五六七八九十百千"
_MEASURE = (
    "个百分点|百分点|平方公里|平方米|立方米|公里|公顷|公斤|千瓦时|千瓦|兆瓦|小时|分钟|人次|台次|艘次|批次|美元|"
    "个|家|件|条|处|次|名|位|项|户|人|年|天|日|周|轮|期|批|成|倍|分|元|亩|吨|座|所|支|种|套|棵|株|间|栋|张|只|辆|台|"
    "米|句|页|段|类|大|季度|届|场|组|村|镇|县|区|市|街道|部门|岁|起|宗|片|把|本|道|面|笔|站|遍|回|层|点|份|门|块|字|步|"
    "号|口|声|枚|根|斤|度|票|样|年度|乡镇|班子|指标|单位|方面|难题"
)
_WHOLE = re.compile(
    "|".join(
        (
            r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)",
            r"\d{1,2}[:：]\d{2}(?!\d)",
            r"\d[A-Z]级|\d{4}(?:[-—–~～]\d{4})?年(?:度|底|初|末|(?!均|来|级))",
            r"\d{1,2}(?:[-—–~～]\d{1,2})?(?:月份|月底|月末|月初|[月日](?!均))",
            r"[一二三四五六七八九十]{1,3}月(?:份|底|末|初)?(?!均)|第?[一二三四]季度",
            r"百分之[〇零一二两三四五六七八九十百点]+|[一二三四五六七八九十]+分之[一二三四五六七八九十]+",
            r"第(?:\d+|[一二三四五六七八九十百]+)(?!产业|一?书记|方(?!面)|水厂|责任人|[中小]学|实验|人民)",
            r"[前后末](?:\d+|[一二两三四五六七八九十]+)(?=[名位家个的者里、，,。；;）]|$)",
            r"(?<=[全省市县区州国])[前后](?:\d+|[一二两三四五六七八九十]+)",
            rf"(?:[{_DIGIT}]{{2,}}[万亿]*|[{_DIGIT}]+[万亿]+)[多余]?(?={_MEASURE})",
            r"\d+(?:[,，]\d{3})*(?:\.\d+)?(?:[-—–~～]\d+(?:\.\d+)?)?(?:[%％‰]|[多余]?[百千万亿]*(?![瓦伏克米])[多余]?)",
            r"[A-Za-z]+[A-Za-z0-9.]*|……|——|[^\w\s]",
        )
    )
)
_COUNTED = re.compile(rf"([{_DIGIT}几数半]+[万亿]*[多余]?)({_MEASURE})")
_FROZEN = frozenset(
    re.findall(
        r"\S+",
        "一道 一头 一口 一面 一点 一步 一块 一度 一号 二号 三号 一级 二级 三级 一期 二期 三期 一类 二类 三类 十分 万分 "
        "百分 半年 半天 数字 数次 百年 千家 百日 一票 一样 一起 一线 十字 一门 四方 一片",
    )
)
_APART = re.compile(
    r"([不没未已很较太再])(?![足少够断仅能同如得到及良力利便但论管变会安动时乏来了限妨免服错幸凡法当符住下可有人想尝必曾遂料经"
    r"度说次现生见版造忘锈满准许再要测为就好大作成])([\u4e00-\u9fff])"
    r"|(各|该|每|本)([县市区镇乡村街位名]|县市|县区|区县|乡镇|镇街|街道|县市区|单位|部门)"
    r"|([镇村县市纸墙车厂田区乡街手心脸肩])(里|上)|(就|不)(是)|(只|还)(有)|([一二三四五六七八九十])(是|要)"
    r"|(.*[省市县区旗州委镇乡局]|党[委组]|支部|工会|社区|村)(书记|主任|主席)"
)
_WHOLE_TAGS = ("i", "nr", "ns", "nt", "nz")  # idioms and names, in the tag set of jieba
_COMMON = 100  # occurrences in jieba's corpus from which a word is a common one
_LEVEL = frozenset("省市州盟县区旗镇乡村局")
_BODY = re.compile(
    r".+[局委办厅]|.{2,}(?:公司|集团|中心|支队|大队|医院|[中小]学)|.*(?:党[委组]|纪委|法院|检察院|人大|政协)"
)
_SUFFIX = frozenset("率量户组点员制类厂站费券办队楼者工")
_TO = frozenset("升降退走打开拍点拉换分摆落排扩送谈看做办想听增跌掉")
_WELL = frozenset("打抓办改树做用管")
_ABOVE = re.compile(
    r"(.+?(?:自治[州县旗]|[省市州县旗区]|街道|[镇乡]|(?<=.)[委局]|[开高新]区))"
    r"(.{2,}(?:[镇乡局委办]|街道|公司|集团|政府|中心|支行)|党工?委|党组|管委会|工委|政府|办事处|支行)"
)


def name_words(name: str) -> list[str]:
    """The words of the name of a unit: a place parts from what lies in it, and bodies go without
    the level before them, which Draft joins to them.

    >>> name_words("清河区柳林街道"), name_words("县教育局")
    (['清河区', '柳林街道'], ['教育局'])
    """
    short = gazetteer().by_short
    for at in range(2, min(5, len(name) - 2)):
        place, inside = name[:at], name[at:]
        if (place, "") in short and inside[-1] in "镇乡道" and inside[0] not in "县市区旗镇乡街":
            return [place, *name_words(inside)]
    parts = _ABOVE.fullmatch(name)
    if parts and len(parts[1]) > 2:
        return [*name_words(parts[1]), *name_words(parts[2])]
    if name[0] in _LEVEL and len(name) > 2 and _BODY.fullmatch(name[1:]):
        return [name[1:]]
    return [name]


class Draft:
    """Segments by dictionary and rules. `words`: what is one word beside jieba's own dictionary."""

    def __init__(self, words: Iterable[str]) -> None:
        self._jieba = import_jieba().Tokenizer()
        self._jieba.initialize()
        self.words = frozenset(words) | gazetteer().by_name.keys()
        for word in sorted(self.words):  # how likely jieba holds a word depends on those before it
            self._jieba.add_word(word)
        self._tags: dict[str, str] = {}
        with self._jieba.get_dict_file() as file:
            for line in file:
                word, _, tag = line.decode().split()
                self._tags[word] = tag

    def __call__(self, text: str) -> list[str]:
        """The words of a text; its blanks part words and are no words."""
        return [word for part in text.split() for word in self._joined(self._cut(part))]

    def _cut(self, text: str) -> Iterator[str]:
        at = 0
        for found in _WHOLE.finditer(text):
            if found.end() > at:
                yield from self._parted(self._jieba.cut(text[at : found.start()]))
                yield found[0]
                at = found.end()
        yield from self._parted(self._jieba.cut(text[at:]))

    def _parted(self, words: Iterable[str]) -> Iterator[str]:
        for word in words:
            if word in self.words or word in _FROZEN:
                yield word
                continue
            parts = _COUNTED.fullmatch(word) or _APART.fullmatch(word)
            if parts:
                yield from (part for part in parts.groups() if part)
            elif self._is_compound(word):
                yield from (word[:2], word[2:])
            else:
                yield word

    def _is_compound(self, word: str) -> bool:
        """Four characters that the dictionary has as one, but no idiom and no name: 安全隐患."""
        if len(word) != 4 or self._tags.get(word) in _WHOLE_TAGS:
            return False
        return all(self._jieba.FREQ.get(half, 0) >= _COMMON for half in (word[:2], word[2:]))

    def _joined(self, words: Iterable[str]) -> Iterator[str]:
        held = ""
        for word in words:
            if held and self._belong(held, word):
                held += word
                continue
            if held:
                yield held
            held = word
        if held:
            yield held

    def _belong(self, left: str, right: str) -> bool:
        if left in _LEVEL:
            return bool(_BODY.fullmatch(right))
        if right in _SUFFIX:
            return len(left) == 2 and left.isalpha() and left not in self.words
        return (right == "到" and left in _TO) or (right == "好" and left in _WELL)

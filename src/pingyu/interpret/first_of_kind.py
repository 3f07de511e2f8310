"""What is the first of its kind: the noun phrase behind 首个, 唯一."""

from __future__ import annotations

import re

from pingyu.interpret.rank_words import CLAUSE_END, CLOSED

_ALSO_FIRST = re.compile(
    r"^(?:、[^，。；、]{0,6}?(?:首[个家座条批例]|第[一二三四五六七八九十]+[个家座条例]|唯一))+"
)
_VERB_AFTER = re.compile(
    r"(?:正式|顺利|成功|率先|全面|也|已|今年|近日|日前|即将)*(?:建成|投产|投用|投入|下水|入列|开门|上线|落地|落户|落成|揭牌|开业|运营|启用|启动|开工|竣工|"
    r"成立|获批|通过|亮相|诞生|挂牌|开通|入选|签约|封顶|试点(?=运行)|在(?!线)|由|于|获得?|发布|试运行|运行(?!□)|完工|交付|开园|投运|通车|下线|问世|出炉|花落|是|系|"
    r"跑通|放款|办结|发放|完成|实现|推出|并网|点火|首飞|吸引|(?<!示范)(?<!辐射)带动|成为|让|为|助力|助推|赋能(?!中心|平台)|惠及|迎来|荣获|摘得|"
    r"赢得|见效|成型|启航|走进|突破|获得?评|引来|填补|撬动)"
)
_TITLE = re.compile("的(?:牌子|称号|殊荣|荣誉|金字招牌)$")
_QUOTED = re.compile("“[^”]*”")


def find_kind(right: str) -> list[str]:
    """What is the first of its kind: the noun phrase behind 首个, 唯一."""
    text = CLAUSE_END.split(_ALSO_FIRST.sub("", right))[0]
    text = re.split(r"、(?![^“（]*[”）])", text)[0]
    text = CLOSED.sub("", re.sub(r"^的?(?:一[个家座条](?![只就已是用]))?", "", text))
    before, of, text = text.rpartition("的")
    verb = _VERB_AFTER.search(_QUOTED.sub(lambda m: "□" * len(m[0]), text))
    if verb:
        text = text[: verb.start()]
    text = before + of + text if text else before
    text = _TITLE.sub("", text)
    text = text.strip(" 　")
    if text.count("“") != text.count("”"):
        text = text.strip("“”")
    return [text] if text else []

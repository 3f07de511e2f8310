"""Of which meeting a document tells."""

from __future__ import annotations

import re

from pingyu.interpret.numerals import half_width

_HEAD = 500  # characters in which it is named
_MEETING = re.compile(
    r"[^，。；：:,;！？\n 　]{0,36}?(?:点评|讲评|述评|扩大|月评|专题|谈话|协调|调度|推进|通报|述职|述法|评议|分析|观摩|总结|考核|拉练|部署|约谈|反馈|交办|联席|小结|动员|交流|述廉|评廉|比武|[晒比评]”|测评|评比|晾晒|"
    r"比拼|视频|会商|”|擂台|第[0-9一二三四五六七八九十百]+次|干部|座谈|工作|赛马|亮绩|质询|询问|问政|现场|督查|督导|巡察|发布|全体|例)(?:（[^）]{2,4}）)?(?:(?:大会|会议|会)(?![议员计场商长战])(?:暨[^，。；：！？\n]{2,24}?会议?)?|暨[^，。；：！？\n]{2,24}?会)"
)
_BEFORE_NAME = re.compile(
    r"^.*?(?:召开了?|开到了?|把(?![脉关握控])|[本上]月|关于|\d日|举行了?|举办了?|(?<!党)组织了?|开展了?|在|主持|出席|参加|这次|此次|本次|[上下]午|晚上?|昨天|今天|昨日|(?<!党)的|是|了|——|(?<![\d月日])—|》|·)(?=.)"
)
_NOT_HELD = re.compile(
    "(?:[^，。；]{0,6}(?:承办|几次)|[^，。；召开]{0,8}(?:贯彻|落实))|要在|根据|依照|按照|经(?!济)|【上一[条篇]】|推动|落实|贯彻|[^，。；]*(?:[没未][^，。；]{0,3}(?:召|开)|开过|举行过|记录缺)"
)
_NOT_YET = re.compile(
    "[^，。；]{0,6}?[没未][^，。；]{0,2}[召开]|[0-9一二三四五六七八九十]+次|提供|做好|上[作做]了?(?:典型|经验|交流)"
)


def meeting(text: str) -> str | None:
    """The name of the first review meeting that the text names, without what stands around it."""
    for match in _MEETING.finditer(half_width(text[:_HEAD])):
        name = match[0]
        while (before := _BEFORE_NAME.match(name)) and len(name) - before.end() >= 3:
            name = name[before.end() :]
        if name.count("“") > name.count("”") and text.startswith("”", match.end()):
            name += "”"
        marks = "\"'《》（）()" + ("“”" if name.count("“") != name.count("”") else "")
        name = name.strip(marks)
        held = not (_NOT_HELD.match(match[0]) or _NOT_YET.match(text, match.end()))
        if len(name) > 3 and held:
            return name
    return None

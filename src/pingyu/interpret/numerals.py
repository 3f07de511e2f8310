"""Numbers as Chinese texts write them: 12.5, 1,200, 三千, 二十八, 三点五, 百."""

from __future__ import annotations

import re
from functools import lru_cache

from pycnnum import cn2num

DIGITS = "零〇一二两三四五六七八九"
ARABIC = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
CHINESE = rf"[{DIGITS}十百千]+(?:点[{DIGITS}]+)?"
COUNT = rf"(?:\d+|{CHINESE})"
_ONE = "[一二两三四五六七八九]"
_WELL_FORMED = re.compile(
    rf"零|(?:(?:{_ONE}?千)?零?(?:{_ONE}?百)?零?(?:{_ONE}?十)?零?{_ONE}?|零)(?:点[{DIGITS}]+)?"
)
_SHORT_TAIL = re.compile(".*(?P<step>[千百])[一二三四五六七八九]")
_BY_DIGITS = re.compile(rf"[{DIGITS}]+")  # 二〇二一
_ARABIC_DIGITS = str.maketrans("零一二两三四五六七八九", "01223456789")
_FULL_WIDTH = re.compile("[０-９．％]")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


def half_width(text: str) -> str:
    """Full-width digits, points and per-cent signs made half-width, character for character."""
    return text.translate(_HALF_WIDTH) if _FULL_WIDTH.search(text) else text


def is_pair(text: str) -> bool:
    """两三 is two or three, 五六 five or six."""
    return len(text) == 2 and text.replace("两", "二") in "一二三四五六七八九"


@lru_cache(maxsize=4096)
def number(text: str) -> int | float | None:
    """The value of a whole numeral, of a pair the lower; None where it is none (十五五)."""
    if is_pair(text):
        text = text[0]
    text = text.replace(",", "").replace("〇", "零")
    if not text[:1].isdecimal():
        if _BY_DIGITS.fullmatch(text):
            text = text.translate(_ARABIC_DIGITS)
        elif not text or not _WELL_FORMED.fullmatch(text):
            return None
        else:
            if short := _SHORT_TAIL.fullmatch(text):  # 四千三 is 4300
                text += {"千": "百", "百": "十"}[short["step"]]
            text = str(cn2num("一" + text if text[0] in "百千" else text))
    value = float(text)
    return int(value) if value.is_integer() else value


def integer(text: str) -> int | None:
    """The value of a numeral that is one whole number, or None."""
    if is_pair(text):
        return None
    value = number(text)
    return value if isinstance(value, int) else None

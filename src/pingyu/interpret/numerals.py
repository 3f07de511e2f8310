"""Numbers as Chinese texts write them: 12.5, 1,200, 三千, 二十八, 三点五, 百."""

from __future__ import annotations

from functools import lru_cache

import cn2an

DIGITS = "零〇一二两三四五六七八九"
ARABIC = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
CHINESE = rf"[{DIGITS}十百千]+(?:点[{DIGITS}]+)?"
NUMBER = rf"(?:{ARABIC}|{CHINESE})"
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


def half_width(text: str) -> str:
    """Full-width digits, points and per-cent signs made half-width, character for character."""
    return text.translate(_HALF_WIDTH)


@lru_cache(maxsize=4096)
def number(text: str) -> int | float | None:
    """The value of a whole numeral, or None where it is none (十五五)."""
    text = text.replace(",", "").replace("〇", "零")
    if text[:1] in ("百", "千"):
        text = "一" + text
    try:
        value = float(text) if text[:1].isdigit() else float(cn2an.cn2an(text, "smart"))
    except ValueError:
        return None
    return int(value) if value.is_integer() else value


def integer(text: str) -> int | None:
    """The value of a numeral that is a whole number, or None."""
    value = number(text)
    return value if isinstance(value, int) else None

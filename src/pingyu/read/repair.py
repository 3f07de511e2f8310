"""Mends what scraping and conversion did to a text: romanised Traditional script, GBK bytes read one
byte off, Traditional script itself."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np

from pingyu.read.source import Builder, SourceText

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_READING = re.compile(rf"(?<=[{_HAN}A-Za-z|~])(\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ]{{1,7}}\))")
_TONED = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]")
_MANY_READINGS = 5


def strip_readings(text: SourceText) -> SourceText:
    """区(qū) → 区, in a text where most bracketed Latin words behind characters carry a tone."""
    found = _READING.findall(text.text)
    toned = sum(bool(_TONED.search(reading)) for reading in found)
    if toned < _MANY_READINGS or toned < 0.5 * len(found):
        return text
    return text.remove(_READING)


# --- GBK read one byte off -----------------------------------------------------------------------

# A lost byte shows as "?"; from there on each character is (2nd byte of one, 1st byte of the next),
# until a second byte below 0x80 (an ASCII letter or sign) puts the reader back in step.
_SHIFTED = re.compile(r"\?([^\x00-\x7f]{3,40})((?:[@-~](?![@-~]))?)")
_NUMERALS = "一二三四五六七八九十"
_COMMON_ENOUGH = 0.85


def restore_shifted(text: SourceText) -> tuple[SourceText, list[str]]:
    """Headings such as ?。ㄋ模┚劢 → （四）聚焦; what does not decode to plausible text stays.

    → the text and a warning for each run that looks garbled and was left alone.
    """
    warnings: list[str] = []
    mended = Builder()
    done = 0
    for match in _SHIFTED.finditer(text.text):
        if not _looks_garbled(match[1]):
            continue
        restored = _realign(match[1], match[2])
        if restored is None:
            warnings.append(f"garbled characters left as they are: {match[0]!r}")
            continue
        new, used = restored
        start = match.start()
        if text.text[start - 1 : start] == "?":  # the byte before was lost too
            start -= 1
        mended.append(text[done:start])
        mended.append(_spread(new, text, match.start(1), used))
        done = match.start(1) + used
    mended.append(text[done:])
    return mended.build(), warnings


def _spread(new: str, text: SourceText, start: int, used: int) -> SourceText:
    """Character i of the restored run came from characters i and i + 1 of the garbled one."""
    first = np.minimum(np.arange(len(new)), used - 1) + start
    last = np.minimum(np.arange(len(new)) + 1, used - 1) + start
    return SourceText(new, text.starts[first], text.ends[last])


def _looks_garbled(run: str) -> bool:
    """Letters of foreign scripts or box lines among Chinese, or mostly rare characters."""
    odd = sum(
        1
        for c in run
        if "\u01cd" <= c <= "\u01dc" or "\u3105" <= c <= "\u3129" or "\u2500" <= c <= "\u257f"
    )
    return odd > 0 or _commonness(run[:8]) < 0.5


def _realign(run: str, trail: str) -> tuple[str, int] | None:
    """→ (restored text, garbled characters it replaces), or None."""
    try:
        shifted = run.encode("gbk")[1:]
    except UnicodeEncodeError:
        return None
    for numeral in _NUMERALS:
        heading = f"（{numeral}）".encode("gbk")
        survives = _survivors(heading)
        if not shifted.startswith(survives):
            continue
        whole = heading + shifted[len(survives) :] + trail.encode("ascii")
        used = len(run) + len(trail)
        if len(whole) % 2:  # the run breaks off within a character
            whole, used = whole[:-1], used - 1
        try:
            text = whole.decode("gbk")
        except UnicodeDecodeError:
            continue
        if _commonness(text) >= _COMMON_ENOUGH:
            return text, used
    return None


def _survivors(heading: bytes) -> bytes:
    """What is left of a heading's bytes when they are read one off: first and last byte, and the
    pairs between that are characters of GBK (a pair in its user-defined zone is lost)."""
    pairs = [heading[n : n + 2] for n in range(1, len(heading) - 1, 2)]
    return heading[:1] + b"".join(pair for pair in pairs if _is_gbk(pair)) + heading[-1:]


def _is_gbk(pair: bytes) -> bool:
    try:
        return len(pair.decode("gbk")) == 1
    except UnicodeDecodeError:
        return False


def _commonness(text: str) -> float:
    """Share of the characters that are among the 3,755 of GB 2312 level 1, or punctuation."""
    return sum(map(_is_common, _simplify(text))) / max(1, len(text))


@cache
def _is_common(character: str) -> bool:
    if character in "，。；：、！？（）“”《》":
        return True
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= lead <= 0xD7


# --- Traditional script ---------------------------------------------------------------------------

_TRADITIONAL_SHARE = 0.12


def to_simplified(text: SourceText) -> SourceText:
    """Character for character, where the text is in Traditional script (else as it is)."""
    simplified = _simplify(text.text)
    changed = sum(a != b for a, b in zip(text.text, simplified, strict=True))
    han = sum("\u3400" <= c <= "\u9fff" for c in text.text)
    return text.retext(simplified) if changed >= max(1, _TRADITIONAL_SHARE * han) else text


def _simplify(text: str) -> str:
    return text.translate(_table(frozenset(text)))


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


_known: dict[int, str] = {}


def _table(characters: frozenset[str]) -> dict[int, str]:
    for c in characters:
        if "\u3400" <= c <= "\ufaff" and ord(c) not in _known:
            converted = _converter().convert(c)
            _known[ord(c)] = converted if len(converted) == 1 else c
    return _known

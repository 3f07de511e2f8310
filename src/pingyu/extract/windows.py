"""Long texts in windows: a core that the window answers for, and a margin on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """Characters start:end are read; spans that begin in core_start:core_end are kept."""

    start: int
    end: int
    core_start: int
    core_end: int


def windows(text: str, core: int, margin: int) -> Iterator[Window]:
    """Windows whose cores tile the text. A text of up to core + 2 * margin characters is one window.

    Cores end at a line end where there is one in their second half, else at a sentence end.
    """
    length = len(text)
    if length <= core + 2 * margin:
        yield Window(0, length, 0, length)
        return
    start = 0
    while start < length:
        end = _cut(text, start + core // 2, min(start + core, length))
        yield Window(max(0, start - margin), min(length, end + margin), start, end)
        start = end


def _cut(text: str, low: int, high: int) -> int:
    if high == len(text):
        return high
    for mark in ("\n", "。", "；", "，"):
        at = text.rfind(mark, low, high)
        if at >= 0:
            return at + 1
    return high

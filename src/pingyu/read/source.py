"""Text that remembers where in the decoded source each of its characters came from."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SourceText:
    """`text` and, beside it, the source characters starts[i]:ends[i] that text[i] came from.

    A character that stands for markup (the line end of `</p>`) has an empty stretch where the
    markup stands; an entity (`&amp;`) has the stretch of the whole entity.
    """

    text: str
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]

    @classmethod
    def of(cls, text: str) -> SourceText:
        """The source itself: every character from its own place."""
        starts = np.arange(len(text), dtype=np.int32)
        return cls(text, starts, starts + 1)

    def __getitem__(self, part: slice) -> SourceText:
        return SourceText(self.text[part], self.starts[part], self.ends[part])

    def retext(self, text: str) -> SourceText:
        """Another text of the same length over the same map."""
        if len(text) != len(self.text):
            raise ValueError(f"{len(text)} characters over a map of {len(self.text)}")
        return SourceText(text, self.starts, self.ends)

    def without(self, cuts: list[tuple[int, int]]) -> SourceText:
        """The rest, when the stretches (start, end) are taken out."""
        if not cuts:
            return self
        keep = np.ones(len(self.text) + 2, dtype=bool)
        keep[0] = keep[-1] = False
        for start, end in cuts:
            keep[start + 1 : end + 1] = False
        # where what is kept begins, and ends
        edges = np.flatnonzero(keep[1:] != keep[:-1]).tolist()
        text = "".join(self.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
        return SourceText(text, self.starts[keep[1:-1]], self.ends[keep[1:-1]])

    def remove(self, pattern: re.Pattern[str]) -> SourceText:
        """Take out every match of `pattern` (its group 1, where it has one)."""
        group = 1 if pattern.groups else 0
        return self.without([m.span(group) for m in pattern.finditer(self.text)])

    def lines(self) -> list[SourceText]:
        """Its lines, without their line ends."""
        out, start = [], 0
        for line in self.text.split("\n"):
            out.append(self[start : start + len(line)])
            start += len(line) + 1
        return out


def join_lines(lines: list[SourceText]) -> SourceText:
    """Lines with a line end between; it stands, empty, where the text before it ends."""
    builder = Builder()
    last = 0
    for n, line in enumerate(lines):
        if n:
            builder.stands_for("\n", last, last)
        builder.append(line)
        last = int(line.ends[-1]) if line.text else last
    return builder.build()


class Builder:
    """Collects characters with their places, piece by piece."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._starts: list[NDArray[np.int32]] = []
        self._ends: list[NDArray[np.int32]] = []

    def verbatim(self, text: str, start: int) -> None:
        """`text` as it stands in the source from `start`."""
        places = np.arange(start, start + len(text), dtype=np.int32)
        self._add(text, places, places + 1)

    def stands_for(self, text: str, start: int, end: int) -> None:
        """Every character of `text` came from source[start:end]."""
        self._add(text, np.full(len(text), start, np.int32), np.full(len(text), end, np.int32))

    def append(self, piece: SourceText) -> None:
        """A piece that has its places already."""
        self._add(piece.text, piece.starts, piece.ends)

    def _add(self, text: str, starts: NDArray[np.int32], ends: NDArray[np.int32]) -> None:
        self._texts.append(text)
        self._starts.append(starts)
        self._ends.append(ends)

    def build(self) -> SourceText:
        """What was collected."""
        if not self._texts:
            return SourceText.of("")
        return SourceText(
            "".join(self._texts), np.concatenate(self._starts), np.concatenate(self._ends)
        )

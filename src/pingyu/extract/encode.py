"""Text → the integer arrays that the model reads. Training and inference share this module.

The model sees characters folded to one width, so a document in half-width punctuation encodes to
the same arrays as its full-width twin. Folding never changes the length: index i of every array is
character i of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

UNKNOWN, MASK = 1, 2  # 0 pads
NO_CHARACTER = 0  # the code point that stands for a hidden character
SPECIALS = ("<pad>", "<unk>", "<mask>")

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # ！…～ → !…~
_PUNCTUATION = str.maketrans(
    ",;:!?()“”「」『』‘’—–―~•・\u3000\xa0\t\r",
    '，；：！？（）""""""\'\'---～··    ',
)
_CLAUSE_ENDS = "，；。：！？\n"
_GROUPED = re.compile("(?<=[0-9])，(?=[0-9]{3}(?![0-9]))")


def fold(text: str) -> str:
    """The same text in one width: ASCII letters and digits, full-width Chinese punctuation.

    >>> fold("增长８％,居全市第一")
    '增长8%，居全市第一'
    """
    folded = text.translate(_FULL_WIDTH).translate(_PUNCTUATION)
    # a comma between three-digit groups is part of a number (1,200), not the end of a clause
    return _GROUPED.sub(",", folded) if "，" in folded else folded


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Characters known to a model; index in `characters` = id. Ids 0–2 are SPECIALS."""

    characters: tuple[str, ...]
    buckets: int
    table: Ints

    @classmethod
    def of(cls, characters: list[str], buckets: int) -> Vocabulary:
        """`characters` begins with SPECIALS; `buckets`: number of hashed character pairs."""
        table = np.full(0x110000, UNKNOWN, dtype=np.int64)
        for index, character in enumerate(characters):
            if index >= len(SPECIALS):
                table[ord(character)] = index
        return cls(tuple(characters), buckets, table)

    def look_up(self, codes: Ints) -> tuple[Ints, Ints]:
        """(T,) folded code points → (T,) character ids and (T,) pair buckets."""
        before = np.concatenate(([ord("\n")], codes[:-1]))
        return self.table[codes], (before * 1_000_003 + codes * 8_191) % self.buckets


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as arrays. T characters, C clauses, every character in exactly one clause.

    codes    (T,) folded code points          chars   (T,) ids in the vocabulary
    pairs    (T,) bucket of the pair (i-1, i)
    clause   (T,) index of the clause         starts  (C,) first character of each clause
    ends     (C,) last character of each clause (its punctuation)
    """

    codes: Ints
    chars: Ints
    pairs: Ints
    clause: Ints
    starts: Ints
    ends: Ints


def code_points(text: str) -> NDArray[np.uint32]:
    """(T,) folded characters of a text."""
    return np.frombuffer(fold(text).encode("utf-32-le"), dtype=np.uint32)


def clause_ends(codes: NDArray[Any]) -> Ints:
    """(T,) code points of a text that is not empty → (C,) last character of each clause."""
    is_end = among(codes, _CLAUSE_ENDS)
    is_end[-1] = True
    return np.flatnonzero(is_end)


def among(codes: NDArray[Any], characters: str) -> NDArray[np.bool_]:
    """Which of (T,) code points are those of one of the few `characters`."""
    found = np.zeros(len(codes), bool)
    for character in characters:
        found |= codes == ord(character)
    return found


def encode(text: str, vocabulary: Vocabulary) -> Encoded:
    """Arrays of a non-empty text."""
    codes = code_points(text).astype(np.int64)
    ends = clause_ends(codes)
    starts = np.concatenate(([0], ends[:-1] + 1))
    clause = np.repeat(np.arange(len(ends)), ends - starts + 1)
    chars, pairs = vocabulary.look_up(codes)
    return Encoded(codes, chars, pairs, clause, starts, ends)

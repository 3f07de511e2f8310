"""Which field a statement speaks of: the classifier of models/pingyu-topics.

It reads twice. First each statement by itself: runs of one to four characters of its text and of two
or three around it, weighed by how rare they are (Spärck Jones 1972), go through one linear map. Then
each again beside the others: what the first reading says of it, of its neighbours and of the whole
document goes through another (after Wolpert 1992, «Stacked Generalization»), since «投放点照明不足»
says little until the lines around it speak of rubbish. Where the network of pingyu.extract has read the
document, what it says of each statement is weighed in.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pingyu.errors import PingyuError
from pingyu.schema import MOST_TOPICS, OTHER, TOPICS
from pingyu.shipped import default_folder

FOLDER, WEIGHTS = "pingyu-topics", "topics.npz"
AROUND = 60  # characters on each side of a statement that are read with it
FORMAT = 2  # 1 read alone, without the network beside it
AT_ONCE = 1000  # statements that are read together
_SIZES = {"text": (1, 2, 3, 4), "around": (2, 3)}  # characters of a run
_AROUND_WEIGHT = 0.6  # of what stands around a statement beside its own text
_NEIGHBOURS = 2  # statements on each side that count as near
_FAR = 60.0  # characters over which the weight of a neighbour falls to 1/e
_LONG = 20  # characters from which a text is long
SENTENCE_END = re.compile(r"[。！？!?\n]")
_DIGITS = str.maketrans("123456789", "000000000")
_PRIME = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ / golden ratio: multiplying by it spreads all bits

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint32]


class Passage(NamedTuple):
    """A statement as the classifier reads it. `around`: what stands before it in its sentence, a
    mark, and what stands behind it; `start`: its place in the document."""

    text: str
    around: str
    start: int


def passages(text: str, places: Iterable[tuple[int, int]]) -> list[Passage]:
    """Starts and ends of the statements of a document → their passages."""
    ends = [match.start() for match in SENTENCE_END.finditer(text)]
    found = []
    for start, end in places:
        before, behind = bisect_left(ends, start), bisect_right(ends, end - 1)
        first = max(ends[before - 1] + 1 if before else 0, start - AROUND)
        last = min(ends[behind] if behind < len(ends) else len(text), end + AROUND)
        found.append(Passage(text[start:end], f"{text[first:start]}\x04{text[end:last]}", start))
    return found


class Runs:
    """The runs of characters that a model knows: `keys` (V,), sorted, and how `rare` (V,) they are."""

    def __init__(self, keys: Keys, rare: Floats) -> None:
        self.keys, self.rare = keys, rare

    def bag(self, statements: Sequence[Passage]) -> tuple[Ints, Ints, Floats]:
        """(N,) numbers of the statements, ascending; (N,) rows of their known runs; (N,) weights.

        The weights of a statement's text have length 1, those of what stands around it
        _AROUND_WEIGHT.
        """
        keys, pieces = runs(statements)
        rows = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        known = self.keys[rows] == keys
        pairs, counts = np.unique(pieces[known] * len(self.keys) + rows[known], return_counts=True)
        pieces, rows = np.divmod(pairs, len(self.keys))
        values = ((1 + np.log(counts)) * self.rare[rows]).astype(np.float32)
        squares = np.bincount(pieces, values**2, 2 * len(statements))
        scale = np.where(np.arange(2 * len(statements)) % 2, _AROUND_WEIGHT, 1.0)
        values *= (scale / np.sqrt(np.maximum(squares, 1e-9)))[pieces]
        return pieces // 2, rows, values


def runs(statements: Sequence[Passage]) -> tuple[Keys, Ints]:
    """Keys of all runs (N,) and the numbers of the pieces that they stand in (N,): statement n has
    its text as piece 2n and what is around it as piece 2n + 1.

    The width and case of letters and the values of digits do not count. The two kinds of piece have
    keys of their own.
    """
    pieces = [p for s in statements for p in (f"\x02{_fold(s.text)}\x03", _fold(s.around))]
    codes = np.frombuffer("".join(pieces).encode("utf-32-le"), np.uint32).astype(np.uint64)
    piece = np.repeat(np.arange(len(pieces)), [len(p) for p in pieces])
    around = piece % 2 == 1
    keys, owners = [np.zeros(0, np.uint32)], [np.zeros(0, np.int64)]
    value = around.astype(np.uint64)
    for size in range(1, min(max(map(max, _SIZES.values())), len(codes)) + 1):
        last = size - 1
        value = (value[: len(codes) - last] ^ codes[last:]) * _PRIME
        value ^= value >> np.uint64(29)
        whole = piece[: len(codes) - last] == piece[last:]
        wanted = np.where(around[last:], size in _SIZES["around"], size in _SIZES["text"])
        keys.append((value[whole & wanted] >> np.uint64(32)).astype(np.uint32))
        owners.append(piece[last:][whole & wanted])
    return np.concatenate(keys), np.concatenate(owners)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().translate(_DIGITS)


def views(statements: Sequence[Passage], first: Floats) -> Floats:
    """What the second reading of a document goes by: of its statements, in order of start, and
    their first scores (S, topics), → (S, 3 · topics + 1).

    The scores of a statement, those of all others, those of its neighbours, and how long it is.
    """
    return _views(statements, first, first.sum(0), len(statements))


def _views(statements: Sequence[Passage], first: Floats, total: Floats, of: int) -> Floats:
    """Those of neighbouring statements of a document that has `of`; `total` (topics,): the sum of
    all first scores."""
    count = len(statements)
    others = (total - first) / max(1, of - 1)
    starts = np.array([s.start for s in statements], np.float32)
    near, weights = np.zeros_like(first), np.full((count, 1), 0.3, np.float32)
    for step in range(1, min(_NEIGHBOURS, count - 1) + 1):
        weight = np.exp((starts[:-step] - starts[step:]) / _FAR)[:, None]
        near[:-step] += weight * first[step:]
        near[step:] += weight * first[:-step]
        weights[:-step] += weight
        weights[step:] += weight
    lengths = np.array([[min(len(s.text), _LONG) / _LONG] for s in statements], np.float32)
    parts = [np.log(first + 1e-3), np.log(others + 1e-2), np.sqrt(near / weights), lengths]
    return np.concatenate(parts, axis=1).astype(np.float32)


class TopicModel:
    """Runs the arrays of a model.

    keys (V,), rare (V,): its Runs; table (V, topics) 8-bit, its columns `scale` each, bias (topics,):
    the first reading; second (3 · topics + 1, topics), second_bias (topics,): the second; beside ():
    share of the network in the mean of both, where it has read the statements too; threshold ():
    score from which a topic stands beside the likeliest.
    """

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        self.runs = Runs(arrays["keys"], arrays["rare"])
        self.table: NDArray[np.int8] = arrays["table"]
        self.scale: Floats = arrays["scale"]
        self.bias: Floats = arrays["bias"]
        self.second: Floats = arrays["second"]
        self.second_bias: Floats = arrays["second_bias"]
        self.beside = float(arrays["beside"])
        self.threshold = float(arrays["threshold"])

    @classmethod
    def load(cls, folder: Path) -> TopicModel:
        """Raises PingyuError E301 where the weights are missing, E302 where they are of another
        format."""
        path = folder / WEIGHTS
        if not path.is_file():
            raise PingyuError("E301", path=str(folder), missing=WEIGHTS)
        with np.load(path) as arrays:
            found = int(arrays["format"])
            if found != FORMAT:
                raise PingyuError("E302", path=str(folder), found=found, wanted=FORMAT)
            return cls(dict(arrays))

    def first(self, statements: Sequence[Passage]) -> Floats:
        """Each statement by itself → (S, topics) probabilities."""
        owners, rows, values = self.runs.bag(statements)
        logits = np.tile(self.bias, (len(statements), 1))
        if len(owners):
            present, starts = np.unique(owners, return_index=True)
            sums = np.add.reduceat(values[:, None] * self.table[rows], starts)
            logits[present] += sums * self.scale
        return softmax(logits)

    def scores(self, statements: Sequence[Passage], network: Floats | None = None) -> Floats:
        """The statements of one document, in order of start → (S, topics) probabilities.

        `network` (S, topics): the logits that the network gives them. It knows what words mean that
        few statements hold, so that the mean of both (of logarithms: Hinton 2002, «Products of
        Experts») is better than either.
        """
        scores = self._twice(statements)
        if network is None:
            return scores
        both = (1 - self.beside) * np.log(scores + 1e-9) + self.beside * np.log(
            softmax(network) + 1e-9
        )
        return softmax(both)

    def _twice(self, statements: Sequence[Passage]) -> Floats:
        """What the two readings make of them."""
        blocks = range(0, max(1, len(statements)), AT_ONCE)
        first = np.concatenate([self.first(statements[n : n + AT_ONCE]) for n in blocks])
        total, scores = first.sum(0), np.empty_like(first)
        for n in blocks:
            a, b = max(0, n - _NEIGHBOURS), n + AT_ONCE + _NEIGHBOURS
            seen = _views(statements[a:b], first[a:b], total, len(first))[n - a :][:AT_ONCE]
            scores[n : n + AT_ONCE] = softmax(seen @ self.second + self.second_bias)
        return scores

    def topics(
        self, statements: Sequence[Passage], network: Floats | None = None
    ) -> list[list[str]]:
        """The statements of one document, in order of start → the topics of each, the likeliest
        first. `network`: see `scores`."""
        if not statements:
            return []
        return [choose(row, self.threshold) for row in self.scores(statements, network)]


def softmax(logits: Floats) -> Floats:
    """(S, topics) → the same, each row summing to 1."""
    powers = np.exp(logits - logits.max(1, keepdims=True))
    scores: Floats = powers / powers.sum(1, keepdims=True)
    return scores


def choose(scores: Floats, threshold: float) -> list[str]:
    """The likeliest topic and, beside a field, other fields of at least `threshold`."""
    order = [int(n) for n in np.argsort(-scores, kind="stable")[:MOST_TOPICS]]
    first, *others = (TOPICS[n] for n in order)
    if first == OTHER:
        return [OTHER]
    likely = zip(others, order[1:], strict=True)
    return [first, *(topic for topic, n in likely if scores[n] >= threshold and topic != OTHER)]


@cache
def shipped() -> TopicModel:
    """The model that ships."""
    return TopicModel.load(default_folder(FOLDER))

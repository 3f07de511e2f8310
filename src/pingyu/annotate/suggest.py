"""Which documents of a pool to annotate next: drawn, rather such that the model is unsure of and that
differ from each other.

Uncertainty: mean entropy of the tags of a character (Settles & Craven 2008, «An Analysis of Active
Learning Strategies for Sequence Labeling Tasks»); the mean, since reading costs by the character: the
sum asks for the longest documents. But the mean of a short text is far off by chance alone, so that
the highest ones are of the shortest texts (Wainer 2007, «The Most Dangerous Equation»): it is drawn
to that of the pool. Difference: by the mean state of the network, which says what kind of text it
is. Likeness of the characters themselves would say how long it is: short texts share little.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.extract.extractor import Extractor
from pingyu.pipeline import Pipeline
from pingyu.read.reader import SUFFIXES, find_files, read_file
from pingyu.schema import Document

Floats = NDArray[np.float32]


def directions(states: Floats, origin: Floats) -> Floats:
    """(N, D) → unit vectors from `origin` (D,); 0 where there is no way between."""
    away = states - origin
    length = np.linalg.norm(away, axis=1, keepdims=True)
    return np.asarray(away / np.maximum(length, 1e-9), np.float32)


def shrunk(means: Floats, lengths: Floats) -> Floats:
    """Means over texts of these lengths (N,), drawn to the mean of all as far as chance explains them
    (Efron & Morris 1975, «Data Analysis Using Stein's Estimator and its Generalizations»).

    Their variance is taken to be one between texts and one within them, over the length; both are
    fitted to their squared distances from the mean.
    """
    mean = np.average(means, weights=lengths)
    squares = (means - mean) ** 2
    terms = np.stack([lengths, np.ones_like(lengths)], axis=1)
    between, within = np.linalg.lstsq(terms, squares * lengths, rcond=None)[0].clip(0)
    variance = between + within / lengths
    share = np.divide(between, variance, out=np.zeros_like(means), where=variance > 0)
    return np.asarray(mean + share * (means - mean), np.float32)


def choose(uncertainty: Sequence[float] | Floats, pool: Floats, known: Floats, n: int) -> list[int]:
    """Indices of `n` rows of `pool` (N, D), drawn one by one: the odds of a row are its uncertainty,
    squared, times its distance from the nearest row of `known` (K, D) and of those drawn. The same
    input gives the same draw.

    The highest odds are not simply taken: the most uncertain texts of all are odd ones, of which a
    model learns little for the rest. Drawn with the largest of u^(1 / odds) (Efraimidis & Spirakis
    2006, «Weighted random sampling with a reservoir»).
    """
    doubt = np.square(np.array(uncertainty, np.float64))
    chance = np.log(np.random.default_rng(0).random(len(pool)))
    nearest = (pool @ known.T).max(axis=1, initial=0)
    chosen: list[int] = []
    for _ in range(min(n, len(pool))):
        odds = np.maximum(doubt * (1 - nearest), 1e-9)
        value = chance / odds
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
        nearest = np.maximum(nearest, pool @ pool[chosen[-1]])
    return chosen


def rank(extractor: Extractor, texts: Sequence[str], known: Sequence[str], n: int) -> list[int]:
    """Indices of the `n` of `texts` to annotate next; `known`: texts that are annotated already."""
    if not texts:
        return []
    every = [
        extractor.survey(text)
        for text in tqdm([*texts, *known], unit="doc", desc="read", disable=None)
    ]
    entropy = np.array([mean for mean, _ in every[: len(texts)]], np.float32)
    states = np.array([state for _, state in every], np.float32)
    lengths = np.array([max(1, len(text)) for text in texts], np.float32)
    rows = directions(states, states[: len(texts)].mean(axis=0))
    return choose(shrunk(entropy, lengths), rows[: len(texts)], rows[len(texts) :], n)


def suggest(
    pipeline: Pipeline, pool: Path, annotated: Path | None, n: int, errors: list[PingyuError]
) -> list[Document]:
    """The `n` files below `pool` to annotate next, with what pingyu finds in them.

    Files whose text is among the gold files below `annotated` are left out; what cannot be read is
    added to `errors`.
    """
    known = [d.text for _, d in inline.read_folder(annotated)] if annotated else []
    texts: dict[str, Path] = {}
    for path in find_files(pool)[0]:
        try:
            page = read_file(path)
        except PingyuError as error:
            errors.append(error)
            continue
        if page.text not in known:
            texts.setdefault(page.simplified, path)
    if not texts:
        errors.append(PingyuError("E108", str(pool), suffixes=" ".join(SUFFIXES)))
    paths = list(texts.values())
    return [pipeline.file(paths[n]) for n in rank(pipeline.extractor, list(texts), known, n)]

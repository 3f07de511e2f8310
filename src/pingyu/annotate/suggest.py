"""Which documents of a pool to annotate next: typical of kinds of text that nobody has annotated yet,
kinds that the model is unsure of first.

Difference: all texts are put into clusters by the mean state of the network, which says what kind of
text it is (likeness of the characters themselves would say how long it is: short texts share
little); one is taken of each cluster that holds no annotated text (TypiClust: Hacohen, Dekel &
Weinshall 2022, «Active Learning on a Budget: Opposite Strategies Suit High and Low Budgets»). Not
the most uncertain ones of all: these are odd texts, of which a model learns little for the rest.
Uncertainty: mean entropy of the tags of a character (Settles & Craven 2008, «An Analysis of Active
Learning Strategies for Sequence Labeling Tasks»); the mean, since reading costs by the character. But
the mean of a short text is far off by chance alone (Wainer 2007, «The Most Dangerous Equation»): it
is drawn to that of the pool.
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
_NEAR = 20  # rows around a row; the value of the paper


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


def choose(doubt: Floats, pool: Floats, known: Floats, n: int) -> list[int]:
    """Indices of `n` rows of `pool` (N, D), at most all; `doubt` (N,): how unsure the model is of each;
    `known` (K, D): rows that are annotated.

    There are as many clusters as rows known and wanted, two rows in each on average at least. One
    row of each cluster after the other: those with the fewest known rows first, of these the one
    with the most doubt in all. A cluster gives its most typical row.
    """
    from sklearn.cluster import KMeans

    rows = np.concatenate([pool, known])
    clusters = max(1, min(len(known) + n, len(rows) // 2))
    labels = KMeans(clusters, n_init=1, random_state=0).fit_predict(rows)
    mine, others = labels[: len(pool)], labels[len(pool) :]
    covered = np.bincount(others, minlength=clusters)
    worth = np.bincount(mine, weights=doubt, minlength=clusters)
    order = np.lexsort((-worth, covered)).tolist()
    chosen: list[int] = []
    while len(chosen) < min(n, len(pool)):
        left = np.setdiff1d(np.arange(len(pool)), chosen)
        groups = (left[mine[left] == cluster] for cluster in order)
        chosen += [int(group[_typical(pool[group])]) for group in groups if len(group)]
    return chosen[:n]


def _typical(rows: Floats) -> int:
    """Which row is nearest to the rows around it."""
    from sklearn.metrics import pairwise_distances

    return int(np.sort(pairwise_distances(rows), axis=1)[:, : _NEAR + 1].mean(axis=1).argmin())


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
    doubt = shrunk(entropy, lengths)
    return choose(doubt, states[: len(texts)], states[len(texts) :], n)


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

"""Which documents of a pool to annotate next: those that the model is unsure of and that differ from
each other.

Uncertainty: mean entropy of the tags of a character (Settles & Craven 2008, «An Analysis of Active
Learning Strategies for Sequence Labeling Tasks»); the mean, since reading costs by the character: the
sum asks for the longest documents. Diversity: maximal marginal relevance (Carbonell & Goldstein
1998) over pairs of characters.
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
from pingyu.read.reader import SUFFIXES, read_file
from pingyu.schema import Document

Floats = NDArray[np.float32]
_BUCKETS = 4096


def vectors(texts: Sequence[str]) -> Floats:
    """(N, 4096) unit vectors of hashed pairs of characters, tf-idf (tf and df logarithmic)."""
    counts = np.zeros((len(texts), _BUCKETS), np.float32)
    for row, text in zip(counts, texts, strict=True):
        codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
        pairs = (codes[:-1] * 1_000_003 + codes[1:]) * 2_654_435_761 >> np.uint64(7)
        row += np.bincount((pairs % _BUCKETS).astype(np.int64), minlength=_BUCKETS)
    rarity = np.log((1 + len(texts)) / (1 + (counts > 0).sum(axis=0)))
    weights = np.log1p(counts) * rarity.astype(np.float32)
    length = np.linalg.norm(weights, axis=1, keepdims=True)
    return np.asarray(weights / np.maximum(length, 1e-9), np.float32)


def choose(uncertainty: Sequence[float], pool: Floats, known: Floats, n: int) -> list[int]:
    """Indices of `n` rows of `pool` (N, D): each time the one that is most uncertain, weighed by its
    distance from the nearest row of `known` (K, D) and of those chosen."""
    doubt = np.array(uncertainty, np.float32)
    nearest = np.zeros(len(pool), np.float32)
    if len(known):
        nearest = (pool @ known.T).max(axis=1)
    chosen: list[int] = []
    for _ in range(min(n, len(pool))):
        value = doubt * (1 - np.minimum(nearest, 1))
        value[chosen] = -1
        chosen.append(int(value.argmax()))
        nearest = np.maximum(nearest, pool @ pool[chosen[-1]])
    return chosen


def rank(extractor: Extractor, texts: Sequence[str], known: Sequence[str], n: int) -> list[int]:
    """Indices of the `n` of `texts` to annotate next; `known`: texts that are annotated already."""
    doubt = [
        extractor.uncertainty(text) for text in tqdm(texts, unit="doc", desc="read", disable=None)
    ]
    rows = vectors([*texts, *known])
    return choose(doubt, rows[: len(texts)], rows[len(texts) :], n)


def suggest(
    pipeline: Pipeline, pool: Path, annotated: Path | None, n: int, errors: list[PingyuError]
) -> list[Document]:
    """The `n` files below `pool` to annotate next, with what pingyu finds in them.

    Files whose text is among the gold files below `annotated` are left out; what cannot be read is
    added to `errors`.
    """
    known = [d.text for _, d in inline.read_folder(annotated)] if annotated else []
    texts: dict[str, Path] = {}
    for path in sorted(p for p in pool.rglob("*") if p.suffix.lower() in SUFFIXES):
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

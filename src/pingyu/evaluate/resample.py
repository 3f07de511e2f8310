"""How sure are the figures? Documents are drawn again, with replacement, many times.

Percentile bootstrap, Efron & Tibshirani (1993), «An Introduction to the Bootstrap», ch. 13; two
systems are compared on the same draws (Berg-Kirkpatrick et al. 2012, «An Empirical Investigation of
Statistical Significance in NLP»).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pingyu.evaluate.scores import Tally

DRAWS, SEED = 2000, 0
Interval = tuple[float, float]


def _f1(tallies: Sequence[Tally]) -> NDArray[np.float64]:
    """(draws, names + 1): F1 of each name, and last of all together, in each draw of documents."""
    counts = np.stack([np.vstack([t, t.sum(axis=0)]) for t in tallies])
    size = len(tallies)
    draws = np.random.default_rng(SEED).multinomial(size, np.full(size, 1 / size), DRAWS)
    right, system, gold = np.moveaxis(np.tensordot(draws, counts, axes=1), -1, 0)
    scores: NDArray[np.float64] = 2 * right / np.maximum(system + gold, 1)
    return scores


def _percentiles(values: NDArray[np.float64]) -> list[Interval]:
    low, high = np.percentile(values, [2.5, 97.5], axis=0).round(4)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def intervals(tallies: Sequence[Tally]) -> list[Interval]:
    """95 % intervals of F1 by name, the last of all names together; one tally a document."""
    return _percentiles(_f1(tallies))


def differences(tallies: Sequence[Tally], others: Sequence[Tally]) -> list[Interval]:
    """95 % intervals of the paired difference in F1, first minus second, as `intervals`."""
    return _percentiles(_f1(tallies) - _f1(others))

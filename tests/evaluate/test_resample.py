import numpy as np
import pytest
from scipy.stats import bootstrap

from pingyu.evaluate.resample import differences, intervals

RNG = np.random.default_rng(1)
GOLD = RNG.integers(5, 30, size=(40, 2))
RIGHT = np.minimum(GOLD, RNG.integers(0, 30, size=(40, 2)))
TALLIES = [
    np.stack([right, right + 4, gold], axis=1) for right, gold in zip(RIGHT, GOLD, strict=True)
]


def test_intervals_agree_with_scipy():
    def f1(right, both):
        return 2 * right.sum(axis=-1) / both.sum(axis=-1)

    for name, (low, high) in enumerate(intervals(TALLIES)[:2]):
        right = np.array([t[name, 0] for t in TALLIES])
        both = np.array([t[name, 1] + t[name, 2] for t in TALLIES])
        theirs = bootstrap(
            (right, both), f1, paired=True, method="percentile", n_resamples=5000, rng=2, axis=-1
        ).confidence_interval
        assert (low, high) == pytest.approx(tuple(theirs), abs=0.01)


def test_an_interval_for_each_name_and_for_all():
    found = intervals(TALLIES)
    assert len(found) == 3
    for low, high in found:
        assert 0 < low < high < 1


def test_the_same_tallies_give_the_same_interval():
    assert intervals(TALLIES) == intervals(TALLIES)


def test_documents_that_are_alike_leave_no_doubt():
    tallies = [np.array([[3, 4, 4]])] * 5
    assert intervals(tallies) == [(0.75, 0.75)] * 2


def test_nothing_in_any_document_is_zero():
    assert intervals([np.zeros((1, 3), int)]) == [(0, 0)] * 2


def test_a_system_does_not_differ_from_itself():
    assert differences(TALLIES, TALLIES) == [(0, 0)] * 3


def test_a_system_that_is_better_everywhere_differs_above_zero():
    worse = [t - np.array([[1, 0, 0], [0, 0, 0]]) for t in TALLIES]
    first, second, both = differences(TALLIES, worse)
    assert first[0] > 0
    assert second == (0, 0)
    assert both[0] > 0
    low, high = (end - start for start, end in (first, intervals(TALLIES)[0]))
    assert low < high  # paired: the documents' own differences drop out

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pingyu.extract.tags import N_TAGS, best_path, to_spans, to_tags


@st.composite
def layered_spans(draw):
    length = draw(st.integers(1, 30))
    spans = []
    for layer in range(3):
        cuts = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
        spans += [(layer, a, b) for a, b in itertools.pairwise(cuts) if draw(st.booleans())]
    return length, spans


@given(layered_spans())
def test_spans_to_tags_and_back(case):
    length, spans = case
    assert sorted(to_spans(to_tags(spans, length, 3))) == sorted(spans)


@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_best_path_is_the_best_of_all_allowed(length, seed):
    scores = np.random.default_rng(seed).normal(size=(length, 2, N_TAGS)).astype(np.float32)
    path = best_path(scores)
    # every set of spans there is gives one allowed sequence: try them all
    pieces = [(a, b) for a in range(length) for b in range(a + 1, length + 1)]
    for layer in range(2):
        best = -np.inf
        for count in range(length + 1):
            for some in itertools.combinations(pieces, count):
                if all(x[1] <= y[0] for x, y in itertools.pairwise(some)):
                    tags = to_tags([(0, a, b) for a, b in some], length, 1)[:, 0]
                    best = max(best, scores[np.arange(length), layer, tags].sum())
        found = scores[np.arange(length), layer, path[:, layer]].sum()
        assert np.isclose(found, best)
        assert (to_tags(to_spans(path), length, 2) == path).all()


@given(st.integers(1, 90), st.sampled_from([0.2, 1.0, 4.0]), st.integers(0, 2**32 - 1))
def test_blocks_side_by_side_give_what_one_pass_gives(length, spread, seed):
    scores = (spread * np.random.default_rng(seed).normal(size=(length, 2, N_TAGS))).astype("f4")
    path = best_path(scores)
    assert (to_tags(to_spans(path), length, 2) == path).all()
    for layer in range(2):
        closed, open_ = 0.0, -np.inf  # the best score of a sequence that stands outside, inside
        for o, b, i, last, u in scores[:, layer].astype(float):
            closed, open_ = max(closed + max(o, u), open_ + last), max(closed + b, open_ + i)
        found = scores[np.arange(length), layer, path[:, layer]].sum()
        assert np.isclose(found, closed, atol=1e-3)

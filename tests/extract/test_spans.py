import numpy as np

from pingyu.extract.spans import decode
from pingyu.extract.tags import N_TAGS, to_tags

TEXT = "，石桥镇灌渠第一，"


def _sure_of(*spans):
    tags = to_tags(list(spans), len(TEXT), 4)
    return np.log(np.where(np.eye(N_TAGS)[tags] > 0, 0.96, 0.01)).astype(np.float32)


def _found(*spans):
    return [(f[0], TEXT[f[1] : f[2]]) for f in decode(TEXT, _sure_of(*spans), 1.0)]


def test_punctuation_at_the_edges_is_no_part_of_a_span():
    assert _found((0, 0, 4), (1, 4, 9)) == [(0, "石桥镇"), (1, "灌渠第一")]
    assert _found((0, 0, 1)) == []


def test_a_rank_may_stand_inside_but_not_stick_out():
    assert _found((1, 4, 8), (3, 6, 8)) == [(1, "灌渠第一"), (3, "第一")]
    assert _found((1, 4, 7), (3, 6, 8)) == [(1, "灌渠第")]
    assert _found((0, 1, 4), (3, 1, 4)) == [(0, "石桥镇")]


def test_of_two_that_overlap_the_surer_stays():
    log_probs = _sure_of((1, 4, 8), (2, 4, 8))
    log_probs[:, 2] *= 2
    assert [f[0] for f in decode(TEXT, log_probs, 1.0)] == [1]


def test_a_span_is_as_sure_as_its_least_sure_tag_and_temperature_flattens_it():
    log_probs = _sure_of((0, 1, 4))
    log_probs[2, 0] = np.log([0.05, 0.05, 0.8, 0.05, 0.05])
    (sure,), (flat,) = decode(TEXT, log_probs, 1.0), decode(TEXT, log_probs, 2.0)
    assert np.isclose(sure[3], 0.8)
    assert np.isclose(flat[3], 2 / 3)  # odds of 4 become odds of 2

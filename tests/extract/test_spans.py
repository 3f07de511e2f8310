import numpy as np

from pingyu.extract.roles import Roles
from pingyu.extract.spans import decode
from pingyu.extract.tags import N_TAGS, to_tags
from pingyu.labels import LabelSchema

TEXT = "，石桥镇灌渠第一，"


def _sure_of(*spans):
    tags = to_tags(list(spans), len(TEXT), 4)
    return np.log(np.where(np.eye(N_TAGS)[tags] > 0, 0.96, 0.01)).astype(np.float32)


def _found(roles, *spans):
    found = decode(TEXT, _sure_of(*spans), roles, 1.0)
    return [(f[0], TEXT[f[1] : f[2]]) for f in found]


def test_punctuation_at_the_edges_is_no_part_of_a_span(roles):
    assert _found(roles, (0, 0, 4), (1, 4, 9)) == [("UNIT", "石桥镇"), ("ACHIEVEMENT", "灌渠第一")]
    assert _found(roles, (0, 0, 1)) == []


def test_a_rank_may_stand_inside_but_not_stick_out(roles):
    assert _found(roles, (1, 4, 8), (3, 6, 8)) == [("ACHIEVEMENT", "灌渠第一"), ("RANK", "第一")]
    assert _found(roles, (1, 4, 7), (3, 6, 8)) == [("ACHIEVEMENT", "灌渠第")]
    assert _found(roles, (0, 1, 4), (3, 1, 4)) == [("UNIT", "石桥镇")]


def test_of_two_that_overlap_the_surer_stays(roles):
    log_probs = _sure_of((1, 4, 8), (2, 4, 8))
    log_probs[:, 2] *= 2
    assert [f[0] for f in decode(TEXT, log_probs, roles, 1.0)] == ["ACHIEVEMENT"]


def test_a_span_is_as_sure_as_its_least_sure_tag_and_temperature_flattens_it(roles):
    log_probs = _sure_of((0, 1, 4))
    log_probs[2, 0] = np.log([0.05, 0.05, 0.8, 0.05, 0.05])
    (sure,), (flat,) = decode(TEXT, log_probs, roles, 1.0), decode(TEXT, log_probs, roles, 2.0)
    assert np.isclose(sure[3], 0.8)
    assert np.isclose(flat[3], 2 / 3)  # odds of 4 become odds of 2


def test_a_label_may_stand_inside_itself_as_deep_as_it_has_layers():
    schema = LabelSchema.model_validate({"labels": {"名": {"inside": ["名"]}}})
    roles = Roles(schema, ("名", "名"))
    tags = to_tags([(0, 1, 8), (1, 1, 4), (1, 5, 8)], len(TEXT), 2)
    sure = np.log(np.where(np.eye(N_TAGS)[tags] > 0, 0.96, 0.01)).astype(np.float32)
    assert [f[:3] for f in decode(TEXT, sure, roles, 1.0)] == [
        ("名", 1, 8),
        ("名", 1, 4),
        ("名", 5, 8),
    ]
    twice = to_tags([(0, 1, 8), (1, 1, 8)], len(TEXT), 2)
    sure = np.log(np.where(np.eye(N_TAGS)[twice] > 0, 0.96, 0.01)).astype(np.float32)
    assert len(decode(TEXT, sure, roles, 1.0)) == 1

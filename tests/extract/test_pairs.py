import numpy as np

from pingyu.extract.encode import Vocabulary, encode
from pingyu.extract.pairs import features, pair_up
from pingyu.extract.roles import Roles
from pingyu.labels import LabelSchema
from pingyu.schema import Span

VOCABULARY = Vocabulary.of(["<pad>", "<unk>", "<mask>"], 64)
TEXT = "石桥镇\n灌渠完工，进度第一。\n大河乡\n灌渠停工。"


def _span(label, word):
    return Span(label, TEXT.index(word), TEXT.index(word) + len(word), word)


UNITS = [_span("UNIT", "石桥镇"), _span("UNIT", "大河乡")]
STATEMENTS = [_span("ACHIEVEMENT", "灌渠完工"), _span("DEFICIENCY", "灌渠停工")]


def _pairs(roles):
    return pair_up(TEXT, encode(TEXT, VOCABULARY), UNITS, STATEMENTS, [0, 1], roles)


def test_every_near_mention_is_a_candidate_and_every_feature_in_range(roles):
    pairs = _pairs(roles)
    assert list(zip(pairs.mention, pairs.target, strict=True)) == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert (pairs.features >= 0).all()
    assert (pairs.features < np.array(list(features(roles).values()))).all()


def test_features_tell_where_the_mention_stands(roles):
    names = features(roles)
    rows = [dict(zip(names, row.tolist(), strict=True)) for row in _pairs(roles).features]
    assert [row["lines_between"] - 4 for row in rows] == [1, -1, 3, 1]
    assert [row["mentions_between"] - 6 for row in rows] == [0, -1, 1, 0]
    assert [row["mention_fills_line"] for row in rows] == [1, 1, 1, 1]
    assert [row["mention_on_first_line"] for row in rows] == [1, 0, 1, 0]


def test_no_mention_or_no_target_gives_no_pair(roles):
    encoded = encode(TEXT, VOCABULARY)
    assert len(pair_up(TEXT, encoded, [], STATEMENTS, [], roles).mention) == 0
    assert len(pair_up(TEXT, encoded, UNITS, [], [0, 1], roles).mention) == 0


def test_by_pair_a_mention_looks_at_the_targets_within_reach():
    relation = {"heads": ["甲", "乙"], "tails": ["乙"], "reach": [1, 2]}
    schema = LabelSchema.model_validate(
        {"labels": {"甲": {}, "乙": {"inside": ["甲"]}}, "relations": {"R": relation}}
    )
    roles = Roles(schema, ("甲", "乙"))
    text = "甲乙乙乙乙"
    spans = [Span("甲", 0, 2, "甲乙"), *(Span("乙", n, n + 1, "乙") for n in range(1, 5))]
    pairs = pair_up(text, encode(text, VOCABULARY), spans, spans[1:], [*range(5)], roles)
    found = set(zip(pairs.mention.tolist(), pairs.target.tolist(), strict=True))
    assert found == {(0, 0), (0, 1), (1, 1), (2, 0), (2, 2), (3, 1), (3, 3), (4, 2)}
    overlap = list(features(roles)).index("overlap")
    assert [row[overlap] for row in pairs.features.tolist()].count(1) == 1
    assert "mention_label" in features(roles)
    assert "target_label" not in features(roles)


def test_a_list_is_as_near_as_its_nearest(roles):
    text = "甲县、乙县和丙县完工。\n丁县停工。"
    units = [Span("UNIT", n := text.index(c), n + 2, f"{c}县") for c in "甲乙丙丁"]
    told = [Span("ACHIEVEMENT", n := text.index("完工"), n + 2, "完工")]
    pairs = pair_up(text, encode(text, VOCABULARY), units, told, [0, 1, 2, 3], roles)
    rows = [dict(zip(features(roles), row, strict=True)) for row in pairs.features.tolist()]
    assert [row["mentions_between"] - 6 for row in rows] == [2, 1, 0, -1]
    assert [row["lists_between"] - 6 for row in rows] == [0, 0, 0, -1]
    assert [row["clauses_to_list"] - 10 for row in rows] == [0, 0, 0, -2]
    assert [row["mentions_in_list"] for row in rows] == [2, 2, 2, 0]

import numpy as np

from pingyu.extract.encode import Vocabulary, encode
from pingyu.extract.pairs import FEATURES, pair_up

VOCABULARY = Vocabulary.of(["<pad>", "<unk>", "<mask>"], 64)
TEXT = "石桥镇\n灌渠完工，进度第一。\n大河乡\n灌渠停工。"


def _places(*words):
    return [(TEXT.index(w), TEXT.index(w) + len(w)) for w in words]


def _pairs():
    targets = _places("灌渠完工", "灌渠停工")
    return pair_up(
        TEXT, encode(TEXT, VOCABULARY), _places("石桥镇", "大河乡"), targets, [0, 1], [0, 1]
    )


def test_every_near_mention_is_a_candidate_and_every_feature_in_range():
    pairs = _pairs()
    assert list(zip(pairs.mention, pairs.target, strict=True)) == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert (pairs.features >= 0).all()
    assert (pairs.features < np.array(list(FEATURES.values()))).all()


def test_features_tell_where_the_mention_stands():
    rows = [dict(zip(FEATURES, row.tolist(), strict=True)) for row in _pairs().features]
    assert [row["lines_between"] - 4 for row in rows] == [1, -1, 3, 1]
    assert [row["mentions_between"] - 6 for row in rows] == [0, -1, 1, 0]
    assert [row["mention_fills_line"] for row in rows] == [1, 1, 1, 1]
    assert [row["mention_on_first_line"] for row in rows] == [1, 0, 1, 0]


def test_no_mention_or_no_target_gives_no_pair():
    encoded = encode(TEXT, VOCABULARY)
    assert len(pair_up(TEXT, encoded, [], _places("灌渠完工"), [0], []).mention) == 0
    assert len(pair_up(TEXT, encoded, _places("石桥镇"), [], [], [0]).mention) == 0

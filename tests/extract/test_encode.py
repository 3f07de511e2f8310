import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pingyu.extract.encode import UNKNOWN, Vocabulary, encode, fold

VOCABULARY = Vocabulary.of(["<pad>", "<unk>", "<mask>", "区", "，", "1"], 64)


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_both_widths_fold_to_one():
    half = '增长8%,居"全市"第一(并列);其中:甲1,200户!'
    full = "增长８％，居“全市”第一（并列）；其中：甲1,200户！"
    assert fold(half) == fold(full)


def test_a_comma_within_a_number_ends_no_clause():
    encoded = encode("投资1,200万元,居首", VOCABULARY)
    assert encoded.ends.tolist() == [9, 11]


@given(st.text(min_size=1))
def test_clauses_tile_the_text(text):
    encoded = encode(text, VOCABULARY)
    assert encoded.starts[0] == 0
    assert encoded.ends[-1] == len(text) - 1
    assert np.array_equal(encoded.starts[1:], encoded.ends[:-1] + 1)
    for clause, (start, end) in enumerate(zip(encoded.starts, encoded.ends, strict=True)):
        assert (encoded.clause[start : end + 1] == clause).all()


def test_unknown_and_astral_characters_have_one_id_each():
    encoded = encode("区𠮷😀", VOCABULARY)
    assert encoded.chars.tolist() == [3, UNKNOWN, UNKNOWN]

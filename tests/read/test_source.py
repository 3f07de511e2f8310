import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyu.read.source import Builder, SourceText, join_lines


@given(st.text(), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_every_kept_character_is_the_one_at_its_place(text, cuts):
    rest = SourceText.of(text).without(cuts)
    assert rest.text == "".join(text[s:e] for s, e in zip(rest.starts, rest.ends, strict=True))


@given(st.text(alphabet="区一\n a"))
def test_lines_joined_again_are_the_text(text):
    source = SourceText.of(text)
    joined = join_lines(source.lines())
    assert joined.text == text
    for character, start, end in zip(joined.text, joined.starts, joined.ends, strict=True):
        assert character == "\n" or text[start:end] == character


def test_remove_takes_out_group_one():
    left = SourceText.of("区(qu)政府").remove(re.compile(r"(\([a-z]+\))"))
    assert left.text == "区政府"
    assert left.starts.tolist() == [0, 5, 6]


def test_builder_keeps_the_stretch_of_an_entity():
    builder = Builder()
    builder.verbatim("甲", 0)
    builder.stands_for("&", 1, 6)
    built = builder.build()
    assert (built.text, built.starts.tolist(), built.ends.tolist()) == ("甲&", [0, 1], [1, 6])


def test_retext_refuses_another_length():
    with pytest.raises(ValueError, match="3 characters over a map of 2"):
        SourceText.of("甲乙").retext("甲乙丙")

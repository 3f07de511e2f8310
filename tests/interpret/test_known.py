from hypothesis import given
from hypothesis import strategies as st

from pingyu.interpret.known import Known

WORDS = st.text("甲乙丙丁", min_size=1, max_size=4)


@given(st.lists(WORDS, unique=True), st.text("甲乙丙丁戊", max_size=12))
def test_taking_out_those_among_a_text_takes_out_all(names, text):
    few = Known(names).among(text)
    assert few == [name for name in names if name in few]
    rest, expected = text, text
    for name in few:
        rest = rest.replace(name, "")
    for name in names:
        expected = expected.replace(name, "")
    assert rest == expected


def test_among_many_names_few_are_looked_at():
    known = Known(chr(0x4E00 + n) + "镇" for n in range(3000))
    assert known.among("一丁大") == ["一镇", "丁镇", "大镇"]

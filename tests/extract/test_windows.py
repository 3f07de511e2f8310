from hypothesis import given
from hypothesis import strategies as st

from pingyu.extract.windows import windows


@given(st.text(alphabet="区，。\n", max_size=400), st.integers(2, 60), st.integers(0, 30))
def test_cores_tile_the_text_within_their_windows(text, core, margin):
    found = list(windows(text, core, margin))
    at = 0
    for window in found:
        assert window.core_start == at
        assert window.start <= window.core_start <= window.core_end <= window.end
        assert window.end - window.start <= core + 2 * margin
        at = window.core_end
    assert at == len(text)


def test_a_core_ends_where_a_line_ends():
    text = "一二三四五六\n七八九十" * 3
    assert next(windows(text, 10, 2)).core_end == 7

import pytest

from pingyu.interpret.numerals import half_width, integer, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", 12.5),
        ("1,200", 1200),
        ("三千", 3000),
        ("百", 100),
        ("二十八", 28),
        ("三点五", 3.5),
        ("两千三百", 2300),
        ("四千三", 4300),
        ("两百五", 250),
        ("三百零五", 305),
        ("两三", 2),
        ("二〇二一", 2021),
        ("十五五", None),
        ("", None),
    ],
)
def test_value(text, value):
    assert number(text) == value


def test_integer_takes_no_fractions():
    assert (integer("12"), integer("三点五"), integer("三四")) == (12, None, None)


def test_half_width_keeps_every_character_in_its_place():
    text = "增长１２．５％，居第１。"
    assert half_width(text) == "增长12.5%，居第1。"
    assert len(half_width(text)) == len(text)

import pytest

from pingyu.extract.mentions import listed, same_unit
from pingyu.schema import Span


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["罗川市清河区", "清河区", "清河", "区政府", "清河区人民政府"], [0, 0, 0, 0, 0]),
        (["石桥镇", "石桥乡", "石桥"], [0, 1, 0]),
        (["市医疗保障局", "医保局", "市水务局"], [0, 0, 1]),
        (["江华瑶族自治县", "江华县", "江华"], [0, 0, 0]),
        (["高新区管委会", "高新区", "经开区"], [0, 0, 1]),
        (["蓟州区", "蓟州", "徐州市"], [0, 0, 1]),
        (["县卫健局", "县卫生健康局", "县教育局"], [0, 0, 1]),
        ([], []),
    ],
)
def test_names_of_one_unit_share_a_number(names, numbers):
    assert same_unit(names) == numbers


def test_mentions_of_one_list_are_followed_by_the_next():
    text = "甲县（并列）、乙县和丙县；丁县、\n戊县以及己县"
    starts = [text.index(c) for c in "甲乙丙丁戊己"]
    mentions = [Span("UNIT", s, s + 2, text[s : s + 2]) for s in starts]
    assert listed(text, mentions) == [True, True, False, False, True, False]
    assert listed(text, mentions[:1]) == [False]
    assert listed(text, []) == []

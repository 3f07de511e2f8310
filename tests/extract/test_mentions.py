import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyu.extract import mentions
from pingyu.extract.mentions import listed, same_unit
from pingyu.schema import Span


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["罗川市清河区", "清河区", "清河", "区政府", "清河区人民政府"], [0, 0, 0, 0, 0]),
        (["石桥镇", "石桥乡", "石桥"], [0, 1, 2]),  # it may be either
        (["石桥", "石桥镇", "石桥乡"], [0, 0, 1]),
        (["柳林", "柳林村", "清河社区", "清河"], [0, 0, 1, 1]),
        (["石桥镇柳林村", "柳林村", "柳林社区"], [0, 0, 1]),
        (["石桥镇中心村", "清河镇中心村", "中心村"], [0, 1, 2]),
        (["中心村", "石桥镇中心村", "清河镇中心村"], [0, 0, 1]),
        (["市人社局", "罗川市人力资源和社会保障局", "清河区人社局"], [0, 0, 1]),
        (["市人民医院", "清河县人民医院"], [0, 1]),
        (
            ["罗川市清河区教育局", "清河区教育局", "江华瑶族自治县教育局", "江华县教育局"],
            [0, 0, 1, 1],
        ),
        (["县发展和改革委员会", "县发改委"], [0, 0]),
        (["清河高新区", "罗川清河高新技术产业开发区"], [0, 0]),
        (["清河", "清河经济开发区"], [0, 1]),
        (["晨光净水", "罗川晨光净水有限公司", "清河"], [0, 0, 1]),
        (["罗川", "罗川公司"], [0, 1]),
        (["县政府", "石桥镇", "清河县", "柳林县"], [0, 1, 0, 2]),
        (["石桥镇", "清河县", "县政府"], [0, 1, 1]),
        (["石桥镇", "清河", "管委会", "县政府"], [0, 1, 0, 1]),
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
    units = [Span("UNIT", s, s + 2, text[s : s + 2]) for s in starts]
    assert listed(text, units) == [True, True, False, False, True, False]
    assert listed(text, units[:1]) == [False]
    assert listed(text, []) == []


def _by_comparing_all(names):
    known, numbers = {}, {}
    for name in names:
        if name not in numbers:
            parts = mentions._parts(name)
            fit = dict.fromkeys(known[n] for n in known if mentions._match(parts, n))
            fit = [k for k in fit if not any(parts.differs(n) for n in known if known[n] == k)]
            unclear = not fit or (len(fit) > 1 and parts.stem)
            numbers[name] = len(set(known.values())) if unclear else min(fit)
            known.setdefault(parts, numbers[name])
    return [numbers[name] for name in names]


@given(
    st.lists(
        st.text("市县区镇甲乙局教育办政府江", min_size=1, max_size=7)
        | st.sampled_from(
            ["区政府", "县", "市教育局", "教局", "北京市甲区", "管委会", "江乙", "甲乙江局公司"]
        )
    )
)
def test_comparing_few_finds_what_comparing_all_does(names):
    assert same_unit(names) == _by_comparing_all(names)


def test_a_name_is_compared_with_few(monkeypatch):
    compared = []
    match = mentions._match
    monkeypatch.setattr(mentions, "_match", lambda *two: compared.append(two) or match(*two))
    stems = [chr(0x4E00 + n) + chr(0x5E00 + n * 7 % 2000) for n in range(1000)]
    numbers = same_unit([stem + kind for stem in stems for kind in ("镇", "教育局")])
    assert len(set(numbers)) == 2000
    assert len(compared) < 10 * 2000

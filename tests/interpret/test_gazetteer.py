from collections import Counter

import pytest

from pingyu.interpret.gazetteer import gazetteer
from pingyu.names import COUNTY

PLACES = gazetteer()


def test_every_place_has_a_code_of_its_own_and_lies_in_its_chain():
    assert len(PLACES.places) == 3211
    for code, place in PLACES.places.items():
        assert len(code) == 6
        assert code.isdigit()
        assert place.chain[-1] == code
        assert PLACES.places[place.chain[0]].kind == "province"
        assert all(
            PLACES.places[above].lies_in(PLACES.places[place.chain[0]]) for above in place.chain
        )


def test_no_two_counties_have_one_full_name():
    names = Counter(p.name for p in PLACES.places.values() if p.kind == COUNTY)
    assert max(names.values()) == 1


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("谷城县", ["420625"]),
        ("朝阳", ["110105", "211300", "211321", "220104"]),
        ("朝阳区", ["110105", "220104"]),
        ("江华县", ["431129"]),
        ("红河州", ["532500"]),
        ("科左中旗", ["150521"]),
        ("莫旗", ["150722"]),
        ("前郭县", ["220721"]),
        ("密云县", ["110118"]),  # until 2015; only its kind changed
        ("襄樊市", []),  # 襄阳市 since 2010
        ("宣化县", []),  # there was a 宣化区 beside it
        ("济源市", ["419001"]),
        ("襄州新区", []),  # a zone; 420607 is 襄州区
        ("喀什区", []),  # 653100 is 喀什地区
        ("流动红旗", []),
        ("", []),
    ],
)
def test_names_and_what_they_may_mean(name, codes):
    assert sorted(place.code for place in PLACES.look_up(name)) == codes


def test_parents_are_named_from_the_top():
    assert PLACES.named(PLACES.places["420625"].chain) == ["湖北省", "襄阳市", "谷城县"]
    assert PLACES.named(PLACES.places["110105"].chain) == ["北京市", "朝阳区"]
    assert PLACES.named(PLACES.places["419001"].chain) == ["河南省", "济源市"]


def test_full_names_in_running_text():
    found = PLACES.full_names_in("中山市场监管局到湖北省襄阳市谷城县，在城区看了北京市密云县。")
    assert [name for _, name in found] == ["湖北省", "襄阳市", "谷城县", "北京市", "密云县"]

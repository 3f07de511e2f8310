import pytest

from pingyu.inline import parse
from pingyu.interpret.listed import Listed, listed_names


def _listed(marked):
    return listed_names(parse(marked))


@pytest.mark.parametrize(
    ("marked", "listed"),
    [
        (
            "[U:a 官坡]、[U:b 沙河]和[U:c 砚台]三个乡镇",
            {k: Listed(k, "town") for k in ("官坡", "沙河", "砚台")},
        ),
        (
            "后两名的县公司依次为[U:a 绥宁]、[U:b 城步]。",
            {k: Listed(f"{k}县公司", "enterprise") for k in ("绥宁", "城步")},
        ),
        (
            "[U:a 讷河市]、[U:b 梅里斯]、[U:c 克山县分公司]垫底",
            {k: Listed(f"{k}分公司", "enterprise") for k in ("讷河市", "梅里斯")},
        ),
        (
            "二、地市级公司（卷烟）\n[U:a 保山]第一。\n三、各县\n[U:b 弥勒]第二。",
            {"保山": Listed("保山公司", "enterprise")},
        ),
        ("企业：[U:a 大长江]", {"大长江": Listed("大长江", "enterprise")}),
        ("[U:a 大支坪]、[U:b 清太坪]等乡镇", {k: Listed(k, "town") for k in ("大支坪", "清太坪")}),
        (
            "[U:a 平定]、[U:b 文楼]两镇",
            {"平定": Listed("平定镇", "town"), "文楼": Listed("文楼镇", "town")},
        ),
        (
            "[U:a 国土]、[U:b 住建局]、[U:c 教育]等3局",
            {"国土": Listed("国土局", "bureau"), "教育": Listed("教育局", "bureau")},
        ),
        (
            "[U:a 合水]、[U:b 宁县]2家县公司",
            {"合水": Listed("合水县公司", "enterprise"), "宁县": Listed("宁县公司", "enterprise")},
        ),
    ],
)
def test_the_end_of_a_list_says_what_its_names_are(marked, listed):
    assert _listed(marked) == listed


@pytest.mark.parametrize(
    "marked",
    [
        "[U:a 老河口市]、[U:b 国网襄阳供电分公司]",
        "[U:a 官坡]一个乡镇",
        "[U:a 密云]、[U:b 怀柔]发言",
        "[U:a 甲镇]、[U:b 乙镇]两个局长",
    ],
)
def test_nothing_is_said_of_other_names(marked):
    assert _listed(marked) == {}

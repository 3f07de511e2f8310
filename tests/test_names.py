import pytest

from pingyu.names import split, unit_kind


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("清河区人民政府", ("清河", "区", "人民政府")),
        ("密云", ("密云", "", "")),
        ("赵县", ("赵县", "", "")),
        ("津市市", ("津市", "市", "")),
        ("江华瑶族自治县", ("江华", "瑶族自治县", "")),
        ("彭水苗族土家族自治县", ("彭水", "苗族土家族自治县", "")),
        ("内蒙古自治区", ("内蒙古", "自治区", "")),
        ("清新区", ("清新", "区", "")),
        ("浦东新区", ("浦东", "新区", "")),
        ("万柏林区", ("万柏林", "区", "")),
        ("神农架林区", ("神农架", "林区", "")),
        ("三仁畲族乡", ("三仁", "畲族乡", "")),
        ("高新区管委会", ("高新", "区", "管委会")),
        ("城市管理委员会", ("城市管理委员会", "", "")),
        ("区政府", ("区", "", "政府")),
    ],
)
def test_a_name_is_stem_kind_and_government(name, parts):
    found = split(name)
    assert (found.stem, found.kind, found.government) == parts


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("县财政局", "bureau"),
        ("市委教育工委", "bureau"),
        ("密云区城市管理委员会", "bureau"),
        ("柳林镇", "town"),
        ("协代苏木", "town"),
        ("新华街道办事处", "subdistrict"),
        ("高新区管委会", "zone"),
        ("中关村密云园", "zone"),
        ("县一中", "school"),
        ("机关幼儿园", "school"),
        ("社区卫生服务中心", "hospital"),
        ("国网谷城县供电公司", "enterprise"),
        ("市总工会", "other"),
        ("新溪桥社区", "other"),
        ("红河州", "city"),
        ("塔城地区", "city"),
        ("车站地区管委会", "zone"),
        ("东湖村管委会", "zone"),
        ("密云", None),
    ],
)
def test_the_end_of_a_name_tells_the_kind(name, kind):
    assert unit_kind(name) == kind

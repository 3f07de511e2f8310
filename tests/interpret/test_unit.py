"""Units → entities; the cases of tests/data/units.tsv are as its README.md specifies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from blind import rows

from pingyu import inline
from pingyu.interpret.unit import entities
from pingyu.schema import AMBIGUOUS, RESOLVED, UNIT, UNKNOWN, Document, Entity, Span


def _document(*names: str, place: str = "") -> Document:
    """A text that lists the names, each a unit of its own; u1 is the first."""
    document = Document("\n", metadata={"place": place} if place else {})
    for number, name in enumerate(names, 1):
        start = len(document.text)
        document.text += name + "、"
        document.spans.append(Span(UNIT, start, start + len(name), name))
        document.keys.append(f"u{number}")
    return document


def _read(name: str, mentions: str, place: str) -> Entity:
    others = [m for m in mentions.split("|") if m and m != name]
    return entities(_document(name, *others, place=place))["u1"]


def _cases() -> Iterator[tuple[dict[str, str], dict[str, Any], Entity]]:
    for row in rows("units.tsv"):
        expected = {"status": RESOLVED, **json.loads(row["expected"])}
        yield row, expected, _read(row["name"], row["mentions"], row["place"])


def test_blind_set():
    total, right, wrong_codes = 0, 0, []
    for row, expected, entity in _cases():
        total += 1
        found = {key: getattr(entity, key) for key in expected}
        right += found == expected
        if entity.code is not None and entity.code != expected["code"]:
            wrong_codes.append((row["name"], row["place"], entity.code))
    assert total >= 200
    assert wrong_codes == []
    assert right / total >= 0.95


def _entities(marked: str) -> dict[str, Entity]:
    return entities(inline.parse(marked))


def test_all_mentions_of_a_unit_are_one_entity():
    found = _entities(
        "襄阳市点评会\n[U:a 谷城县]、[U:b 保康]发言。[U:a 谷城][A:a 修渠]，[U:a 县政府][A:a 修路]。"
    )
    assert found["a"] == Entity("谷城县", "谷城县", "county", "420625", ["湖北省", "襄阳市"])
    assert found["b"] == Entity("保康", "保康县", "county", "420626", ["湖北省", "襄阳市"])


def test_a_towns_short_name_is_not_the_county_of_that_name():
    found = _entities(
        "全市调度会\n[U:a 永丰镇]第一。[U:a 永丰]、[U:b 大观]要加快。[U:b 大观镇]第二。"
    )
    assert {(e.kind, e.code, e.status, e.reason) for e in found.values()} == {
        ("town", None, AMBIGUOUS, "no-place")
    }


def test_a_word_for_a_part_of_any_town_is_a_place_only_beside_others():
    alone = _entities("点评会\n[U:a 城东]、[U:b 城西]发言。")
    assert [(e.code, e.status, e.reason) for e in alone.values()] == [
        (None, AMBIGUOUS, "no-place"),
        (None, AMBIGUOUS, "no-place"),
    ]
    beside = _entities("西宁市点评会\n[U:a 城东]、[U:b 城西]发言。")
    assert [e.code for e in beside.values()] == ["630102", "630104"]


def test_a_bureau_takes_the_name_of_its_place():
    found = _entities("枣阳市点评会\n[U:a 市教育局]、[U:b 商务局]、[U:c 财政部]发言。")
    parents = ["湖北省", "襄阳市", "枣阳市"]
    assert (found["a"].canonical, found["a"].parents) == ("枣阳市教育局", parents)
    assert (found["b"].canonical, found["b"].parents) == ("枣阳市商务局", parents)
    assert (found["c"].canonical, found["c"].parents) == ("财政部", [])


def test_where_two_cities_may_be_meant_a_bureau_stays_ambiguous():
    found = _entities("水务局总结\n在泰州市水利局指导下，[U:a 市水务局][A:a 修渠]。")
    assert (found["a"].canonical, found["a"].status) == ("市水务局", AMBIGUOUS)


def test_a_town_needs_its_county():
    found = _entities("襄阳市点评会\n[U:a 谷城县]、[U:b 保康县]、[U:c 城关镇]发言。")
    assert (found["c"].status, found["c"].reason) == (AMBIGUOUS, "no-county")
    assert found["c"].parents == ["湖北省", "襄阳市"]


@pytest.mark.parametrize(
    ("name", "status", "candidates", "reason"),
    [
        ("谷城县", RESOLVED, [], None),
        ("清河区", AMBIGUOUS, ["211204"], "elsewhere"),
        ("马泉营地区", AMBIGUOUS, [], "no-county"),
        ("伊宁", UNKNOWN, [], "no-kind"),
        ("罗川区", UNKNOWN, [], "no-such-place"),
        ("襄阳市罗川区", UNKNOWN, [], "no-such-place"),
        ("滨海新区", RESOLVED, [], None),
        ("襄州新区", RESOLVED, [], None),
    ],
)
def test_what_is_not_of_the_documents_place(name, status, candidates, reason):
    entity = entities(_document(name, place="湖北省/襄阳市"))["u1"]
    assert (entity.status, entity.candidates, entity.reason) == (status, candidates, reason)
    assert (entity.code is not None) == (name == "谷城县")


def test_without_a_place_only_an_enterprise_is_itself():
    found = _entities("点评会\n[U:a 招商银行]、[U:b 第一中学]、[U:c 高新区]、[U:d 供电公司]发言。")
    assert [e.status for e in found.values()] == [RESOLVED, AMBIGUOUS, AMBIGUOUS, AMBIGUOUS]


def test_the_county_before_a_town_holds_for_the_list_behind_it():
    found = _entities(
        "揭阳市通报\n[U:a 揭东区炮台镇]、[U:b 玉湖镇]，[U:c 榕城区仙桥街道]、[U:d 任县天口镇]、[U:e 东山街道]超标"
    )
    above = [(e.parents[2:], e.status) for e in found.values()]
    assert above[:3] == [(["揭东区"], RESOLVED), (["揭东区"], RESOLVED), (["榕城区"], RESOLVED)]
    assert above[3:] == [([], AMBIGUOUS), ([], AMBIGUOUS)]


def test_a_county_that_became_a_district_keeps_its_bureaus():
    found = _entities("赣县通报2014年信访工作\n[U:a 县人社局]发言。")
    assert found["a"].canonical == "赣县区人社局"


def test_a_document_without_units_has_no_entities():
    assert _entities("襄阳市点评会") == {}


@pytest.mark.parametrize(
    ("name", "canonical", "kind"),
    [
        ("团市委", "共青团枣阳市委", "bureau"),
        ("市直机关工委", "枣阳市直机关工委", "bureau"),
        ("市惠农果蔬专业合作社", "枣阳市惠农果蔬专业合作社", "enterprise"),
        ("市信合联社", "枣阳市信合联社", "enterprise"),
        ("红花镇远通车队", "红花镇远通车队", "enterprise"),
        ("韦林卫生院分院", "韦林卫生院分院", "hospital"),
        ("市职业教育中心", "枣阳市职业教育中心", "school"),
        ("随阳工区", "随阳工区", "zone"),
        ("枣阳台商投资区", "枣阳台商投资区", "zone"),
        ("随阳管区", "随阳管区", "other"),
        ("沙河湿地公园", "沙河湿地公园", "other"),
        ("市国税", "枣阳市国税", "bureau"),
        ("市汽车总站", "枣阳市汽车总站", "enterprise"),
        ("沙河治理指挥部", "枣阳市沙河治理指挥部", "bureau"),
        ("湖滨村委会小新寨", "湖滨村委会小新寨", "other"),
    ],
)
def test_names_that_end_like_others(name, canonical, kind):
    entity = entities(_document(name, place="湖北省/襄阳市/枣阳市"))["u1"]
    assert (entity.canonical, entity.kind) == (canonical, kind)


@pytest.mark.parametrize("name", ["密云党委", "大兴工委", "密云管委会", "通州党工委", "朝阳管委会"])
def test_a_committee_of_a_short_name_is_read_alone(name):
    assert _entities(f"北京市点评会\n[U:a {name}]发言。")["a"].name == name


def test_a_committee_is_that_of_its_place():
    found = _entities("北京市点评会\n[U:a 密云]第一，[U:b 密云党委]发言。")
    assert found["b"].canonical == "密云区"


@pytest.mark.parametrize(
    ("name", "canonical", "kind"),
    [
        ("宏正监理", "宏正监理", "enterprise"),
        ("某公司项目部", "某公司项目部", "enterprise"),
        ("市供电局", "枣阳市供电局", "enterprise"),
        ("市公路段", "枣阳市公路段", "bureau"),
        ("石油家属院", "石油家属院", "other"),
        ("马山安置区", "马山安置区", "other"),
        ("桃园街", "桃园街", "subdistrict"),
        ("纺织工业城管理委员会", "纺织工业城", "zone"),
        ("市政园林局", "枣阳市市政园林局", "bureau"),
        ("“枣阳发布”视频号", "枣阳发布视频号", None),
        ("鼎盛国际花园管理处", "鼎盛国际花园管理处", "bureau"),
        ("“城关社区”", "城关社区", "other"),
        ("城关社区⑭", "城关社区", "other"),
    ],
)
def test_kinds_that_the_last_character_does_not_tell(name, canonical, kind):
    entity = entities(_document(name, place="湖北省/襄阳市/枣阳市"))["u1"]
    assert (entity.canonical, entity.kind, entity.name) == (canonical, kind, name)


@pytest.mark.parametrize(
    ("name", "parents"),
    [
        ("郑州广泰路桥", ["河南省", "郑州市"]),
        ("襄阳洁达环卫公司", ["湖北省", "襄阳市"]),
        ("湖北楚岳建工", ["湖北省"]),
        ("广泰路桥", ["湖北省", "襄阳市", "枣阳市"]),
    ],
)
def test_a_company_lies_where_its_name_says(name, parents):
    assert entities(_document(name, place="湖北省/襄阳市/枣阳市"))["u1"].parents == parents


def test_companies_of_the_counties_of_a_province():
    found = _entities("河北省电力公司通报\n[U:a 正定公司]、[U:b 涿州公司]、[U:c 邯郸公司]发言。")
    assert [e.parents[-1] for e in found.values()] == ["正定县", "涿州市", "邯郸市"]


def test_names_of_a_list_of_towns_are_no_counties():
    found = _entities(
        "卢氏县督查通报\n[U:a 东明]、[U:b 城关]两镇，[U:c 沙河]、[U:d 范里]两个乡镇欠款。"
    )
    assert [e.canonical for e in found.values()] == ["东明镇", "城关镇", "沙河", "范里"]
    assert {e.kind for e in found.values()} == {"town"}


def test_a_company_from_elsewhere_does_not_tell_where_the_document_is_from():
    found = _entities("惠东县通报\n[U:a 深圳市衡准公司]、[U:b 惠州市诚坤公司]、[U:c 吉隆镇]整改。")
    assert found["c"].parents == ["广东省", "惠州市", "惠东县"]


def test_an_autonomous_county_may_be_named_by_its_people_alone():
    found = _entities("甘肃省通报\n[U:a 东乡县]、[U:b 环县]")
    assert found["a"].canonical == "东乡族自治县"


def test_a_city_in_whose_ranking_the_document_is_placed_is_not_its_own():
    found = _entities("我市召开会议\n我市增幅列赣州市各县（市、区）第三。[U:a 市财政局]发言。")
    assert (found["a"].status, found["a"].reason) == (AMBIGUOUS, "no-place")


def test_banks_of_several_counties_lie_each_in_its_own():
    found = _entities(
        "湖州市[U:a 安吉农商行]、[U:b 南浔银行]、[U:c 长兴联合村镇银行]到会，[U:d 安吉县][A:d 增收]。"
    )
    assert [found[key].parents[-1] for key in "abc"] == ["安吉县", "南浔区", "长兴县"]


def test_villages_behind_the_name_of_their_town_are_no_towns():
    found = _entities("抽查名单。振文镇：[U:a 泗岸村]、[U:b 低垌村]。")
    assert [(found[key].canonical, found[key].kind) for key in "ab"] == [
        ("泗岸村", "other"),
        ("低垌村", "other"),
    ]


def test_a_customs_house_is_no_body_of_its_city():
    found = _entities("宁波市通报：[U:a 北仑海关]办结三件，[U:b 宁波市教育局]办结两件。")
    assert found["a"].canonical == "北仑海关"


def test_a_local_branch_tells_the_place_of_its_county():
    found = _entities(
        "[U:a 武胜关镇]、[U:b 市税务局]到会，[U:c 国网广水市供电公司][A:c 抢修及时]。"
    )
    assert found["a"].parents == ["湖北省", "随州市", "广水市"]
    assert found["b"].canonical == "广水市税务局"

"""Frames, ways of naming and false friends are found where they stand, and only there."""

import pytest

from pingyu import inline
from pingyu.errors import PingyuError
from train.composition import (
    RULES,
    SHARES,
    Inventory,
    annotated,
    attest,
    count,
    read_inventory,
    without,
)

MARKED = "[U:a 石桥镇],[A:a 进度[R 第一]],但在[D:a 防火]等方面不足,要第一时间整改"
EMPTY = {
    "attested": 2,
    "provinces": ["anhui", "hebei"],
    "least": {},
    "least_distinct": {},
    "least_attested": {},
    "least_share": {},
    "least_of_genre": {},
    "unit_ways": {},
    "unit_rules": {},
    "deficiency_frames": {},
    "rank_frames": {},
    "false_friends": {},
}


def _inventory(**values):
    return Inventory.model_validate(EMPTY | values)


def test_spans_show_their_edges_inner_ones_within_outer_ones():
    assert (
        annotated(inline.parse(MARKED))
        == "Ⓤ石桥镇ⓤ，Ⓐ进度Ⓡ第一ⓡⓐ，但在Ⓓ防火ⓓ等方面不足，要第一时间整改"
    )
    assert annotated(inline.parse("[U:a 甲镇][U:b 乙镇]")) == "Ⓤ甲镇ⓤⓊ乙镇ⓤ"


def test_what_only_looks_like_a_span_is_sought_outside_such_spans():
    assert without(inline.parse(MARKED), "RANK").count("第一") == 1
    assert without(inline.parse(MARKED), "UNIT").count("第一") == 2


def test_a_specimen_is_counted_by_documents_and_one_in_none_is_reported_as_none():
    documents = {name: inline.parse(MARKED) for name in ("a/x", "a/y", "a/z")}
    documents["a/w"] = inline.parse("防火等方面不足，第一")
    found = attest(
        documents,
        _inventory(
            attested=5,
            deficiency_frames={"在": "在Ⓓ[^ⓓ]*ⓓ等方面", "没有的": "仍存Ⓓ"},
            false_friends={"RANK": {"第一时间": "第一时间", "第一": "第一$"}},
        ),
    )
    assert found["deficiency_frames"] == {"在": 3, "没有的": 0}
    assert found["false_friends"] == {"第一时间 (RANK)": 3, "第一 (RANK)": 1}


@pytest.mark.parametrize(
    ("rule", "marked", "other"),
    [
        ("short_after_full", "[U:a 柳林县]好，[U:a 柳林]", "[U:a 柳林]好，[U:a 柳林县]"),
        ("full_after_short", "[U:a 柳林]好，[U:a 柳林县]", "[U:a 柳林县]好，[U:b 柳林]"),
        (
            "abbreviated_office",
            "[U:a 市住房和城乡建设局]，[U:a 市住建局]",
            "[U:a 市住房和城乡建设局]，[U:a 住房和城乡建设局]",
        ),
        ("title_only", "[U:a 柳林]好\n[A:a 修渠]", "[U:a 柳林]好\n[U:a 柳林][A:a 修渠]"),
        ("named_after_statement", "[A:a 修渠]的是[U:a 柳林]", "[U:a 柳林][A:a 修渠]"),
        (
            "carried_over_lines",
            "[U:a 柳林]\n[A:a 修渠]\n[A:a 修路]",
            "[U:a 柳林]\n[A:a 修渠]，[A:a 修路]",
        ),
        ("joint_subject", "[U:a 甲]、[U:b 乙][A:a+b 修渠]", "[U:a 甲]、[U:a 乙][A:a 修渠]"),
    ],
)
def test_ways_of_naming_that_take_all_mentions_to_see(rule, marked, other):
    assert RULES[rule](inline.parse(marked))
    assert not RULES[rule](inline.parse(other))


@pytest.mark.parametrize(
    ("share", "text", "other"),
    [
        ("half_width", "修渠,修路,造林。", "修渠，修路，造林1,200亩。"),
        ("broken_lines", "修渠、\n修路，\n造林。", "修渠、修路，造林。\n防火。"),
        ("lists", "一、修渠\n二、修路\n三、造林", "一、修渠，二、修路，三、造林"),
        ("mixed_numerals", "修渠十二公里，造林三千亩，用时30天、200人", "修渠12公里，造林300亩"),
    ],
)
def test_how_a_text_is_set(share, text, other):
    assert SHARES[share](text)
    assert not SHARES[share](other)


def test_counts_stand_beside_what_is_asked_also_where_nothing_was_found():
    documents = {"town/anhui-x": inline.parse(MARKED), "town/anhui-y": inline.parse(MARKED)}
    inventory = _inventory(least={"provinces": 2}, least_of_genre={"bureau": 1})
    counts = {(c.kind, c.name): (c.found, c.least) for c in count(documents, inventory)}
    assert counts["corpus", "documents"] == (2, 0)
    assert counts["corpus", "provinces"] == (1, 2)
    assert counts["genres", "town"] == (2, 0)
    assert counts["genres", "bureau"] == (0, 1)
    assert counts["spans", "UNIT"] == (2, 0)
    assert counts["distinct strings", "UNIT"] == (1, 0)
    assert counts["documents with", "half_width"] == (1.0, 0)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"在Ⓓ"', '"(Ⓓ"', "'在' is no regular expression"),
        ('"joint_subject"', '"jointly"', "no rule 'jointly'"),
        ("attested = 3", "attest = 3", "attest: Extra inputs"),
    ],
)
def test_a_wrong_inventory_is_told(old, new, message, root, tmp_path):
    path = tmp_path / "inventory.toml"
    text = (root / "annotations" / "inventory.toml").read_text(encoding="utf-8")
    text = text.replace("[deficiency_frames]\n", '[deficiency_frames]\n"在" = "在Ⓓ"\n')
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PingyuError, match=message):
        read_inventory(path)


def test_the_inventory_holds_more_than_is_asked_of_the_corpus(root):
    inventory = read_inventory(root / "annotations" / "inventory.toml")
    assert len(inventory.provinces) == inventory.least["provinces"] == 31
    for kind, least in inventory.least_attested.items():
        held = getattr(inventory, kind)
        if kind == "false_friends":
            held = [specimen for patterns in held.values() for specimen in patterns]
        assert len(held) > least

import re

import numpy as np
import pytest

from pingyu import inline
from train.augment import Augmenter
from train.config import AugmentConfig
from train.splice import edit, join

GOLD = inline.parse(
    "2023年[U:a 清河区]点评会\n[U:a 清河区]、[U:b 柳林县][A:a+b 修渠12公里]，[A:a 增速[R 全市第2]]，"
    "但在[D:a 防火]、[D:a 清河区财源建设]、[D:a 就业]等方面不足。\n[R:r 前两名]是[U:b:r 柳林]。要加快建设。"
)
KINDS = ("names", "figures", "list_order", "lines", "residue", "preceded", "dates", "frames")


def _variants(**rates):
    augmenter = Augmenter(AugmentConfig(**rates), [GOLD])
    return [augmenter(GOLD, np.random.default_rng(seed)) for seed in range(40)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_changes_the_text_and_keeps_the_annotation(kind):
    variants = _variants(**{kind: 1.0})
    assert any(v.text != GOLD.text for v in variants)
    for variant in variants:
        _is_sound(variant)
        if kind != "preceded":
            labels = [s.label for s in GOLD.spans]
            assert sorted(s.label for s in variant.spans) == sorted(labels)
            assert len(variant.relations) == len(GOLD.relations)


def _is_sound(document):
    for span in document.spans:
        assert document.text[span.start : span.end] == span.text
        assert span.text == span.text.strip() != ""
    for relation in document.relations:
        head, tail = document.spans[relation.head], document.spans[relation.tail]
        assert relation.type == f"HAS_{tail.label}"
        assert head.label in ("UNIT", "ACHIEVEMENT", "DEFICIENCY")


def test_all_kinds_together_stay_sound_and_are_seeded():
    rates = dict.fromkeys(KINDS, 0.7)
    for variant, again in zip(_variants(**rates), _variants(**rates), strict=True):
        _is_sound(variant)
        assert variant == again


def test_no_rate_changes_nothing():
    assert all(v == GOLD for v in _variants())


def test_a_new_name_goes_wherever_the_old_one_stood():
    for variant in _variants(names=1.0):
        names = [s.text for s in variant.spans if s.label == "UNIT"]
        assert names[0] == names[1]
        assert names[0].endswith("区")
        assert names[2].removesuffix("县") == names[3]
        assert variant.text.count(names[0]) == 3
        assert "清河" not in variant.text


def test_areas_in_a_list_change_places_only_among_themselves():
    areas = {
        tuple(s.text for s in v.spans if s.label == "DEFICIENCY") for v in _variants(list_order=1.0)
    }
    assert len(areas) > 2
    assert {tuple(sorted(a)) for a in areas} == {tuple(sorted(["防火", "清河区财源建设", "就业"]))}


def test_lists_of_areas_become_others_longer_ones_and_pairs():
    other = inline.parse(
        "[U:a 石桥镇]在[D:a 落实“双减”]、[D:a 引才]上有差距。[D:a 群众]、[D:a 反映强烈]。"
    )
    augmenter = Augmenter(AugmentConfig(areas=1.0), [GOLD, other])
    variants = [augmenter(GOLD, np.random.default_rng(seed)) for seed in range(40)]
    areas = [tuple(s.text for s in v.spans if s.label == "DEFICIENCY") for v in variants]
    assert {len(a) for a in areas} == {2, 3, 4, 5}
    assert {text for a in areas for text in a} == {
        "防火", "清河区财源建设", "就业", "落实“双减”", "引才",
    }  # fmt: skip
    for variant, listed in zip(variants, areas, strict=True):
        _is_sound(variant)
        assert f"但在{'、'.join(listed)}等方面不足。" in variant.text
        assert len(variant.relations) == len(GOLD.relations) + len(listed) - 3


def test_a_list_of_which_the_same_is_told_grows():
    marked = "[U:a 清河区]（并列）、[U:b 柳林县]和[U:c 石桥镇]均[A:a+b+c 完成整改]，[U:a 清河区]、[U:d 河西区]到会。"
    gold = inline.parse(marked)
    augmenter = Augmenter(AugmentConfig(list_length=1.0), [])
    variants = [augmenter(gold, np.random.default_rng(seed)) for seed in range(20)]
    assert len({v.text for v in variants}) > 10
    for variant in variants:
        _is_sound(variant)
        assert (
            len(set(variant.keys)) == len(variant.spans) - 1
        )  # 清河区 stands there twice, A has none
        end = variant.text.index("均")
        listed = [s for s in variant.spans if s.label == "UNIT" and s.end <= end]
        assert len(variant.relations) == len(listed)
        assert variant.text.endswith("，清河区、河西区到会。")  # of these two not the same is told
        back = inline.parse(inline.write(variant))
        assert [s.text for s in back.spans] == [s.text for s in variant.spans]


REPORT = inline.parse(
    "[U:a 柳林县]政府工作报告\n一、回顾\n[A:a 粮食总产8亿斤]，[A:a 强化河道管护]，[A:a 税收增长3%]，[A:a 居[R 全市第2]]。"
    "[D:a 财源单薄]。\n二、下一步打算\n加强队伍建设。加强执法检查，推动镇村联动。完成清淤12公里，力争年底见效。\n"
)


def test_what_either_section_could_say_changes_between_results_and_plans():
    augmenter = Augmenter(AugmentConfig(sections=1.0), [REPORT])
    assert augmenter.done == ["强化河道管护"]  # neither a figure nor a rank
    # said of no time to come, and no heading
    assert augmenter.planned == ["加强执法检查", "推动镇村联动"]
    plans = REPORT.text.index("二、")
    seen = set()
    for seed in range(40):
        variant = augmenter(REPORT, np.random.default_rng(seed))
        _is_sound(variant)
        before, after = variant.text.split("二、")
        told = [s.text for s in variant.spans if s.label == "ACHIEVEMENT"]
        assert set(told) - {s.text for s in REPORT.spans} <= set(augmenter.planned)
        assert len(told) == 4 + sum(before.count(clause) for clause in augmenter.planned)
        assert {r.tail for r in variant.relations if r.type == "HAS_ACHIEVEMENT"} == {
            n for n, s in enumerate(variant.spans) if s.label == "ACHIEVEMENT"
        }
        assert all(s.end <= len(before) for s in variant.spans)
        assert len(REPORT.text[plans:]) < len(after)
        seen |= {clause for clause in augmenter.planned if clause in before}
        assert "强化河道管护" in after
    assert seen == set(augmenter.planned)


def test_a_text_without_plans_keeps_its_results_and_one_that_goes_on_has_none():
    """What follows a word of plans is no section of them where a unit is reviewed behind it."""
    goes_on = inline.parse(
        "[U:a 石桥镇][A:a 修渠9里]，[A:a 通水到村]，[A:a 增收两成]。下一步，抓好管护。[U:b 大河乡][D:b 进度慢]。"
    )
    augmenter = Augmenter(AugmentConfig(sections=1.0), [REPORT])
    for seed in range(20):
        variant = augmenter(goes_on, np.random.default_rng(seed))
        assert "强化河道管护" not in variant.text
        assert variant.text.endswith("下一步，抓好管护。大河乡进度慢。")


def test_a_passage_tells_only_of_units_that_it_names():
    marked = (
        "[U:a 清河区]点评会\n[U:b 柳林县][A:b 修渠]；[D:b 防火不力]。[A:a 增速[R 全市第2]]。“[U:a 清河]也[A:a 造林]。”\n"
        "[A:b 就业改善]。散会。"
    )
    gold = inline.parse(marked)
    augmenter = Augmenter(AugmentConfig(passage=1.0), [])
    variants = [augmenter(gold, np.random.default_rng(seed)) for seed in range(200)]
    cut = {inline.write(v) for v in variants if v is not gold}
    assert {
        "[U:b 柳林县][A:b 修渠]；[D:b 防火不力]。",
        "[A:a 增速[R 全市第2]]。“[U:a 清河]也[A:a 造林]。”",
        "[U:b 柳林县][A:b 修渠]；",
    } <= cut
    assert not any(v.text.startswith("就业") or v.text == "散会。" for v in variants)
    for variant in variants:
        _is_sound(variant)
        assert variant.text in gold.text
        statements = sum(s.label in ("ACHIEVEMENT", "DEFICIENCY") for s in variant.spans)
        ranks = sum(s.label == "RANK" for s in variant.spans)
        assert len(variant.relations) == statements + ranks


def _texts(marked, **rates):
    augmenter = Augmenter(AugmentConfig(**rates), [])
    document = inline.parse(marked)
    variants = [augmenter(document, np.random.default_rng(seed)) for seed in range(60)]
    for variant in variants:
        _is_sound(variant)
        assert [s.text for s in variant.spans if s.label == "DEFICIENCY"] == [
            s.text for s in document.spans if s.label == "DEFICIENCY"
        ]
    return {variant.text for variant in variants}


def test_the_words_around_a_list_of_areas_give_way_to_others():
    texts = _texts("[U:a 石桥镇]在[D:a 防火]、[D:a 就业]等方面仍存不足。", frames=1.0)
    assert {
        "石桥镇在防火、就业等方面仍存不足。",
        "石桥镇在防火、就业上仍有差距。",
        "石桥镇防火、就业等工作还需加力。",
    } <= texts
    assert not any("存在防火" in text for text in texts)


def test_the_words_around_shortfalls_stay_with_their_kind():
    texts = _texts("[U:a 石桥镇]存在[D:a 火点多]和[D:a 就业难]等问题。", frames=1.0)
    assert "石桥镇火点多和就业难等问题突出。" in texts
    assert not any("在火点多" in text.replace("存在", "") for text in texts)


@pytest.mark.parametrize(
    "marked",
    [
        "[U:a 石桥镇]在[D:a 防火]等工作还需加力。",  # 在 belongs to the frame, and none has both
        "[U:a 石桥镇]：[D:a 防火]，[D:a 就业]仍需抓紧。",
        "[U:a 不足是][D:a 防火]。",  # the words are a span's
    ],
)
def test_a_frame_that_is_not_whole_or_not_free_is_left_alone(marked):
    assert _texts(marked, frames=1.0) == {inline.parse(marked).text}


def test_years_move_together_and_dates_stay_possible():
    text = "[U:a 石桥镇]2021年12月30日[A:a 完成2020年任务]，一季度[A:a 修渠12公里]。"
    for changed in _texts(text, dates=1.0):
        one, month, day, other = map(int, re.findall(r"\d+", changed)[:4])
        assert one - other == 1
        assert one != 2021
        assert 1 <= month <= 12
        assert 1 <= day <= 28
        assert "修渠12公里" in changed


def test_a_kind_that_is_off_draws_no_chance():
    rng = np.random.default_rng(3)
    Augmenter(AugmentConfig(), [GOLD])(GOLD, rng)
    assert rng.random() == np.random.default_rng(3).random()


def test_an_edit_across_an_edge_is_left_out_and_one_at_an_edge_stays_outside():
    document = inline.parse("[U:a 甲镇]和[U:b 乙镇]")
    assert edit(document, [(1, 3, "x")]) == document
    changed = edit(document, [(0, 0, "在"), (2, 2, "，"), (3, 5, "丙丁乡")])
    assert changed.text == "在甲镇，和丙丁乡"
    assert [s.text for s in changed.spans] == ["甲镇", "丙丁乡"]


def test_joined_documents_keep_their_units_apart():
    both = join(GOLD, GOLD)
    _is_sound(both)
    assert len(both.mentions()) == 2 * len(GOLD.mentions())

from datetime import date

import pytest
from blind import cases, misses

from pingyu.interpret.rank import read_rank
from pingyu.schema import Place, Scope, Streak

DAY = date(2021, 11, 5)


def read(marked, **options):
    start, end = marked.index("【"), marked.index("】") - 1
    return read_rank(0, marked.replace("【", "").replace("】", ""), start, end, DAY, **options)


def test_everything_that_a_rank_can_say():
    rank = read("前三季度，固定资产投资增速连续五年在28个乡镇中由第8位升至【并列第一】")
    assert (rank.kind, rank.place, rank.tie) == ("ordinal", Place(1, 1), True)
    assert (rank.scope, rank.of) == (Scope("乡镇", "peers"), 28)
    assert rank.indicator == ["固定资产投资增速"]
    assert (rank.period.start, rank.period.end) == ("2021-01-01", "2021-09-30")
    assert (rank.streak, rank.previous) == (Streak(5, "year"), Place(8, 8))
    assert rank.favourable is True


@pytest.mark.parametrize(
    ("marked", "kind", "place"),
    [
        ("居【全市后十位】", "band", Place(1, 10, True)),
        ("排【第11至15位】", "band", Place(11, 15)),
        ("列【全省倒数第二】", "ordinal", Place(2, 2, True)),
        ("融资成本【全市第二低】", "ordinal", Place(2, 2, True)),
        ("【全市垫底】", "extreme", Place(1, 1, True)),
        ("走在【全省前列】", "vague", Place(None, None)),
        ("建成【全市首个】数据交易平台", "first", Place(None, None)),
    ],
)
def test_kind_and_place(marked, kind, place):
    rank = read(marked)
    assert (rank.kind, rank.place) == (kind, place)


@pytest.mark.parametrize(
    ("marked", "text", "level"),
    [
        ("居【全市第三】", "全市", "city"),
        ("居【全省县级市第三】", "全省县级市", "province"),
        ("居【全市各开发区第三】", "全市各开发区", "peers"),
        ("居【全区14个设区市第三】", "全区", "province"),
        ("居【全区14个街道第三】", "全区", "county"),
        ("增速居全国第二、【第七】", "全国", "nation"),
    ],
)
def test_scope(marked, text, level):
    assert read(marked).scope == Scope(text, level)


def test_the_autonomous_region_is_a_province():
    assert read("居【全区第三】", autonomous=True).scope == Scope("全区", "province")


@pytest.mark.parametrize(
    ("marked", "indicator"),
    [
        (
            "一季度固定资产投资增幅、地方级收入增幅均居【全市第三】",
            ["固定资产投资增幅", "地方级收入增幅"],
        ),
        ("增速、总量分列全市第一、【第二】", ["总量"]),
        ("规上工业增加值增长9.8%，居【全市第二】", ["规上工业增加值"]),
        ("在全市营商环境评价中位列【第三】", ["营商环境评价"]),
        ("建成【全市首个】数据交易平台上线运行", ["数据交易平台"]),
        ("居【首位】", []),
    ],
)
def test_indicator(marked, indicator):
    assert read(marked).indicator == indicator


def test_units_are_no_indicators():
    assert read("渝北、江北居【第一】", units=["渝北", "江北"]).indicator == []


@pytest.mark.parametrize(
    ("marked", "favourable"),
    [
        ("投诉量【全市最多】", False),
        ("PM2.5浓度【全市最低】", True),
        ("诉求量居【全市前十】", None),
        ("税收增速居【全市末位】", False),
        ("二氧化硫浓度下降22%，降幅居【全市第一】", True),
        ("得分居16个区中的【第十五】", False),
        ("增速居【全省中游】", None),
    ],
)
def test_favourable(marked, favourable):
    assert read(marked).favourable is favourable


def test_a_middling_rank_in_a_deficiency_is_bad_news():
    assert read("增速居【全省第六】", critical=True).favourable is False


def test_blind_set():
    """First run, before any case was looked at: 0.574 (182 of 317)."""

    def place(place):
        return place and {
            "low": place.low,
            "high": place.high,
            "from_bottom": place.from_bottom,
        }

    def found(case):
        rank = read_rank(0, case.context, case.start, case.end, case.date)
        days = rank.period and rank.period.start and f"{rank.period.start}/{rank.period.end}"
        return {
            "scope": rank.scope and {"text": rank.scope.text, "level": rank.scope.level},
            "kind": rank.kind,
            **place(rank.place),
            "tie": rank.tie,
            "of": rank.of,
            "indicator": rank.indicator,
            "period": days or None,
            "streak": rank.streak and {"count": rank.streak.count, "unit": rank.streak.unit},
            "previous": place(rank.previous),
            "favourable": rank.favourable,
        }

    share, wrong = misses("ranks.tsv", found)
    assert len(cases("ranks.tsv")) == 317
    assert share >= 0.977, "\n".join(wrong)

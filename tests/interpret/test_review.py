from pingyu import inline
from pingyu.interpret.review import interpret


def reviewed(marked):
    document = inline.parse(marked)
    interpret(document, document.text)
    return document


def test_one_review_a_unit_with_its_statements():
    first, second = reviewed(
        "[U:a 清河区]、[U:b 柳林县]发言。[U:a 清河][A:a 增速[R 全市第一]]，[D:a 防火]不足。[R:r 末位]：[U:b:r 柳林县]"
    ).reviews
    assert (first.unit, first.names, first.mentions) == ("清河区", ["清河区", "清河"], [0, 2])
    [achievement] = first.achievements
    assert (achievement.span, achievement.text) == (3, "增速全市第一")
    assert achievement.ranks == [rank.text for rank in achievement.standings] == ["全市第一"]
    assert achievement.standings[0].indicator == ["增速"]
    assert [d.text for d in first.deficiencies] == ["防火"]
    assert (second.achievements, [r.text for r in second.ranks]) == ([], ["末位"])
    assert second.ranks[0].standings[0].favourable is False
    assert [review.key for review in (first, second)] == ["a", "b"]


def test_units_of_one_subject_each_get_the_statement():
    reviews = reviewed("[U:a 甲镇]、[U:b 乙镇][A:a+b 修渠]").reviews
    assert [[a.text for a in r.achievements] for r in reviews] == [["修渠"], ["修渠"]]


def test_figures_and_periods_of_a_statement():
    document = reviewed(
        "2021年三季度工作点评会\n2021年11月5日，上半年[U:a 甲镇][A:a 完成投资3亿元]，"
        "[A:a 前三季度增长8%]。[A:a 引进企业5家]。"
    )
    first, second, third = document.reviews[0].achievements
    assert [(f.value, f.unit) for f in first.figures] == [(3, "亿元")]
    assert (first.period.text, second.period.text, third.period) == ("上半年", "前三季度", None)
    assert (first.period.start, first.period.end) == ("2021-01-01", "2021-06-30")
    assert (document.reviews[0].date, document.reviews[0].meeting) == (
        "2021-11-05",
        "2021年三季度工作点评会",
    )


def test_every_rank_has_a_record_also_where_no_unit_is_ranked_by_it():
    document = reviewed("力争增速进入[R 全省前三]。[U:a 甲镇][D:a 增速居[R 全县第八]]。")
    assert [document.spans[rank.span].text for rank in document.ranks] == ["全省前三", "全县第八"]
    assert [rank.favourable for rank in document.ranks] == [True, False]


def test_records_are_of_the_simplified_text_and_spans_of_the_page():
    document = inline.parse("[U:a 石橋鎮][A:a 引進企業三十二家，數量[R 全縣第一]]")
    interpret(document, "石桥镇引进企业三十二家，数量全县第一")
    [achievement] = document.reviews[0].achievements
    assert achievement.ranks == ["全縣第一"]
    assert achievement.standings[0].scope.level == "county"

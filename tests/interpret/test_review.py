from pingyu import inline
from pingyu.interpret.review import interpret
from pingyu.schema import Statement


def test_one_review_a_unit_with_its_statements():
    document = inline.parse(
        "[U:a 清河区]、[U:b 柳林县]发言。[U:a 清河][A:a 增速[R 全市第一]]，[D:a 防火]不足。[R:r 末位]：[U:b:r 柳林县]"
    )
    first, second = build_reviews(document)
    assert (first.unit, first.names, first.mentions) == ("清河区", ["清河区", "清河"], [0, 2])
    assert first.achievements == [Statement(3, "增速全市第一", ["全市第一"])]
    assert [d.text for d in first.deficiencies] == ["防火"]
    assert (second.achievements, [r.text for r in second.ranks]) == ([], ["末位"])


def test_units_of_one_subject_each_get_the_statement():
    document = inline.parse("[U:a 甲镇]、[U:b 乙镇][A:a+b 修渠]")
    assert [[a.text for a in r.achievements] for r in build_reviews(document)] == [
        ["修渠"],
        ["修渠"],
    ]

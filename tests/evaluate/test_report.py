"""The report as data, as Markdown and as a page."""

import json
import re

import pytest

from pingyu import inline
from pingyu.evaluate import page, report
from pingyu.evaluate.report import Case
from pingyu.schema import Document

GOLD = "[U:a 甲镇][A:a 修渠[R 第一]]，在[D:a 防火]上不足"


def _case(name="a", system=GOLD, other=None, **facts):
    gold = inline.parse(GOLD)
    found = inline.parse(system)
    return Case(name, gold, found, gold, inline.parse(other) if other else None, facts)


@pytest.fixture
def cases():
    worse = GOLD.replace("[D:a 防火]", "防火")
    return [
        _case("town/a", genre="town"),
        _case("town/b", worse, genre="town"),
        _case("bureau/c", worse, genre="bureau"),
    ]


def test_figures_of_all_documents(cases):
    made = report.build(cases, "m")
    assert (made["documents"], made["characters"]) == (3, 3 * len(cases[0].gold.text))
    row = made["measures"]["spans"]["DEFICIENCY"]
    assert (row["gold"], row["system"], row["p"], row["r"]) == (3, 1, 1.0, 0.3333)
    low, high = row["interval"]
    assert low <= row["f1"] <= high
    assert made["measures"]["given_spans"]["all"]["f1"] == 1.0
    assert made["seqeval"]["micro avg"]["f1"] == made["measures"]["spans"]["all"]["f1"]
    assert made["errors"]["missed"]["count"] == 2
    assert made["by_document"]["town/b"]["errors"] == 2
    assert made["by_document"]["town/a"]["errors"] == 0


def test_slices_count_their_documents_and_few_have_no_interval(cases):
    town = report.build(cases, "m")["slices"]["genre"]["town"]
    assert town["documents"] == 2
    assert town["spans"]["gold"] == 8
    assert town["spans"]["interval"] is None
    many = report.build([*cases, *(_case(str(n), genre="town") for n in range(3))], "m")
    low, high = many["slices"]["genre"]["town"]["spans"]["interval"]
    assert low <= many["slices"]["genre"]["town"]["spans"]["f1"] <= high


def test_the_difference_is_paired():
    worse = GOLD.replace("[D:a 防火]", "防火")
    cases = [_case(str(n), GOLD, worse) for n in range(6)]
    differences = report.build(cases, "m", "n")["differences"]
    row = differences["spans"]["DEFICIENCY"]
    assert (row["f1"], row["other"], row["difference"], row["interval"]) == (1.0, 0.0, 1.0, (1, 1))
    assert differences["spans"]["UNIT"]["difference"] == 0
    assert report.build(cases, "m")["differences"] == {}


def test_metrics_are_the_strict_figures(cases):
    made, metrics = report.build(cases, "m"), report.metrics(cases)
    assert metrics["documents"] == 3
    assert metrics["labels"]["DEFICIENCY"]["f1"] == made["measures"]["spans"]["DEFICIENCY"]["f1"]
    assert metrics["intervals"]["spans"] == made["measures"]["spans"]["all"]["interval"]


def test_the_same_cases_give_the_same_files(cases):
    made = report.build(cases, "m")
    again = report.build(cases, "m")
    assert json.dumps(made) == json.dumps(again)
    assert page.html(made, cases) == page.html(again, cases)


def test_markdown_holds_every_part_in_whole_tables(cases):
    text = page.markdown(report.build(cases, "m"))
    for heading in (*page.MEASURE_NAMES.values(), "Genre", "Kinds of error"):
        assert f"### {heading}\n" in text
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(tables) == 8
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_the_learning_curve_is_drawn_where_there_is_one(cases):
    curve = [{"step": 1, "loss": 2.0}, {"step": 2, "loss": 1.0}]
    assert "training loss" in page.html(report.build(cases, "m", curve=curve), cases)
    assert "training loss" not in page.html(report.build(cases, "m"), cases)


def test_the_page_asks_for_nothing_from_outside(cases):
    html = page.html(report.build(cases, "m"), cases)
    assert "href=" in html
    assert not re.search(r"(?:src|href)=[\"'](?!#|data:,)", html)
    assert not re.search(r"@import|url\((?!#)", html)


def test_a_text_cannot_break_out_of_the_page():
    gold = Document("</script><b>镇")
    html = page.html(
        report.build([Case("<i>", gold, gold, gold)], "m"), [Case("<i>", gold, gold, gold)]
    )
    assert "</script><b>" not in html
    assert "<i>" not in html


def test_empty_documents_make_a_report():
    case = Case("a", Document(""), Document(""), Document(""))
    made = report.build([case], "m")
    assert made["measures"]["spans"]["all"]["f1"] == 0
    assert "0 documents" not in page.markdown(made)
    assert "<svg" in page.html(made, [case])

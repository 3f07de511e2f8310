import pytest

from pingyu.interpret.dating import document_date, meeting
from pingyu.schema import DocumentDate


@pytest.mark.parametrize(
    ("text", "metadata", "day", "source"),
    [
        ("点评会召开\n融媒体中心 2020-08-11\n正文", {}, "2020-08-11", "text"),
        (
            "点评会召开\n2021年3月5日，全区召开点评会。",
            {"date": "2022-01-01"},
            "2021-03-05",
            "text",
        ),
        ("通报\n正文。\n二〇二一年十一月五日", {}, "2021-11-05", "text"),
        ("点评会召开\n正文。", {"date": "2022-01-01 09:30"}, "2022-01-01", "metadata"),
        ("2021年度点评会\n2月3日上午，会议召开。", {}, "2022-02-03", "text"),
    ],
)
def test_day(text, metadata, day, source):
    assert document_date(text, metadata) == DocumentDate(day, source, None, day)


def test_a_title_with_a_month_gives_a_day_to_reckon_from():
    found = document_date("2021年9月考核通报\n第一名：甲镇", {"date": "2019-01-01"})
    assert found == DocumentDate(None, None, "period-only", "2021-09-30")


@pytest.mark.parametrize("title", ["点评会召开", "蚕桑产业提升方案（2022—2025年）"])
def test_no_date(title):
    assert document_date(f"{title}\n正文。", {}) == DocumentDate(None, None, "no-date", None)


def test_how_a_plan_was_carried_out_is_of_its_own_year():
    found = document_date("2021年度计划执行情况通报\n第一名：甲镇", {})
    assert (found.reason, found.reckoned_from) == ("period-only", "2021-12-31")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("8月10日上午，全区7月份重点工作点评会在区礼堂举行。", "全区7月份重点工作点评会"),
        ("怀柔区召开4月接诉即办月度点评会", "4月接诉即办月度点评会"),
        ("全市经济平稳增长。", None),
    ],
)
def test_meeting(text, name):
    assert meeting(text) == name

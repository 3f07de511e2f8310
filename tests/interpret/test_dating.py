import pytest

from pingyu.interpret.dating import document_date
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


@pytest.mark.parametrize(
    "title", ["点评会召开", "10月31日，全区谋划“十五五”", "蚕桑产业提升方案（2022—2025年）"]
)
def test_no_date(title):
    assert document_date(f"{title}\n正文。", {}) == DocumentDate(None, None, "no-date", None)


def test_how_a_plan_was_carried_out_is_of_its_own_year():
    found = document_date("2021年度计划执行情况通报\n第一名：甲镇", {})
    assert (found.reason, found.reckoned_from) == ("period-only", "2021-12-31")


@pytest.mark.parametrize(
    "line",
    [
        "有异议的，请于2020年1月8日前与区委办联系。",
        "考核时段：2020年1月1日至6月30日",
        "征求意见截止日期：2020年1月8日",
        "2019年12月20日，督导组到场部检查，两处库房未上锁。",
    ],
)
def test_a_deadline_and_a_day_that_is_told_of_are_no_date_of_the_document(line):
    text = "考核结果公示\n" + "各镇推进有力，进度总体平稳。\n" * 40
    assert document_date(f"{text}\n{line}\n", {}).day is None


def test_of_several_days_the_last_is_reckoned_from():
    found = document_date("2023年第三次观摩点评会\n12月5日至7日，全市组织开展观摩。", {})
    assert (found.day, found.reason, found.reckoned_from) == (None, "period-only", "2023-12-07")


def test_the_number_of_an_issue_tells_the_year_of_the_title():
    found = document_date("1—10月信访工作通报\n竹信联办〔2019〕31号\n第一名：甲镇", {})
    assert (found.reason, found.reckoned_from) == ("period-only", "2019-10-31")


def test_a_signature_may_have_a_month_only():
    found = document_date("巡察反馈\n正文。\n2020年9月", {})
    assert (found.reason, found.reckoned_from) == ("period-only", "2020-09-30")


def test_what_a_year_is_to_bring_is_told_in_its_spring():
    text = "2022年政协提案交办会召开\n3月30日上午，县政协召开会议。"
    assert document_date(text, {}).day == "2022-03-30"

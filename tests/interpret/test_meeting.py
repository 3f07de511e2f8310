import pytest

from pingyu.interpret.meeting import meeting


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("8月10日上午，全区7月份重点工作点评会在区礼堂举行。", "全区7月份重点工作点评会"),
        ("怀柔区召开4月接诉即办月度点评会", "4月接诉即办月度点评会"),
        ("全市经济平稳增长。", None),
        ("本月点评会\n市委召开区委书记月度工作点评会。", "区委书记月度工作点评会"),
    ],
)
def test_meeting(text, name):
    assert meeting(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("县十五届人大常委会第四十二次会议对六个部门测评。", "县十五届人大常委会第四十二次会议"),
        ("在全县医保集中缴费推进（约谈）会上的讲话", "全县医保集中缴费推进（约谈）会"),
        ("3月2日，“一镇一业”交流会举行。", "“一镇一业”交流会"),
        ("专班成立以来没有召开过调度会。", None),
        ("联席会议一年未召开。", None),
        ("3月2日召开工作点评暨产销复盘会。", "工作点评暨产销复盘会"),
        ("根据市信访联席会议要求，通报如下。", None),
    ],
)
def test_a_meeting_that_is_told_of(text, name):
    assert meeting(text) == name

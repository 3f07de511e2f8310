import json

import pytest

TEXTS = [
    "全县乡镇点评会召开\n石桥镇新修灌渠十二公里，进度全县第一，但在集镇保洁方面仍存不足。",
    "柳林镇引进企业四十二家；清河区固定资产投资增速居全市第二。",
]


@pytest.fixture
def result():
    import run

    return run.measure(TEXTS, ["pingyu", "pingyu, ONNX float32"], rounds=2, long=3000)


def test_figures_of_every_part_go_into_json(result):
    import run
    import stages
    import systems

    assert json.loads(json.dumps(result)) == result
    assert result["characters"] == sum(map(len, TEXTS))
    row = result["systems"]["pingyu"]
    assert row["bytes"] == systems.size("pingyu")
    for value in (row["processor_rate"], row["rate"], row["cold_start"], result["two_processes"]):
        assert 0 < value["least"] <= value["median"] <= value["most"]
    assert row["peak_mb"] > 50
    assert tuple(result["stages"]["pingyu"]) == stages.STAGES
    assert result["roofline"]["operations_per_character"] > 1e6
    long = result["long"]["pingyu"]
    assert long["characters"] == 3000
    assert long["ratio"] == long["rate"] / long["rate_of_2000"]
    assert 50 < long["peak_mb_of_2000"] <= long["peak_mb_extracted"] <= long["peak_mb"]
    # a system whose files have not been made is named, not measured
    assert [*result["systems"], *result["missing"]] == ["pingyu", "pingyu, ONNX float32"]
    compared, *of_stages, of_long, wanted = run.tables(result)
    assert compared.row_count == len(result["systems"])
    assert [table.row_count for table in of_stages] == [len(stages.STAGES)]
    assert of_long.row_count == len(result["long"])
    assert wanted.row_count == len(run.TARGETS)


def test_a_system_that_ends_without_a_result_is_told_of():
    import run

    with pytest.raises(RuntimeError, match="no such system"):
        run.cold_start("no such system", "文")


def test_time_in_a_stage_within_another_is_the_inner_ones(monkeypatch):
    import stages

    now = iter([0.0, 1.0, 3.0, 7.0])
    monkeypatch.setattr(stages.time, "thread_time", lambda: next(now))
    clock = stages.Clock()
    with clock.stage("outer"), clock.stage("inner"):
        pass
    assert clock.taken == {"outer": 1.0 + 4.0, "inner": 2.0}

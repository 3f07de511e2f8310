import random

import pytest
from sklearn.metrics import cohen_kappa_score

from pingyu.annotate.agreement import agreement, kappa
from pingyu.cli import main
from pingyu.errors import PingyuError

ONE = "[U:s 石桥镇][A:s 新修灌渠十二公里]，[A:s 进度[R 全县第一]]，但在[D:s 集镇保洁]等方面不足。"
OTHER = "[U:s 石桥镇][A:s 新修灌渠]十二公里，[A:s 进度[R 第一]]，但在[D:s 集镇保洁]等方面不足。".replace(
    "进度[R", "进度全县[R"
)


@pytest.fixture
def folders(tmp_path):
    for side, texts in (("a", {"x": ONE, "y": ONE}), ("b", {"x": OTHER, "z": ONE})):
        for name, marked in texts.items():
            path = tmp_path / side / f"{name}.inl"
            path.parent.mkdir(exist_ok=True)
            path.write_text(marked, encoding="utf-8")
    return tmp_path / "a", tmp_path / "b"


def test_kappa_is_that_of_another_implementation():
    rng = random.Random(1)
    one = [rng.choice("abc") for _ in range(500)]
    other = [c if rng.random() < 0.7 else rng.choice("abc") for c in one]
    assert kappa([(one[:100], other[:100]), (one[100:], other[100:])]) == pytest.approx(
        cohen_kappa_score(one, other)
    )
    assert kappa([("aa", "aa")]) == 1
    assert kappa([("ab", "ba")]) == -1


def test_two_annotations_of_a_text(folders):
    found = agreement(*folders)
    assert (found.pairs, found.alone) == (1, ["y", "z"])
    assert found.scores["spans"] == {"p": 0.6, "r": 0.6, "f1": 0.6, "gold": 5, "system": 5}
    assert found.scores["relations"]["f1"] == 0.5
    assert found.kappa["UNIT"] == 1
    assert 0 < found.kappa["RANK"] < 1
    a, b = folders
    assert [line for line in found.lines if "RANK 全县第一" in line] == [
        f"x, line 1, character 15, only {a}: RANK 全县第一"
    ]
    assert f"x, line 1, character 4, only {b}: 石桥镇 —HAS_ACHIEVEMENT→ 新修灌渠" in found.lines
    assert len(found.lines) == 8


def test_an_annotation_agrees_with_itself(folders):
    found = agreement(folders[0], folders[0])
    assert found.scores["spans"]["f1"] == found.scores["relations"]["f1"] == 1
    assert set(found.kappa.values()) == {1}
    assert found.lines == found.alone == []


def test_the_command_prints_figures_and_disagreements(folders, capsys):
    assert main(["agreement", str(folders[0]), str(folders[1])]) == 0
    out = capsys.readouterr().out
    assert "only in one of the two: y" in out
    assert "DEFICIENCY                1.000      1      1   1.000" in out


def test_other_texts_cannot_be_compared(folders, tmp_path):
    (folders[1] / "x.inl").write_text(ONE.replace("十二", "十三"), encoding="utf-8")
    with pytest.raises(PingyuError, match=r"E527 x.*at character 8"):
        agreement(*folders)
    (tmp_path / "empty").mkdir()
    with pytest.raises(PingyuError, match="E526"):
        agreement(folders[0], tmp_path / "empty")

"""The plots say what the corpus holds, in the same bytes every time."""

import re

import pytest

from train.__main__ import main
from train.describe import year

DOCUMENTS = {
    "town/anhui-suzhou-2021": "[U:a 石桥镇][A:a 进度[R 第一]]，但在[D:a 防火]等方面不足。",
    "town/hebei-baoding": "2019年，[U:a 大河乡][A:a 修渠]，[A:a 增速[R 全县第一]]，[D:a 欠账较多]。",
    "plans/hebei-xingtai": "[U:a 柳林县]力争[R 第一]，[A:a 已完成]，[D:a 进度慢]。",
}


@pytest.fixture
def checkout(tmp_path):
    for name, marked in DOCUMENTS.items():
        path = tmp_path / "annotations" / f"{name}.inl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(marked, encoding="utf-8")
    (tmp_path / "annotations" / "splits.toml").write_text(
        'train = ["town/anhui-suzhou-2021", "gone/x"]\ndev = ["town/hebei-baoding"]\n'
        'test = ["plans/hebei-xingtai"]\nunseen = ["plans/hebei-xingtai"]\n',
        encoding="utf-8",
    )
    return tmp_path


def _words(path):
    return re.findall(r"<text[^>]*>([^<]+)</text>", path.read_text(encoding="utf-8"))


def test_the_plots_name_what_they_show_and_are_the_same_each_time(checkout, capsys):
    for folder in ("one", "two"):
        assert main(["describe", "--root", str(checkout), "-o", str(checkout / folder)]) == 0
    assert capsys.readouterr().out.count(".svg") == 10
    one = {path.name: path.read_bytes() for path in (checkout / "one").iterdir()}
    assert one == {path.name: path.read_bytes() for path in (checkout / "two").iterdir()}
    assert set(one) == {
        f"{name}.svg" for name in ("genres", "provinces", "years", "lengths", "spans")
    }
    genres = _words(checkout / "one" / "genres.svg")
    assert {"plans", "town", "train", "dev", "test, unseen"} <= set(genres)
    assert "gone" not in genres
    assert {"anhui", "hebei"} <= set(_words(checkout / "one" / "provinces.svg"))
    assert "1 documents name no year" in _words(checkout / "one" / "years.svg")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("economy/hebei-xingtai-202103", "2019年", 2021),
        ("economy/hebei-xingtai-2018", "", 2018),
        ("town/anhui-x", "投资2015万元。2019年，", 2019),
        ("town/anhui-x", "发布时间：2022-03-04", 2022),
        ("town/anhui-x", "投资2015万元", None),
    ],
)
def test_the_year_of_a_document(name, text, expected):
    assert year(name, text) == expected

"""The segmenter's training on a handful of sentences, its draft and its scores."""

import json
import os
import subprocess
import sys

import pytest

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.words import FILES, blank
from train.config import DataConfig
from train.draft import Draft, name_words
from train.words import Plan, drafted, landed, read_samples, score, train

GOOD = "[U:a 石桥镇][A:a 新修灌渠12公里]，[A:a 进度[R 全县第一]]，但在[D:a 林区防火]等方面不足。"
BY_HAND = (
    "# town/{name}\n石桥镇 新修 灌渠 12 公里 ， 进度 全县 第一 ， 但 在 林区 防火 等 方面 不足 。\n"
)


@pytest.fixture(scope="module")
def draft():
    return Draft(["老旧小区", "教育局", "规上工业增加值"])


@pytest.fixture
def data(tmp_path):
    """A corpus of one document a split, segmented by hand in train and dev."""
    annotations = tmp_path / "annotations"
    (annotations / "town").mkdir(parents=True)
    (annotations / "words").mkdir()
    for name in "abc":
        marked = GOOD + "会上还研究了老旧小区改造。\n" * 3
        (annotations / "town" / f"{name}.inl").write_text(marked, encoding="utf-8")
    for name, document in (("train", "a"), ("test", "b")):
        text = BY_HAND.format(name=document)
        (annotations / "words" / f"{name}.txt").write_text(text, encoding="utf-8")
    (annotations / "words" / "terms.txt").write_text("# works\n老旧小区\n", encoding="utf-8")
    splits = annotations / "splits.toml"
    splits.write_text('train = ["town/a"]\ndev = ["town/b"]\ntest = ["town/c"]\nunseen = []\n')
    return DataConfig(annotations=annotations, splits=splits)


def test_training_writes_the_same_bytes_in_every_process(data, tmp_path, root):
    plan = Plan(sentences=3, repeat=10, iterations=2, seed=0)
    metrics = train(tmp_path / "run-a", data, plan)
    words = {"annotations": str(data.annotations), "splits": str(data.splits)}
    code = (
        "from pathlib import Path; from train.config import DataConfig; from train.words import *; "
        f"train(Path({str(tmp_path / 'run-b')!r}), DataConfig(**{words!r}), {plan!r})"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root, env=environment)
    for name in (*FILES, "metrics.json", "README.md"):
        one, other = ((tmp_path / run / name).read_bytes() for run in ("run-a", "run-b"))
        assert one.replace(b"run-a", b"run-b") == other
    assert metrics["words"]["pkuseg"]["f1"] > 0.7  # of the one sentence that it knows
    assert metrics["train"] == {"by_hand": 1, "draft": 3}
    assert json.loads((tmp_path / "run-a" / "metrics.json").read_text()) == metrics
    assert "3 by the draft" in (tmp_path / "run-a" / "README.md").read_text()
    tokens = blank("pkuseg", tmp_path / "run-a").tokenizer("进度全县第一")
    assert tokens.text == "进度全县第一"
    assert len(tokens) < 6


def test_a_sample_that_does_not_fit_is_named(data, tmp_path):
    path = tmp_path / "bad.txt"
    path.write_text("# town/b\n石桥镇 新建\n# town/x\n石桥镇\n", encoding="utf-8")
    documents = {"town/b": inline.read_file(data.annotations / "town" / "b.inl")}
    with pytest.raises(PingyuError, match=r"E406.*line 2.*not in town/b.*line 3: no document"):
        read_samples(path, documents)


@pytest.mark.parametrize("split", ["train", "test"])
def test_the_sentences_by_hand_stand_in_their_documents(root, split):
    names = {"train": "train", "test": "dev"}
    from train.data import read_split

    annotations = root / "annotations"
    documents = read_split(annotations, annotations / "splits.toml", names[split])
    samples = read_samples(annotations / "words" / f"{split}.txt", documents)
    assert len(samples) >= {"train": 400, "test": 300}[split]
    for sample in samples:
        at, edges = sample.start, {sample.start, sample.end}
        for word in sample.words:
            at = documents[sample.document].text.index(word, at)
            edges |= {at, at + len(word)}
            at += len(word)
        for span in documents[sample.document].spans:
            for edge in (span.start, span.end):
                assert not sample.start < edge < sample.end or edge in edges, (sample, span)


@pytest.mark.parametrize(
    "words",
    [
        "县教育局 提出 ， 2023年 5月 3日 前 完成 老旧小区 改造 42 个",
        "规上工业增加值 增长 4.5% ， 居 全市 第二 ， 前三 名 的 是 石桥镇 等",
        "占 三 成 ， 新建 学校 十二 所 ， 覆盖率 98.6% ， 一季度 完成 投资 1.2亿 元",
        "不 高 的 县区 ， 还 有 各 单位",
    ],
)
def test_the_draft_follows_the_standard(draft, words):
    assert draft("".join(words.split())) == words.split()


def test_blanks_part_words_of_the_draft(draft):
    assert draft(" 石桥镇\n 第一 ") == ["石桥镇", "第一"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("清河区柳林街道", ["清河区", "柳林街道"]),
        ("罗川县教育局", ["罗川县", "教育局"]),
        ("县教育局", ["教育局"]),
        ("石桥镇党委", ["石桥镇", "党委"]),
        ("溧阳天目湖镇", ["溧阳", "天目湖镇"]),
        ("城投集团", ["城投集团"]),
    ],
)
def test_names_of_units_as_words(name, words):
    assert name_words(name) == words


def test_edges_of_spans_part_the_words_of_the_draft(draft):
    document = inline.parse("在[D:a 老旧][U:a 小区]")
    assert drafted(document, 0, 5, draft) == ["在", "老旧", "小区"]


def test_scores_count_words_and_unknown_words(data):
    documents = {"town/b": inline.read_file(data.annotations / "town" / "b.inl")}
    samples = read_samples(data.annotations / "words" / "test.txt", documents)
    gold = list(samples[0].words)
    assert score(samples, documents, lambda text: gold, set(gold)) == {
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
        "unknown_recall": 0.0,
    }
    joined = ["石桥镇新修", *gold[2:]]
    figures = score(samples, documents, lambda text: joined, set(gold) - {"石桥镇", "灌渠"})
    assert figures["precision"] == pytest.approx((len(gold) - 2) / (len(gold) - 1))
    assert figures["recall"] == pytest.approx((len(gold) - 2) / len(gold))
    assert figures["unknown_recall"] == 0.5


def test_spans_land_where_both_edges_are_edges_of_words():
    document = inline.parse("[U:a 石桥镇][A:a 灌渠完工]，[A:a 进度[R 第一]]")
    cut = ["石桥镇", "灌渠", "完工", "，", "进度第一"]
    assert landed({"a": document}, lambda text: cut) == {
        "ACHIEVEMENT": 1.0,
        "RANK": 0.0,
        "UNIT": 1.0,
        "all": 0.75,
    }

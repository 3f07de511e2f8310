import json

import numpy as np
import pytest

from pingyu.errors import PingyuError
from pingyu.interpret import topic
from pingyu.interpret.topic import (
    FOLDER,
    WEIGHTS,
    Passage,
    TopicModel,
    choose,
    passages,
    runs,
    shipped,
    views,
)
from pingyu.schema import OTHER, TOPICS
from pingyu.shipped import default_folder

TEXT = "石桥镇水质达标，但防火、污水处理不足。一季度，新建学校十二所。"


def _passages(text, *words):
    places = [(text.index(word), text.index(word) + len(word)) for word in words]
    return passages(text, places)


def test_a_passage_has_its_sentence_around_it():
    found = _passages(TEXT, "防火", "新建学校十二所")
    assert found[0] == Passage("防火", "石桥镇水质达标，但\x04、污水处理不足", TEXT.index("防火"))
    assert found[1].around == "一季度，\x04"


def test_a_passage_reaches_sixty_characters_and_over_no_line():
    [found] = _passages(f"上行\n{'甲' * 99}防火{'乙' * 99}\n下行", "防火")
    assert found.around == f"{'甲' * 60}\x04{'乙' * 60}"
    [inside] = _passages("甲镇“安全。第一”不足。乙镇", "安全。第一")
    assert inside.around == "甲镇“\x04”不足"


def test_runs_know_their_piece_and_its_edges():
    keys, pieces = runs(
        [Passage("防火", "", 0), Passage("防火", "水质\x04", 0), Passage("", "", 0)]
    )
    assert (pieces == 0).sum() == (pieces == 2).sum() == 4 + 3 + 2 + 1  # two characters, two edges
    assert (pieces == 3).sum() == 2 + 1  # runs of two and of three
    assert set(keys[pieces == 0]) == set(keys[pieces == 2])
    assert not set(keys[pieces == 3]) & set(runs([Passage("水质", "", 0)])[0])


def test_width_case_and_digits_do_not_count():
    wide, plain = (runs([Passage(text, "", 0)])[0] for text in ("GDP增长８％", "gdp增长3%"))
    assert np.array_equal(wide, plain)


def test_no_statements_have_no_topics():
    assert shipped().topics([]) == []
    assert len(runs([])[0]) == 0


def test_a_statement_is_seen_beside_others():
    statements = [Passage("a", "", 0), Passage("b", "", 60), Passage("c", "", 600)]
    first = np.zeros((3, len(TOPICS)), np.float32)
    first[[0, 1, 2], [0, 1, 2]] = 1
    seen = views(statements, first)
    own, others, near, length = np.split(seen, [26, 52, 78], axis=1)
    assert own.argmax(1).tolist() == [0, 1, 2]
    assert others[0, 1] == others[0, 2] > others[0, 0]
    assert near[0, 1] > near[0, 2] > near[0, 0]  # the nearer says more
    assert length == pytest.approx(1 / 20)


def test_a_statement_alone_is_read_too():
    [topics] = shipped().topics([Passage("农村生活污水治理滞后", "", 0)])
    assert topics == ["water"]


def test_scores_are_probabilities():
    statements = _passages(TEXT, "防火", "污水处理不足", "新建学校十二所")
    model = shipped()
    assert model.scores(statements).sum(1) == pytest.approx(1, abs=1e-5)
    assert model.first(statements).sum(1) == pytest.approx(1, abs=1e-5)
    assert [topics[0] for topics in model.topics(statements)] == ["safety", "water", "education"]


def test_many_statements_are_read_in_blocks_and_seen_beside_those_of_others(monkeypatch):
    words = ["防火", "污水处理不足", "新建学校十二所", "卫生院扩建", "大班额"]
    statements = [Passage(words[n % 5] + "一" * (n % 3), "", 20 * n) for n in range(11)]
    whole = shipped().scores(statements)
    monkeypatch.setattr(topic, "AT_ONCE", 3)
    assert shipped().scores(statements) == pytest.approx(whole, abs=1e-6)


def test_the_network_is_heard_by_its_share():
    statements = _passages(TEXT, "防火", "污水处理不足")
    logits = np.zeros((2, len(TOPICS)), np.float32)
    logits[:, TOPICS.index("culture")] = 30
    with np.load(default_folder(FOLDER) / WEIGHTS) as arrays:
        models = {share: TopicModel({**arrays, "beside": share}) for share in (0.0, 0.5, 1.0)}
    alone = shipped().scores(statements)
    assert models[0.0].scores(statements, logits) == pytest.approx(alone, abs=1e-5)
    assert models[1.0].topics(statements, logits) == [["culture"]] * 2
    half = models[0.5].scores(statements, logits)
    assert half.sum(1) == pytest.approx(1, abs=1e-5)
    culture = TOPICS.index("culture")
    assert (alone[:, culture] < half[:, culture]).all()
    assert (half[:, culture] < 1).all()
    assert np.array_equal(models[0.5].scores(statements), alone)  # nobody else has read them


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("小学大班额问题突出", "education"),
        ("粮食总产量再创新高", "agriculture"),
        ("12345热线工单超期", "complaints"),
        ("建档立卡贫困户全部脱贫", "rural"),
        ("空气质量优良天数比例提高", "environment"),
    ],
)
def test_plain_cases(text, topic):
    assert shipped().topics([Passage(text, "", 0)]) == [[topic]]


def _scores(**shares):
    out = np.zeros(len(TOPICS), np.float32)
    for name, share in shares.items():
        out[TOPICS.index(name)] = share
    return out


def test_other_stands_alone():
    assert choose(_scores(other=0.5, health=0.45), 0.4) == [OTHER]
    assert choose(_scores(health=0.5, other=0.45), 0.4) == ["health"]
    assert choose(_scores(health=0.4, education=0.45), 0.4) == ["education", "health"]
    assert choose(_scores(health=0.5, education=0.35), 0.4) == ["health"]
    four = _scores(health=0.25, education=0.25, culture=0.25, market=0.25)
    assert choose(four, 0.2) == ["education", "health", "culture"]


def test_a_missing_model_and_another_format_are_named(tmp_path):
    with pytest.raises(PingyuError, match=r"E301.*topics\.npz"):
        TopicModel.load(tmp_path)
    np.savez(tmp_path / WEIGHTS, format=np.int32(0))
    with pytest.raises(PingyuError, match=r"E302.*format 0"):
        TopicModel.load(tmp_path)


def test_topics_are_those_of_the_page_and_of_the_schema(root):
    page = (root / "annotations" / "TOPICS.md").read_text(encoding="utf-8")
    heads = [line.split("`")[1] for line in page.splitlines() if line.startswith("### `")]
    schema = json.loads((root / "src/pingyu/output.schema.json").read_text(encoding="utf-8"))
    assert list(TOPICS) == heads == schema["$defs"]["topic"]["enum"]
    assert f"{len(TOPICS)} topics" in page

"""Gold topics and the classifier that is made of them."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.interpret.topic import WEIGHTS, Passage, TopicModel, softmax
from pingyu.schema import TOPICS
from train import topic_gold, topics
from train.__main__ import main
from train.card import sha256
from train.topic_gold import Line
from train.topics import Sheet, TopicsConfig

HEAD = "label\ttext\tcontext\ttopics\n"
MARKED = "[U:a 石桥镇][A:a 灌渠完工]，[A:a 新建学校十二所]，在[D:a 防火]、[D:a 河道保洁长期缺位]等方面不足。"
ROWS = (
    "ACHIEVEMENT\t新建学校十二所\t\teducation\n"
    "ACHIEVEMENT\t灌渠完工\t石桥镇\twater\n"
    "DEFICIENCY\t河道保洁长期缺位\t\twater\n"
    "DEFICIENCY\t防火\t新建学校十二所，在\tsafety\n"
)


def _write(folder, rows):
    (folder / "topics.tsv").write_text(HEAD + rows, encoding="utf-8")
    return folder / "topics.tsv"


def test_gold_is_read(tmp_path):
    gold = topic_gold.read(_write(tmp_path, ROWS))
    assert gold["DEFICIENCY", "防火", "新建学校十二所，在"] == ("safety",)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("DEFICIENCY\t防火\t\tfire\n", "line 2: '防火': no topic 'fire'"),
        ("DEFICIENCY\t防火\t\t\n", "no topic ''"),
        ("DEFICIENCY\t防火\t\t?\n", "line 2: '防火' has no topics yet"),
        ("DEFICIENCY\t防火\tsafety\n", "line 2: 3 columns; there must be 4"),
        ("DEFICIENCY\t防火\t\tsafety,safety\n", "one to 3 topics, each once"),
        ("DEFICIENCY\t防火\t\tsafety,other\n", "other stands alone"),
        ("DEFICIENCY\t防火\t\tsafety\n" * 2, "line 3: '防火': lines are sorted"),
    ],
)
def test_faults_of_the_gold_are_named(tmp_path, rows, fault):
    path = _write(tmp_path, rows)
    assert any(fault in found for found in topic_gold.parse(path)[1])
    with pytest.raises(PingyuError, match=r"E401.*python -m train check"):
        topic_gold.read(path)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("在集镇保洁、防火等方面不足", "防火", "在集镇保洁、"),
        ("投资下滑。一季度，水质达标，但防火", "防火", "水质达标，但"),
        ("投资3,000万元，防火", "防火", "投资3,000万元"),
        ("一季度，；防火", "防火", "一季度"),
        ("第一行\n防火", "防火", ""),
        ("水质达标，林区防火不力", "林区防火不力", ""),
    ],
)
def test_short_texts_have_the_clause_before_as_context(text, word, expected):
    start = text.index(word)
    assert topic_gold.context(text, start, start + len(word)) == expected


def test_the_gold_has_every_statement_of_the_corpus_and_no_other(tmp_path):
    documents = {"town/a": inline.parse(MARKED)}
    _write(tmp_path, ROWS)
    assert list(topic_gold.check(tmp_path, documents)) == []
    _write(tmp_path, ROWS.replace("防火\t新建学校十二所，在", "防汛\t"))
    stale, missing = topic_gold.check(tmp_path, documents)
    assert stale.startswith(
        "no DEFICIENCY '防汛' in the corpus. Run: python -m train topics --mend"
    )
    assert "town/a has DEFICIENCY '防火' (context '新建学校十二所，在'), without topics" in missing


def test_what_waits_for_a_training_needs_no_topics_yet(tmp_path):
    later = inline.parse("[U:a 大河乡][A:a 新修公路桥三座]。")
    documents = {"town/a": inline.parse(MARKED), "town/later": later}
    path = _write(tmp_path, ROWS)
    assert "新修公路桥三座" in next(topic_gold.check(tmp_path, documents))
    assert list(topic_gold.check(tmp_path, documents, ["town/later"])) == []
    assert topic_gold.mend(path, [documents["town/a"]], [later]) == (0, [])
    _write(tmp_path, "ACHIEVEMENT\t新修公路桥三座\t\ttransport\n" + ROWS)  # and may have them
    assert list(topic_gold.check(tmp_path, documents, ["town/later"])) == []
    assert topic_gold.mend(path, [documents["town/a"]], [later]) == (0, [])
    assert topic_gold.mend(path, [documents["town/a"]])[0] == 1


def test_missing_gold_is_named(tmp_path):
    assert "topics.tsv is missing" in next(topic_gold.check(tmp_path, {}))


def test_gold_is_mended_when_marks_have_changed(tmp_path):
    path = _write(tmp_path, ROWS.replace("DEFICIENCY\t防火", "DEFICIENCY\t防汛"))
    document = inline.parse(MARKED.replace("[A:a 灌渠完工]", "也[A:a 灌渠完工]"))
    dropped, added = topic_gold.mend(path, [document])
    assert dropped == 2
    assert added == [
        Line("ACHIEVEMENT", "灌渠完工", "石桥镇也", ("water",)),  # its text is known
        Line("DEFICIENCY", "防火", "新建学校十二所，在", ("?",)),
    ]
    [fault] = topic_gold.check(tmp_path, {"town/a": document})
    assert "'防火' has no topics yet" in fault
    assert topic_gold.mend(path, [document]) == (0, [])
    broken = path.read_text(encoding="utf-8") + "DEFICIENCY\t防火\tsafety\n"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(PingyuError, match=r"E401.*lines \[\d+\]: not 4 columns"):
        topic_gold.mend(path, [document])
    assert path.read_text(encoding="utf-8") == broken


def test_words_are_read_and_their_faults_named(tmp_path):
    path = tmp_path / "topic-words.tsv"
    path.write_text("topic\twords\nhealth\t医院 药店\n", encoding="utf-8")
    assert topic_gold.words(path) == [("医院", "health"), ("药店", "health")]
    path.write_text("topic\twords\nhospital\t医院\n", encoding="utf-8")
    with pytest.raises(PingyuError, match=r"E401.*line 2: a topic of TOPICS\.md"):
        topic_gold.words(path)


def _sheet(*pairs):
    places = [Passage(text, "", 40 * n) for n, (text, _) in enumerate(pairs)]
    return Sheet(places, [tuple(some.split(",")) for _, some in pairs])


def test_figures_count_every_topic():
    sheets = [_sheet(("a", "health,education"), ("b", "health")), _sheet(("c", "other"))]
    found = topics.figures(sheets, [[["health"], ["health"]], [["governance"]]])
    assert found["topics"]["health"] == {"p": 1.0, "r": 1.0, "f1": 1.0, "gold": 2, "found": 2}
    assert found["topics"]["education"]["f1"] == 0
    assert (found["statements"], found["micro"], found["macro"]) == (3, 0.5714, 0.25)
    low, high = found["interval"]
    assert 0 <= low <= 0.25 <= high <= 1


CONFIG = TopicsConfig(runs=500, least=1, folds=2)
SHEETS = [
    _sheet(
        (f"新建学校{'一二三四五六七八'[n]}所", "education"),
        (f"修复渠道{'一二三四五六七八'[n]}条", "water"),
        (f"开通公交{'一二三四五六七八'[n]}路", "transport"),
    )
    for n in range(8)
]
WORDS = [("学校", "education"), ("渠道", "water"), ("公交", "transport")]


def test_the_same_data_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        np.savez_compressed(tmp_path / f"{name}.npz", **topics.fit(SHEETS, WORDS, CONFIG))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_the_runtime_reads_as_training_does():
    model = TopicModel(topics.fit(SHEETS, WORDS, CONFIG))
    statements = [
        *SHEETS[0].statements,
        Passage("学校旁的渠道", "公交\x04", 99),
        Passage("", "", 120),
    ]
    bags = topics._matrix(model.runs, statements, block=2)
    logits = bags @ (model.table * model.scale) + model.bias
    assert model.first(statements) == pytest.approx(softmax(logits), abs=1e-5)
    assert model.topics(SHEETS[0].statements) == [["education"], ["water"], ["transport"]]
    lengths = np.sqrt(np.asarray(bags.multiply(bags).sum(1)).ravel())
    assert lengths[:3] == pytest.approx(1)  # nothing known stands around them


def test_topics_without_examples_are_never_found():
    two = [Sheet(each.statements[:2], each.topics[:2]) for each in SHEETS]
    model = TopicModel(topics.fit(two, WORDS[:2], CONFIG))
    assert model.topics(two[0].statements) == [["education"], ["water"]]
    assert model.scores(two[0].statements)[:, TOPICS.index("health")].max() < 1e-9


def test_a_network_that_knows_better_gets_its_share():
    arrays = topics.fit(SHEETS, WORDS, CONFIG)
    odd = _sheet(("学校旁的水渠", "water"), ("渠道边的学校", "education"))
    plain = _sheet(("新建学校九所", "education"), ("修复渠道九条", "water"))
    knows = np.full((2, len(TOPICS)), -9, np.float32)
    knows[[0, 1], [TOPICS.index("water"), TOPICS.index("education")]] = 9
    swapped = replace(odd, topics=[("health",), ("culture",)])
    hears = np.full((2, len(TOPICS)), -9, np.float32)
    hears[[0, 1], [TOPICS.index("health"), TOPICS.index("culture")]] = 9
    assert topics.chosen(arrays, [plain])[0] == 0
    assert topics.chosen(arrays, [replace(plain, network=-knows)])[0] == 0
    share, _ = topics.chosen(arrays, [replace(swapped, network=hears)])
    assert share > 0
    model = TopicModel({**arrays, "beside": share})
    assert model.topics(swapped.statements, hears) == [["health"], ["culture"]]


def test_a_checkout_is_trained_and_its_card_knows_when_it_is_stale(
    root, tmp_path, monkeypatch, capsys
):
    annotations = tmp_path / "annotations"
    for name, marked in (
        ("a", MARKED),
        ("b", "[U:a 甲镇][A:a 修复水渠三条]，[A:a 新建学校六所]，[D:a 消防通道堵塞]。"),
        ("c", "[U:a 乙镇][D:a 学校食堂简陋]。"),
    ):
        (annotations / "town").mkdir(parents=True, exist_ok=True)
        (annotations / "town" / f"{name}.inl").write_text(marked + "\n", encoding="utf-8")
    (annotations / "splits.toml").write_text(
        'train = ["town/a", "town/b"]\ndev = ["town/c"]\ntest = ["town/c"]\nunseen = []\n',
        encoding="utf-8",
    )
    _write(annotations, ROWS)
    words = "topic\twords\neducation\t学校 学校食堂\nwater\t水渠 修渠 渠道\nsafety\t消防\n"
    (annotations / "topic-words.tsv").write_text(words, encoding="utf-8")
    cfg = 'output = "m"\nleast = 1\nfolds = 2\n'
    (tmp_path / "topics.cfg").write_text(cfg, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["topics", "topics.cfg", "--mend"]) == 1
    assert "0 lines dropped, 4 added" in capsys.readouterr().out
    gold = annotations / "topics.tsv"
    decided = gold.read_text(encoding="utf-8").replace(
        "学校食堂简陋\t\t?", "学校食堂简陋\t\teducation"
    )
    for text, topic in (("水渠三条", "water"), ("学校六所", "education"), ("通道堵塞", "safety")):
        decided = decided.replace(f"{text}\t\t?", f"{text}\t\t{topic}")
    gold.write_text(decided, encoding="utf-8")
    assert main(["topics", "topics.cfg"]) == 0
    assert "dev: 1 statements, macro-F1" in capsys.readouterr().out
    assert (tmp_path / "m" / WEIGHTS).is_file()
    assert list(topics.stale(tmp_path / "m", annotations)) == []
    _write(annotations, ROWS)
    assert list(topics.stale(tmp_path / "m", annotations)) == ["topics.tsv"]


def test_a_network_beside_it_is_part_of_what_makes_the_model(tmp_path, shipped):
    (tmp_path / "m").mkdir()
    card = "the network of `net`, sha256 {} of `model.onnx`\n"
    for name in ("topics.tsv", "topic-words.tsv"):
        (tmp_path / "annotations").mkdir(exist_ok=True)
        (tmp_path / "annotations" / name).write_text(name, encoding="utf-8")
        card += f"sha256 {sha256(tmp_path / 'annotations' / name)} of `annotations/{name}`\n"
    (tmp_path / "net").mkdir()
    shutil.copy(shipped / "model.onnx", tmp_path / "net")
    made = sha256(tmp_path / "net" / "model.onnx")
    for digest, expected in ((made, []), ("0" * 64, ["net/model.onnx"])):
        (tmp_path / "m" / "README.md").write_text(card.format(digest), encoding="utf-8")
        assert list(topics.stale(tmp_path / "m", tmp_path / "annotations")) == expected


def test_the_model_that_ships_is_made_from_the_gold_as_it_is(root):
    assert list(topics.stale(root / "models/pingyu-topics", root / "annotations")) == []
    assert sum(p.stat().st_size for p in (root / "models/pingyu-topics").iterdir()) < 8_000_000

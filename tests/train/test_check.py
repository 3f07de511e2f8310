"""The corpus check names every issue, at once."""

import shutil

import pytest

from pingyu import inline
from train.check import check, check_document
from train.topic_gold import mend

GOOD = "[U:a 石桥镇][A:a 灌渠完工]，但在[D:a 防火]等方面不足，综合得分[R 全县第一]。"

INVENTORY = """
attested = 1
provinces = []
least = { documents = 3 }
least_distinct = { RANK = 1 }
least_attested = { rank_frames = 1 }
least_share = {}
least_of_genre = { town = 2 }
unit_ways = {}
unit_rules = {}
deficiency_frames = { "在……等方面不足" = "在Ⓓ[^ⓓ]*ⓓ等方面不足" }
rank_frames = { "居第一" = "居Ⓡ第一ⓡ", "全县第一" = "Ⓡ全县第一ⓡ" }
[false_friends]
"""


@pytest.fixture
def corpus(tmp_path, root):
    """A checkout of three documents without any issue."""
    for genre, name, marked in (
        ("town", "a", GOOD),
        (
            "town",
            "b",
            "[U:a 大河乡][A:a 造林三千亩，共计五万株]。会议还研究了其他事项，听取了有关部门的汇报。",
        ),
        ("plans", "c", "要抓好下半年各项工作，力争粮食产量再上台阶，让群众得到更多实惠。"),
    ):
        (tmp_path / "annotations" / genre).mkdir(parents=True, exist_ok=True)
        (tmp_path / "corpus" / genre).mkdir(parents=True, exist_ok=True)
        path = tmp_path / "annotations" / genre / f"{name}.inl"
        path.write_text(marked + "\n", encoding="utf-8")
        clean = inline.parse(marked).text
        (tmp_path / "corpus" / genre / f"{name}.txt").write_text(clean, encoding="utf-8")
    _splits(tmp_path, '["town/a"]', '["town/b"]', '["plans/c"]')
    (tmp_path / "annotations" / "inventory.toml").write_text(INVENTORY, encoding="utf-8")
    shutil.copy(root / "annotations" / "schema.toml", tmp_path / "annotations")
    _topics(tmp_path)
    return tmp_path


def _topics(root):
    """Gold topics of all statements: `other`."""
    gold = root / "annotations" / "topics.tsv"
    mend(gold, [inline.read_file(path) for path in (root / "annotations").rglob("*.inl")])
    gold.write_text(gold.read_text(encoding="utf-8").replace("\t?", "\tother"), encoding="utf-8")


def _splits(root, train, dev, test, unseen="[]"):
    text = f"train = {train}\ndev = {dev}\ntest = {test}\nunseen = {unseen}\n"
    (root / "annotations" / "splits.toml").write_text(text, encoding="utf-8")


def test_a_good_corpus_passes_and_is_counted(corpus, capsys):
    assert check(corpus) == 0
    out = capsys.readouterr().out
    assert "other 3" in out
    assert "corpus: documents 3 (≥ 3), characters 96" in out
    assert "genres: plans 1, town 2 (≥ 2)" in out
    assert "distinct strings: UNIT 2, ACHIEVEMENT 2, DEFICIENCY 1, RANK 1 (≥ 1)" in out
    assert "attested: unit_ways 0, deficiency_frames 1, rank_frames 1 (≥ 1), false_friends 0" in out
    assert "in fewer than 1 documents: rank_frames: 居第一 0" in out
    assert out.endswith("0 errors, 0 warnings\n")


def test_every_issue_is_named_at_once(corpus, capsys):
    (corpus / "annotations/town/a.inl").write_text(GOOD + "[U:b 大河乡", encoding="utf-8")
    (corpus / "corpus/town/b.txt").write_text("别的文字", encoding="utf-8")
    (corpus / "corpus/plans/d.txt").write_text("无人标注", encoding="utf-8")
    _splits(corpus, '["town/b", "town/x"]', '["town/b"]', "[]", '["town/b"]')
    assert check(corpus) == 1
    out = capsys.readouterr().out
    assert "E201" in out
    assert "b.txt reads as '别的文字' at character 0" in out
    assert "corpus/plans/d: has no annotations/plans/d.inl" in out
    assert "plans/c: in no split" in out
    assert "town/b: in 2 splits" in out
    assert "town/x: in" in out
    assert "town/b: in the unseen slice, but not in test" in out


def test_a_document_may_wait_for_the_next_training_but_in_no_other_split(corpus, capsys):
    _splits(corpus, "[]", '["town/b"]', '["plans/c"]', '[]\nwaiting = ["town/a"]')
    assert check(corpus) == 0
    _splits(corpus, '["town/a"]', '["town/b"]', '["plans/c"]', '[]\nwaiting = ["town/a"]')
    assert check(corpus) == 1
    assert "town/a: in 2 splits" in capsys.readouterr().out


def test_a_page_that_cannot_be_read_is_one_issue_of_many(corpus, capsys):
    (corpus / "corpus/town/b.txt").write_text("", encoding="utf-8")
    (corpus / "corpus/plans/d.txt").write_text("无人标注", encoding="utf-8")
    assert check(corpus) == 1
    out = capsys.readouterr().out
    assert "E102" in out
    assert "corpus/plans/d: has no annotations/plans/d.inl" in out


def test_near_duplicates_across_splits_are_named(corpus, capsys):
    twin = GOOD.replace("石桥镇", "石林镇")
    (corpus / "annotations/town/b.inl").write_text(twin, encoding="utf-8")
    (corpus / "corpus/town/b.txt").write_text(inline.parse(twin).text, encoding="utf-8")
    assert check(corpus) == 1
    assert "town/b: nearly the same as town/a" in capsys.readouterr().out


def test_the_same_words_under_two_labels_are_a_warning(corpus, capsys):
    marked = (
        "[U:a 大河乡]在[D:a 灌渠完工]上拖延，林业、水利两个部门都没有拿出具体办法，群众多次反映。"
    )
    (corpus / "annotations/town/b.inl").write_text(marked, encoding="utf-8")
    (corpus / "corpus/town/b.txt").write_text(inline.parse(marked).text, encoding="utf-8")
    _topics(corpus)
    assert check(corpus) == 0
    assert "'灌渠完工' is ACHIEVEMENT here and DEFICIENCY in town/b" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("[U:a 石桥镇][A:a 灌渠完工，]", "punctuation at the edge"),
        ("[U:a 我区]好", "a pronoun as UNIT"),
        ("建成[R 首批]基地", "not a rank"),
        ("[U:a 甲镇]列[R:r1 第一]", "no unit is ranked by r1"),
        ("[U:a 甲镇]在[D:a 防火等方面]不足", "words of the frame"),
        ("[U:a 甲镇][A:a 灌渠完工。造林三千亩]", "the end of a clause inside"),
        ("甲\n\n乙", "line 2 is empty"),
    ],
)
def test_slips_of_annotation(marked, message, schema):
    assert any(message in found for _, found in check_document(inline.parse(marked), schema.edge))


def test_marks_within_quotes_and_numbers_are_no_end_of_a_clause(schema):
    assert (
        list(check_document(inline.parse("[U:a 甲镇][A:a 推行“查！改！”做法1,200次]"), schema.edge))
        == []
    )


@pytest.mark.parametrize(
    ("asked", "more", "message"),
    [
        ("documents = 3", "documents = 4", "corpus: documents 3 (≥ 4)"),
        ("town = 2", "bureau = 1", "genres: bureau 0 (≥ 1)"),
        ("RANK = 1", "RANK = 2", "distinct strings: RANK 1 (≥ 2)"),
        ("rank_frames = 1", "rank_frames = 2", "attested: rank_frames 1 (≥ 2)"),
        ("share = {}", "share = { lists = 0.5 }", "documents with: lists 0% (≥ 50%)"),
    ],
)
def test_a_count_below_what_is_asked_is_an_error(asked, more, message, corpus, capsys):
    path = corpus / "annotations" / "inventory.toml"
    path.write_text(INVENTORY.replace(asked, more), encoding="utf-8")
    assert check(corpus) == 1
    assert f"error: inventory.toml: {message}" in capsys.readouterr().out

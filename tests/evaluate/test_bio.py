"""Strict figures by seqeval, an implementation that is not ours."""

from pingyu import inline
from pingyu.evaluate.bio import column, seqeval_figures
from pingyu.evaluate.scores import score
from pingyu.schema import LABELS, Document


def _strict(figures):
    return {key: figures[key] for key in ("p", "r", "f1")}


def test_columns():
    document = inline.parse("[U:a 甲镇][A:a 修渠[R 第一]]")
    assert column(document, "UNIT") == ["B-UNIT", "I-UNIT", "O", "O", "O", "O"]
    assert column(document, "RANK") == ["O"] * 4 + ["B-RANK", "I-RANK"]


def test_seqeval_agrees_on_every_document(dev_cases):
    assert len(dev_cases) > 60
    for case in dev_cases:
        pairs = [(case.gold, case.system)]
        ours, theirs = score(pairs), seqeval_figures(pairs)
        if not theirs:
            assert ours["spans"]["gold"] == ours["spans"]["system"] == 0
            continue
        assert theirs["micro avg"] == _strict(ours["spans"]), case.name
        for label in LABELS:
            assert theirs.get(label, {"p": 0, "r": 0, "f1": 0}) == _strict(ours["labels"][label])


def test_seqeval_agrees_on_all_documents_together(dev_cases):
    pairs = [(case.gold, case.system) for case in dev_cases]
    ours, theirs = score(pairs), seqeval_figures(pairs)
    assert theirs == {
        "micro avg": _strict(ours["spans"]),
        **{label: _strict(ours["labels"][label]) for label in LABELS},
    }


def test_nothing_found_and_nothing_there_is_no_figure():
    assert seqeval_figures([(Document("无"), Document("无")), (Document(""), Document(""))]) == {}

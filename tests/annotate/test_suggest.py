import json

import numpy as np
import pytest

from pingyu.annotate.local import read_all
from pingyu.annotate.suggest import choose, vectors
from pingyu.cli import main
from pingyu.extract.extractor import Extractor

PLAIN = "石桥镇新修灌渠十二公里，进度全县第一，但在集镇保洁等方面仍存不足。"
OTHER = "大河乡完成造林三千亩，居全县首位；存在苗木管护不严等问题。"


def test_equal_texts_have_equal_vectors_and_others_differ():
    rows = vectors([PLAIN, PLAIN, OTHER, ""])
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 1, 0])
    assert rows[0] @ rows[1] > 0.999
    assert rows[0] @ rows[2] < 0.5


def test_twins_of_what_is_chosen_or_known_come_last():
    pool = vectors([PLAIN, PLAIN, OTHER])
    assert choose([3, 2.9, 1], pool, pool[:0], 3) == [0, 2, 1]
    assert choose([3, 2.9, 1], pool, pool[:1], 1) == [2]
    assert choose([1, 2, 3], pool, pool[:0], 9) == [2, 1, 0]


def test_uncertainty_is_a_mean_over_characters(shipped):
    extractor = Extractor.load(shipped)
    log_probs, _ = extractor._tag(PLAIN)
    entropy = -(np.exp(log_probs) * log_probs).sum() / len(PLAIN)
    assert extractor.uncertainty(PLAIN) == pytest.approx(entropy, rel=1e-5)
    assert extractor.uncertainty("") == 0


def test_the_command_writes_what_push_reads(tmp_path, capsys):
    pool, done = tmp_path / "pool", tmp_path / "done"
    pool.mkdir()
    done.mkdir()
    for name, text in {"a": PLAIN, "b": OTHER, "c": OTHER, "d": PLAIN + OTHER}.items():
        (pool / f"{name}.txt").write_text(text, encoding="utf-8")
    (pool / "empty.txt").write_text("")
    (done / "x.inl").write_text(PLAIN, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    words = ["suggest", "--pool", str(pool), "-n", "5", "--annotated", str(done), "-o", str(out)]
    assert main(words) == 1
    captured = capsys.readouterr()
    assert "E102" in captured.err
    sources = [json.loads(line)["source"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert sorted(sources) == [str(pool / "b.txt"), str(pool / "d.txt")]
    errors = []
    assert set(read_all([out], errors)) == {"pool/b", "pool/d"}
    assert errors == []

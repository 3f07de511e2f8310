import json

import numpy as np
import pytest

from pingyu.annotate.local import read_all
from pingyu.annotate.suggest import choose, rank, shrunk
from pingyu.cli import main
from pingyu.extract.extractor import Extractor

PLAIN = "石桥镇新修灌渠十二公里，进度全县第一，但在集镇保洁等方面仍存不足。"
OTHER = "大河乡完成造林三千亩，居全县首位；存在苗木管护不严等问题。"


def _around(centres, each):
    """`each` rows around every centre, the first of them nearest to it."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, (len(centres), each, 2)) * np.linspace(0.01, 1, each)[None, :, None]
    return (np.array(centres)[:, None] + noise).reshape(-1, 2).astype(np.float32)


def test_a_kind_is_chosen_once_by_its_most_typical_text():
    pool = _around([[0, 0], [100, 0], [0, 100]], 9)
    chosen = choose(np.ones(27, np.float32), pool, pool[:0], 3)
    assert sorted(n // 9 for n in chosen) == [0, 1, 2]
    for n in chosen:
        far = np.linalg.norm(pool[n] - pool[n // 9 * 9 :][:9].mean(axis=0))
        assert far < 1


def test_kinds_that_are_annotated_come_last():
    pool = _around([[0, 0], [100, 0], [0, 100]], 9)
    chosen = choose(np.ones(27, np.float32), pool, np.array([[100.5, 0], [0, 99]], np.float32), 1)
    assert [n // 9 for n in chosen] == [0]


def test_of_kinds_that_nobody_annotated_the_most_doubtful_come_first():
    pool = _around([[0, 0], [100, 0], [0, 100]], 9)
    doubt = np.repeat([1, 2, 3], 9).astype(np.float32)
    assert [n // 9 for n in choose(doubt, pool, pool[:0], 3)] == [2, 1, 0]


@pytest.mark.parametrize("n", [1, 4, 5, 9])
def test_as_many_as_wanted_are_chosen_and_none_twice(n):
    pool = np.array([[1, 0], [1, 0], [0, 1], [5, 5], [5, 6]], np.float32)
    for known in (pool[:0], pool[:1]):
        chosen = choose(np.ones(5, np.float32), pool, known, n)
        assert len(set(chosen)) == len(chosen) == min(n, 5)
        assert chosen == choose(np.ones(5, np.float32), pool, known, n)


def test_what_chance_explains_is_drawn_to_the_mean():
    rng = np.random.default_rng(0)
    lengths = np.repeat([100.0, 10_000.0], 500).astype(np.float32)
    true = rng.normal(1, 0.1, 1000)
    means = (true + rng.normal(0, 5, 1000) / np.sqrt(lengths)).astype(np.float32)
    better = shrunk(means, lengths)
    highest = np.argsort(-means)[:100], np.argsort(-better)[:100]
    assert (lengths[highest[0]] == 100).mean() > 0.9
    assert (lengths[highest[1]] == 100).mean() < 0.3
    assert np.square(better - true).mean() < np.square(means - true).mean() / 4
    assert np.abs(better - means)[lengths == 10_000].max() < 0.15


def test_means_that_do_not_differ_stay():
    same = np.full(3, 2, np.float32)
    assert shrunk(same, np.array([1, 2, 3], np.float32)).tolist() == [2, 2, 2]
    assert shrunk(same[:1], same[:1]).tolist() == [2]


def test_a_survey_is_a_mean_over_characters(shipped):
    extractor = Extractor.load(shipped)
    log_probs, states, _ = extractor._tag(PLAIN)
    entropy, state = extractor.survey(PLAIN)
    assert entropy == pytest.approx(-(np.exp(log_probs) * log_probs).sum() / len(PLAIN), rel=1e-5)
    assert state == pytest.approx(states.mean(axis=0), rel=1e-4, abs=1e-5)
    assert extractor.survey("")[0] == 0
    assert not extractor.survey("")[1].any()


def test_an_empty_pool_is_one_line(tmp_path, capsys):
    (tmp_path / "pool").mkdir()
    words = ["suggest", "--pool", str(tmp_path / "pool"), "-o", str(tmp_path / "out.jsonl")]
    assert main(words) == 1
    assert "E108" in capsys.readouterr().err


def test_one_text_is_chosen_beside_known_ones(shipped):
    assert rank(Extractor.load(shipped), [PLAIN], [OTHER, PLAIN], 3) == [0]


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


def test_without_the_extra_one_line_tells_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("pingyu.annotate.commands.find_spec", lambda name: None)
    assert main(["suggest", "--pool", str(tmp_path)]) == 1
    assert "E501" in capsys.readouterr().err

"""A data set, its manifest and its rules, made without other processes."""

import fcntl
import hashlib
import json
import os

import pyarrow as pa
import pytest
from fakes import (
    REVIEW,
    TARGET,
    Fake,
    InlinePool,
    contents,
    document_ids,
    failures,
    reviews,
    write_rows,
)
from pyarrow import parquet

from pingyu.errors import PingyuError
from pingyu.scale import run
from pingyu.scale.inputs import cut, find
from pingyu.scale.partition import extract
from pingyu.scale.store import Store
from pingyu.scale.tables import Tables


def make(source, out, control, resume=False, target=TARGET):
    sources = source if isinstance(source, list) else [source]
    engine = InlinePool
    return run.make(find(sources), out, Fake(control), engine, resume=resume, target=target)


def test_the_manifest_says_what_there_is(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(20))
    manifest = make([source, source], tmp_path / "out", control)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text()) == manifest
    assert (manifest["documents"], manifest["failed"]) == (20, 0)
    assert manifest["model"] == hashlib.sha256(b"fake").hexdigest()
    assert manifest["duplicates"] == [str(source)]
    (entry,) = manifest["inputs"]
    assert (entry["path"], entry["rows"]) == (str(source), 20)
    assert entry["size"] == source.stat().st_size
    assert len(manifest["partitions"]) > 3
    files = contents(tmp_path / "out")
    listed = {n: f for p in manifest["partitions"] for n, f in p["files"].items()}
    assert set(files) == {"manifest.json", "failures.jsonl", *listed}
    for name, entry in listed.items():
        assert entry["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert entry["bytes"] == len(files[name])
        assert entry["rows"] == parquet.read_metadata(tmp_path / "out" / name).num_rows
    assert manifest["tables"]["units"] == 20


def test_bad_documents_are_listed_and_the_others_kept(tmp_path, control):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text(REVIEW.format(n=1), encoding="utf-8")
    (pages / "b.txt").write_bytes(bytes(range(256)))
    (pages / "c.txt").write_text("")
    (pages / "d.md").write_text("甲镇BOOM", encoding="utf-8")
    rows = write_rows(tmp_path / "rows.jsonl", [REVIEW.format(n=2), "", "乙镇BOOM", "好"])
    rows.write_text(rows.read_text() + "{\n", encoding="utf-8")
    table = tmp_path / "t.parquet"
    parquet.write_table(pa.table({"text": ["丙镇", None], "source": ["http://c", None]}), table)
    out = tmp_path / "out"
    manifest = make([tmp_path / "none.txt", pages, rows, table], out, control)
    assert (manifest["documents"], manifest["failed"]) == (4, 8)
    found = {(f["source"], f["row"], f["code"]) for f in failures(out)}
    assert found == {
        (str(tmp_path / "none.txt"), None, "E101"),
        (str(pages / "b.txt"), None, "E103"),
        (str(pages / "c.txt"), None, "E102"),
        (str(pages / "d.md"), None, "E736"),
        (f"{rows}:2", 2, "E732"),
        (f"{rows}:3", 3, "E736"),
        (f"{rows}:5", 5, "E731"),
        (f"{table}:2", 2, "E732"),
    }
    assert "RuntimeError: boom" in next(f for f in failures(out) if f["row"] == 3)["reason"]
    ids = document_ids(out) + [f["document_id"] for f in failures(out) if f["document_id"]]
    assert sorted(ids) == list(range(1, 12))


def test_no_document_makes_a_data_set_that_can_be_read(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", [])
    manifest = make(source, tmp_path / "out", control)
    assert (manifest["documents"], manifest["failed"]) == (0, 0)
    assert document_ids(tmp_path / "out") == []


def test_resuming_asks_for_the_same_input_and_settings(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(4))
    out = tmp_path / "out"
    make(source, out, control)
    before = contents(out)
    with pytest.raises(PingyuError) as error:
        make(source, out, control)
    assert error.value.code == "E723"
    assert make(source, out, control, resume=True) == json.loads(before["manifest.json"])
    with pytest.raises(PingyuError, match="partition_bytes 4500, now it is 9") as error:
        make(source, out, control, resume=True, target=9)
    assert error.value.code == "E724"
    write_rows(source, reviews(5))
    with pytest.raises(PingyuError, match=r"a\.jsonl.*rows 4, now it is .*rows 5") as error:
        make(source, out, control, resume=True)
    assert error.value.code == "E724"
    with pytest.raises(PingyuError, match="nothing") as error:
        make([], out, control, resume=True)
    assert contents(out) == before


def test_a_folder_with_other_things_is_left_alone(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(1))
    for resume in (False, True):
        with pytest.raises(PingyuError, match=r"control|a\.jsonl") as error:
            make(source, tmp_path, control, resume=resume)
        assert error.value.code == "E723"


def test_resuming_what_never_began_begins(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(2))
    assert make(source, tmp_path / "out", control, resume=True)["documents"] == 2


def test_two_runs_do_not_write_to_one_folder(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(2))
    with Store(tmp_path / "out").alone(), pytest.raises(PingyuError) as error:
        make(source, tmp_path / "out", control)
    assert error.value.code == "E725"


def test_a_lock_that_was_taken_away_meanwhile_does_not_count(tmp_path, monkeypatch):
    """As by a run that ends between another one's opening of the file and its locking."""
    flock = fcntl.flock

    def late(file, how):
        (tmp_path / "out" / ".lock").unlink()
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(PingyuError) as error, Store(tmp_path / "out").alone():
        pass
    assert error.value.code == "E725"


def test_a_partition_that_another_worker_finished_meanwhile_is_done(one, monkeypatch):
    store, partition, extract_it = one
    commit = Store.commit

    def overtaken(self, number, *rest):
        commit(self, number, *rest)
        self.begun(number).unlink()

    monkeypatch.setattr(Store, "commit", overtaken)
    assert extract_it() == 3
    assert store.finished(partition.number)


def test_a_file_whose_name_is_not_utf8_is_read(tmp_path, control):
    pages = tmp_path / "pages"
    pages.mkdir()
    for name, text in (("中", REVIEW.format(n=1)), ("坏", "BOOM")):
        (pages / os.fsdecode(f"{name}.txt".encode("gb18030"))).write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    assert make(pages, out, control)["documents"] == 1
    source = f"{pages}/\\xd6\\xd0.txt"
    documents = parquet.read_table(out / "documents").to_pylist()
    assert [(d["source"], d["file"]) for d in documents] == [(source, source)]
    assert [f["source"] for f in failures(out)] == [f"{pages}/\\xbb\\xb5.txt"]
    assert make(pages, out, control, resume=True)["documents"] == 1


def noted(store, partition, *lines):
    """What a worker that died has left behind."""
    store.begun(partition.number).write_text("".join(f"{line}\n" for line in lines))


@pytest.fixture
def one(tmp_path, control):
    """A store that was begun, its only partition, and what extracts it."""
    source = write_rows(tmp_path / "a.jsonl", reviews(3))
    (partition,), _ = cut(find([source]).found, 10**6)
    store = Store(tmp_path / "out")
    store.folder.mkdir()
    assert store.begin({}, resume=False)
    return store, partition, lambda: extract(partition, Fake(control), store.folder)


def test_three_deaths_at_a_document_are_enough(one):
    store, partition, run_it = one
    noted(store, partition, "start", "1", "2", "start", "1", "2", "start", "1")
    assert run_it() == 3
    assert store.finished(0)["failed"] == 0
    noted(store, partition, *("start", "1", "2") * 3)
    assert run_it() == 3
    (failure,) = store.finished(0)["failures"]
    assert (failure["document_id"], failure["code"]) == (2, "E737")
    assert not store.begun(0).exists()


def test_an_end_that_was_no_death_is_no_strike(one):
    store, partition, run_it = one
    noted(store, partition, *("start", "1", "2", "nothing") * 5)
    assert run_it() == 3
    assert store.finished(0)["failed"] == 0


@pytest.mark.parametrize("lines", [["start"], ["start", "1", "2", "3", "writing"]])
def test_deaths_outside_of_documents_stop_the_run_and_are_forgotten(one, lines):
    store, partition, run_it = one
    noted(store, partition, *lines * 3)
    with pytest.raises(PingyuError) as error:
        run_it()
    assert error.value.code == "E740"
    assert run_it() == 3


def test_what_nobody_foresaw_stops_the_run(one, monkeypatch):
    def explode(tables):
        raise MemoryError("no room")

    monkeypatch.setattr(Tables, "close", explode)
    with pytest.raises(PingyuError, match="MemoryError: no room") as error:
        one[2]()
    assert error.value.code == "E740"
    assert one[0].begun(0).read_text().endswith("writing\nnothing\n")

"""The whole command on processes of this machine, with what may go wrong meanwhile."""

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pyarrow as pa
import pytest
from fakes import (
    REVIEW,
    TARGET,
    Fake,
    Unloadable,
    command,
    contents,
    gone,
    reviews,
    until,
    waiting_pid,
    write_rows,
)
from pyarrow import parquet

from pingyu import cli
from pingyu.errors import PingyuError
from pingyu.scale import run
from pingyu.scale.inputs import find
from pingyu.scale.store import Store

pytestmark = pytest.mark.scale


@pytest.fixture
def control(tmp_path):
    (tmp_path / "control").mkdir()
    return tmp_path / "control"


def go(control):
    (control / "go").touch()


def make(source, out, control, workers=2, resume=False, **kwargs):
    sources = source if isinstance(source, list) else [source]
    options = {"target": TARGET, **kwargs}
    return run.make(
        find(sources), out, Fake(control), run.local, workers=workers, resume=resume, **options
    )


def undisturbed(source, tmp_path, control):
    """What a run makes of the source when nothing happens to it."""
    go(control)
    make(source, tmp_path / "undisturbed", control, workers=1)
    (control / "go").unlink()
    return contents(tmp_path / "undisturbed")


def failures(out):
    return [json.loads(line) for line in (out / "failures.jsonl").read_text().splitlines()]


def document_ids(out):
    return parquet.read_table(out / "documents")["document_id"].to_pylist()


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


def test_the_same_input_gives_the_same_bytes_whoever_works(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(30, at_4="BOOM"))
    make(source, tmp_path / "one", control, workers=1)
    make(source, tmp_path / "three", control, workers=3)
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


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
        (str(pages / "d.md"), None, "E816"),
        (f"{rows}:2", 2, "E812"),
        (f"{rows}:3", 3, "E816"),
        (f"{rows}:5", 5, "E811"),
        (f"{table}:2", 2, "E812"),
    }
    assert "RuntimeError: boom" in next(f for f in failures(out) if f["row"] == 3)["reason"]
    ids = document_ids(out) + [f["document_id"] for f in failures(out) if f["document_id"]]
    assert sorted(ids) == list(range(1, 12))


def test_no_document_makes_a_data_set_that_can_be_read(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", [])
    manifest = make(source, tmp_path / "out", control)
    assert (manifest["documents"], manifest["failed"]) == (0, 0)
    assert document_ids(tmp_path / "out") == []


def test_a_worker_killed_at_work_is_replaced(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(24, at_9="PAUSE"))
    expected = undisturbed(source, tmp_path, control)
    process = command(source, tmp_path / "out", control, "local")
    os.kill(waiting_pid(control), signal.SIGKILL)
    second = waiting_pid(control)
    os.kill(second, signal.SIGKILL)
    waiting_pid(control)
    go(control)
    assert process.wait() == 0, process.stderr.read()
    process.stderr.close()
    assert contents(tmp_path / "out") == expected


def test_a_document_that_ends_the_process_is_left_out(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(12, at_5="CRASH"))
    manifest = make(source, tmp_path / "out", control)
    assert (manifest["documents"], manifest["failed"]) == (11, 1)
    (failure,) = failures(tmp_path / "out")
    assert (failure["code"], failure["row"]) == ("E817", 6)
    assert document_ids(tmp_path / "out") == [1, 2, 3, 4, 5, *range(7, 13)]


def test_the_command_killed_at_work_leaves_nobody_and_is_resumed(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(24, at_20="PAUSE"))
    expected = undisturbed(source, tmp_path, control)
    out = tmp_path / "out"
    process = command(source, out, control, "local")
    worker = waiting_pid(control)
    kept = {path: path.stat().st_ino for path in out.rglob("part-*.parquet")}
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()
    until(lambda: gone(worker))
    assert len(kept) > 12
    assert not (out / "manifest.json").exists()
    # what was being written when the machine went down, and a record without its file
    (out / "units" / ".part-00005.parquet.host.1").write_bytes(b"PAR1")
    (out / "units" / "part-00000.parquet").unlink()
    go(control)
    make(source, out, control, resume=True)
    assert contents(out) == expected
    redone = {path for path in kept if path.stat().st_ino != kept[path]}
    assert {path.stem for path in redone} == {"part-00000"}


def test_an_interrupted_run_ends_its_workers_and_says_how_to_go_on(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(24, at_20="PAUSE"))
    expected = undisturbed(source, tmp_path, control)
    process = command(source, tmp_path / "out", control, "local", start_new_session=True)
    worker = waiting_pid(control)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith("E807 ")
    assert gone(worker)
    go(control)
    again = command(source, tmp_path / "out", control, "local", "--resume")
    assert again.wait() == 0
    again.stderr.close()
    assert contents(tmp_path / "out") == expected


def test_resuming_asks_for_the_same_input_and_settings(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(4))
    out = tmp_path / "out"
    make(source, out, control)
    before = contents(out)
    with pytest.raises(PingyuError) as error:
        make(source, out, control)
    assert error.value.code == "E803"
    assert make(source, out, control, resume=True) == json.loads(before["manifest.json"])
    with pytest.raises(PingyuError, match="partition_bytes 4500, now it is 9") as error:
        make(source, out, control, resume=True, target=9)
    assert error.value.code == "E804"
    write_rows(source, reviews(5))
    with pytest.raises(PingyuError, match=r"a\.jsonl.*rows 4, now it is .*rows 5") as error:
        make(source, out, control, resume=True)
    assert error.value.code == "E804"
    with pytest.raises(PingyuError, match="nothing") as error:
        make([], out, control, resume=True)
    assert contents(out) == before


def test_a_folder_with_other_things_is_left_alone(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(1))
    for resume in (False, True):
        with pytest.raises(PingyuError, match=r"control|a\.jsonl") as error:
            make(source, tmp_path, control, resume=resume)
        assert error.value.code == "E803"


def test_resuming_what_never_began_begins(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(2))
    assert make(source, tmp_path / "out", control, resume=True)["documents"] == 2


def test_two_runs_do_not_write_to_one_folder(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(2))
    with Store(tmp_path / "out").alone(), pytest.raises(PingyuError) as error:
        make(source, tmp_path / "out", control)
    assert error.value.code == "E805"


def test_workers_that_cannot_start_stop_the_run(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(2))
    with pytest.raises(PingyuError, match="exit status 3") as error:
        run.make(find([source]), tmp_path / "out", Unloadable(control), run.local, workers=1)
    assert error.value.code == "E808"


def full_disk(source, out, control, room):
    """A run on a disk that is full, and one resumed once there is room. `room` makes it."""
    process = command(source, out, control, "local")
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith("E806 ")
    assert "--resume" in errors
    assert not list(out.rglob(".part-*")), "half-written files take up room"
    kept = {path: path.stat().st_ino for path in (out / ".work").glob("*.json")}
    room()
    again = command(source, out, control, "local", "--resume")
    _, errors = again.communicate()
    assert again.returncode == 0, errors
    return kept


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root may mount a small disk")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no small disk: {done.stderr.decode()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_stops_the_run_and_loses_nothing(tmp_path, control, small_disk):
    source = write_rows(tmp_path / "a.jsonl", reviews(40))
    expected = undisturbed(source, tmp_path, control)
    filler = small_disk / "filler"
    with filler.open("wb") as file:
        file.write(bytes(512 * 1024 - 200 * 1024))
    out = small_disk / "out"
    kept = full_disk(source, out, control, filler.unlink)
    assert 2 <= len(kept) < 12
    assert contents(out) == expected


def test_a_quota_stops_the_run_and_loses_nothing(tmp_path, control, monkeypatch):
    texts = reviews(24)
    texts[20] += "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(8000))
    source = write_rows(tmp_path / "a.jsonl", texts)
    expected = undisturbed(source, tmp_path, control)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        kept = full_disk(
            source,
            tmp_path / "out",
            control,
            lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard)),
        )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(kept) > 3
    assert contents(tmp_path / "out") == expected


def test_the_command_makes_the_documents_of_the_other_formats(root, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(root)
    paths = sorted(str(path) for path in Path("corpus/examples").iterdir())[:4]
    lines, out = tmp_path / "lines.jsonl", tmp_path / "out"
    assert cli.main(["extract", *paths, "--format", "jsonl", "-o", str(lines)]) == 0
    words = ["--engine", "local", "--workers", "1", "--partition-bytes", "8000", "-o", str(out)]
    assert cli.main(["extract", *paths, *words]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == "4 read, 0 failed, 0 skipped, 0 given twice"
    records = parquet.read_table(out / "documents")["record"].to_pylist()
    assert records == lines.read_text(encoding="utf-8").splitlines()
    assert len(list((out / "documents").iterdir())) > 1

    texts = write_rows(tmp_path / "texts.jsonl", [json.loads(r)["text"] for r in records])
    assert cli.main(["extract", str(texts), *words[:-1], str(tmp_path / "again")]) == 0
    again = parquet.read_table(tmp_path / "again" / "documents")["record"].to_pylist()
    for one, other in zip(map(json.loads, records), map(json.loads, again), strict=True):
        assert [(s["label"], s["text"]) for s in one["spans"]] == [
            (s["label"], s["text"]) for s in other["spans"]
        ]


def test_a_failed_document_is_told_of_by_the_status(root, tmp_path, capsys):
    page = tmp_path / "a.txt"
    page.write_text("")
    out = tmp_path / "out"
    words = ["extract", str(page), str(tmp_path / "no.txt"), "--engine", "local", "-o", str(out)]
    for _ in range(2):
        assert cli.main(words) == 1
        errors = capsys.readouterr().err.splitlines()
        assert errors[0].startswith("E101 ")
        assert errors[-2:] == [
            "0 read, 2 failed, 0 skipped, 0 given twice",
            f"what failed and why: {out / 'failures.jsonl'}",
        ]
        words = [*words, "--resume"]

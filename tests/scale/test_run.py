"""The whole command on processes of this machine, with what may go wrong meanwhile."""

import json
import os
import resource
import signal
from pathlib import Path

import pytest
from fakes import (
    TARGET,
    Fake,
    Unloadable,
    command,
    contents,
    document_ids,
    failures,
    gone,
    reviews,
    undisturbed,
    until,
    waiting_pid,
    write_rows,
)
from pyarrow import parquet

from pingyu import cli
from pingyu.errors import PingyuError
from pingyu.scale import run
from pingyu.scale.inputs import find

pytestmark = pytest.mark.scale


def go(control):
    (control / "go").touch()


def make(source, out, control, workers=2, resume=False, **kwargs):
    sources = source if isinstance(source, list) else [source]
    options = {"target": TARGET, **kwargs}
    return run.make(
        find(sources), out, Fake(control), run.local, workers=workers, resume=resume, **options
    )


def test_the_same_input_gives_the_same_bytes_whoever_works(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(30, at_4="BOOM"))
    make(source, tmp_path / "one", control, workers=1)
    make(source, tmp_path / "three", control, workers=3)
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_a_worker_killed_at_work_is_replaced(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(24, at_9="PAUSE"))
    expected = undisturbed(source, tmp_path, control)
    process = command(source, tmp_path / "out", control, "local")
    os.kill(waiting_pid(control, process), signal.SIGKILL)
    second = waiting_pid(control, process)
    os.kill(second, signal.SIGKILL)
    waiting_pid(control, process)
    go(control)
    assert process.wait() == 0, process.stderr.read()
    process.stderr.close()
    assert contents(tmp_path / "out") == expected


def test_a_document_that_ends_the_process_is_left_out(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(12, at_5="CRASH"))
    manifest = make(source, tmp_path / "out", control)
    assert (manifest["documents"], manifest["failed"]) == (11, 1)
    (failure,) = failures(tmp_path / "out")
    assert (failure["code"], failure["row"]) == ("E737", 6)
    assert document_ids(tmp_path / "out") == [1, 2, 3, 4, 5, *range(7, 13)]


def test_the_command_killed_at_work_leaves_nobody_and_is_resumed(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(24, at_20="PAUSE"))
    expected = undisturbed(source, tmp_path, control)
    out = tmp_path / "out"
    process = command(source, out, control, "local")
    worker = waiting_pid(control, process)
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
    worker = waiting_pid(control, process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith("E727 ")
    assert gone(worker)
    go(control)
    again = command(source, tmp_path / "out", control, "local", "--resume")
    assert again.wait() == 0
    again.stderr.close()
    assert contents(tmp_path / "out") == expected


def test_workers_that_cannot_start_stop_the_run(tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(2))
    with pytest.raises(PingyuError, match="exit status 3") as error:
        run.make(find([source]), tmp_path / "out", Unloadable(control), run.local, workers=1)
    assert error.value.code == "E728"


def full_disk(source, out, control, room):
    """A run on a disk that is full, and one resumed once there is room. `room` makes it."""
    process = command(source, out, control, "local")
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith("E726 ")
    assert "--resume" in errors
    assert not list(out.rglob(".part-*")), "half-written files take up room"
    kept = {path: path.stat().st_ino for path in (out / ".work").glob("*.json")}
    room()
    again = command(source, out, control, "local", "--resume")
    _, errors = again.communicate()
    assert again.returncode == 0, errors
    return kept


def test_a_full_disk_stops_the_run_and_loses_nothing(tmp_path, control, small_disk):
    source = write_rows(tmp_path / "a.jsonl", reviews(40))
    expected = undisturbed(source, tmp_path, control)
    kept = full_disk(source, small_disk.out, control, small_disk.make_room)
    assert 2 <= len(kept) < 12
    assert contents(small_disk.out) == expected


def test_a_quota_stops_the_run_and_loses_nothing(tmp_path, control):
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

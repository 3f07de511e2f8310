"""A pipeline without a model: what it finds stands in the text in the inline notation, as does what
shall go wrong. And the run of a command in a process of its own, to be killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from types import SimpleNamespace

from pyarrow import parquet

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.interpret.review import interpret
from pingyu.pipeline import Pipeline
from pingyu.read.reader import MAX_BYTES
from pingyu.scale import run
from pingyu.scale.inputs import find
from pingyu.scale.partition import extract
from pingyu.scale.schedule import DONE, READY, Event

REVIEW = "[U:a 石桥镇{n}][A:a 新修灌渠{n}公里，居[R 全县第一]]，但[D:a 防火]不足。"
TARGET = 4500  # bytes: about four reviews to a partition
PATIENCE = 300  # seconds that a test waits for another process before it gives up


class Fake(Pipeline):
    """BOOM raises, CRASH ends the process, PAUSE waits in the middle of a document until the file
    `go` is in `control`, having written its process id there."""

    def __init__(self, control: Path) -> None:
        self.control = control
        self.keep_script, self.encoding, self.max_bytes = False, None, MAX_BYTES
        self.extractor = SimpleNamespace(threads=1, files=SimpleNamespace(files={"model": b"fake"}))

    def _page(self, page, source):
        if "BOOM" in page.text:
            raise RuntimeError("boom")
        if "CRASH" in page.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "PAUSE" in page.text and not (self.control / "go").exists():
            (self.control / "pid.part").write_text(str(os.getpid()))
            (self.control / "pid.part").rename(self.control / "pid")
            until(lambda: (self.control / "go").exists())
        document = inline.parse(page.text)
        document.source, document.metadata = source, page.metadata
        interpret(document, document.text)
        return document


class InlinePool:
    """An engine without workers: partitions are done as they are given."""

    def __init__(self, pipeline, folder, workers):
        self.arguments = pipeline, folder
        self.events = deque([Event(READY, 0)])

    def give(self, worker, partition):
        self.events.append(Event(DONE, worker, extract(partition, *self.arguments)))

    def wait(self):
        return self.events.popleft()

    def close(self):
        pass


class Unloadable(Fake):
    """Ends the process that wants to load it."""

    def __setstate__(self, state):
        os._exit(3)


def until(happened):
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def waiting_pid(control, process):
    """The worker of a command that is at the document with PAUSE."""
    until(lambda: (control / "pid").exists() or process.poll() is not None)
    assert process.poll() is None, process.stderr.read()
    pid = int((control / "pid").read_text())
    (control / "pid").unlink()
    return pid


def gone(pid):
    """Has the process ended? (One that waits to be buried has.)"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def write_rows(path, texts):
    lines = (json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def reviews(count, **special):
    """Texts; special: `at_3="BOOM"` puts a word into the third (from 0)."""
    texts = [REVIEW.format(n=n) for n in range(count)]
    for name, word in special.items():
        texts[int(name.removeprefix("at_"))] += word
    return texts


def undisturbed(source, tmp_path, control):
    """What a run makes of the source when nothing happens to it."""
    (control / "go").touch()
    out = tmp_path / "undisturbed"
    run.make(find([source]), out, Fake(control), run.local, workers=1, target=TARGET)
    (control / "go").unlink()
    return contents(out)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def failures(out):
    return [json.loads(line) for line in (out / "failures.jsonl").read_text().splitlines()]


def document_ids(out):
    return parquet.read_table(out / "documents")["document_id"].to_pylist()


def contents(folder):
    """Every file below a folder, by name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def command(source, out, control, *words, **kwargs):
    """`main` below, in a process of its own."""
    folders = [str(Path(__file__).parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return subprocess.Popen(
        [sys.executable, __file__, str(source), str(out), str(control), *words],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, folders))},
        **kwargs,
    )


def main(source, out, control, engine, *words):
    """A run with two workers and the partitions of `make`; engine: "local" or the address of Ray."""
    from fakes import Fake  # workers know it by this name

    start = run.local
    if engine != "local":
        from pingyu.scale import cluster

        start = cluster.engine(engine)
    try:
        run.make(
            find([Path(source)]),
            Path(out),
            Fake(Path(control)),
            start,
            workers=2,
            resume="--resume" in words,
            target=TARGET,
        )
    except PingyuError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    # a shell that starts the tests in the background lets them inherit that Ctrl-C is ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(*sys.argv[1:]))

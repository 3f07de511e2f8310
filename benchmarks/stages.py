"""Where the time of `pingyu extract` goes: every stage apart, in processor time of one thread."""

from __future__ import annotations

import io
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pingyu import export, pipeline
from pingyu.extract import extractor
from pingyu.extract.relating import Relating

STAGES = ("read", "encode", "model", "decode", "relations", "interpret", "export")


class Clock:
    """Adds up the time within each stage; time in a stage within another is the inner one's."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.within: list[str] = []
        self.since = 0.0

    def _mark(self) -> None:
        now = time.thread_time()
        if self.within:
            self.taken[self.within[-1]] += now - self.since
        self.since = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What is done within it is of this stage."""
        self._mark()
        self.within.append(name)
        try:
            yield
        finally:
            self._mark()
            self.within.pop()

    def of(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def timed(*arguments: Any, **values: Any) -> Any:
            with self.stage(name):
                return work(*arguments, **values)

        return timed


class _Session:
    """An onnxruntime session whose run is timed."""

    def __init__(self, run: Callable[..., Any]) -> None:
        self.run = run


def measure(model: Path, texts: Sequence[str], rounds: int) -> dict[str, dict[str, float]]:
    """Microseconds a character of each stage, on files that hold the texts: median, least and most
    of the rounds."""
    way = pipeline.Pipeline(model)
    clock = Clock()
    found: dict[str, list[float]] = {stage: [] for stage in STAGES}
    of, session = clock.of, way.extractor._tagger.run
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(pipeline, "read_file", of("read", pipeline.read_file)),
        patch.object(pipeline, "interpret", of("interpret", pipeline.interpret)),
        patch.object(extractor, "encode", of("encode", extractor.encode)),
        patch.object(extractor, "decode", of("decode", extractor.decode)),
        patch.object(way.extractor, "_tagger", _Session(of("model", session))),
        patch.object(Relating, "take", of("relations", Relating.take)),
        patch.object(Relating, "done", of("relations", Relating.done)),
    ):
        pages = []
        for n, text in enumerate(texts):
            pages.append(Path(folder, f"{n}.txt"))
            pages[-1].write_text(text, encoding="utf-8")
        characters = sum(map(len, texts))
        for number in range(rounds + 1):
            clock.taken.clear()
            for page in pages:
                document = way.file(page)
                with clock.stage("export"):
                    export.write_jsonl([document], io.StringIO())
            for stage in STAGES if number else ():
                found[stage].append(1e6 * clock.taken[stage] / characters)
    return {
        stage: {"median": statistics.median(v), "least": min(v), "most": max(v)}
        for stage, v in found.items()
    }

"""What very many documents take, on paper.

Measures on every twelfth training document what one core takes for it (extraction, tables, Parquet),
how large its output is, and how much memory a worker needs with a full partition in hand. Then runs
the scheduler of `pingyu extract --engine` itself, with workers of a simulated clock: partitions as it
cuts them, service times drawn from those measured, workers that die, are slow and start late. Prints
tables and writes all of it as JSON.

python benchmarks/scale.py
python benchmarks/scale.py --rate 8500 --core-hour 0.04 -o out/scale.json
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import math
import resource
import time
import tomllib
import tracemalloc
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from pingyu import inline
from pingyu.interpret.gazetteer import gazetteer
from pingyu.pipeline import Pipeline
from pingyu.scale import schedule
from pingyu.scale.inputs import MOST_BYTES, ROW_BYTES, Partition, Stretch
from pingyu.scale.records import Item
from pingyu.scale.schedule import DIED, DONE, READY, Event
from pingyu.scale.tables import Tables

ANNOTATIONS = Path(__file__).parents[1] / "annotations"
WORKERS = (1, 8, 64, 512)
SIZES = (1_000_000, 4_000_000, MOST_BYTES, 64_000_000, 256_000_000)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class World:
    """What is assumed: the work, the workers and their faults."""

    documents: int
    characters: int  # of a document
    partition_bytes: int
    start: float  # seconds until a worker is ready
    dispatch: float  # seconds that the driver takes for an event
    life: float  # hours that a worker lives on average
    slow: float  # share of the workers that take `slowness` times as long
    slowness: float

    @property
    def rows(self) -> int:
        """Documents of a partition, as pingyu.scale.inputs cuts it (3 bytes a character)."""
        return max(1, self.partition_bytes // (3 * self.characters + ROW_BYTES))

    @property
    def partitions(self) -> int:
        """How many there are."""
        return math.ceil(self.documents / self.rows)


@dataclass(frozen=True, slots=True)
class Measured:
    """Of a document: `lengths` in characters, `seconds` of one core. `output`: bytes of Parquet for a
    character of text, by table. Memory in MB: of a process with the model, at its largest with a full
    partition, and of the gazetteer alone."""

    lengths: list[int]
    seconds: list[float]
    writing: float
    output: dict[str, float]
    loaded: float
    largest: float
    gazetteer: float

    @property
    def rate(self) -> float:
        """Characters a second of one core."""
        return sum(self.lengths) / sum(self.seconds)


def measure(step: int) -> Measured:
    """Of every `step`-th training document."""
    tracemalloc.start()
    places = gazetteer()
    assert places.places
    gazetteer_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    splits = tomllib.loads((ANNOTATIONS / "splits.toml").read_text(encoding="utf-8"))
    texts = [inline.read_file(ANNOTATIONS / f"{name}.inl").text for name in splits["train"][::step]]
    pipeline = Pipeline()
    pipeline.text(texts[0], "first", {})  # the first call compiles what is left
    loaded = _memory()
    seconds, documents = [], []
    tables = Tables()
    for n, text in enumerate(tqdm(texts, unit="document", disable=None)):
        began = time.process_time()
        document = pipeline.text(text, str(n), {})
        tables.add(document, Item(n + 1, "a.parquet", n + 1))
        seconds.append(time.process_time() - began)
        documents.append(document)
    began = time.process_time()
    files = tables.close()
    writing = (time.process_time() - began) / len(texts)
    characters = sum(map(len, texts))
    full, size = Tables(), 0
    for n, document in enumerate(itertools.cycle(documents)):
        full.add(document, Item(n + 1, "a.parquet", n + 1))
        size += 3 * len(document.text) + ROW_BYTES
        if size >= MOST_BYTES:
            break
    full.close()
    return Measured(
        [len(text) for text in texts],
        [each + writing for each in seconds],
        writing,
        {name: len(data) / characters for name, data in files.items()},
        loaded,
        _memory(),
        gazetteer_bytes / 1e6,
    )


def _memory() -> float:
    """MB that the process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def services(measured: Measured, world: World, rate: float, seed: int = 0) -> Floats:
    """Seconds of each partition: as many documents as it has, drawn from those measured, at `rate`
    characters a second over all."""
    times = np.array(measured.seconds)
    times *= world.characters / rate / times.mean()
    rng = np.random.default_rng(seed)
    shares = np.full(len(times), 1 / len(times))
    drawn: Floats = rng.multinomial(world.rows, shares, world.partitions) @ times
    return drawn


class SimulatedPool:
    """Workers that take as long as drawn, by a clock that only events move."""

    def __init__(self, durations: Floats, workers: int, world: World, seed: int = 0) -> None:
        self.durations, self.world = durations, world
        self.rng = np.random.default_rng(seed)
        self.slow = round(workers * world.slow)  # the first so many
        self.clock = self.lost = 0.0
        self.deaths = 0
        self._held: dict[int, float] = {}
        self._events: list[tuple[float, int, Event]] = []
        self._order = itertools.count()
        for worker in range(workers):
            self._after(world.start, Event(READY, worker))

    def _after(self, seconds: float, event: Event) -> None:
        heapq.heappush(self._events, (self.clock + seconds, next(self._order), event))

    def give(self, worker: int, partition: Partition) -> None:
        """Whether the worker lives to the end of it is drawn."""
        takes = self.durations[partition.number]
        takes *= self.world.slowness if worker < self.slow else 1
        lives = self.rng.exponential(3600 * self.world.life)
        self._held[worker] = self.clock
        self._after(min(takes, lives), Event(DONE if takes <= lives else DIED, worker))

    def wait(self) -> Event:
        """The next event; the driver deals with one at a time."""
        at, _, event = heapq.heappop(self._events)
        self.clock = max(self.clock + self.world.dispatch, at)
        if event.kind != READY:
            began = self._held.pop(event.worker)
            if event.kind == DIED:
                self.deaths += 1
                self.lost += at - began
                self._after(self.world.start, Event(READY, event.worker))
        return event

    def close(self) -> None:
        """There is nothing to end."""


def simulate(durations: Floats, workers: int, world: World) -> dict[str, float]:
    """A whole run. `efficiency`: the work over what all workers could have done in the time; `tail`:
    minutes at the end in which there are idle workers."""
    partitions = [
        Partition(n, n * world.rows + 1, (Stretch("a.parquet", n * world.rows + 1, world.rows),))
        for n in range(world.partitions)
    ]
    pool = SimulatedPool(durations, workers, world)
    ends: list[float] = []
    schedule.run(partitions, pool, lambda _: ends.append(pool.clock))
    return {
        "workers": workers,
        "hours": pool.clock / 3600,
        "efficiency": float(durations.sum()) / workers / pool.clock,
        "tail": (pool.clock - ends[-min(workers, len(ends))]) / 60,
        "deaths": pool.deaths,
        "lost": pool.lost / 3600,
    }


def by_workers(measured: Measured, world: World, rate: float) -> list[dict[str, float]]:
    """A run at each of WORKERS, without and with faults."""
    durations = services(measured, world, rate)
    calm = replace(world, life=math.inf, slow=0.0)
    rows = []
    for workers in tqdm(WORKERS, unit="run", disable=None):
        row = simulate(durations, workers, world)
        rows.append({**row, "undisturbed": simulate(durations, workers, calm)["hours"]})
    return rows


def by_size(measured: Measured, world: World, rate: float) -> list[dict[str, float]]:
    """A run of the most workers at each of SIZES."""
    rows = []
    for size in tqdm(SIZES, unit="run", disable=None):
        other = replace(world, partition_bytes=size)
        durations = services(measured, other, rate)
        row = simulate(durations, WORKERS[-1], other)
        files = other.partitions * len(measured.output)
        minutes = float(durations.mean()) / 60
        rows.append({"size": size, "files": files, "minutes": minutes, **row})
    return rows


def summary(
    measured: Measured, world: World, rate: float, options: argparse.Namespace
) -> dict[str, float]:
    """The whole work in figures."""
    characters = world.documents * world.characters
    hours = characters / rate / 3600
    terabytes = {name: each * characters / 1e12 for name, each in measured.output.items()}
    return {
        "characters": characters,
        "rate": rate,
        "core_hours": hours,
        "partitions": world.partitions,
        "input_tb": 3 * characters / 1e12,
        "output_tb": sum(terabytes.values()),
        **{f"{name}_tb": each for name, each in terabytes.items()},
        "computing": hours * options.core_hour,
        "storage_a_month": sum(terabytes.values()) * options.terabyte_month,
    }


def show(title: str, rows: Sequence[Mapping[str, float | str]]) -> None:
    """A table on the screen."""
    table = Table(title=title, title_justify="left")
    for name in rows[0]:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*map(_shown, row.values()))
    Console(width=120).print(table)


def _shown(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main() -> None:
    """Measure, simulate, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default, what in (
        ("documents", 100_000_000, "how many"),
        ("characters", 2000, "of a document"),
        ("partition-bytes", MOST_BYTES, "of input to a partition"),
        ("start", 10.0, "seconds until a worker is ready"),
        ("dispatch", 0.002, "seconds that the driver takes for an event"),
        ("life", 100.0, "hours that a worker lives on average"),
        ("slow", 0.02, "share of the workers that are slow"),
        ("slowness", 4.0, "how many times as long they take"),
        ("core-hour", 0.04, "price of a core for an hour"),
        ("terabyte-month", 23.0, "price of a terabyte for a month"),
        ("step", 12, "measure every so many training documents"),
    ):
        parser.add_argument(
            f"--{name}", type=type(default), default=default, help=f"{what} (default: {default})"
        )
    parser.add_argument(
        "--rate", type=float, help="characters a second of one core (default: as measured)"
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("out/scale.json"))
    options = parser.parse_args()
    world = World(**{name: getattr(options, name) for name in World.__slots__})
    measured = measure(options.step)
    rate = options.rate or measured.rate
    results: dict[str, Any] = {
        "measured": {**asdict(measured), "rate": measured.rate},
        "world": asdict(world),
        "summary": summary(measured, world, rate, options),
        "workers": by_workers(measured, world, rate),
        "sizes": by_size(measured, world, rate),
    }
    seconds = np.array(measured.seconds)
    show(
        "measured here, one core",
        [
            {
                "documents": len(seconds),
                "characters/s": measured.rate,
                "ms/document": 1000 * seconds.mean(),
                "of it writing": 1000 * measured.writing,
                "p99": 1000 * float(np.quantile(seconds, 0.99)),
                "MB loaded": measured.loaded,
                "MB at most": measured.largest,
                "MB gazetteer": measured.gazetteer,
            }
        ],
    )
    show("bytes of Parquet a character", [measured.output])
    named = [{"": name, f"at {rate:,.0f}/s": value} for name, value in results["summary"].items()]
    show("the whole", named)
    show("by workers", results["workers"])
    show(f"by size of partitions, {WORKERS[-1]} workers", results["sizes"])
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

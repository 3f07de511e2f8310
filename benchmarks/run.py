"""How fast, how large and how soon: pingyu beside its peers, one table and a JSON file.

Every system runs in a process and on one thread of its own; the systems take turns over the same
documents, round after round, so that whatever else the machine does meets them all. Medians over the
rounds and their spread. Seconds are of the clock; on a busy machine the processor's seconds
of a single thread, beside them, are the truer ones, and the ratio is theirs.

python benchmarks/exports.py                  # once: the model in other precisions
python benchmarks/stock.py runs/stock         # once: its text says how to train spaCy's pipeline
python benchmarks/run.py -o out/benchmark.json
python benchmarks/run.py --documents 10 --rounds 2 --long 100000 --only pingyu
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import systems
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

Row = dict[str, Any]
STOCK = "spaCy ner + span_finder + spancat"
TARGETS = {  # name → (key of the result, at least or at most, value)
    "characters a second, times spaCy's": ("ratio", ">=", 3.0),
    "model stage, share of the roofline": ("roofline_share", ">=", 0.35),
    "two processes, times one": ("two_processes", ">=", 1.8),
    "2,000,000 characters, times the speed of 2,000": ("long_document", ">=", 0.85),
    "cold start, s": ("cold_start", "<=", 1.2),
    "peak memory, MB": ("peak_mb", "<=", 350.0),
    "peak memory, 2,000,000 characters, MB": ("long_peak_mb", "<=", 350.0),
    "import of pingyu, s": ("import_s", "<=", 0.4),
}


def main() -> None:
    """Measure what is there, print the tables, write the JSON file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("out/benchmark.json"))
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--documents", type=int, default=40, help="how many (default: 40)")
    parser.add_argument("--rounds", type=int, default=7, help="how many (default: 7)")
    parser.add_argument(
        "--long", type=int, default=2_000_000, help="characters of the long document; 0: none"
    )
    parser.add_argument(
        "--only", action="append", choices=list(systems.SYSTEMS), help="a system (repeatable)"
    )
    options = parser.parse_args()
    from train.config import DataConfig  # not above: the processes of the systems do without torch
    from train.data import read_split

    config = DataConfig()
    texts = [d.text for d in read_split(config.annotations, config.splits, options.split).values()]
    result = measure(
        texts[: options.documents],
        options.only or list(systems.SYSTEMS),
        rounds=options.rounds,
        long=options.long,
    )
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    console = Console(width=None if sys.stdout.isatty() else 140)
    for table in tables(result):
        console.print(table)


def measure(texts: Sequence[str], names: Sequence[str], *, rounds: int, long: int) -> Row:
    """All figures; a system whose files are missing is named in "missing"."""
    there = [name for name in names if systems.there(name)]
    rows = compare(texts, there, rounds)
    result: Row = {
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "load": list(os.getloadavg()),
        },
        "documents": len(texts),
        "characters": sum(map(len, texts)),
        "rounds": rounds,
        "systems": rows,
        "missing": [name for name in names if name not in there],
    }
    if "pingyu" in rows:
        import stages
        from roofline import roofline

        folders = {name: systems.SYSTEMS[name][1] for name in rows if name in systems.EXPORTED}
        result["stages"] = {
            name: stages.measure(folder, texts, rounds)
            for name, folder in folders.items()
            if folder
        }
        # both graphs have the same products, so one roofline is for both
        rows_at_once = int(statistics.median(map(len, texts)))
        result["roofline"] = roofline(systems.MODEL / "model.onnx", rows_at_once)
        result["two_processes"] = two_processes(texts, rounds)
        result["import_s"] = import_seconds(rounds)
        if long:
            result["long"] = {name: long_document(name, texts, long) for name in folders}
    return result


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


class Worker:
    """A system in a process of its own. `ask` sends texts, `answer` waits for what they took."""

    def __init__(self, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_work, args=(name, other), daemon=True)
        self.process.start()
        other.close()  # a process that ends without an answer is then told of, not waited for
        self.answer()

    def ask(self, texts: Sequence[str]) -> None:
        """Send texts to be run."""
        self.pipe.send(list(texts))

    def answer(self) -> Row:
        """Seconds by the clock and of the processor, and the most memory so far in MB."""
        row: Row = self.pipe.recv()
        return row

    def run(self, texts: Sequence[str]) -> Row:
        """`ask`, then `answer`."""
        self.ask(texts)
        return self.answer()

    def close(self) -> None:
        """End the process."""
        self.pipe.send(None)
        self.process.join()


def _work(name: str, pipe: Any) -> None:
    run = systems.load(name)
    texts: list[str] | None = []
    while texts is not None:
        clock, processor = time.perf_counter(), time.process_time()
        for text in texts:
            run(text)
        pipe.send(
            {
                "seconds": time.perf_counter() - clock,
                "processor": time.process_time() - processor,
                "peak_mb": _peak(),
            }
        )
        texts = pipe.recv()


def _peak() -> float:
    """Most memory of this process, MB. (ru_maxrss also counts that of the process it came from.)"""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def compare(texts: Sequence[str], names: Sequence[str], rounds: int) -> dict[str, Row]:
    """The systems take turns; the first round is for warming up and not counted."""
    workers = {name: Worker(name) for name in names}
    taken: dict[str, list[Row]] = {name: [] for name in names}
    cold: dict[str, list[Row]] = {name: [] for name in names}
    try:
        for _ in tqdm(range(rounds + 1), desc="rounds", disable=None):
            for name, worker in workers.items():
                taken[name].append(worker.run(texts))
    finally:
        for worker in workers.values():
            worker.close()
    for _ in range(min(rounds, 5)):
        for name in names:
            cold[name].append(cold_start(name, texts[0]))
    characters = sum(map(len, texts))
    rows = {}
    for name in names:
        rates = [characters / row["processor"] for row in taken[name][1:]]
        rows[name] = {
            "processor_rate": spread(rates),
            "rate": spread([characters / row["seconds"] for row in taken[name][1:]]),
            "peak_mb": taken[name][-1]["peak_mb"],
            "cold_start": spread([start["processor"] for start in cold[name]]),
            "cold_start_by_the_clock": spread([start["seconds"] for start in cold[name]]),
            "bytes": systems.size(name),
        }
    if STOCK in rows:
        base = [row["processor"] for row in taken[STOCK][1:]]
        for name in names:
            pairs = zip(base, taken[name][1:], strict=True)
            rows[name]["ratio"] = spread([stock / row["processor"] for stock, row in pairs])
    return rows


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, least and most."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def cold_start(name: str, text: str) -> Row:
    """From the start of a process to its first result: seconds by the clock and of the processor."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.txt")
        page.write_text(text, encoding="utf-8")
        command = [sys.executable, str(systems.ROOT / "benchmarks" / "systems.py"), name, str(page)]
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said = process.stdout.read()
            took = time.perf_counter() - began
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = status
    if said != "done\n":
        raise RuntimeError(f"{name} ended without a result: status {status}")
    return {"seconds": took, "processor": used.ru_utime + used.ru_stime}


def import_seconds(rounds: int) -> dict[str, float]:
    """Of `import pingyu` in a new process."""
    code = "import time; t = time.perf_counter(); import pingyu; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", code]
    return spread(
        [
            float(subprocess.run(command, check=True, capture_output=True).stdout)
            for _ in range(rounds)
        ]
    )


def two_processes(texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Times as many characters a second by the clock as one process, each with half of the texts."""
    first, second = Worker("pingyu"), Worker("pingyu")
    ratios = []
    for n in range(rounds + 1):
        alone = first.run(texts)["seconds"]
        began = time.perf_counter()
        first.ask(texts[::2])
        second.ask(texts[1::2])
        first.answer(), second.answer()
        if n:
            ratios.append(alone / (time.perf_counter() - began))
    first.close()
    second.close()
    return spread(ratios)


def long_document(name: str, texts: Sequence[str], characters: int) -> Row:
    """One document of so many characters; between its windows documents of 2,000 take turns with
    it, so that both meet the same machine."""
    all_text = "\n".join(texts)
    whole = (all_text * (characters // len(all_text) + 1))[:characters]
    context = multiprocessing.get_context("spawn")
    pipe, other = context.Pipe()
    process = context.Process(target=_take_turns, args=(name, whole, other), daemon=True)
    process.start()
    other.close()
    row: Row = pipe.recv()
    process.join()
    return row


def _take_turns(name: str, whole: str, pipe: Any) -> None:
    run = systems.load(name)
    starts = range(0, max(1, min(len(whole), 60_000) - 2000 + 1), 2000)
    short = itertools.cycle([whole[at : at + 2000] for at in starts])
    run(next(short))
    row: Row = {"characters": len(whole), "peak_mb_of_2000": _peak()}
    taken = {"long": 0.0, "of_2000": 0.0}
    turns = characters = 0
    since = time.process_time()

    def add(part: str) -> None:
        nonlocal since
        now = time.process_time()
        taken[part] += now - since
        since = now

    def after_window(done: int, of: int) -> None:
        nonlocal turns, characters
        turns += 1
        if done <= of / 10:
            row["peak_mb_tenth"] = _peak()
        row["peak_mb_extracted"] = _peak()
        if turns % 4 == 1:
            add("long")
            text = next(short)
            run(text)
            characters += len(text)
            add("of_2000")

    run(whole, after_window)
    add("long")
    row["rate"] = len(whole) / taken["long"]
    row["rate_of_2000"] = characters / taken["of_2000"]
    row["ratio"] = row["rate"] / row["rate_of_2000"]
    row["peak_mb"] = _peak()
    pipe.send(row)


def tables(result: Row) -> list[Table]:
    """What is printed."""
    compared = Table(title=f"{result['documents']} documents, {result['rounds']} rounds in turn")
    for column in ("system", "characters/s", "by the clock", "× spaCy", "peak MB", "cold s", "MB"):
        compared.add_column(column, justify="left" if column == "system" else "right")
    for name, row in result["systems"].items():
        compared.add_row(
            name,
            _cell(row["processor_rate"], ",.0f"),
            _cell(row["rate"], ",.0f"),
            _cell(row["ratio"], ".2f") if "ratio" in row else "",
            f"{row['peak_mb']:.0f}",
            _cell(row["cold_start"], ".2f"),
            f"{row['bytes'] / 1e6:.1f}" if row["bytes"] else "",
        )
    out = [compared]
    for name, measured in result.get("stages", {}).items():
        share = _share(result, name)
        table = Table(title=f"{name}: stages; the model at {share:.0%} of the roofline")
        table.add_column("stage")
        for column in ("µs/character", "share"):
            table.add_column(column, justify="right")
        total = sum(s["median"] for s in measured.values())
        for stage, value in measured.items():
            table.add_row(stage, _cell(value, ".2f"), f"{value['median'] / total:.1%}")
        out.append(table)
    if "long" in result:
        table = Table(
            title="one long document, and documents of 2,000 characters between its windows"
        )
        table.add_column("system")
        for column in ("characters", "characters/s", "of 2,000", "ratio", "peak MB", "of 2,000"):
            table.add_column(column, justify="right")
        for name, row in result["long"].items():
            rates = [f"{row[key]:,.0f}" for key in ("characters", "rate", "rate_of_2000")]
            peaks = [f"{row[key]:.0f}" for key in ("peak_mb", "peak_mb_of_2000")]
            table.add_row(name, *rates, f"{row['ratio']:.2f}", *peaks)
        out.append(table)
    if "stages" in result:
        table = Table("target", "of pingyu as shipped", "of pingyu exported anew", "wanted")
        for words, kind, wanted, values in targets(result):
            table.add_row(
                words, *(f"{v:.2f}" if v is not None else "" for v in values), f"{kind} {wanted:g}"
            )
        out.append(table)
    return out


def _share(result: Row, name: str) -> float:
    """Of the characters a second that the roofline allows, those that the model stage does."""
    took: float = result["stages"][name]["model"]["median"]
    return 1e6 / took / float(result["roofline"]["characters_per_second"])


def _cell(value: dict[str, float], form: str) -> str:
    return f"{value['median']:{form}} ({value['least']:{form}}–{value['most']:{form}})"


def targets(result: Row) -> list[tuple[str, str, float, list[float | None]]]:
    """Words, at least or most, value wanted, and what the two graphs reach."""
    out = []
    for words, (key, kind, wanted) in TARGETS.items():
        values = [_reached(result, name, key) for name in systems.EXPORTED]
        out.append((words, kind, wanted, values))
    return out


def _reached(result: Row, name: str, key: str) -> float | None:
    row = result["systems"].get(name)
    if row is None:
        return None
    found: Any = {
        "ratio": row.get("ratio", {}).get("median"),
        "roofline_share": _share(result, name),
        "long_document": result.get("long", {}).get(name, {}).get("ratio"),
        "long_peak_mb": result.get("long", {}).get(name, {}).get("peak_mb"),
        "cold_start": row["cold_start"]["median"],
        "peak_mb": row["peak_mb"],
    }.get(key, result.get(key, {}).get("median") if name == "pingyu" else None)
    return found


if __name__ == "__main__":
    main()

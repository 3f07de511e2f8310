"""Reads the blind sets of tests/data and says which cases come out exactly as expected."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "data"


@dataclass
class Case:
    context: str  # without the brackets
    start: int
    end: int
    date: date | None
    expected: dict[str, Any]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def cases(name: str) -> list[Case]:
    return [_case(row) for row in rows(name)]


def _case(row: dict[str, str]) -> Case:
    marked = row["context"]
    start, end = marked.find("【"), marked.find("】")
    context = marked.replace("【", "").replace("】", "") if start >= 0 else marked
    day = date.fromisoformat(row["date"]) if row.get("date") else None
    return Case(context, start, end - 1, day, json.loads(row["expected"]))


def misses(name: str, found: Callable[[Case], Any]) -> tuple[float, list[str]]:
    """→ the share that is exactly right, and a line for each case that is not."""
    every = cases(name)
    wrong = []
    for case in every:
        got = found(case)
        if got != case.expected:
            marked = case.context
            if case.start >= 0:
                words = marked[case.start : case.end]
                marked = f"{marked[: case.start]}【{words}】{marked[case.end :]}"
            keys = [k for k in case.expected if got.get(k) != case.expected[k]]
            parts = [f"{k}: {got.get(k)!r}, expected {case.expected[k]!r}" for k in keys]
            wrong.append(f"{marked} ({case.date}): {'; '.join(parts)}")
    return 1 - len(wrong) / len(every), wrong

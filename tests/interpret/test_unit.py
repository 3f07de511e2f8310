"""Units → entities; the cases of tests/data/units.tsv are as its README.md specifies."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pingyu.interpret.unit import entities
from pingyu.schema import RESOLVED, UNIT, Document, Entity, Span

CASES = Path(__file__).parents[1] / "data" / "units.tsv"


def _document(*names: str, place: str = "") -> Document:
    """A text that lists the names, each a unit of its own; u1 is the first."""
    document = Document("\n", metadata={"place": place} if place else {})
    for number, name in enumerate(names, 1):
        start = len(document.text)
        document.text += name + "、"
        document.spans.append(Span(UNIT, start, start + len(name), name))
        document.keys.append(f"u{number}")
    return document


def _read(name: str, mentions: str, place: str) -> Entity:
    others = [m for m in mentions.split("|") if m and m != name]
    return entities(_document(name, *others, place=place))["u1"]


def _cases() -> Iterator[tuple[dict[str, str], dict[str, Any], Entity]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            expected = {"status": RESOLVED, **json.loads(row["expected"])}
            yield row, expected, _read(row["name"], row["mentions"], row["place"])


def test_blind_set():
    total, right, wrong_codes = 0, 0, []
    for row, expected, entity in _cases():
        total += 1
        found = {key: getattr(entity, key) for key in expected}
        right += found == expected
        if entity.code is not None and entity.code != expected["code"]:
            wrong_codes.append((row["name"], row["place"], entity.code))
    assert total >= 200
    assert wrong_codes == []
    assert right / total >= 0.95

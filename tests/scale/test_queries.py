"""The queries in docs/scale.md run, and find the same."""

import re

import pytest
from fakes import TARGET, Fake, InlinePool, reviews, write_rows

from pingyu.scale import run
from pingyu.scale.inputs import find


@pytest.fixture
def blocks(root):
    text = (root / "docs" / "scale.md").read_text(encoding="utf-8")
    found = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return {re.search(r"import (duckdb|polars|pandas)", block)[1]: block for block in found}


@pytest.fixture
def data_set(tmp_path, monkeypatch):
    """./crawled, as in the page."""
    source = write_rows(tmp_path / "a.jsonl", reviews(12))
    run.make(find([source]), tmp_path / "crawled", Fake(tmp_path), InlinePool, target=TARGET)
    assert len(list((tmp_path / "crawled" / "units").iterdir())) > 2
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("data_set")
def test_the_queries_of_the_page_run(blocks):
    results = {}
    for name, block in blocks.items():
        results[name] = {}
        exec(block, results[name])
    units = {f"石桥镇{n}" for n in range(12)}
    assert set(results["duckdb"]["found"]) == {(unit, 1) for unit in units}
    found = results["polars"]["found"].to_dicts()
    assert {row["unit"] for row in found} == units
    assert {row["low"] for row in found} == {1}
    assert len(results["pandas"]["achievements"]) == 12
    assert results["pandas"]["first"]["reviews"][0]["unit"] == "石桥镇0"

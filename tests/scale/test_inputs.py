"""What the paths lead to, and how it is cut."""

import json
import os

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from pingyu.scale.inputs import (
    LEAST_BYTES,
    MOST_BYTES,
    ROW_BYTES,
    Input,
    cut,
    find,
    target_bytes,
)
from pingyu.scale.records import items


def write_parquet(path, texts, **options):
    parquet.write_table(pa.table({"text": texts}), path, **options)
    return path


def test_files_come_in_the_order_given_and_folders_in_order_of_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pages").mkdir()
    for name in ("pages/b.txt", "pages/a.jsonl", "pages/c.jpg", "z.md"):
        (tmp_path / name).write_text("x")
    inputs = find([tmp_path / "z.md", tmp_path / "pages"])
    assert [os.path.relpath(each.path) for each in inputs.found] == [
        "z.md",
        "pages/a.jsonl",
        "pages/b.txt",
    ]
    assert (inputs.skipped, inputs.failures, inputs.duplicates) == (1, [], [])


def test_a_file_given_twice_is_read_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "a.txt"
    page.write_text("x")
    (tmp_path / "link.txt").symlink_to(page)
    relative = type(page)("a.txt")
    inputs = find([relative, page, relative, tmp_path])
    assert [each.path for each in inputs.found] == ["a.txt"]
    assert inputs.duplicates == [str(page), "a.txt", str(page), str(tmp_path / "link.txt")]


def test_what_cannot_be_read_is_told_of_and_the_rest_found(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
    parquet.write_table(pa.table({"body": ["x"], "n": [1]}), tmp_path / "untexted.parquet")
    parquet.write_table(pa.table({"text": [1]}), tmp_path / "numbers.parquet")
    (tmp_path / "good.txt").write_text("x")
    names = ("empty", "bad.parquet", "untexted.parquet", "numbers.parquet", "none.txt", "good.txt")
    inputs = find(tmp_path / name for name in names)
    assert [error.code for error in inputs.failures] == ["E108", "E733", "E734", "E734", "E101"]
    assert "body: string, n: int64" in str(inputs.failures[2])
    assert [each.path for each in inputs.found] == [str(tmp_path / "good.txt")]


def test_a_dictionary_or_large_column_of_strings_is_text(tmp_path):
    for n, kind in enumerate((pa.large_string(), pa.dictionary(pa.int32(), pa.string()))):
        table = pa.table({"text": pa.array(["甲镇", "乙镇"]).cast(kind)})
        parquet.write_table(table, tmp_path / f"{n}.parquet")
    partitions, rows = cut(find([tmp_path]).found, 10**6)
    assert rows == [2, 2]
    assert [item.text for item in items(partitions[0])] == ["甲镇", "乙镇"] * 2


@settings(max_examples=60, deadline=None)
@given(
    files=st.lists(st.lists(st.integers(0, 4000), max_size=12), min_size=1, max_size=4),
    target=st.integers(1, 20_000),
    groups=st.integers(1, 5),
)
def test_every_row_is_in_one_partition_in_order(tmp_path_factory, files, target, groups):
    folder = tmp_path_factory.mktemp("cut")
    expected = []
    for n, lengths in enumerate(files):
        texts = [f"{n}-{row}" + "x" * length for row, length in enumerate(lengths)]
        expected += texts
        if n % 3 == 0:
            lines = [json.dumps({"text": text}) + "\n" for text in texts]
            (folder / f"{n}.jsonl").write_text("".join(lines))
        elif n % 3 == 1:
            write_parquet(
                folder / f"{n}.parquet", pa.array(texts, pa.string()), row_group_size=groups
            )
        else:
            (folder / f"{n}.jsonl").write_text("\n".join(json.dumps({"text": t}) for t in texts))
    inputs = find([folder])
    partitions, rows = cut(inputs.found, target)
    assert rows == [len(lengths) for lengths in files]
    found = [item for partition in partitions for item in items(partition)]
    assert [item.text for item in found] == expected
    assert [item.document_id for item in found] == list(range(1, len(expected) + 1))
    assert [partition.number for partition in partitions] == list(range(len(partitions)))
    assert cut(inputs.found, target)[0] == partitions
    for partition in partitions:
        weight = sum(len(item.text) + ROW_BYTES for item in items(partition))
        assert partition.rows <= 1 or weight < 2 * target + 5000


def test_nothing_makes_one_empty_partition(tmp_path):
    (tmp_path / "a.jsonl").write_text("")
    write_parquet(tmp_path / "b.parquet", pa.array([], pa.string()))
    partitions, rows = cut(find([tmp_path]).found, 1000)
    assert [partition.rows for partition in partitions] == [0]
    assert rows == [0, 0]


@pytest.mark.parametrize(
    ("total", "target"),
    [(10, LEAST_BYTES), (256 * LEAST_BYTES * 2, LEAST_BYTES * 2), (10**12, MOST_BYTES)],
)
def test_partitions_grow_with_the_input(total, target):
    assert target_bytes([Input("a", 1, 0, total // 2), Input("b", 1, 0, total // 2)]) == target

"""What a partition's files hold."""

import csv
import json
import math

import pyarrow as pa
import pytest
from fakes import REVIEW
from pyarrow import parquet

from pingyu import inline
from pingyu.export import TABLES, write_tables
from pingyu.interpret.review import interpret
from pingyu.scale.records import Item
from pingyu.scale.tables import SCHEMAS, Tables
from pingyu.schema import Figure


def documents(root):
    paths = sorted((root / "annotations" / "town").glob("*.inl"))[:12]
    for n, path in enumerate(paths, 1):
        document = inline.read_file(path)
        interpret(document, document.text)
        document.source = path.name
        yield n, document


def read(data):
    return parquet.read_table(pa.BufferReader(pa.py_buffer(data)))


def plain(value):
    """As csv writes it."""
    return "" if value is None else str(value)


def test_the_tables_are_those_of_the_csv_files(root, tmp_path):
    tables = Tables()
    for number, document in documents(root):
        tables.add(document, Item(number, document.source))
    files = tables.close()
    write_tables((document for _, document in documents(root)), tmp_path)
    assert set(files) == {"documents", *TABLES}
    for name in TABLES:
        with (tmp_path / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            expected = list(csv.DictReader(file))
        table = read(files[name])
        assert table.schema == SCHEMAS[name]
        assert tables.rows[name] == table.num_rows == len(expected) > 5
        for row, line in zip(table.to_pylist(), expected, strict=True):
            number = row.pop("document_id")
            assert str(number) == next(v for k, v in line.items() if k.endswith("_id")).split(".")[
                0
            ] or (name == "figures")
            for column, value in row.items():
                if column == "value":
                    assert math.isclose(value, float(line[column]))
                else:
                    assert plain(value) == line[column], (name, column)


def test_a_document_is_kept_as_its_record(root):
    tables = Tables()
    found = dict(documents(root))
    for number, document in found.items():
        tables.add(document, Item(number, "all.jsonl", number, document.source, id=f"i{number}"))
    rows = read(tables.close()["documents"]).to_pylist()
    for row in rows:
        document = found[row["document_id"]]
        assert json.loads(row["record"]) == json.loads(json.dumps(document.to_dict()))
        assert (row["source"], row["id"]) == (document.source, f"i{row['document_id']}")
        assert (row["file"], row["row"]) == ("all.jsonl", row["document_id"])


def review(n=1):
    document = inline.parse(REVIEW.format(n=n))
    interpret(document, document.text)
    return document


def test_a_number_too_large_for_the_table_adds_nothing_of_its_document():
    tables = Tables()
    good, bad, huge = review(1), review(2), review(3)
    bad.ranks[0] = bad.reviews[0].achievements[0].standings[0]
    object.__setattr__(bad.reviews[0].achievements[0].standings[0], "of", 10**30)
    huge.reviews[0].achievements[0].figures = [Figure("x", 2**60 + 1, "个")]
    tables.add(good, Item(1, "a"))
    with pytest.raises((OverflowError, pa.ArrowInvalid)):
        tables.add(bad, Item(2, "b"))
    tables.add(huge, Item(3, "c"))
    files = tables.close()
    for name in SCHEMAS:
        assert set(read(files[name])["document_id"].to_pylist()) == {1, 3}
    assert read(files["figures"])["value"].to_pylist()[-1] == float(2**60 + 1)


def test_many_documents_are_several_row_groups_and_no_document_an_empty_file():
    tables = Tables()
    for n in range(1100):
        tables.add(review(n), Item(n + 1, "a"))
        tables.flush_full()
    data = tables.close()["units"]
    assert parquet.ParquetFile(pa.BufferReader(pa.py_buffer(data))).num_row_groups == 3
    assert read(data)["document_id"].to_pylist() == list(range(1, 1101))
    for name, empty in Tables().close().items():
        assert read(empty).schema == SCHEMAS[name]
        assert read(empty).num_rows == 0

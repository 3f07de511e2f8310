"""Rows: what they may hold, and what is said of those that hold something else."""

import datetime
import json

import pyarrow as pa
import pytest
from pyarrow import parquet

from pingyu.scale.inputs import cut, find
from pingyu.scale.records import items


def read(path):
    partitions, _ = cut(find([path]).found, 10**9)
    return list(items(partitions[0]))


def lines(path, *values):
    path.write_text(
        "\n".join(v if isinstance(v, str) else json.dumps(v) for v in values), encoding="utf-8"
    )
    return path


def test_a_row_says_where_it_is_from(tmp_path):
    path = lines(
        tmp_path / "a.jsonl",
        {"text": "甲", "source": "http://a", "id": 7},
        {"text": "乙", "id": "x-1", "spans": [1]},
        "",
        {"text": "丙", "source": None, "id": ""},
    )
    found = [(i.document_id, i.row, i.source, i.id, i.text) for i in read(path)]
    assert found == [
        (1, 1, "http://a", "7", "甲"),
        (2, 2, "x-1", "x-1", "乙"),
        (4, 4, f"{path}:4", None, "丙"),
    ]


def test_metadata_become_strings(tmp_path):
    values = {"date": "2024-03-01", "n": 3, "none": None, "list": ["甲", 1]}
    path = lines(tmp_path / "a.jsonl", {"text": "甲", "metadata": values})
    expected = {"date": "2024-03-01", "n": "3", "list": '["甲", 1]'}
    assert read(path)[0].metadata == expected

    day = datetime.date(2024, 3, 1)
    table = pa.table(
        {
            "text": ["甲", "乙"],
            "metadata": pa.array(
                [[("date", "2024-03-01")], None], pa.map_(pa.string(), pa.string())
            ),
        }
    )
    parquet.write_table(table, tmp_path / "map.parquet")
    assert [i.metadata for i in read(tmp_path / "map.parquet")] == [{"date": "2024-03-01"}, {}]
    parquet.write_table(
        pa.table({"text": ["甲"], "metadata": [{"date": day}]}), tmp_path / "struct.parquet"
    )
    assert read(tmp_path / "struct.parquet")[0].metadata == {"date": "2024-03-01"}


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        ("{", "E731", "row 2 is not a JSON object"),
        ("[1]", "E731", "of type list"),
        ("null", "E731", "it is missing"),
        ("[" * 100_000, "E731", "row 2"),
        ({"body": "x"}, "E732", "row 2: 'text' is missing"),
        ({"text": 3}, "E732", "'text' is of type int"),
        ({"text": " \n"}, "E732", "'text' is blank"),
        ({"text": "甲", "source": [1]}, "E732", "'source' is of type list"),
        ({"text": "甲", "id": True}, "E732", "'id' is of type bool"),
        ({"text": "甲", "metadata": "x"}, "E732", "'metadata' is of type str"),
        ('{"text": "甲\\ud800"}', "E732", "half a character"),
        ('{"text": "甲", "metadata": {"a": "\\ud800"}}', "E732", "'metadata' is"),
        ('{"text": "甲", "metadata": {"\\ud800": "a"}}', "E732", "'metadata' is"),
        ('{"text": "甲", "id": "\\ud800"}', "E732", "'source' is"),
        ({"text": "甲", "metadata": ["ab"]}, "E732", "'metadata' is of type list"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(tmp_path, value, code, words):
    path = lines(tmp_path / "a.jsonl", {"text": "甲"}, value, {"text": "丙"})
    first, bad, last = read(path)
    assert (first.text, first.error, last.text, last.error) == ("甲", None, "丙", None)
    assert bad.error.code == code
    assert words in str(bad.error)
    assert str(bad.error).startswith(f"{code} {path}: ")
    assert (bad.file, bad.row) == (str(path), 2)


def test_a_line_that_is_not_utf8_is_bad(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"text": "甲镇"}\n'.encode("gb18030") + '\ufeff{"text": "乙"}\n'.encode())
    bad, good = read(path)
    assert bad.error.code == "E731"
    assert good.text == "乙"


def test_a_file_that_shrinks_during_the_run(tmp_path):
    path = lines(tmp_path / "a.jsonl", {"text": "甲"}, {"text": "乙"}, {"text": "丙"})
    other = tmp_path / "b.parquet"
    parquet.write_table(pa.table({"text": ["甲", "乙"]}), other)
    (partition,), _ = cut(find([path, other]).found, 10**9)
    lines(path, {"text": "甲"})
    parquet.write_table(pa.table({"text": ["甲"]}), other)
    found = [(i.file, i.row, i.error and i.error.code) for i in items(partition)]
    assert found == [
        (str(path), 1, None),
        (str(path), 2, "E735"),
        (str(path), 3, "E735"),
        (str(other), 1, None),
        (str(other), 2, "E735"),
    ]
    path.unlink()
    other.write_bytes(b"x")
    assert [i.error.code for i in items(partition)] == ["E106"] * 3 + ["E733"] * 2


def test_a_damaged_page_costs_the_rows_from_there(tmp_path):
    path = tmp_path / "a.parquet"
    texts = [f"甲镇{n}" * 40 for n in range(600)]
    parquet.write_table(
        pa.table({"text": texts}),
        path,
        row_group_size=300,
        use_dictionary=False,
        compression="none",
        write_page_checksum=True,
    )
    (partition,), _ = cut(find([path]).found, 10**9)
    column = parquet.ParquetFile(path).metadata.row_group(1).column(0)
    data = bytearray(path.read_bytes())
    data[column.data_page_offset : column.data_page_offset + 20] = b"\xff" * 20
    path.write_bytes(bytes(data))
    found = list(items(partition))
    assert [item.row for item in found] == list(range(1, 601))
    assert [item.text for item in found[:300]] == texts[:300]
    assert {item.error.code for item in found[300:]} == {"E733"}


def test_a_cell_that_python_has_no_value_for_costs_its_row_alone(tmp_path):
    day = pa.array([0, 10**7, 1], pa.date32())  # the second is of the year 29349
    parquet.write_table(
        pa.table(
            {"text": ["甲", "乙", "丙"], "metadata": pa.StructArray.from_arrays([day], ["date"])}
        ),
        tmp_path / "a.parquet",
    )
    first, bad, last = read(tmp_path / "a.parquet")
    assert (first.metadata, last.metadata) == ({"date": "1970-01-01"}, {"date": "1970-01-02"})
    assert bad.error.code == "E733"
    assert "row 2" in str(bad.error)

"""What is written: JSON by its schema, and tables that join."""

import csv
import json
from dataclasses import replace
from io import StringIO

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from rich.console import Console

from pingyu import inline
from pingyu.cli import main
from pingyu.export import TABLES, json_pieces, table, write_tables
from pingyu.interpret.review import interpret


@pytest.fixture(scope="module")
def validator(root):
    schema = json.loads((root / "src/pingyu/output.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def test_output_of_the_command_is_valid(root, validator, tmp_path):
    out = tmp_path / "out.jsonl"
    main(["extract", str(root / "corpus" / "examples"), "--format", "jsonl", "-o", str(out)])
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert sum(len(line["ranks"]) for line in lines) > 50
    for line in lines:
        assert [error.message for error in validator.iter_errors(line)] == []


def test_gold_documents_are_valid(root, validator):
    from train.data import read_split

    documents = read_split(root / "annotations", root / "annotations" / "splits.toml", "dev")
    kinds = set()
    for document in documents.values():
        interpret(document, document.text)
        values = json.loads(json.dumps(document.to_dict()))
        assert [error.message for error in validator.iter_errors(values)] == []
        kinds |= {rank.kind for rank in document.ranks}
    assert kinds == {"ordinal", "band", "extreme", "vague", "first"}


@pytest.mark.parametrize(
    "marked", ["会议召开", "[U:a 甲镇][A:a “修渠”3项，居[R 全县第一]]，[D:a 防火😀]"]
)
def test_pieces_of_json_are_the_object_of_the_document(marked):
    document = inline.parse(marked)
    interpret(document, document.text)
    written = "".join(json_pieces(document))
    assert written == json.dumps(document.to_dict(), ensure_ascii=False)
    assert json.loads(written)["text"] == document.text


def test_a_foreign_key_is_not_valid(validator):
    assert not validator.is_valid({"source": "", "text": "", "surprise": 1})


def test_tables_join_by_ids(tmp_path):
    document = inline.parse(
        "[U:a 甲镇]、[U:b 乙镇][A:a+b 完成投资3亿元，居[R 全县第一]]，[D:a 防火]不足。"
        "力争[R 全市前三]。[R:r 末位]：[U:b:r 乙镇]"
    )
    interpret(document, document.text)
    write_tables([document, document], tmp_path)
    tables = {}
    for name in TABLES:
        with (tmp_path / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    assert {name: len(rows) for name, rows in tables.items()} == {
        "units": 4,
        "achievements": 4,
        "deficiencies": 2,
        "figures": 4,
        "ranks": 8,
    }
    units = {row["unit_id"] for row in tables["units"]}
    statements = {row["achievement_id"] for row in tables["achievements"]}
    assert len(units) == len(statements) == 4
    assert {row["unit_id"] for row in tables["achievements"] + tables["deficiencies"]} <= units
    assert {row["statement_id"] for row in tables["figures"]} == statements
    assert len({row["rank_id"] for row in tables["ranks"]}) == 8
    placed = [row for row in tables["ranks"] if row["unit_id"]]
    assert {row["statement_id"] for row in placed if row["statement_id"]} == statements
    assert [row["text"] for row in tables["ranks"] if not row["unit_id"]] == ["全市前三"] * 2


def test_tables_need_a_folder(root, capsys):
    assert main(["extract", str(root / "corpus" / "examples"), "--format", "tables"]) == 1
    assert "E701" in capsys.readouterr().err


def test_the_command_writes_tables(root, tmp_path):
    options = ["--format", "tables", "-o", f"{tmp_path}/out"]
    assert main(["extract", str(root / "corpus" / "examples"), *options]) == 0
    assert {p.stem for p in (tmp_path / "out").iterdir()} == set(TABLES)


def test_the_table_shows_the_ranks_of_deficiencies_too():
    document = inline.parse("[U:a 甲镇][A:a 修渠[R 全县最长]]，[D:a 防火[R 全县垫底]]。")
    interpret(document, document.text)
    ranks = table(document).columns[2]
    assert list(map(str, ranks.cells)) == ["全县最长：修渠全县最长\n全县垫底：防火全县垫底"]


def test_the_table_takes_text_as_it_is():
    document = inline.parse("[U:a 甲镇]的[A:a 投资完成]。")
    document.source = "[/x].txt"
    words = "投资[/b]:100:[a1]完成"
    document.text = document.text.replace("投资完成", words)
    document.spans[1] = replace(document.spans[1], end=document.spans[1].start + 17, text=words)
    interpret(document, document.text)
    out = StringIO()
    Console(file=out, width=100).print(table(document))
    assert words in out.getvalue()
    assert "[/x].txt" in out.getvalue()

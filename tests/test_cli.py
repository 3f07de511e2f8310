"""The command, as a user runs it."""

import csv
import io
import json
import os
import subprocess
import sys
import textwrap

import pytest

from pingyu import cli
from pingyu.cli import main
from pingyu.pipeline import Pipeline

PAGE = (
    "<html><body><h1>罗川县点评会</h1><p>石桥镇新修灌渠十二公里，灌溉面积全县第一，"
    "但在集镇保洁、林区防火等方面还有差距。</p></body></html>"
)


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_text(PAGE, encoding="utf-8")
    (folder / "b.txt").write_bytes(
        "罗川县点评会\n大河乡完成造林三千亩，居全县首位。".encode("gb18030")
    )
    (folder / "c.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


def test_jsonl_follows_the_contract(pages, tmp_path):
    out = tmp_path / "out.jsonl"
    assert main(["extract", str(pages), "--format", "jsonl", "-o", str(out)]) == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["source"] for line in lines] == [str(pages / "a.html"), str(pages / "b.txt")]
    for line in lines:
        order = [(s["start"], -s["end"]) for s in line["spans"]]
        assert order == sorted(order)
        for span in line["spans"]:
            assert line["text"][span["start"] : span["end"]] == span["text"]
            assert 0 <= span["score"] <= 1
        for relation in line["relations"]:
            head, tail = line["spans"][relation["head"]], line["spans"][relation["tail"]]
            assert relation["type"] == f"HAS_{tail['label']}"
            assert head["label"] in ("UNIT", "ACHIEVEMENT", "DEFICIENCY")
    for span in lines[0]["spans"]:
        assert PAGE[span["source_start"] : span["source_end"]] == span["text"]
    assert {"集镇保洁", "林区防火"} <= {s["text"] for s in lines[0]["spans"]}


def test_kept_script_is_read_as_well_as_converted(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(
        "石橋鎮新修灌渠十二公里，灌溉面積全縣第一，但在集鎮保潔、林區防火等方面仍存不足。",
        encoding="utf-8",
    )
    texts = []
    for options in ([], ["--keep-script"]):
        out = tmp_path / "out.jsonl"
        assert main(["extract", str(page), "--format", "jsonl", "-o", str(out), *options]) == 0
        line = json.loads(out.read_text(encoding="utf-8"))
        assert all(line["text"][s["start"] : s["end"]] == s["text"] for s in line["spans"])
        texts.append([s["text"] for s in line["spans"]])
    assert "集镇保洁" in texts[0]
    assert "集鎮保潔" in texts[1]
    assert [len(text) for text in texts[0]] == [len(text) for text in texts[1]]


def test_csv_has_a_row_a_statement(pages, tmp_path):
    out = tmp_path / "out.csv"
    assert main(["extract", str(pages / "a.html"), "--format", "csv", "-o", str(out)]) == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert ("石桥镇", "deficiency", "集镇保洁") in [(r["unit"], r["kind"], r["text"]) for r in rows]


def test_a_folder_gets_both_files_and_the_screen_the_table(pages, tmp_path, capsys):
    assert main(["extract", str(pages), "-o", f"{tmp_path}/out/"]) == 0
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"results.jsonl", "results.csv"}
    captured = capsys.readouterr()
    assert "石桥镇" in captured.out
    assert captured.err.splitlines()[-1] == "2 read, 0 failed, 1 skipped"


def test_bad_files_are_named_and_the_others_go_on(pages, capsys):
    (pages / "empty.txt").write_bytes(b"")
    (pages / "binary.txt").write_bytes(bytes(range(256)))
    (pages / "big.txt").write_text("区" * 2000, encoding="utf-8")
    (pages / "blank.html").write_text("<p></p>", encoding="utf-8")
    status = main(
        ["extract", str(pages), str(pages / "none.txt"), "--format", "csv", "--max-bytes", "5000"]
    )
    captured = capsys.readouterr()
    assert status == 1
    errors = captured.err.splitlines()
    for name, code in (
        ("empty", "E102"),
        ("binary", "E103"),
        ("big", "E105"),
        ("blank", "E107"),
        ("none", "E101"),
    ):
        assert sum(line.startswith(code) and f"{name}." in line for line in errors) == 1
    assert errors[-1] == "2 read, 5 failed, 1 skipped"
    assert "石桥镇" in captured.out
    assert "大河乡" in captured.out


def test_an_empty_folder_is_a_failure(tmp_path, capsys):
    assert main(["extract", str(tmp_path)]) == 1
    assert "E108" in capsys.readouterr().err


def test_an_unknown_model_is_one_line(pages, tmp_path, capsys):
    assert main(["extract", str(pages), "--model", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("E301")


def test_show_colours_the_text(pages, capsys):
    assert main(["show", str(pages / "a.html")]) == 0
    out = capsys.readouterr().out
    assert "\x1b[" in out
    assert "石桥镇" in out


@pytest.mark.parametrize("command", [[], ["extract"], ["show"], ["evaluate"]])
def test_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as done:
        main([*command, "--help"])
    assert done.value.code == 0
    assert "example" in capsys.readouterr().out


def test_extraction_imports_no_torch_and_no_spacy(pages):
    script = textwrap.dedent(
        f"""
        import sys
        from pingyu.cli import main
        assert main(["extract", {str(pages)!r}, "--format", "jsonl"]) == 0
        loaded = {{"torch", "transformers", "spacy"}} & set(sys.modules)
        assert not loaded, loaded
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=dict(os.environ),
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_how_far_a_long_document_is_read_is_shown_on_a_terminal(monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(cli, "_LONG", 0)
    with cli._bar() as progress:
        progress(8_000, 16_000)
    assert "8000/16000" in terminal.getvalue()


def test_a_defect_of_ours_costs_one_document(pages, capsys, monkeypatch):
    file = Pipeline.file

    def fails(self, path, *rest):
        if path.name == "a.html":
            raise RecursionError("too deep")
        return file(self, path, *rest)

    monkeypatch.setattr(Pipeline, "file", fails)
    assert main(["extract", str(pages), "--format", "csv"]) == 1
    captured = capsys.readouterr()
    assert "E736" in captured.err
    assert "a.html" in captured.err
    assert "大河乡" in captured.out


def test_a_file_without_an_ending_is_written_again(pages, tmp_path):
    out = tmp_path / "out"
    out.write_text("")
    assert main(["extract", str(pages / "b.txt"), "--format", "csv", "-o", str(out)]) == 0
    assert "大河乡" in out.read_text(encoding="utf-8-sig")


def test_a_file_whose_name_is_not_utf8_is_read_and_named(pages, tmp_path, capsys):
    page = tmp_path / os.fsdecode("中.txt".encode("gb18030"))
    page.write_text("石桥镇新修灌渠十二公里，进度居全县第一。", encoding="utf-8")
    out = tmp_path / "out"
    assert main(["extract", str(page), str(pages / "b.txt"), "-o", str(out)]) == 0
    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    sources = [json.loads(line)["source"] for line in lines]
    assert sources == [f"{tmp_path}/\\xd6\\xd0.txt", str(pages / "b.txt")]


def test_output_that_cannot_be_written_is_one_line(pages, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "out.csv"
    assert main(["extract", str(pages / "b.txt"), "--format", "csv", "-o", str(out)]) == 1
    assert capsys.readouterr().err.startswith(f"E702 {tmp_path / 'file'}")


@pytest.mark.parametrize("option", ["--threads", "--max-bytes"])
def test_a_number_must_be_one_and_above_0(option, capsys):
    with pytest.raises(SystemExit):
        main(["extract", "a.txt", option, "0"])
    assert f"{option}: must be a whole number above 0" in capsys.readouterr().err

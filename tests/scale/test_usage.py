"""What the command line says of wrong usage."""

import pytest

from pingyu import cli


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["a.txt", "--engine", "local"], "E722"),
        (["a.txt", "--engine", "local", "-o", "out", "--format", "csv"], "E722"),
        (["a.jsonl"], "E730"),
        (["a.txt", "--resume", "--workers", "2"], "E742 --resume, --workers only"),
    ],
)
def test_wrong_usage(words, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["extract", *words]) == 1
    assert capsys.readouterr().err.startswith(code)


@pytest.mark.parametrize(("engine", "missing"), [("local", "pyarrow"), ("ray", "pyarrow, ray")])
def test_a_missing_library_is_named(engine, missing, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    assert cli.main(["extract", "a", "--engine", engine, "-o", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert error == (f"E721 --engine {engine} needs {missing}. Run: pip install 'pingyu[scale]'\n")


def test_a_number_that_is_none(capsys):
    with pytest.raises(SystemExit):
        cli.main(["extract", "a.txt", "--engine", "local", "--workers", "0"])
    assert "--workers: must be a whole number above 0, not 0" in capsys.readouterr().err

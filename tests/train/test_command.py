import pytest

from train.__main__ import main

COMMANDS = [
    [], ["adopt"], ["pretrain"], ["sweep"], ["check"], ["describe"], ["export"], ["evaluate"],
    ["readme"], ["places"], ["package"], ["words"], ["topics"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as done:
        main([*command, "--help"])
    assert done.value.code == 0
    assert "example" in capsys.readouterr().out


def test_a_missing_configuration_is_one_line(tmp_path, capsys):
    assert main([str(tmp_path / "none.cfg")]) == 1
    assert capsys.readouterr().err.startswith("E401")

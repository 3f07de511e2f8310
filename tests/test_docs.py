"""Every block of code in the pages runs, in order, one folder and one namespace a page.

A block that cannot says why, behind its language: ```sh needs="network". Its commands and options
must exist all the same. A block of ```text behind one that ran is what that printed; TOML and JSON
must be read.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from contextlib import redirect_stdout
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt

from pingyu import cli, inline
from pingyu.errors import MESSAGES
from train import __main__ as trainer
from train.config import load

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "annotations" / "README.md", *(ROOT / "docs").rglob("*.md")]
)
NEEDS = {
    "network": "installs or downloads",
    "doccano": "a running server",
    "minutes": "of training or of reading the whole corpus",
    "package": "is made and installed in a new environment by tests/train/test_package.py",
}
RUN, DRAWN, DATA = (
    {"python", "sh"},
    {"inl", "reviews", "help", "messages"},
    {"text", "toml", "json", "jsonl"},
)
OTHERS = {
    "accelerate",
    "doccano",
    "git",
    "gunicorn",
    "openssl",
    "pip",
    "python",
    "python3.11",
    "read",
}
EXAMPLE = ROOT / "corpus" / "examples" / "jiangxi-fengcheng-201904.html"
HEADING = "全县乡镇点评会召开"
REVIEW = "石桥镇完成灌渠清淤十二公里，灌溉面积全县第一，但在集镇保洁、林区防火等方面仍存不足。"


class Block(NamedTuple):
    """`line`: of its first line of code, from 1. `needs`: why it does not run, or ""."""

    page: Path
    line: int
    language: str
    needs: str
    code: str

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def _blocks(page):
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "code_block":
            raise AssertionError(f"{page}:{token.map[0] + 1}: code that no fence stands around")
        if token.type == "fence":
            info = re.fullmatch(r'(\w+)(?: needs="(\w+)")?', token.info)
            assert info, f"{page}:{token.map[0] + 1}: {token.info!r}"
            yield Block(page, token.map[0] + 2, info[1], info[2] or "", token.content)


BLOCKS = {page: list(_blocks(page)) for page in PAGES}
WAITING = [block for blocks in BLOCKS.values() for block in blocks if block.needs]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """What the commands read of a checkout, to write to, and files of a reader's own."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("annotations", "benchmarks", "configs", "corpus", "models"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(EXAMPLE, folder / "page.html")
    (folder / "pages").mkdir()
    (folder / "pages" / "heyuan.html").write_text(
        f"<h1>{HEADING}</h1><p>{REVIEW}</p>", encoding="utf-8"
    )
    (folder / "pages" / "luochuan.txt").write_text(
        f"{HEADING}\n{REVIEW.replace('石桥镇', '大河乡')}", "utf-8"
    )
    return folder


def _run_python(block, names):
    source = compile("\n" * (block.line - 1) + block.code, str(block.page), "exec")
    printed = StringIO()
    with redirect_stdout(printed):
        exec(source, names)
    return printed.getvalue()


def _run_sh(block):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.code],
        env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, f"{block}: {run.stderr}"
    return run.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_runs_and_prints_what_the_page_says(page, checkout, monkeypatch):
    monkeypatch.chdir(checkout)
    names = {"__name__": page.stem}
    printed = None
    for block in BLOCKS[page]:
        assert block.language in RUN | DRAWN | DATA, f"{block}: {block.language!r} is not checked"
        if block.language == "text":
            assert printed == block.code, block
        elif block.language == "toml":
            assert tomllib.loads(block.code), block
        elif block.language in ("json", "jsonl"):
            lines = block.code.splitlines() if block.language == "jsonl" else [block.code]
            assert all(map(json.loads, lines)), block
        elif block.language in RUN and not block.needs:
            printed = _run_sh(block) if block.language == "sh" else _run_python(block, names)


def _commands(code):
    """The words of each command of a script, without redirections and comments."""
    for line in code.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words, redirected = [], False
        for word in [*lexer, ";"]:
            if set(word) <= set("();<>|&"):
                redirected = word[0] in "<>"
                if not redirected and words:
                    yield words
                    words = []
            elif not redirected:
                words.append(word)


def _check(words):
    """Do the command, the file that it runs and the options that it is given exist?"""
    words = [word for word in words if not re.match(r"[A-Z_]+=", word)]
    match words:
        case ["pingyu", *rest]:
            cli._parser().parse_args(rest)
        case ["python", "-m", "train", *rest]:
            _check_train(rest)
        case ["python", script, *_] if script.endswith(".py"):
            assert (ROOT / script).is_file()
        case ["pip", "install", *wanted]:
            extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
            known = extras["project"]["optional-dependencies"]
            for names in re.findall(r"\[([\w,]+)\]", " ".join(wanted)):
                assert set(names.split(",")) <= set(known)
        case ["make", target]:
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            assert re.search(rf"^{target}:", makefile, re.MULTILINE)
        case ["export"] | []:
            pass
        case [program, *_]:
            assert Path(program).name in OTHERS


def _check_train(words):
    """A command by what its --help names, a training by its configuration."""
    named = words[0] in trainer.COMMANDS
    if not named and not words[0].startswith("--"):
        config, *overrides = (word for word in words if word != "--resume")
        load(ROOT / config, overrides)
        return
    printed = StringIO()
    with redirect_stdout(printed), pytest.raises(SystemExit):
        trainer.main([words[0], "--help"] if named else ["--help"])
    for word in words:
        if word.startswith("-"):
            assert re.search(rf"(?<![\w-]){word}(?![\w-])", printed.getvalue()), word


@pytest.mark.parametrize("block", WAITING, ids=str)
def test_a_block_that_does_not_run_names_what_exists(block):
    assert block.needs in NEEDS
    assert block.language in RUN
    if block.language == "python":
        compile(block.code, str(block.page), "exec")
        return
    subprocess.run(["bash", "-n", "-c", block.code], check=True)
    for words in _commands(block.code):
        _check(words)


def test_what_is_printed_follows_what_prints_it():
    for blocks in BLOCKS.values():
        for before, block in pairwise(blocks):
            if block.language == "text":
                assert before.language in RUN, block
                assert not before.needs, block


def test_drawn_fences_hold_what_can_be_drawn():
    for block in (block for blocks in BLOCKS.values() for block in blocks):
        if block.language in ("inl", "reviews"):
            assert inline.parse(block.code, str(block)).spans or "要" in block.code, block
        elif block.language == "messages":
            assert any(code.startswith(tuple(block.code.split())) for code in MESSAGES), block


def test_the_reference_has_every_message():
    (messages,) = (blocks for page, blocks in BLOCKS.items() if page.name == "messages.md")
    starts = tuple(word for block in messages for word in block.code.split())
    assert all(code.startswith(starts) for code in MESSAGES)

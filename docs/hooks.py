"""What the site needs beside mkdocs.yml: pages that live elsewhere in the checkout, and fences that
pingyu itself draws.

    ```inl       text in the notation of the gold files → its spans as displaCy shows them
    ```reviews   the same, and a table of what they say
    ```help      a program → what each of its commands prints with --help, under a heading
    ```messages  the first digits of codes, one a line → the messages of pingyu.errors
"""

from __future__ import annotations

import os
import posixpath
import re
import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from spacy import displacy

from pingyu import cli, export, inline
from pingyu.errors import MESSAGES
from pingyu.interpret.review import interpret
from pingyu.schema import Document
from train import __main__ as trainer

ROOT = Path(__file__).resolve().parents[1]
# place on the site → where it lives
ELSEWHERE = {
    "model/README.md": "models/pingyu-small/README.md",
    "model/topics.md": "models/pingyu-topics/README.md",
    "model/words.md": "models/words-pkuseg/README.md",
    "corpus/README.md": "annotations/README.md",
    "corpus/GUIDELINES.md": "annotations/GUIDELINES.md",
    "corpus/AGREEMENT.md": "annotations/AGREEMENT.md",
    "corpus/TOPICS.md": "annotations/TOPICS.md",
    "corpus/WORDS.md": "annotations/WORDS.md",
    "corpus/inventory.toml": "annotations/inventory.toml",
    "reference/output.schema.json": "src/pingyu/output.schema.json",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the fences."""
    fences = {"inl": marked, "reviews": reviewed, "messages": messages}
    config.mdx_configs.setdefault("pymdownx.superfences", {})["custom_fences"] = [
        {"name": name, "class": name, "format": draw} for name, draw in fences.items()
    ]
    return config


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Take what the tests are told of a block (```sh needs="network") out, put help in, and let links
    into the checkout lead to where the site has those pages."""
    markdown = re.sub(r'^(```\w+) needs="[^"]*"$', r"\1", markdown, flags=re.MULTILINE)
    here = posixpath.dirname(page.file.src_uri)
    for uri, path in ELSEWHERE.items():
        link, target = (posixpath.relpath(p, here or ".") for p in (f"../{path}", uri))
        markdown = markdown.replace(f"]({link}", f"]({target}")
    return re.sub(r"^```help\n(.+)\n```$", lambda m: _helps(m[1]), markdown, flags=re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and pictures that live elsewhere."""
    plots = (ROOT / "annotations" / "plots").glob("*.svg")
    pictures = {f"corpus/plots/{path.name}": path for path in sorted(plots)}
    for uri, path in {**ELSEWHERE, **pictures}.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / path)))
    return files


def marked(source: str, *_: Any, **__: Any) -> str:
    """Text, its spans under each line."""
    document = inline.parse(source)
    schema = tomllib.loads((ROOT / "annotations" / "schema.toml").read_text(encoding="utf-8"))
    colours = {label: values["colour"] for label, values in schema["labels"].items()}
    drawn = displacy.render(
        _lines(document), style="span", manual=True, jupyter=False, options={"colors": colours}
    )
    return f'<div class="marked">{drawn}</div>'


def _lines(document: Document) -> list[dict[str, Any]]:
    """What displaCy draws of each line: its characters as tokens, and its spans."""
    lines, start = [], 0
    for text in document.text.split("\n"):
        spans = [
            {"start_token": s.start - start, "end_token": s.end - start, "label": s.label}
            for s in document.spans
            if start <= s.start < start + len(text)
        ]
        lines.append({"text": text, "tokens": list(text), "spans": spans})
        start += len(text) + 1
    return lines


def reviewed(source: str, *_: Any, **__: Any) -> str:
    """The same, and a row for each statement of a unit."""
    document = inline.parse(source)
    interpret(document, document.text)
    columns = ("unit", "kind", "text", "ranks")
    rows = [[str(row[column]) for column in columns] for row in export.rows(document)]
    cells = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    head = "".join(f"<th>{column}</th>" for column in columns)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>"
    return marked(source) + table


def _helps(program: str) -> str:
    with patch.dict(os.environ, {"COLUMNS": "80", "NO_COLOR": "1"}):
        helps = _runtime(cli._parser()) if program == "pingyu" else _trainer()
        return "\n".join(f"### {name}\n\n```text\n{text}```\n" for name, text in helps)


def _runtime(parser: ArgumentParser) -> Iterator[tuple[str, str]]:
    """The names of a command and of all below it, with their help."""
    yield parser.prog, parser.format_help()
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for below in action.choices.values():
                yield from _runtime(below)


def _trainer() -> Iterator[tuple[str, str]]:
    for words in ([], *([name] for name in trainer.COMMANDS)):
        printed = StringIO()
        with redirect_stdout(printed), suppress(SystemExit):
            trainer.main([*words, "--help"])
        yield " ".join(("python -m train", *words)), printed.getvalue()


def _plain(message: str) -> str:
    """Without the way in which what is filled in is formatted."""
    return re.sub(r"\{(\w+)[^}]*\}", r"{\1}", message)


def messages(source: str, *_: Any, **__: Any) -> str:
    """A table of codes and messages."""
    rows = "".join(
        f'<tr id="{code.lower()}"><td><code>{code}</code></td><td>{escape(_plain(message))}</td></tr>'
        for code, message in sorted(MESSAGES.items())
        if code.startswith(tuple(source.split()))
    )
    return f"<table><tbody>{rows}</tbody></table>"

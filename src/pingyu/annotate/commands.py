"""The commands doccano, suggest and agreement."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import textwrap
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pingyu.errors import PingyuError

if TYPE_CHECKING:
    from pingyu.annotate.client import Client
    from pingyu.annotate.sync import Report

_CONFIG = Path(".doccano") / "config.toml"
_DEFAULTS = {"url": "http://127.0.0.1:8000", "user": "", "project": "pingyu"}
_WHERE = (
    "Address and user: options, else DOCCANO_URL and DOCCANO_USER, else .doccano/config.toml "
    "(url, user, project). Password: DOCCANO_PASSWORD, else you are asked for it."
)


def add(commands: Any) -> None:
    """Add the commands to the subparsers of `pingyu`."""
    doccano = _parser(
        commands,
        "doccano",
        "documents to doccano and back",
        f"Keep documents in step with a project of a doccano server. {_WHERE}",
        "pingyu doccano push annotations\n  pingyu doccano pull annotations",
    ).add_subparsers(required=True, metavar="COMMAND")

    push = _parser(
        doccano,
        "push",
        "documents → doccano",
        "Upload gold files and predictions, and what was changed in gold files since. The project is "
        f"made where it is missing. Repeated, it goes on where it was cut off. {_WHERE}",
        "pingyu doccano push annotations\n  pingyu doccano push suggested.jsonl\n"
        "  pingyu doccano push annotations --project second-reading --separate",
    )
    push.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a folder of .inl files, or JSON lines of `pingyu suggest` or `pingyu extract`",
    )
    push.add_argument(
        "--separate",
        action="store_true",
        help="make the project so that each annotator begins from the bare text and sees his own "
        "spans only (for `pingyu agreement`)",
    )
    _add_server(push)
    push.set_defaults(run=_push)

    pull = _parser(
        doccano,
        "pull",
        "doccano → gold files",
        f"Write what annotators ticked as done to gold files, changing only what they changed. {_WHERE}",
        "pingyu doccano pull annotations\n  pingyu doccano pull annotations --all",
    )
    pull.add_argument("folder", type=Path, metavar="FOLDER")
    pull.add_argument(
        "--all", action="store_true", help="also documents that are not ticked as done"
    )
    _add_server(pull)
    pull.set_defaults(run=_pull)

    status = _parser(
        doccano,
        "status",
        "who changed what",
        f"Say which documents changed here, in doccano, or on both sides; changes nothing. {_WHERE}",
        "pingyu doccano status annotations",
    )
    status.add_argument("folder", type=Path, metavar="FOLDER")
    status.add_argument("-v", "--verbose", action="store_true", help="name the documents")
    _add_server(status, overwrite=False)
    status.set_defaults(run=_status)

    suggest = _parser(
        commands,
        "suggest",
        "the documents to annotate next",
        "Of a folder of files, the typical ones of kinds that nobody has annotated, kinds that the "
        "model is unsure of first, with what it finds in them, ready for `pingyu doccano push`.",
        "pingyu suggest --pool pages/ -n 20 --annotated annotations -o suggested.jsonl",
    )
    suggest.add_argument("--pool", type=Path, required=True, metavar="DIR")
    suggest.add_argument("-n", type=int, default=20, metavar="N", help="how many (default: 20)")
    suggest.add_argument(
        "--annotated", type=Path, metavar="DIR", help="gold files, whose documents are left out"
    )
    suggest.add_argument("--model", type=Path, help="a model folder (default: the one that ships)")
    suggest.add_argument(
        "-o", "--output", type=Path, default=Path("suggested.jsonl"), metavar="FILE"
    )
    suggest.set_defaults(run=_suggest)

    agreement = _parser(
        commands,
        "agreement",
        "how far two annotators agree",
        "F1 of spans and relations and Cohen's kappa by character between two folders of .inl files, "
        "and every disagreement.",
        "pingyu agreement second/anna second/bo",
    )
    agreement.add_argument("a", type=Path, metavar="A")
    agreement.add_argument("b", type=Path, metavar="B")
    agreement.set_defaults(run=_agreement)


def _parser(
    commands: Any, name: str, short: str, description: str, example: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=short,
        description=textwrap.fill(description, 80),
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser


def _add_server(parser: argparse.ArgumentParser, overwrite: bool = True) -> None:
    parser.add_argument("--url", help=f"of the server (default: {_DEFAULTS['url']})")
    parser.add_argument("--user", help="who logs in; an administrator of the project")
    parser.add_argument("--project", help=f"its name (default: {_DEFAULTS['project']})")
    parser.add_argument(
        "--schema",
        type=Path,
        default=Path("annotations/schema.toml"),
        metavar="FILE",
        help="labels, colours and relation types (default: annotations/schema.toml)",
    )
    if overwrite:
        parser.add_argument(
            "--overwrite",
            nargs="+",
            default=[],
            metavar="NAME",
            help="documents changed on both sides: the version of the other side is given up",
        )


def _need(*packages: str) -> None:
    """Raises PingyuError E501 where one of the packages of the extra is missing."""
    for package in packages:
        if find_spec(package) is None:
            raise PingyuError("E501", package=package)


def _settings(options: argparse.Namespace) -> dict[str, str]:
    """url, user and project. Raises PingyuError E401, E501."""
    _need("httpx", "regex")
    settings = dict(_DEFAULTS)
    if _CONFIG.is_file():
        try:
            kept = tomllib.loads(_CONFIG.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise PingyuError("E401", str(_CONFIG), reason=f"{error}. Mend the file") from error
        for key, value in kept.items():
            if key not in settings or not isinstance(value, str):
                reason = f"{key}: only url, user and project, all in quotes, stand here"
                raise PingyuError("E401", str(_CONFIG), reason=reason)
        settings.update(kept)
    for key in settings:
        value = getattr(options, key) or os.environ.get(f"DOCCANO_{key.upper()}")
        if value:
            settings[key] = value
    return settings


def _log_in(settings: dict[str, str]) -> Client:
    from pingyu.annotate.client import Client

    user = settings["user"] or getpass.getuser()
    password = os.environ.get("DOCCANO_PASSWORD")
    if not password:
        if not sys.stdin.isatty():
            raise PingyuError("E516")
        password = getpass.getpass(f"doccano password of {user}: ")
    return Client(settings["url"], user, password)


def _push(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from pingyu.annotate.local import read_all
    from pingyu.annotate.project import Project
    from pingyu.annotate.sync import push
    from pingyu.labels import LabelSchema

    schema = LabelSchema.read(options.schema)
    guideline = options.schema.with_name("GUIDELINES.md")
    text = guideline.read_text(encoding="utf-8") if guideline.is_file() else ""
    errors: list[PingyuError] = []
    documents = read_all(options.paths, errors)
    with _log_in(settings) as client:
        project = Project.find_or_make(
            client, settings["project"], schema, text, shared=not options.separate
        )
        report = push(project, documents, schema, options.overwrite)
    report.errors[:0] = errors
    return _tell(report)


def _pull(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from pingyu.annotate.project import Project
    from pingyu.annotate.sync import pull
    from pingyu.labels import LabelSchema

    schema = LabelSchema.read(options.schema)
    with _log_in(settings) as client:
        project = Project.find(client, settings["project"])
        return _tell(pull(project, options.folder, schema, options.all, options.overwrite))


def _status(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from pingyu.annotate.project import Project
    from pingyu.annotate.sync import status

    with _log_in(settings) as client:
        project = Project.find(client, settings["project"])
        report = status(project, options.folder)
    if options.verbose:
        for outcome, names in report.outcomes.items():
            print(*(f"{outcome}: {name}" for name in names), sep="\n")
    return _tell(report)


def _tell(report: Report) -> int:
    for error in report.errors:
        print(error, file=sys.stderr)
    print(report)
    return 1 if report.errors else 0


def _suggest(options: argparse.Namespace) -> int:
    _need("sklearn")
    from pingyu.annotate.suggest import suggest
    from pingyu.export import write_jsonl
    from pingyu.pipeline import Pipeline

    errors: list[PingyuError] = []
    pipeline = Pipeline(options.model)
    documents = suggest(pipeline, options.pool, options.annotated, options.n, errors)
    for error in errors:
        print(error, file=sys.stderr)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with options.output.open("w", encoding="utf-8") as file:
        write_jsonl(documents, file)
    print(*(document.source for document in documents), sep="\n")
    print(f"{len(documents)} documents written to {options.output}, {len(errors)} failed")
    return 1 if errors else 0


def _agreement(options: argparse.Namespace) -> int:
    from pingyu.annotate.agreement import agreement

    found = agreement(options.a, options.b)
    print(*found.lines, sep="\n")
    print(*(f"only in one of the two: {name}" for name in found.alone), sep="\n")
    print(*found.table(), sep="\n")
    return 0

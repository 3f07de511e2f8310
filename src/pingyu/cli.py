"""The command `pingyu`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pingyu import __version__
from pingyu.annotate import commands as annotate
from pingyu.errors import PingyuError, unforeseen
from pingyu.read.reader import MAX_BYTES, RECORDS, SUFFIXES, find_files

if TYPE_CHECKING:
    from pingyu.schema import Document

FORMATS = ("table", "jsonl", "csv", "tables")
_LONG = 3  # seconds
_SCALE = ("resume", "workers", "partition_bytes", "address")  # options that belong to --engine


def main(arguments: list[str] | None = None) -> int:
    """Run a command; → exit status (0: all went well, 1: some file failed, 2: wrong usage)."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except PingyuError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of a pipe (head, less) has seen enough
        sys.stderr.close()
        return 0
    except OSError as error:  # what cannot be read has messages of its own
        path = None if error.filename is None else str(error.filename)
        print(PingyuError("E702", path, reason=error.strerror or error), file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pingyu",
        description="Chinese review texts → tables of units, achievements, ranks and deficiencies.",
        epilog="example:\n  pingyu extract page.html reports/ --format csv -o reviews.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"pingyu {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    extract = commands.add_parser(
        "extract",
        help="files or folders → table, JSON lines, CSV or joined tables",
        description="Read files (or every .txt, .md, .markdown, .html and .htm below a folder) and write what they say.",
        epilog="examples:\n  pingyu extract page.html\n  pingyu extract reports/ --format jsonl -o out.jsonl\n"
        "  pingyu extract reports/ -o out/   (table on screen, out/results.jsonl and .csv)\n"
        "  pingyu extract reports/ --format tables -o out/   (units.csv, achievements.csv, … by id)\n"
        "  pingyu extract crawl/ more.jsonl --engine local -o out/   (Parquet, for very many)\n"
        "  pingyu extract crawl/ more.jsonl --engine local -o out/ --resume",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    extract.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    extract.add_argument("--format", choices=FORMATS, default="table")
    extract.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE|FOLDER/",
        help="a file for the chosen format; a folder for results.jsonl and results.csv, or the tables",
    )
    _add_reading(extract)
    _add_scale(extract)
    extract.set_defaults(run=_extract)

    show = commands.add_parser(
        "show",
        help="one document's reviews, coloured",
        description="The text of one document with its spans in colour, and its reviews.",
        epilog="example:\n  pingyu show page.html | less -R",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    show.add_argument("path", type=Path, metavar="PATH")
    _add_reading(show)
    show.set_defaults(run=_show)

    evaluate = commands.add_parser(
        "evaluate",
        help="gold files and a model → a report with its errors",
        description="Try a model on gold files (.inl, or folders of them) and write report.json, "
        "report.md and report.html. Needs: pip install 'pingyu[evaluate]'.",
        epilog="examples:\n  pingyu evaluate annotations/town\n"
        "  pingyu evaluate gold/ --model my/model --against models/pingyu-small -o out/mine",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    evaluate.add_argument("gold", nargs="+", type=Path, metavar="GOLD")
    evaluate.add_argument("--model", type=Path, help="a model folder (default: the one that ships)")
    evaluate.add_argument("--against", type=Path, metavar="MODEL", help="compare with this model")
    evaluate.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("out/evaluate"),
        metavar="FOLDER",
        help="where to write the report (default: out/evaluate)",
    )
    evaluate.add_argument(
        "--threads",
        type=_positive,
        default=1,
        metavar="N",
        help="threads of the model (default: 1)",
    )
    evaluate.set_defaults(run=_evaluate)
    annotate.add(commands)
    return parser


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, help="a model folder (default: the one that ships)")
    parser.add_argument("--encoding", help="of the files, where it is known (default: detected)")
    parser.add_argument(
        "--keep-script", action="store_true", help="leave Traditional script as it is"
    )
    parser.add_argument(
        "--max-bytes",
        type=_positive,
        default=MAX_BYTES,
        metavar="N",
        help=f"largest file read (default: {MAX_BYTES:,})",
    )
    parser.add_argument(
        "--threads",
        type=_positive,
        default=1,
        metavar="N",
        help="threads of the model (default: 1)",
    )


def _add_scale(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "many documents", "A data set of Parquet files in the folder -o; see docs/scale.md."
    )
    group.add_argument(
        "--engine",
        choices=("local", "ray"),
        help="processes of this machine, or a Ray cluster; JSON lines and Parquet files are read too "
        "(a document a row: text and, if you like, source, id, metadata). "
        "Needs: pip install 'pingyu[scale]'",
    )
    group.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    group.add_argument(
        "--workers", type=_positive, metavar="N", help="(default: as many as there are cores)"
    )
    group.add_argument(
        "--partition-bytes",
        type=_positive,
        metavar="N",
        help="of input to a file of output (default: 1/256 of the input, 16,000 to 16,000,000)",
    )
    group.add_argument(
        "--address",
        metavar="HOST:PORT",
        help="of the Ray cluster (default: the one that this machine is a node of)",
    )


def _positive(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, not {word}")
    return int(word)


def _extract(options: argparse.Namespace) -> int:
    if options.engine:
        return _extract_many(options)
    if idle := [name for name in _SCALE if getattr(options, name) not in (None, False)]:
        names = ", ".join("--" + name.replace("_", "-") for name in idle)
        raise PingyuError("E742", options=names)
    from pingyu import export

    documents = Documents(options)
    if options.format == "tables":
        if options.output is None or options.output.is_file():
            raise PingyuError("E701", options.output and str(options.output))
        export.write_tables(documents, options.output)
        print(documents.summary(), file=sys.stderr)
        return 1 if documents.failed else 0
    with ExitStack() as stack:
        folder = options.output is not None and (
            options.output.is_dir() or not (options.output.suffix or options.output.is_file())
        )
        if folder or options.format == "table":
            found = list(documents)
            if folder:
                options.output.mkdir(parents=True, exist_ok=True)
                with (options.output / "results.jsonl").open("w", encoding="utf-8") as file:
                    export.write_jsonl(found, file)
                with (options.output / "results.csv").open("w", encoding="utf-8-sig") as file:
                    export.write_csv(found, file)
            out = None if folder else options.output
            _print_tables(found, stack.enter_context(_open(out)) if out else sys.stdout)
        else:
            file = stack.enter_context(_open(options.output)) if options.output else sys.stdout
            writer = export.write_jsonl if options.format == "jsonl" else export.write_csv
            writer(documents, file)
    print(documents.summary(), file=sys.stderr)
    return 1 if documents.failed else 0


def _extract_many(options: argparse.Namespace) -> int:
    if options.format != "table" or options.output is None or options.output.is_file():
        raise PingyuError("E722", options.output and str(options.output))
    needed = ("pyarrow", "ray") if options.engine == "ray" else ("pyarrow",)
    if missing := [name for name in needed if find_spec(name) is None]:
        raise PingyuError("E721", engine=options.engine, missing=", ".join(missing))
    from pingyu.scale import run

    return run.extract(options, _pipeline(options))


def _open(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    # a byte order mark lets spreadsheets see UTF-8 in a CSV file
    return path.open("w", encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8")


def _print_tables(documents: list[Document], file: TextIO) -> None:
    from rich.console import Console

    from pingyu.export import table

    console = Console(file=file, width=None if file.isatty() else 160)
    for document in documents:
        reviewed = table(document)
        if reviewed.row_count:
            console.print(reviewed)
        else:
            console.print(f"{document.source}: nothing is reviewed here", markup=False)


def _show(options: argparse.Namespace) -> int:
    from rich.console import Console

    from pingyu.export import coloured, table

    document = _pipeline(options).file(options.path)
    console = Console(force_terminal=True, width=None if sys.stdout.isatty() else 120)
    console.print(coloured(document))
    console.print()
    console.print(table(document))
    for warning in document.warnings:
        console.print(f"warning: {warning}", style="magenta", markup=False)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from pingyu import trial

    golds, errors = trial.find(options.gold)
    for error in errors:
        print(error, file=sys.stderr)
    if not golds:
        return 1
    metrics = trial.evaluate(golds, options.output, options.model, options.against, options.threads)
    print(*trial.lines(metrics), f"{options.output}/report.html", sep="\n")
    return 1 if errors else 0


def _pipeline(options: argparse.Namespace):  # type: ignore[no-untyped-def]
    from pingyu.pipeline import Pipeline  # loads the model's runtime, which --help can do without

    return Pipeline(
        options.model,
        threads=options.threads,
        keep_script=options.keep_script,
        encoding=options.encoding,
        max_bytes=options.max_bytes,
    )


class Documents:
    """Extracts file after file; one that fails is told of on standard error and left out."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.read = self.failed = self.skipped = 0

    def __iter__(self) -> Iterator[Document]:
        paths = list(self._paths())
        pipeline = _pipeline(self.options)
        for path in _progress(paths):
            try:
                with _bar() as progress:
                    document = pipeline.file(path, progress)
            except PingyuError as error:
                self._fail(error)
                continue
            except Exception as error:  # a defect of ours: the other documents go on
                self._fail(unforeseen(error, str(path)))
                continue
            self.read += 1
            yield document

    def _paths(self) -> Iterator[Path]:
        for path in self.options.paths:
            if not path.is_dir():
                if path.suffix.lower() in RECORDS:
                    self._fail(PingyuError("E730", str(path)))
                else:
                    yield path
                continue
            readable, others = find_files(path)
            self.skipped += others
            if not readable:
                self._fail(PingyuError("E108", str(path), suffixes=" ".join(SUFFIXES)))
            yield from readable

    def _fail(self, error: PingyuError) -> None:
        self.failed += 1
        print(error, file=sys.stderr)

    def summary(self) -> str:
        """The last line of a run."""
        return f"{self.read} read, {self.failed} failed, {self.skipped} skipped"


def _progress(paths: list[Path]) -> Iterator[Path]:
    """A bar on standard error, where it is a terminal and there is more than one file."""
    if len(paths) < 2 or not sys.stderr.isatty():
        yield from paths
        return
    from tqdm import tqdm

    yield from tqdm(paths, unit="file", leave=False)


@contextmanager
def _bar() -> Iterator[Callable[[int, int], object]]:
    """How far a document is read, on standard error, where it is a terminal and it takes long."""
    from tqdm import tqdm

    with tqdm(unit="character", leave=False, delay=_LONG, mininterval=0, disable=None) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        yield progress


if __name__ == "__main__":
    sys.exit(main())

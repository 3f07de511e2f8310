"""A model is tried on gold documents: find them, run it, write the report."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tqdm import tqdm

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.evaluate import page, report
from pingyu.evaluate.report import Case
from pingyu.evaluate.slices import length_band
from pingyu.extract.extractor import Extractor
from pingyu.read.reader import read_file
from pingyu.schema import Document
from pingyu.shipped import default_folder

SPLITS = "splits.toml"  # stands in the folder of a corpus's annotations
PARTS = {"spans": "labels", "relations": "types"}  # of metrics: in all, one by one
_SOURCES = {".txt": "plain text", ".md": "Markdown", ".html": "HTML", ".htm": "HTML"}


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold document and what is known of it (see pingyu.evaluate.slices)."""

    name: str
    document: Document
    facts: dict[str, str]


def require_libraries() -> None:
    """Raises PingyuError E601 where the libraries of the extra `evaluate` are missing."""
    missing = [name for name in ("jinja2", "matplotlib", "seqeval") if not find_spec(name)]
    if missing:
        raise PingyuError("E601", missing=", ".join(missing))


def find(paths: Iterable[Path]) -> tuple[list[Gold], list[PingyuError]]:
    """The gold of .inl files and of folders that hold some, and what could not be read.

    In a corpus (an `annotations` folder with splits.toml, the sources in `corpus` beside it) a
    document is known by genre, split and source; elsewhere by length alone, and by its folder.
    """
    golds: dict[Path, Gold] = {}
    errors: list[PingyuError] = []
    for path in paths:
        files = sorted(path.rglob("*.inl")) if path.is_dir() else [path]
        if not files:
            errors.append(PingyuError("E602", str(path)))
        for file in files:
            try:
                gold = _gold(file, path if path.is_dir() else file.parent)
            except PingyuError as error:
                errors.append(error)
                continue
            if any(gold.name == other.name for other in golds.values()):
                gold = replace(gold, name=file.with_suffix("").as_posix())
            golds.setdefault(file.resolve(), gold)
    return list(golds.values()), errors


def _gold(file: Path, folder: Path) -> Gold:
    document = inline.read_file(file)
    corpus = next((up for up in file.absolute().parents if (up / SPLITS).is_file()), None)
    inside = file.absolute().relative_to((corpus or folder).absolute()).with_suffix("")
    facts = {"length": length_band(document.text)}
    if len(inside.parts) > 1:
        facts["genre"] = inside.parts[0]
    if corpus:
        facts |= _of_corpus(corpus, inside)
    return Gold(inside.as_posix(), document, facts)


def _of_corpus(annotations: Path, inside: Path) -> dict[str, str]:
    facts = {}
    splits = _splits(annotations / SPLITS)
    if any(inside.as_posix() in names for names in splits.values()):
        facts["seen"] = "unseen" if inside.as_posix() in splits.get("unseen", ()) else "seen"
    sources = list((annotations.parent / "corpus" / inside.parent).glob(f"{inside.name}.*"))
    if len(sources) == 1 and sources[0].suffix in _SOURCES:
        page = read_file(sources[0], keep_script=True)
        facts["source"] = _SOURCES[sources[0].suffix]
        facts["script"] = "Simplified" if page.text == page.simplified else "Traditional"
    return facts


@cache
def _splits(path: Path) -> dict[str, list[str]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def run(
    golds: Sequence[Gold], extractor: Extractor, against: Extractor | None = None
) -> list[Case]:
    """What the model (and the one that it is compared with) finds in each document."""
    cases = []
    for gold in tqdm(golds, unit="document", leave=False, disable=None):
        text = gold.document.text
        cases.append(
            Case(
                gold.name,
                gold.document,
                extractor.extract(text),
                extractor.relate(text, gold.document.spans),
                against.extract(text) if against else None,
                gold.facts,
                extractor.settings.roles.schema.names,
            )
        )
    return cases


def write(cases: Sequence[Case], output: Path, model: Path, against: Path | None = None) -> None:
    """Write report.json, report.md and report.html into the folder `output`."""
    made = report.build(cases, model.name, against.name if against else "", _curve(model))
    output.mkdir(parents=True, exist_ok=True)
    texts = {
        "report.json": json.dumps(made, ensure_ascii=False, indent=1) + "\n",
        "report.md": page.markdown(made),
        "report.html": page.html(made, cases),
    }
    for name, text in texts.items():
        (output / name).write_text(text, encoding="utf-8")


def evaluate(
    golds: Sequence[Gold],
    output: Path,
    model: Path | None = None,
    against: Path | None = None,
    threads: int = 1,
) -> dict[str, Any]:
    """Try a model (default: the one that ships) on gold documents, write the report into `output`;
    → its metrics (see report.metrics). Raises PingyuError E301, E302, E510 where the gold has a label
    that the model does not know, E601."""
    require_libraries()
    model = model or default_folder()
    extractor = Extractor.load(model, threads)
    known = extractor.settings.roles.schema.labels
    for gold in golds:
        for span in gold.document.spans:
            if span.label not in known:
                where = {"label": span.label, "start": span.start, "text": span.text}
                raise PingyuError("E510", gold.name, **where)
    cases = run(golds, extractor, Extractor.load(against, threads) if against else None)
    write(cases, output, model, against)
    return report.metrics(cases)


def lines(metrics: dict[str, Any]) -> list[str]:
    """Metrics for the terminal, a line each for all spans, each label, all relations (where the schema
    has any) and each type."""
    found = []
    wide = max(map(len, [*PARTS, *metrics["labels"], *metrics["types"]])) + 4
    for name, part in PARTS.items():
        if not metrics[part]:
            continue
        low, high = metrics["intervals"][name]
        found.append(f"{name:{wide}}{_prf(metrics[name])}  (95 %: {low:.3f}–{high:.3f})")
        for key, row in metrics[part].items():
            found.append(f"  {key:{wide - 2}}{_prf(row)}  of {row['gold']}")
    return found


def _prf(row: dict[str, float]) -> str:
    return f"P {row['p']:.3f}  R {row['r']:.3f}  F1 {row['f1']:.3f}"


def _curve(model: Path) -> list[dict[str, float]]:
    """Loss by step, where the folder of the run that made the model still stands beside it."""
    log = model.with_name(f"{model.name}.run") / "log.json"
    if not log.is_file():
        return []
    steps = json.loads(log.read_text(encoding="utf-8"))["log_history"]
    return [{"step": s["step"], "loss": s["loss"]} for s in steps if "loss" in s]

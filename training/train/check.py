"""`python -m train check`: every issue of the corpus at once, and its composition.

An *error* breaks the corpus and fails the command; a *warning* is worth a look.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.labels import LabelSchema
from pingyu.read.reader import read_file
from pingyu.schema import ACHIEVEMENT, DEFICIENCY, RANK, UNIT, Document
from train import composition, topic_gold
from train.config import SPLITS, WAITING, read_splits

Splits = dict[str, list[str]]  # name of the split → names of its documents
_TWINS = 0.4  # Jaccard similarity from which two documents are near-duplicates
_QUOTED = re.compile(r"“[^”]*”|（[^）]*）|\([^)]*\)|《[^》]*》|「[^」]*」|\"[^\"]*\"|\d,\d{3}")
_FRAME = re.compile(r"等(?:方面|问题|领域|环节)?$|方面$|仍存不足$")
_NOT_A_RANK = re.compile(r"首批|首次|率先|首届")
_PRONOUN = re.compile(r"(?:我|全|本)[省市县区镇乡州旗]$|我们$|该[县市区]$")


@dataclass(frozen=True, slots=True)
class Issue:
    """`severity` is "error" or "warning"."""

    severity: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.place}: {self.message}"


def check(root: Path) -> int:
    """Check `root`/annotations and `root`/corpus and print what was found; → exit status."""
    documents: dict[str, Document] = {}
    issues: list[Issue] = []
    edge = LabelSchema.read(root / "annotations" / "schema.toml").edge
    for path in sorted((root / "annotations").rglob("*.inl")):
        name = path.relative_to(root / "annotations").with_suffix("").as_posix()
        try:
            documents[name] = inline.read_file(path)
        except PingyuError as error:
            issues.append(Issue("error", name, str(error)))
            continue
        issues += [Issue(s, name, m) for s, m in check_document(documents[name], edge)]
        issues += _check_source(root / "corpus", name, documents[name])
    issues += _check_strays(root, documents)
    splits = read_splits(root / "annotations" / "splits.toml")
    issues += _check_splits(splits, documents)
    issues += _check_twins(splits, documents)
    issues += _check_labels(documents)
    faults = topic_gold.check(root / "annotations", documents, splits[WAITING])
    issues += [Issue("error", topic_gold.GOLD, fault) for fault in faults]
    issues += _check_composition(root, documents)
    for issue in issues:
        print(issue)
    errors = sum(issue.severity == "error" for issue in issues)
    print(f"{errors} errors, {len(issues) - errors} warnings")
    return 1 if errors else 0


def check_document(document: Document, edge: str) -> Iterator[tuple[str, str]]:
    """(severity, message) for what is wrong within one document. `edge`: see LabelSchema."""
    for number, line in enumerate(document.text.split("\n"), 1):
        if line != line.strip() or not line:
            yield "error", f"line {number} is empty or has blanks at its edge"
    ranking = {r.tail for r in document.relations if document.spans[r.head].label == UNIT}
    for n, (span, key) in enumerate(zip(document.spans, document.keys, strict=True)):
        if span.label == RANK and key and n not in ranking:
            yield "error", f"no unit is ranked by {key}: {span.text!r}"
        if span.text[0] in edge or span.text[-1] in edge:
            yield "error", f"punctuation at the edge of {span.label} {span.text!r}"
        if span.label == UNIT and _PRONOUN.fullmatch(span.text):
            yield "error", f"a pronoun as UNIT: {span.text!r}"
        if span.label == RANK and _NOT_A_RANK.match(span.text):
            yield "error", f"not a rank: {span.text!r}"
        if span.label == DEFICIENCY and _FRAME.search(span.text):
            yield "error", f"words of the frame inside DEFICIENCY {span.text!r}"
        clause = span.label in (ACHIEVEMENT, DEFICIENCY)
        if clause and re.search("[；;。！？!?]", _QUOTED.sub("", span.text)):
            yield "error", f"the end of a clause inside {span.label} {span.text!r}"


def _check_source(corpus: Path, name: str, document: Document) -> Iterator[Issue]:
    found = sorted(corpus.glob(f"{name}.*"))
    if len(found) != 1:
        yield Issue("error", name, f"{len(found)} files {corpus / name}.*; there must be one")
        return
    try:
        text = read_file(found[0]).text
    except PingyuError as error:
        yield Issue("error", name, str(error))
        return
    if text != document.text:
        pairs = enumerate(zip(text, document.text, strict=False))
        at = next((n for n, (a, b) in pairs if a != b), min(len(text), len(document.text)))
        yield Issue(
            "error",
            name,
            f"{found[0].name} reads as {text[at : at + 12]!r} at character {at}, "
            f"the annotation has {document.text[at : at + 12]!r}",
        )


def _check_strays(root: Path, documents: dict[str, Document]) -> Iterator[Issue]:
    for path in sorted((root / "corpus").rglob("*.*")):
        name = path.relative_to(root / "corpus").with_suffix("").as_posix()
        if name not in documents:
            yield Issue("error", f"corpus/{name}", f"has no annotations/{name}.inl")


def _check_twins(splits: Splits, documents: dict[str, Document]) -> Iterator[Issue]:
    """Near-duplicates in two splits: MinHash over runs of five characters (Broder 1997)."""
    from datasketch import MinHash, MinHashLSH

    split_of = {name: split for split in SPLITS for name in splits[split]}
    split_of |= dict.fromkeys(splits[WAITING], "train")  # where they will be
    index = MinHashLSH(threshold=_TWINS, num_perm=64)
    for name, document in documents.items():
        runs = {document.text[n : n + 5] for n in range(len(document.text) - 4)}
        sketch = MinHash(num_perm=64)
        sketch.update_batch([run.encode() for run in runs])
        for twin in index.query(sketch):
            if split_of.get(twin) != split_of.get(name):
                yield Issue("error", name, f"nearly the same as {twin}, in another split")
        index.insert(name, sketch)


def _check_labels(documents: dict[str, Document]) -> Iterator[Issue]:
    """The same words as achievement here and deficiency there."""
    places: dict[str, dict[str, str]] = defaultdict(dict)
    for name, document in documents.items():
        for span in document.spans:
            if span.label in (ACHIEVEMENT, DEFICIENCY):
                places[span.text].setdefault(span.label, name)
    for text, where in sorted(places.items()):
        if len(where) > 1:
            yield Issue(
                "warning",
                where[ACHIEVEMENT],
                f"{text!r} is ACHIEVEMENT here and DEFICIENCY in {where[DEFICIENCY]}",
            )


def _check_splits(splits: Splits, documents: dict[str, Document]) -> Iterator[Issue]:
    places = Counter(name for split in (*SPLITS, WAITING) for name in splits[split])
    for name in sorted(documents.keys() - places.keys()):
        yield Issue("error", name, "in no split; add it to annotations/splits.toml")
    for name, count in places.items():
        if name not in documents:
            yield Issue(
                "error", name, "in annotations/splits.toml, but there is no such annotation"
            )
        elif count > 1:
            yield Issue("error", name, f"in {count} splits of annotations/splits.toml")
    for name in sorted(set(splits["unseen"]) - set(splits["test"])):
        yield Issue("error", name, "in the unseen slice, but not in test")


def _check_composition(root: Path, documents: dict[str, Document]) -> Iterator[Issue]:
    """Print every count of the corpus; what falls below annotations/inventory.toml is an issue."""
    path = root / "annotations" / "inventory.toml"
    inventory = composition.read_inventory(path)
    found = composition.attest(documents, inventory)
    ways = {
        kind: sum(n >= inventory.attested for n in some.values()) for kind, some in found.items()
    }
    counts = [*composition.count(documents, inventory)]
    counts += composition.counts("attested", ways, inventory.least_attested)
    for kind, some in groupby(counts, key=lambda count: count.kind):
        print(f"{kind}: {', '.join(map(str, some))}")
    for kind, specimens in found.items():
        rare = [f"{name} {n}" for name, n in specimens.items() if n < inventory.attested]
        if rare:
            print(f"in fewer than {inventory.attested} documents: {kind}: {'; '.join(rare)}")
    for count in counts:
        if count.found < count.least:
            yield Issue("error", path.name, f"{count.kind}: {count}")

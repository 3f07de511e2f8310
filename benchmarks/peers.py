"""What spaCy's own pipeline finds against what pingyu finds: F1, errors and speed, in one run.

Strict, by the product's own scorer. spaCy's pipeline has no relations: a statement goes to the nearest
unit before it (benchmarks/stock.py, whose text says how to train it).

python benchmarks/peers.py --split test -o out/peers.json
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import systems
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from pingyu.evaluate.scores import score
from pingyu.schema import LABELS, RELATION_TYPES, Document
from train.config import DataConfig
from train.data import read_split

PEERS = ("pingyu", "spaCy ner + span_finder + spancat")
SHOWN = 10  # errors of each kind in the file


def main() -> None:
    """Print the table, write the JSON file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("-o", "--output", type=Path, default=Path("out/peers.json"))
    options = parser.parse_args()
    config = DataConfig()
    gold = read_split(config.annotations, config.splits, options.split)
    result = {name: try_out(name, gold) for name in PEERS if systems.there(name)}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    Console().print(table(result, f"{options.split}, {len(gold)} documents"))
    for name in PEERS:
        if name not in result:
            print(f"{name}: not trained; benchmarks/stock.py says how")


def try_out(name: str, gold: Mapping[str, Document]) -> dict[str, Any]:
    """Figures of one system, its speed (characters a second of the processor), and errors."""
    run = systems.load(name)
    pairs, errors = [], []
    taken = 0.0
    for document_name, document in tqdm(gold.items(), desc=name, disable=None):
        began = time.process_time()
        said = run(document.text)
        taken += time.process_time() - began
        pairs.append((document, said))
        errors += [{"document": document_name, **error} for error in differences(document, said)]
    kinds = {(e["kind"], e["label"]) for e in errors}
    return {
        **score(pairs),
        "rate": sum(len(document.text) for document in gold.values()) / taken,
        "errors": {
            f"{kind} {label}": {"count": len(some), "first": some[:SHOWN]}
            for kind, label in sorted(kinds)
            if (some := [e for e in errors if (e["kind"], e["label"]) == (kind, label)])
        },
    }


def differences(gold: Document, said: Document) -> list[dict[str, str]]:
    """Spans that are missed, and spans that are not in the gold."""
    want, have = ({(s.label, s.start, s.end, s.text) for s in d.spans} for d in (gold, said))
    return [
        {"kind": kind, "label": label, "text": text}
        for kind, some in (("missed", want - have), ("spurious", have - want))
        for label, _, _, text in sorted(some)
    ]


def table(result: Mapping[str, dict[str, Any]], title: str) -> Table:
    """F1 by label and relation type, and speed, a column a system."""
    out = Table("F1", *result, title=title)
    for part in ("spans", "relations"):
        out.add_row(part, *(f"{row[part]['f1']:.3f}" for row in result.values()))
    for part, names in (("labels", LABELS), ("types", RELATION_TYPES)):
        for name in names:
            out.add_row(name, *(f"{row[part][name]['f1']:.3f}" for row in result.values()))
    out.add_row("characters/s", *(f"{row['rate']:,.0f}" for row in result.values()))
    return out


if __name__ == "__main__":
    main()

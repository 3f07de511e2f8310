r"""The corpus for spaCy's own pipeline, and what that pipeline says as a pingyu document.

`ner` has the UNIT spans (`doc.ents`), `spancat` the others (`doc.spans["statements"]`), out of the
candidates of `span_finder`. It has no relations: a statement goes to the nearest unit before it.

python benchmarks/stock.py runs/stock
python -m spacy train configs/bakeoff/spacy.cfg -o runs/stock/model \
    --paths.train runs/stock/train.spacy --paths.dev runs/stock/dev.spacy
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import spacy
from spacy.tokens import Doc, DocBin

from pingyu.extract.mentions import same_unit
from pingyu.extract.roles import Roles
from pingyu.labels import LabelSchema
from pingyu.schema import GOVERNED, HAS_RANK, UNIT, Document, Relation, Span, reading_order

STATEMENTS, CANDIDATES = "statements", "candidates"
SCHEMA = Path(__file__).parents[1] / "annotations" / "schema.toml"


def main() -> None:
    """Write train.spacy and dev.spacy into a folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("output", type=Path, metavar="FOLDER")
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    from tqdm import tqdm

    from train.config import DataConfig
    from train.data import read_split

    config = DataConfig()
    for split in ("train", "dev"):
        documents = read_split(config.annotations, config.splits, split).values()
        to_docbin(tqdm(documents, desc=split)).to_disk(folder / f"{split}.spacy")


def to_docbin(documents: Iterable[Document]) -> DocBin:
    """Gold for `ner`, `span_finder` and `spancat`; spans that cut a token are widened to it."""
    nlp = spacy.blank("zh")
    return DocBin(docs=[_gold(nlp.make_doc(d.text), d) for d in documents])


def _gold(doc: Doc, document: Document) -> Doc:
    spans = [
        doc.char_span(s.start, s.end, label=s.label, alignment_mode="expand")
        for s in document.spans
    ]
    doc.set_ents(spacy.util.filter_spans(s for s in spans if s.label_ == UNIT))
    for key in (STATEMENTS, CANDIDATES):
        doc.spans[key] = [s for s in spans if s.label_ != UNIT]
    return doc


@cache
def _roles() -> Roles:
    return Roles.of(LabelSchema.read(SCHEMA), [])


def to_document(doc: Doc) -> Document:
    """What the pipeline found, with each statement given to the nearest unit before it. A RANK inside
    a statement is the statement's; one that nothing governs has no relation."""
    found = [*doc.ents, *doc.spans.get(STATEMENTS, [])]
    places = {(s.label_, s.start_char, s.end_char): s.text for s in found}
    spans = sorted((Span(*place, text) for place, text in places.items()), key=reading_order)
    document = Document(doc.text, spans)
    units = [n for n, s in enumerate(spans) if s.label == UNIT]
    keys = dict(zip(units, same_unit([spans[n].text for n in units]), strict=True))
    document.keys = [f"u{keys[n] + 1}" if n in keys else "" for n in range(len(spans))]
    nested = _roles().held(spans)
    unit: int | None = None
    for n, span in enumerate(spans):
        if span.label == UNIT:
            unit = n
        elif n in nested:
            document.relations.append(Relation(HAS_RANK, nested[n][0], n))
        elif unit is not None:
            document.relations.append(Relation(GOVERNED[span.label], unit, n))
    return document


if __name__ == "__main__":
    main()

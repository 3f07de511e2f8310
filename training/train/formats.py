"""The corpus in other people's formats: Hugging Face datasets, doccano, spaCy, CoNLL-style BIO."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pingyu.annotate.exchange import write_doccano
from pingyu.evaluate import bio
from pingyu.schema import LABELS, UNIT, Document
from train.config import SPLITS, DataConfig
from train.data import read_split

if TYPE_CHECKING:
    from datasets import DatasetDict
    from spacy.tokens import DocBin

Named = Iterable[tuple[str, Document]]


def load_dataset(config: DataConfig | None = None) -> DatasetDict:
    """The corpus as a DatasetDict of train, dev and test; one row a document.

    Offsets are characters, end-exclusive; `relations` index into `spans`; `unit` is the key that
    the mentions of one unit share.
    """
    from datasets import Dataset, DatasetDict, Features, List, Value

    number, text = Value("int32"), Value("string")
    features = Features(
        {
            "id": text,
            "genre": text,
            "text": text,
            "spans": List({"label": text, "start": number, "end": number, "unit": text}),
            "relations": List({"type": text, "head": number, "tail": number}),
        }
    )
    config = config or DataConfig()
    return DatasetDict(
        {
            split: Dataset.from_list(
                [
                    _row(*item)
                    for item in read_split(config.annotations, config.splits, split).items()
                ],
                features=features,
            )
            for split in SPLITS
        }
    )


def _row(name: str, document: Document) -> dict[str, Any]:
    keys = [
        k if s.label == UNIT else "" for s, k in zip(document.spans, document.keys, strict=True)
    ]
    return {
        "id": name,
        "genre": name.split("/")[0],
        "text": document.text,
        "spans": [
            {"label": s.label, "start": s.start, "end": s.end, "unit": key}
            for s, key in zip(document.spans, keys, strict=True)
        ],
        "relations": [{"type": r.type, "head": r.head, "tail": r.tail} for r in document.relations],
    }


def write_bio(documents: Named, file: TextIO) -> None:
    """A character and four BIO columns (UNIT, ACHIEVEMENT, DEFICIENCY, RANK) a line; a blank line
    after each line of the text. Relations have no place in this format."""
    file.write("\t".join(("character", *LABELS)) + "\n")
    for name, document in documents:
        file.write(f"# {name}\n")
        columns = [bio.column(document, label) for label in LABELS]
        for row in zip(document.text, *columns, strict=True):
            file.write("\n" if row[0] == "\n" else "\t".join(row) + "\n")
        file.write("\n\n")


def to_docbin(documents: Named) -> DocBin:
    """SpaCy Docs of characters, annotated as the component `pingyu` does."""
    import spacy
    from spacy.tokens import DocBin

    from pingyu.component import annotate
    from pingyu.interpret.review import interpret

    nlp = spacy.blank("zh")
    docs = DocBin(store_user_data=True)
    for _, document in documents:
        interpret(document, document.text)
        docs.add(annotate(nlp(document.text), document))
    return docs


def export(format_: str, split: str, output: Path, config: DataConfig | None = None) -> int:
    """Write one split to `output` as "doccano", "bio" or "spacy"; → number of documents."""
    config = config or DataConfig()
    documents = read_split(config.annotations, config.splits, split)
    output.parent.mkdir(parents=True, exist_ok=True)
    if format_ == "spacy":
        to_docbin(documents.items()).to_disk(output)
    else:
        writer = {"doccano": write_doccano, "bio": write_bio}[format_]
        with output.open("w", encoding="utf-8") as file:
            writer(documents.items(), file)
    return len(documents)

"""One BIO column a label: what CoNLL-style tools read, and what seqeval scores."""

from __future__ import annotations

from collections.abc import Sequence

from pingyu.evaluate.scores import Figures
from pingyu.schema import REVIEWS, Document


def column(document: Document, label: str) -> list[str]:
    """One tag a character: B-LABEL, I-LABEL or O."""
    tags = ["O"] * len(document.text)
    for span in document.spans:
        if span.label == label:
            tags[span.start] = f"B-{label}"
            tags[span.start + 1 : span.end] = [f"I-{label}"] * (span.end - span.start - 1)
    return tags


def seqeval_figures(
    pairs: Sequence[tuple[Document, Document]], labels: Sequence[str] = REVIEWS.labels
) -> dict[str, Figures]:
    """Strict figures of (gold, system) documents by label, and of all labels ("micro avg"), counted
    by seqeval (Nakayama 2018) over the columns of every label.

    They are those of scores.py wherever no two spans of one label overlap; BIO cannot say such.
    """
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    want, have = (
        [column(pair[side], label) for pair in pairs for label in labels] for side in (0, 1)
    )
    if not any(tag != "O" for tags in want + have for tag in tags):
        return {}
    report = classification_report(
        want, have, output_dict=True, mode="strict", scheme=IOB2, zero_division=0
    )
    return {
        name: {
            "p": round(float(row["precision"]), 4),
            "r": round(float(row["recall"]), 4),
            "f1": round(float(row["f1-score"]), 4),
        }
        for name, row in report.items()
        if name in (*labels, "micro avg")
    }

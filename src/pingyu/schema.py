"""What everything speaks of: spans, relations, reviews and the document that holds them.

Offsets are characters (Unicode code points) of the clean text, end-exclusive. Labels and relation
types are those of annotations/GUIDELINES.md.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

UNIT, ACHIEVEMENT, DEFICIENCY, RANK = LABELS = ("UNIT", "ACHIEVEMENT", "DEFICIENCY", "RANK")
HAS_ACHIEVEMENT, HAS_DEFICIENCY, HAS_RANK = RELATION_TYPES = (
    "HAS_ACHIEVEMENT",
    "HAS_DEFICIENCY",
    "HAS_RANK",
)
RESOLVED, AMBIGUOUS, UNKNOWN = "resolved", "ambiguous", "unknown"
GOVERNED = {ACHIEVEMENT: HAS_ACHIEVEMENT, DEFICIENCY: HAS_DEFICIENCY, RANK: HAS_RANK}


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch of the clean text; `text == document.text[start:end]`.

    `source_start`/`source_end` are characters of the decoded source file (None where the text did
    not come from a file).
    """

    label: str
    start: int
    end: int
    text: str
    score: float = 1.0
    source_start: int | None = None
    source_end: int | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """`head` and `tail` are indices into the spans of the document."""

    type: str
    head: int
    tail: int
    score: float = 1.0


@dataclass(slots=True)
class Statement:
    """An achievement or a deficiency of one unit: its span's index, text and the ranks inside."""

    span: int
    text: str
    ranks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Entity:
    """The body that a unit's mentions name, as far as the document tells.

    name: as written, its fullest mention. canonical: in full, without the places above it (谷城县).
    kind: a kind of pingyu.names, or None. code: GB/T 2260, six digits, for county level and above.
    parents: the places above it, from the province down. status: RESOLVED; AMBIGUOUS, with the codes
    it may have in `candidates` where they can be listed; UNKNOWN. reason: why it is not resolved.
    """

    name: str
    canonical: str
    kind: str | None
    code: str | None = None
    parents: list[str] = field(default_factory=list)
    status: str = RESOLVED
    candidates: list[str] = field(default_factory=list)
    reason: str | None = None


@dataclass(slots=True)
class Review:
    """What a document says of one unit. `names` are its mentions as written, the longest first."""

    unit: str
    names: list[str]
    mentions: list[int]
    achievements: list[Statement] = field(default_factory=list)
    deficiencies: list[Statement] = field(default_factory=list)
    ranks: list[Statement] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """A clean text and what was found in it.

    `keys` runs beside `spans`: for a UNIT, the key that all mentions of one unit share; for a RANK
    by which units are ranked, its own; else "".
    """

    text: str
    spans: list[Span] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    source: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def mentions(self) -> dict[str, list[int]]:
        """The units of the document: key → indices of its UNIT spans, in order."""
        units: dict[str, list[int]] = {}
        for n, (span, key) in enumerate(zip(self.spans, self.keys, strict=True)):
            if span.label == UNIT:
                units.setdefault(key, []).append(n)
        return units

    def to_dict(self) -> dict[str, Any]:
        """The object that `pingyu extract --format jsonl` writes for the document."""
        return {
            "source": self.source,
            "text": self.text,
            "metadata": self.metadata,
            "warnings": self.warnings,
            "spans": [asdict(span) for span in self.spans],
            "relations": [asdict(relation) for relation in self.relations],
            "reviews": [asdict(review) for review in self.reviews],
        }


def reading_order(span: Span) -> tuple[int, int, int]:
    """The key to sort spans by: start, longer first; of two alike the label decides."""
    return span.start, -span.end, LABELS.index(span.label)

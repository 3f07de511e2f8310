"""What everything speaks of: spans, relations, reviews and the document that holds them.

Offsets are characters (Unicode code points) of the clean text, end-exclusive. The labels and
relation types named here are those of annotations/GUIDELINES.md: reviews are made of them. What is
not about reviews takes the labels of its model (pingyu.labels).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

UNIT, ACHIEVEMENT, DEFICIENCY, RANK = LABELS = ("UNIT", "ACHIEVEMENT", "DEFICIENCY", "RANK")
HAS_ACHIEVEMENT, HAS_DEFICIENCY, HAS_RANK = RELATION_TYPES = (
    "HAS_ACHIEVEMENT",
    "HAS_DEFICIENCY",
    "HAS_RANK",
)
RESOLVED, AMBIGUOUS, UNKNOWN = "resolved", "ambiguous", "unknown"
RANK_KINDS = ("ordinal", "band", "extreme", "vague", "first")
LEVELS = ("nation", "province", "city", "county", "peers")
STREAK_UNITS = ("year", "quarter", "month", "week", "time")
TOPICS = (
    "economy",
    "fiscal",
    "investment",
    "industry",
    "commerce",
    "technology",
    "agriculture",
    "rural",
    "urban",
    "sanitation",
    "transport",
    "housing",
    "land",
    "environment",
    "water",
    "education",
    "health",
    "social",
    "culture",
    "safety",
    "public-order",
    "complaints",
    "market",
    "service",
    "governance",
    "other",
)  # annotations/TOPICS.md
OTHER = "other"  # the topic that never stands beside others
MOST_TOPICS = 3  # of one statement
GOVERNED = {ACHIEVEMENT: HAS_ACHIEVEMENT, DEFICIENCY: HAS_DEFICIENCY, RANK: HAS_RANK}


class Names(NamedTuple):
    """The labels and relation types of a schema that figures are given for. `units`: labels whose
    mentions of one body count as one; `inner`: labels that may stand inside another span."""

    labels: tuple[str, ...]
    types: tuple[str, ...]
    units: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()


REVIEWS = Names(LABELS, RELATION_TYPES, (UNIT,), (RANK,))


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

    @property
    def extent(self) -> tuple[str, int, int]:
        """Label, start and end: two spans of one text that agree in them are the same."""
        return self.label, self.start, self.end


@dataclass(frozen=True, slots=True)
class Relation:
    """`head` and `tail` are indices into the spans of the document."""

    type: str
    head: int
    tail: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Period:
    """Time words and the days that they mean, both ends included, as ISO dates.

    `reason` where there is no interval: "no-date" (the words are relative and the document has no
    date) or "vague" (入汛以来).
    """

    text: str
    start: str | None
    end: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity as written: 12.5亿元 is 12.5 "亿元", 三千余户 about 3000 "户".

    Shares are in "%" (四成: 40; 三分之二: 66.7), an index without a unit has unit "". `change`: "up"
    or "down" by the value, "from" and "to" between two, "times" (翻一番: 2 "倍"), else None.
    """

    text: str
    value: int | float
    unit: str
    change: str | None = None
    approx: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Among whom a rank counts, as written. `level`: one of LEVELS."""

    text: str
    level: str


@dataclass(frozen=True, slots=True)
class Place:
    """Best and worst place meant, counted from the top or, if `from_bottom`, from the bottom;
    None where the words give no number (前列)."""

    low: int | None
    high: int | None
    from_bottom: bool = False


@dataclass(frozen=True, slots=True)
class Streak:
    """连续五年: 5 "year". `unit`: one of STREAK_UNITS."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Rank:
    """A standing: in what, among whom, when, which place.

    `span`: index of its RANK span. `kind`: one of RANK_KINDS. `of`: how many are ranked, where said.
    `indicator`: what is ranked, as written. `previous`: the place before (从第8位升至…).
    `favourable`: good or bad news, None where neither can be told. Words of the rank itself, of its
    sentence (the ranks before it there too), the achievement or deficiency around it and, for
    `period`, the date of the document are the only sources.
    """

    span: int
    text: str
    kind: str
    place: Place
    tie: bool = False
    scope: Scope | None = None
    of: int | None = None
    indicator: list[str] = field(default_factory=list)
    period: Period | None = None
    streak: Streak | None = None
    previous: Place | None = None
    favourable: bool | None = None


@dataclass(slots=True)
class Statement:
    """An achievement or a deficiency of one unit, or a rank that a ranking gives it.

    `span`: index of its span. `ranks`: the RANK spans inside, as written; `standings`: the same as
    records (of a rank: its own). `period`: its own time words or the last ones before it in its
    sentence that hold for it. `topics`: one to MOST_TOPICS of TOPICS, the likeliest first (of a
    rank: none).
    """

    span: int
    text: str
    ranks: list[str] = field(default_factory=list)
    standings: list[Rank] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    period: Period | None = None
    topics: list[str] = field(default_factory=list)


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
    """What a document says of one unit. `names` are its mentions as written, the longest first.

    `key`: what its mentions share in Document.keys. `date` and `meeting` are those of the document.
    `entity`: the place or body that the name stands for, as far as the document tells.
    """

    unit: str
    names: list[str]
    mentions: list[int]
    achievements: list[Statement] = field(default_factory=list)
    deficiencies: list[Statement] = field(default_factory=list)
    ranks: list[Statement] = field(default_factory=list)
    key: str = ""
    date: str | None = None
    meeting: str | None = None
    entity: Entity | None = None


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """The day of a document (ISO), where it says one.

    `source`: "text" or "metadata". `reason`, where there is no day: "period-only" (its title names
    a month, quarter or year) or "no-date". `reckoned_from`: the day from which relative time words
    are resolved: `day`, or the last of the period in the title.
    """

    day: str | None = None
    source: str | None = None
    reason: str | None = "no-date"
    reckoned_from: str | None = None


@dataclass(slots=True)
class Document:
    """A clean text and what was found in it.

    `keys` runs beside `spans`: for a UNIT, the key that all mentions of one unit share; for a RANK
    by which units are ranked, its own; else "". `ranks`: a record for each RANK span, in order.
    `meeting`: the name of the meeting that is reported on, where the text gives one. `topic_logits`
    (spans, topics): what the network says of the topics of each span, where it learned them.
    """

    text: str
    spans: list[Span] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    source: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    date: DocumentDate = DocumentDate()
    meeting: str | None = None
    ranks: list[Rank] = field(default_factory=list)
    topic_logits: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)

    def mentions(self) -> dict[str, list[int]]:
        """The units of the document: key → indices of its UNIT spans, in order."""
        units: dict[str, list[int]] = {}
        for n, (span, key) in enumerate(zip(self.spans, self.keys, strict=True)):
            if span.label == UNIT:
                units.setdefault(key, []).append(n)
        return units

    def fields(self) -> Iterator[tuple[str, Any]]:
        """Names and values of the object that `pingyu extract --format jsonl` writes for the
        document, records as they are."""
        names = ("source", "text", "metadata", "warnings", "date", "meeting")
        for name in (*names, "spans", "relations", "ranks", "reviews"):
            yield name, getattr(self, name)

    def to_dict(self) -> dict[str, Any]:
        """That object."""
        return {name: _plain(value) for name, value in self.fields()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def reading_order(span: Span) -> tuple[int, int, str]:
    """The key to sort spans by: start, longer first; of two alike the label decides."""
    return span.start, -span.end, span.label

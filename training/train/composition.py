"""What the corpus holds, counted, beside the least that annotations/inventory.toml asks for.

The inventory names ways of putting things (frames, ways of naming units, false friends), each with a
pattern; this module finds them in the annotated text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice
from pathlib import Path

from pingyu.errors import PingyuError
from pingyu.extract.encode import fold
from pingyu.schema import ACHIEVEMENT, DEFICIENCY, LABELS, UNIT, Document, Relation
from train.config import Section, read_toml, validate

Documents = dict[str, Document]  # "genre/province-place-topic" → gold
Figures = Mapping[str, float]
Patterns = dict[str, str]  # specimen → regular expression

LONG = 4000  # characters from which a document is long
_OPEN = dict(zip(LABELS, "ⓊⒶⒹⓇ", strict=True))
_CLOSE = dict(zip(LABELS, "ⓤⓐⓓⓡ", strict=True))
_TAKEN = "■"  # stands for a character inside a span
_OFFICE = "局委办会厅院行司团心处队"
_ITEM = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[①-⑩●◆■○◇·])", re.MULTILINE)
_FIGURE = re.compile(
    r"[一二三四五六七八九十百千万两]{1,6}(?=[个项家户名件条座亩处起宗次天年月成倍公万亿])"
)


class Inventory(Section):
    """annotations/inventory.toml. `least…`: below it, the corpus is in error; specimen → pattern
    (`unit_rules`: the name of a rule below)."""

    attested: int
    provinces: list[str]
    least: dict[str, int]
    least_distinct: dict[str, int]
    least_attested: dict[str, int]
    least_share: dict[str, float]
    least_of_genre: dict[str, int]
    unit_ways: Patterns
    unit_rules: dict[str, str]
    deficiency_frames: Patterns
    rank_frames: Patterns
    false_friends: dict[str, Patterns]  # label → specimen → pattern


@dataclass(frozen=True, slots=True)
class Count:
    """`found` of `name`, of which there must be `least`; shares are floats of 1."""

    kind: str
    name: str
    found: float
    least: float = 0

    def __str__(self) -> str:
        asked = f" (≥ {_figure(self.least)})" if self.least else ""
        return f"{self.name} {_figure(self.found)}{asked}"


def _figure(value: float) -> str:
    return f"{value:.0%}" if isinstance(value, float) else f"{value:,}"


def read_inventory(path: Path) -> Inventory:
    """Raises PingyuError E401 that names what is wrong, a pattern that does not compile too."""
    inventory = validate(Inventory, read_toml(path), path)
    for kind in _patterns(inventory):
        for specimen, pattern in kind.items():
            try:
                re.compile(pattern)
            except re.error as error:
                reason = f"{specimen!r} is no regular expression: {error}"
                raise PingyuError("E401", str(path), reason=reason) from error
    for specimen, rule in inventory.unit_rules.items():
        if rule not in RULES:
            reason = f"{specimen!r}: no rule {rule!r}; there are {sorted(RULES)}"
            raise PingyuError("E401", str(path), reason=reason)
    return inventory


def _patterns(inventory: Inventory) -> list[Patterns]:
    frames = [inventory.unit_ways, inventory.deficiency_frames, inventory.rank_frames]
    return [*frames, *inventory.false_friends.values()]


def count(documents: Documents, inventory: Inventory) -> Iterator[Count]:
    """Every count of the corpus."""
    texts = [d.text for d in documents.values()]
    found = {
        "documents": len(documents),
        "characters": sum(map(len, texts)),
        "provinces": len({province(name) for name in documents} & set(inventory.provinces)),
        "long": sum(len(text) >= LONG for text in texts),
    }
    yield from counts("corpus", found, inventory.least)
    genres = Counter(genre(name) for name in documents)
    yield from counts("genres", dict(sorted(genres.items())), inventory.least_of_genre)
    strings: dict[str, list[str]] = {label: [] for label in LABELS}
    for document in documents.values():
        for span in document.spans:
            strings[span.label].append(span.text)
    yield from counts("spans", {label: len(some) for label, some in strings.items()}, {})
    distinct = {label: len(set(some)) for label, some in strings.items()}
    yield from counts("distinct strings", distinct, inventory.least_distinct)
    shares = {name: sum(map(test, texts)) / max(1, len(texts)) for name, test in SHARES.items()}
    yield from counts("documents with", shares, inventory.least_share)


def counts(kind: str, found: Figures, least: Figures) -> Iterator[Count]:
    """What was found, and what was not found although it is asked for."""
    for name in [*found, *(name for name in least if name not in found)]:
        yield Count(kind, name, found.get(name, 0), least.get(name, 0))


def province(name: str) -> str:
    """The first word of a document's name: anhui of air-water/anhui-suzhou-2021."""
    return name.split("/")[-1].split("-")[0]


def genre(name: str) -> str:
    """The folder of a document."""
    return name.split("/")[0]


def attest(documents: Documents, inventory: Inventory) -> dict[str, dict[str, int]]:
    """For each kind: specimen → documents that it was found in, counted up to `attested`."""
    marked = [annotated(document) for document in documents.values()]
    friends: dict[str, int] = {}
    for label, patterns in inventory.false_friends.items():
        outside = [without(document, label) for document in documents.values()]
        for specimen, pattern in patterns.items():
            found = map(re.compile(pattern).search, outside)
            friends[f"{specimen} ({label})"] = _some(found, inventory.attested)

    def search(patterns: Patterns) -> dict[str, int]:
        return {
            specimen: _some(map(re.compile(pattern).search, marked), inventory.attested)
            for specimen, pattern in patterns.items()
        }

    rules = {
        specimen: _some(map(RULES[rule], documents.values()), inventory.attested)
        for specimen, rule in inventory.unit_rules.items()
    }
    return {
        "unit_ways": search(inventory.unit_ways) | rules,
        "deficiency_frames": search(inventory.deficiency_frames),
        "rank_frames": search(inventory.rank_frames),
        "false_friends": friends,
    }


def _some(found: Iterable[object], enough: int) -> int:
    return sum(1 for _ in islice(filter(None, found), enough))


def annotated(document: Document) -> str:
    """The folded text with a circled letter at either edge of every span.

    >>> annotated(inline.parse("[U:a 石桥镇],[A:a 进度[R 第一]]"))
    'Ⓤ石桥镇ⓤ，Ⓐ进度Ⓡ第一ⓡⓐ'
    """
    text = fold(document.text)
    marks = []
    for n, span in enumerate(document.spans):  # in reading order: the outer span comes first
        marks += [(span.end, 0, -n, _CLOSE[span.label]), (span.start, 1, n, _OPEN[span.label])]
    pieces, at = [], 0
    for place, _, _, mark in sorted(marks):
        pieces += [text[at:place], mark]
        at = place
    return "".join([*pieces, text[at:]])


def without(document: Document, label: str) -> str:
    """The folded text, the characters of every span of `label` replaced."""
    text = fold(document.text)
    for span in document.spans:
        if span.label == label:
            text = text[: span.start] + _TAKEN * (span.end - span.start) + text[span.end :]
    return text


# --- ways of naming that take all mentions of a unit to see -----------------------------------------


def _names(document: Document) -> Iterator[list[str]]:
    for mentions in document.mentions().values():
        yield [document.spans[n].text for n in mentions]


def _is_short_for(short: str, full: str) -> bool:
    return len(short) < len(full) and full.startswith(short)


def _short_after_full(document: Document) -> bool:
    pairs = (pair for names in _names(document) for pair in combinations(names, 2))
    return any(_is_short_for(later, earlier) for earlier, later in pairs)


def _full_after_short(document: Document) -> bool:
    pairs = (pair for names in _names(document) for pair in combinations(names, 2))
    return any(_is_short_for(earlier, later) for earlier, later in pairs)


def _abbreviated_office(document: Document) -> bool:
    def abbreviates(short: str, full: str) -> bool:
        rest = iter(full)
        return short not in full and short[-1] == full[-1] and all(c in rest for c in short)

    return any(
        full[-1] in _OFFICE and abbreviates(short, full)
        for names in _names(document)
        for full, short in combinations(names, 2)
    )


def _statements(document: Document) -> Iterator[Relation]:
    """Relations of a unit with an achievement or a deficiency."""
    for relation in document.relations:
        tail = document.spans[relation.tail].label
        if document.spans[relation.head].label == UNIT and tail in (ACHIEVEMENT, DEFICIENCY):
            yield relation


def _title_only(document: Document) -> bool:
    title = document.text.find("\n")
    governing = {document.keys[r.head] for r in _statements(document)}
    return any(
        key in governing and all(document.spans[n].end <= title for n in mentions)
        for key, mentions in document.mentions().items()
    )


def _named_after_statement(document: Document) -> bool:
    return any(r.tail < r.head for r in _statements(document))


def _carried_over_lines(document: Document) -> bool:
    spans = document.spans
    return any(
        document.text.count("\n", spans[r.head].end, spans[r.tail].start) > 1
        for r in _statements(document)
    )


def _joint_subject(document: Document) -> bool:
    units = {(document.keys[r.head], r.tail) for r in _statements(document)}
    return any(n > 1 for n in Counter(tail for _, tail in units).values())


RULES = {
    "short_after_full": _short_after_full,
    "full_after_short": _full_after_short,
    "abbreviated_office": _abbreviated_office,
    "title_only": _title_only,
    "named_after_statement": _named_after_statement,
    "carried_over_lines": _carried_over_lines,
    "joint_subject": _joint_subject,
}


# --- how a text is set --------------------------------------------------------------------------------


def _half_width(text: str) -> bool:
    half = len(re.findall(r"[,;:](?!\d)", text))
    return half > len(re.findall("[，；：]", text))


def _broken_lines(text: str) -> bool:
    """Lines that end within a sentence."""
    return len(re.findall(r"[，,、；;]\n", text)) > 1


def _lists(text: str) -> bool:
    return len(_ITEM.findall(text)) > 2


def _mixed_numerals(text: str) -> bool:
    """Figures in Arabic and in Chinese numerals."""
    return len(_FIGURE.findall(text)) > 1 and len(re.findall(r"\d+", text)) > 1


SHARES = {
    "half_width": _half_width,
    "broken_lines": _broken_lines,
    "lists": _lists,
    "mixed_numerals": _mixed_numerals,
}

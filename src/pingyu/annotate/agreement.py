"""How far two annotations of the same texts agree: F1 of spans and relations, Cohen's kappa by
character (Cohen 1960), and where they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.evaluate.scores import relation_items, score
from pingyu.schema import LABELS, Document

Pair = tuple[Document, Document]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`scores`: as evaluate.scores.score, the first as if it were gold; `kappa`: by label, and for
    "spans" all labels together; `alone`: documents that only one has; `lines`: disagreements."""

    pairs: int
    scores: dict[str, Any]
    kappa: dict[str, float]
    alone: list[str]
    lines: list[str]

    def table(self) -> Iterator[str]:
        """The figures, a line for each label, each relation type, and both together."""
        yield f"{self.pairs} documents{'':13}     F1      A      B   kappa"
        spans, relations = self.scores["spans"], self.scores["relations"]
        rows = {**self.scores["labels"], "spans": spans}
        rows |= {**self.scores["types"], "relations": relations}
        for name, row in rows.items():
            by_character = f"{self.kappa[name]:8.3f}" if name in self.kappa else ""
            yield f"{name:24}{row['f1']:7.3f}{row['gold']:7,}{row['system']:7,}{by_character}"


def agreement(a: Path, b: Path) -> Agreement:
    """Compare two folders of .inl files. Raises PingyuError E201–E208, E526, E527."""
    first, second = dict(inline.read_folder(a)), dict(inline.read_folder(b))
    common = [name for name in first if name in second]
    if not common:
        raise PingyuError("E526", a=a, b=b)
    for name in common:
        one, other = first[name].text, second[name].text
        if one != other:
            letters = enumerate(zip(one, other, strict=False))
            at = next((n for n, (x, y) in letters if x != y), min(len(one), len(other)))
            raise PingyuError("E527", name, a=a, b=b, at=at)
    pairs = [(first[name], second[name]) for name in common]
    kappas = {label: kappa([_inside(pair, label) for pair in pairs]) for label in LABELS}
    kappas["spans"] = kappa([_classes(pair) for pair in pairs])
    lines = [
        line
        for name, pair in zip(common, pairs, strict=True)
        for line in disagreements(name, *pair, str(a), str(b))
    ]
    alone = sorted(first.keys() ^ second.keys())
    return Agreement(len(pairs), score(pairs), kappas, alone, lines)


def kappa(texts: Sequence[tuple[Sequence[object], Sequence[object]]]) -> float:
    """Cohen's kappa of two ratings of every character of some texts; 1 where both rate all alike."""
    both: Counter[tuple[object, object]] = Counter()
    for one, other in texts:
        both.update(zip(one, other, strict=True))
    total = sum(both.values())
    ones: Counter[object] = Counter()
    others: Counter[object] = Counter()
    for (x, y), count in both.items():
        ones[x] += count
        others[y] += count
    if not total:
        return 1.0
    agree = sum(count for (x, y), count in both.items() if x == y) / total
    chance = sum(ones[x] * others[x] for x in ones) / total**2
    return (agree - chance) / (1 - chance) if chance < 1 else 1.0


def _inside(pair: Pair, label: str) -> tuple[bytearray, bytearray]:
    """For each character: does it stand in a span of the label?"""
    out = bytearray(len(pair[0].text)), bytearray(len(pair[1].text))
    for document, flags in zip(pair, out, strict=True):
        for span in document.spans:
            if span.label == label:
                flags[span.start : span.end] = b"\1" * (span.end - span.start)
    return out


def _classes(pair: Pair) -> tuple[list[object], list[object]]:
    """For each character: the set of the labels that it stands in."""
    by_label = [_inside(pair, label) for label in LABELS]
    return (
        list(zip(*(flags for flags, _ in by_label), strict=True)),
        list(zip(*(flags for _, flags in by_label), strict=True)),
    )


def disagreements(name: str, one: Document, other: Document, a: str, b: str) -> Iterator[str]:
    """A line for each span and relation that only one of the two has, in the order of the text."""
    found: list[tuple[int, str]] = []
    for document, mate, side in ((one, other, a), (other, one, b)):
        spans = {s.extent for s in mate.spans}
        for span in document.spans:
            if span.extent not in spans:
                found.append((span.start, f"only {side}: {span.label} {span.text}"))
        theirs = relation_items(one, mate)
        for fact, relations in relation_items(one, document).items():
            for relation in relations if fact not in theirs else ():
                head, tail = document.spans[relation.head], document.spans[relation.tail]
                line = f"only {side}: {head.text} —{relation.type}→ {tail.text}"
                found.append((tail.start, line))
    for at, what in sorted(found):
        number = one.text.count("\n", 0, at) + 1
        column = at - (one.text.rfind("\n", 0, at) + 1) + 1
        yield f"{name}, line {number}, character {column}, {what}"

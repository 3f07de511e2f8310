"""Gold topics: annotations/topics.tsv, and the words that name a topic, annotations/topic-words.tsv."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pingyu.errors import PingyuError
from pingyu.interpret.topic import SENTENCE_END
from pingyu.schema import ACHIEVEMENT, DEFICIENCY, MOST_TOPICS, OTHER, TOPICS, Document, Span

GOLD, WORDS = "topics.tsv", "topic-words.tsv"
HEADER = ["label", "text", "context", "topics"]
UNDECIDED = "?"  # in the place of topics, until a reader decides
SHORT = 6  # characters from which a text needs no context
_CLAUSE = re.compile(r"[，；：;:]|,(?!\d{3})")
Key = tuple[str, str, str]  # label, text, context
Gold = Mapping[Key, tuple[str, ...]]  # the topics of each statement, the main one first


@dataclass(frozen=True, slots=True)
class Line:
    """A statement and its topics, the main one first. `context` is that of short texts."""

    label: str
    text: str
    context: str
    topics: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What names the statement."""
        return self.label, self.text, self.context

    def __str__(self) -> str:
        return "\t".join((*self.key, ",".join(self.topics)))


def statements(document: Document) -> list[Span]:
    """The spans that have topics."""
    return [span for span in document.spans if span.label in (ACHIEVEMENT, DEFICIENCY)]


def key(document: Document, span: Span) -> Key:
    """A statement of a document, as the gold names it."""
    text = span.text.replace("\n", " ").replace("\t", " ")
    return span.label, text, context(document.text, span.start, span.end)


def context(text: str, start: int, end: int) -> str:
    """What stands before a short statement in its clause, and the clause before; "" for others."""
    if end - start >= SHORT:
        return ""
    *before, lead = _CLAUSE.split(SENTENCE_END.split(text[:start])[-1])
    clauses = [clause.strip() for clause in before]
    last = next((clause for clause in reversed(clauses) if clause), "")
    return "，".join(part for part in (last, lead.strip()) if part).replace("\t", " ")


def read(path: Path) -> dict[Key, tuple[str, ...]]:
    """The topics of each statement. Raises PingyuError E401 at the first line that breaks a rule of
    TOPICS.md."""
    lines, faults = parse(path)
    if faults:
        raise PingyuError("E401", str(path), reason=f"{faults[0]}. Run: python -m train check")
    return {line.key: line.topics for line in lines}


def of(documents: Iterable[Document], path: Path) -> Gold:
    """The topics of the statements of these documents, sorted. Raises PingyuError E401, as `read`."""
    gold = read(path)
    keys = {key(document, span) for document in documents for span in statements(document)}
    return {each: gold[each] for each in sorted(keys & gold.keys())}


def parse(path: Path) -> tuple[list[Line], list[str]]:
    """→ the lines that are in order, and what is wrong with the others."""
    if not path.is_file():
        return [], [f"{path.name} is missing. It holds the gold topics"]
    first, *rest = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    faults = [] if first.split("\t") == HEADER else [f"line 1: the header must be {HEADER}"]
    lines: list[Line] = []
    for number, row in enumerate(rest, 2):
        cells = row.split("\t")
        if len(cells) != len(HEADER):
            faults.append(f"line {number}: {len(cells)} columns; there must be {len(HEADER)}")
            continue
        line = Line(cells[0], cells[1], cells[2], tuple(cells[3].split(",")))
        found = [f"line {number}: {fault}" for fault in _faults(line, lines[-1:])]
        faults += found
        if not found:
            lines.append(line)
    return lines, faults


def _faults(line: Line, before: list[Line]) -> Iterator[str]:
    if line.topics == (UNDECIDED,):
        yield f"{line.text!r} has no topics yet. Decide by TOPICS.md"
        return
    for topic in line.topics:
        if topic not in TOPICS:
            yield f"{line.text!r}: no topic {topic!r} in TOPICS.md"
    if not 1 <= len(set(line.topics)) == len(line.topics) <= MOST_TOPICS:
        yield f"{line.text!r}: one to {MOST_TOPICS} topics, each once"
    if len(line.topics) > 1 and OTHER in line.topics:
        yield f"{line.text!r}: {OTHER} stands alone"
    if before and line.key <= before[0].key:
        yield f"{line.text!r}: lines are sorted by label, text and context, each once"


def check(
    annotations: Path, documents: Mapping[str, Document], waiting: Collection[str] = ()
) -> Iterator[str]:
    """What is wrong with the gold topics; prints what they cover. Documents that are `waiting` for a
    training may have topics, and need none yet."""
    lines, faults = parse(annotations / GOLD)
    yield from faults
    places = _places({name: d for name, d in documents.items() if name not in waiting})
    known = {(row[0], row[1], row[2]) for row in _rows(annotations / GOLD) if len(row) == 4}
    for at in sorted(known - _places(documents).keys()):
        yield f"no {_name(at)} in the corpus. Run: python -m train topics --mend"
    for at in sorted(places.keys() - known):
        yield f"{places[at]} has {_name(at)}, without topics. Run: python -m train topics --mend"
    counts = Counter(topic for line in lines for topic in line.topics)
    print(f"topics: {', '.join(f'{topic} {counts[topic]}' for topic in TOPICS)}")


def _name(at: Key) -> str:
    label, text, before = at
    return f"{label} {text!r}" + (f" (context {before!r})" if before else "")


def _places(documents: Mapping[str, Document]) -> dict[Key, str]:
    """Statement → the first document that has it."""
    places: dict[Key, str] = {}
    for name, document in documents.items():
        for span in statements(document):
            places.setdefault(key(document, span), name)
    return places


def _rows(path: Path) -> list[list[str]]:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [row.split("\t") for row in text.removesuffix("\n").split("\n")[1:]]


def mend(
    path: Path, documents: Iterable[Document], waiting: Iterable[Document] = ()
) -> tuple[int, list[Line]]:
    """Bring the gold up to the corpus: drop what is no statement any more, add what is new. What
    documents that are `waiting` say is not dropped, and not added yet.

    A new statement gets the topics of the lines that have its text where these agree, else
    UNDECIDED. → the number of lines dropped, and those added. Raises PingyuError E401 where a line is
    broken: what stands there must not be lost.
    """
    found = _rows(path)
    broken = [n for n, row in enumerate(found, 2) if len(row) != len(HEADER)]
    if broken:
        reason = f"lines {broken}: not {len(HEADER)} columns. Mend them first"
        raise PingyuError("E401", str(path), reason=reason)
    rows = {(row[0], row[1], row[2]): row[3] for row in found}
    by_text: dict[str, set[str]] = defaultdict(set)
    for (_, text, _), topics in rows.items():
        by_text[text].add(topics)
    wanted = {key(document, span) for document in documents for span in statements(document)}
    added = []
    for new in sorted(wanted - rows.keys()):
        known = by_text[new[1]]
        topics = next(iter(known)) if len(known) == 1 else UNDECIDED
        added.append(Line(*new, tuple(topics.split(","))))
    allowed = wanted | {
        key(document, span) for document in waiting for span in statements(document)
    }
    kept = [Line(*at, tuple(topics.split(","))) for at, topics in rows.items() if at in allowed]
    write(path, [*kept, *added])
    return len(rows) - len(kept), added


def write(path: Path, lines: Iterable[Line]) -> None:
    """Write gold lines, sorted."""
    rows = ["\t".join(HEADER), *map(str, sorted(lines, key=lambda line: line.key))]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def words(path: Path) -> list[tuple[str, str]]:
    """(word, topic): words that name a topic by themselves. Raises PingyuError E401."""
    found = []
    for number, row in enumerate(_rows(path), 2):
        if len(row) != 2 or row[0] not in TOPICS:
            reason = f"line {number}: a topic of TOPICS.md, a tab and its words must stand here"
            raise PingyuError("E401", str(path), reason=reason)
        found += [(word, row[0]) for word in row[1].split()]
    return found

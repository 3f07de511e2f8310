"""The schema of labels (annotations/schema.toml): which there are, how they nest, which relations
go between them, and how a model finds those."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pingyu.errors import PingyuError
from pingyu.schema import REVIEWS, Document, Names

Way = Literal["pair", "governor", "containment"]
_Count = Annotated[int, Field(ge=0)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Entry):
    """`colour`: #rrggbb; `key`: its shortcut in doccano. `inside`: the labels that it may stand
    inside of (None: those that it does in the documents trained on). `names`: its spans are names
    of bodies, and mentions of one body count as one."""

    colour: str = "#757575"
    key: str | None = None
    inside: tuple[str, ...] | None = None
    names: bool = False


class RelationType(_Entry):
    """`heads`, `tails`: the labels that it may go from and to; `colour`: #rrggbb.

    `by`: how it is found, for all heads or by the label of the head:
    pair         each pair of a head and a tail is judged by itself; `reach`: so many tails before
                 and after a head are
    governor     a tail mostly has a head, rarely several: heads around it and the first one of the
                 document contend for it
    containment  the tail stands inside its head, and then has no other
    """

    colour: str = "#757575"
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    by: Way | dict[str, Way] = "pair"
    reach: tuple[_Count, _Count] = (24, 24)

    def heads_by(self, way: Way) -> tuple[str, ...]:
        """The labels from which it is found in this way."""
        by = self.by
        return tuple(h for h in self.heads if (by if isinstance(by, str) else by.get(h)) == way)


class LabelSchema(_Entry):
    """Labels and relation types by name, in the order of the file. `edge`: characters that no span
    begins or ends with."""

    labels: dict[str, Label]
    relations: dict[str, RelationType] = {}
    edge: str = ""

    @classmethod
    def read(cls, path: Path) -> LabelSchema:
        """Raises PingyuError E401 where the file cannot be read or is not such a schema; it names
        every issue."""
        try:
            schema = cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
            reasons = list(schema._issues())
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            reasons = [str(error)]
        except ValidationError as error:
            reasons = [
                _said(issue["loc"], issue["msg"], issue["input"]) for issue in error.errors()
            ]
        if reasons:
            raise PingyuError("E401", str(path), reason=f"{'; '.join(reasons)}. Mend the file")
        return schema

    def _issues(self) -> Iterator[str]:
        if not self.labels:
            yield "labels: there is none. Add [labels.NAME]"
        places = [(f"labels.{n}.inside", label.inside or ()) for n, label in self.labels.items()]
        for name, relation in self.relations.items():
            places.append((f"relations.{name}", (*relation.heads, *relation.tails)))
            by = {} if isinstance(relation.by, str) else relation.by
            if by and set(by) != set(relation.heads):
                yield f"relations.{name}.by: give a way for each of heads, and for no other label"
        for place, labels in places:
            for label in dict.fromkeys(labels):
                if label not in self.labels:
                    yield f"{place}: no label {label!r}. Add [labels.{json.dumps(label, ensure_ascii=False)}]"
        governed: dict[str, str] = {}
        for name, relation in self.relations.items():
            for tail in relation.tails if relation.heads_by("governor") else ():
                if governed.setdefault(tail, name) != name:
                    yield f"relations.{name}: {tail} is governed by {governed[tail]} already"

    def filled(self, documents: Iterable[Document]) -> LabelSchema:
        """The schema with the nesting that it leaves open: as it is in `documents`."""
        inside: dict[str, set[str]] = {name: set() for name in self.labels}
        for document in documents:
            for inner, outer in nested(document):
                inside[document.spans[inner].label].add(document.spans[outer].label)
        labels = {
            name: label.model_copy(
                update={"inside": tuple(n for n in self.labels if n in inside[name])}
            )
            if label.inside is None
            else label
            for name, label in self.labels.items()
        }
        return self.model_copy(update={"labels": labels})

    @property
    def names(self) -> Names:
        """What figures are given for."""
        return Names(
            tuple(self.labels),
            tuple(self.relations),
            tuple(n for n, label in self.labels.items() if label.names),
            tuple(n for n, label in self.labels.items() if label.inside),
        )

    @property
    def of_reviews(self) -> bool:
        """Does it hold all that reviews are made of? Then pingyu.interpret can read what is found."""
        return self.labels.keys() >= set(REVIEWS.labels) and self.relations.keys() >= set(
            REVIEWS.types
        )

    def check(self, document: Document, name: str) -> None:
        """Raises PingyuError E510, E511 at the first span or relation that the schema forbids."""
        for span in document.spans:
            if span.label not in self.labels:
                raise PingyuError("E510", name, label=span.label, start=span.start, text=span.text)
        for relation in document.relations:
            head, tail = document.spans[relation.head], document.spans[relation.tail]
            kind = self.relations.get(relation.type)
            if kind is None or head.label not in kind.heads or tail.label not in kind.tails:
                raise PingyuError(
                    "E511",
                    name,
                    type=relation.type,
                    head=f"{head.label} {head.text!r}",
                    tail=f"{tail.label} {tail.text!r}",
                )


def _said(place: tuple[int | str, ...], reason: str, found: object) -> str:
    """An issue of pydantic; TOML parts [labels.PER.NAM] at its dots, as nobody means it."""
    if len(place) > 2 and isinstance(found, dict) and reason.startswith("Extra"):
        name = json.dumps(".".join(map(str, place[1:])), ensure_ascii=False)
        reason += f". If the dot is part of the name, write [{place[0]}.{name}]"
    return f"{'.'.join(map(str, place))}: {reason}"


def nested(document: Document) -> Iterator[tuple[int, int]]:
    """Every (inner, outer) pair of spans, the first whole within the second; of two that fill the
    same place each is within the other. The spans are in reading order."""
    open_: list[int] = []
    for n, span in enumerate(document.spans):
        open_ = [o for o in open_ if document.spans[o].end > span.start]
        for o in open_:
            outer = document.spans[o]
            if span.end <= outer.end:
                yield n, o
            if (span.start, span.end) == (outer.start, outer.end):
                yield o, n
        open_.append(n)

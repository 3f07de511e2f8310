"""The schema of annotation (annotations/schema.toml): labels, relation types, their colours."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pingyu.errors import PingyuError
from pingyu.schema import Document


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Entry):
    """`colour`: #rrggbb; `key`: its shortcut in doccano."""

    colour: str
    key: str | None = None


class RelationType(_Entry):
    """`heads`, `tails`: the labels that it may go from and to; `colour`: #rrggbb."""

    colour: str
    heads: tuple[str, ...]
    tails: tuple[str, ...]


class LabelSchema(_Entry):
    """Labels and relation types by name, in the order of the file."""

    labels: dict[str, Label]
    relations: dict[str, RelationType]

    @classmethod
    def read(cls, path: Path) -> LabelSchema:
        """Raises PingyuError E401 where the file cannot be read or is not such a schema."""
        try:
            schema = cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise PingyuError("E401", str(path), reason=f"{error}. Mend the file") from error
        except ValidationError as error:
            reasons = "; ".join(
                f"{'.'.join(map(str, issue['loc']))}: {issue['msg']}" for issue in error.errors()
            )
            raise PingyuError("E401", str(path), reason=f"{reasons}. Mend the file") from error
        for name, relation in schema.relations.items():
            for label in (*relation.heads, *relation.tails):
                if label not in schema.labels:
                    reason = f"relations.{name}: no label {label!r}. Add [labels.{label}]"
                    raise PingyuError("E401", str(path), reason=reason)
        return schema

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

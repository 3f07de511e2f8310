"""Hugging Face datasets: what is found in a column of texts becomes a column of records.

`texts.map(extract, batched=True, features=extract.features(texts))`, with an `Extract`.
"""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from pingyu.errors import PingyuError
from pingyu.extract.extractor import Extractor
from pingyu.interpret.review import interpret
from pingyu.schema import Document

if TYPE_CHECKING:
    from datasets import Dataset, Features

COLUMN = "pingyu"
_KEPT = ("date", "meeting", "spans", "relations", "ranks", "reviews")  # of a Document
_INTEGERS = range(-(2**63), 2**63)  # that a column can hold


class Extract:
    """A function for `Dataset.map(batched=True)`: reads a column of clean texts, adds COLUMN.

    It pickles by the model's files and the version of pingyu. So it works with `num_proc`, and
    `map` takes what it has stored for as long as neither changes.
    """

    def __init__(
        self, model: str | Path | None = None, *, text: str = "text", threads: int = 1
    ) -> None:
        """`model`: a folder (default: the one that ships). `text`: the column to read.

        Raises PingyuError E301, E302 (the model), E903 (no datasets).
        """
        if not find_spec("datasets"):
            raise PingyuError("E903")
        self.extractor = Extractor.load(Path(model) if model else None, threads)
        self.text, self.version = text, version("pingyu")

    def __call__(self, batch: dict[str, list[Any]]) -> dict[str, list[dict[str, Any] | None]]:
        """The records of each text; None where there is none."""
        return {
            COLUMN: [None if text is None else self._records(text) for text in batch[self.text]]
        }

    def features(self, dataset: Dataset) -> Features:
        """Those of `dataset` and of COLUMN: `map` guesses types from the first batch, and wrongly
        where nothing is found in it."""
        from datasets import Features

        return Features({**dataset.features, COLUMN: _columns()})

    def _records(self, text: str) -> dict[str, Any]:
        document = self.extractor.extract(text)
        if self.extractor.settings.roles.schema.of_reviews:
            interpret(document, text)
        records: dict[str, Any] = _fit(document.to_dict(), _columns())
        return records


@cache
def _columns() -> dict[str, Any]:
    hints = get_type_hints(Document)
    return {name: _feature(hints[name]) for name in _KEPT}


def _feature(kind: Any) -> Any:
    """The feature of a record or of the type of one of its fields; all may be null."""
    from datasets import List, Value

    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return {field.name: _feature(hints[field.name]) for field in fields(kind)}
    arguments = [argument for argument in get_args(kind) if argument is not types.NoneType]
    if get_origin(kind) is list:
        return List(_feature(arguments[0]))
    if get_origin(kind) in (Union, types.UnionType):
        return Value("float64") if set(arguments) == {int, float} else _feature(arguments[0])
    return Value({str: "string", int: "int64", float: "float64", bool: "bool"}[kind])


def _fit(value: Any, feature: Any) -> Any:
    """`value` without what has no place in `feature`; an integer that is too large for it is None."""
    if value is None:
        return None
    if isinstance(feature, dict):
        return {name: _fit(value[name], part) for name, part in feature.items()}
    if isinstance(value, list):
        return [_fit(item, feature.feature) for item in value]
    if feature.dtype == "float64":
        return float(value)
    return None if feature.dtype == "int64" and value not in _INTEGERS else value

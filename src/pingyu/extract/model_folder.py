"""The bridge between training and use: the files of a model, from a folder or from bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pingyu.errors import PingyuError
from pingyu.extract.roles import Roles
from pingyu.labels import LabelSchema

FORMAT = 3  # 1 had no schema: its labels stood in the code; 2 had pairs that knew no lists
TAGGER, RELATOR, SETTINGS, VOCABULARY = "model.onnx", "relations.onnx", "config.json", "vocab.txt"
FILES = (TAGGER, SETTINGS, VOCABULARY)  # and RELATOR, where relations are scored
ENCODER, TOKENIZER = "encoder.onnx", "tokenizer.json"  # where another encoder reads the text


@dataclass(frozen=True, slots=True)
class Settings:
    """What the runtime must know of a model. `core` and `margin`: characters of a window;
    temperatures: "spans", "relations"; thresholds: those of pingyu.extract.relations; subwords:
    "window" and "overlap" in tokens, of a model with ENCODER and TOKENIZER."""

    format: int
    width: int
    pair_buckets: int
    core: int
    margin: int
    temperatures: dict[str, float]
    thresholds: dict[str, float]
    roles: Roles
    subwords: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The bytes of the files that make a model."""

    files: dict[str, bytes]
    path: str = "<bytes>"

    @classmethod
    def read(cls, folder: Path) -> ModelFiles:
        """Raises PingyuError E301 where a file is missing, E302 as `settings` does."""
        files = cls(_read(folder, FILES), str(folder))
        settings = files.settings()
        more = [RELATOR] if settings.roles.scores else []
        more += [ENCODER, TOKENIZER] if settings.subwords else []
        return cls({**files.files, **_read(folder, more)}, str(folder))

    def write(self, folder: Path) -> None:
        """Write the files into a folder, which is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.files.items():
            (folder / name).write_bytes(data)

    def settings(self) -> Settings:
        """Raises PingyuError E302 where the format is not the one this code reads."""
        values: dict[str, Any] = json.loads(self.files[SETTINGS])
        if values.get("format") != FORMAT:
            raise PingyuError("E302", path=self.path, found=values.get("format"), wanted=FORMAT)
        schema = LabelSchema.model_validate(values["schema"])
        values["roles"] = Roles(schema, tuple(values["layers"]))
        return Settings(**{name: values[name] for name in Settings.__slots__ if name in values})

    def characters(self) -> list[str]:
        """The vocabulary: one JSON string a line."""
        return [json.loads(line) for line in self.files[VOCABULARY].decode("utf-8").split("\n")]


def _read(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise PingyuError("E301", path=str(folder), missing=", ".join(missing))
    return {name: (folder / name).read_bytes() for name in names}

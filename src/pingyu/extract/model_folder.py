"""The bridge between training and use: the files of a model, from a folder or from bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pingyu.errors import PingyuError

FORMAT = 1
TAGGER, RELATOR, SETTINGS, VOCABULARY = "model.onnx", "relations.onnx", "config.json", "vocab.txt"
FILES = (TAGGER, RELATOR, SETTINGS, VOCABULARY)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the runtime must know of a model. `core` and `margin`: characters of a window;
    temperatures: "spans", "relations"; thresholds: "govern", "govern_alone", "rank"."""

    format: int
    width: int
    pair_buckets: int
    core: int
    margin: int
    temperatures: dict[str, float]
    thresholds: dict[str, float]


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The bytes of the four files that make a model."""

    files: dict[str, bytes]
    path: str = "<bytes>"

    @classmethod
    def read(cls, folder: Path) -> ModelFiles:
        """Raises PingyuError E301 where a file is missing."""
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise PingyuError("E301", path=str(folder), missing=", ".join(missing))
        return cls({name: (folder / name).read_bytes() for name in FILES}, str(folder))

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
        return Settings(**{name: values[name] for name in Settings.__slots__})

    def characters(self) -> list[str]:
        """The vocabulary: one JSON string a line."""
        return [json.loads(line) for line in self.files[VOCABULARY].decode("utf-8").split("\n")]

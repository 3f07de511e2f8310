"""Configuration of a training run: TOML-like .cfg files, checked by pydantic; unknown keys refused.

Every key can be set on the command line: `--training.epochs 3`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pingyu.errors import PingyuError
from pingyu.shipped import default_folder


class Section(BaseModel):
    """Part of a configuration: its keys are fixed, and so are its values once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


S = TypeVar("S", bound=Section)


SPLITS = ("train", "dev", "test")
WAITING = "waiting"  # documents that the next training takes into train; all others are in SPLITS


class DataConfig(Section):
    """Where the corpus is. `limit`: use that many documents of each split (0: all); `share`: that
    share of train, drawn by the seed (a smaller share is part of a larger one)."""

    annotations: Path = Path("annotations")
    splits: Path = Path("annotations/splits.toml")
    limit: int = 0
    share: float = Field(default=1.0, gt=0.0, le=1.0)
    window: int = 6000  # characters; longer documents are trained in windows
    min_count: int = 2  # characters rarer than this in train become <unk>


class ModelConfig(Section):
    """Sizes of the network; widths are numbers of units. `relation_weight`, `topic_weight`: of their
    losses beside that of the tags; without the latter the network learns no topics."""

    char_width: int = 384
    layers: int = 3
    heads: int = 6
    pair_width: int = 64
    pair_buckets: int = 16_384
    width: int = 192
    clause_width: int = 128
    final_dilations: tuple[int, ...] = (1, 2, 4)
    relation_width: int = 96
    relation_weight: float = 0.5
    topic_weight: float = 0.0
    dropout: float = 0.1


class TrainingConfig(Section):
    """Optimisation. `batch_chars`: characters a batch; `gap`: empty places after each text of it, at
    least as many as the widest dilation; `warmup`: share of the steps; `precision`: see
    `train.fit.for_processor`."""

    seed: int = 0
    epochs: int = 30
    batch_chars: int = 12_000
    gap: int = 64
    learning_rate: float = 1.5e-3
    encoder_rate: float = 1.0  # share of the learning rate that pretrained weights get
    weight_decay: float = 0.01
    warmup: float = 0.1
    unknown_rate: float = 0.02  # characters hidden at random while training
    threads: int = 2
    precision: Literal["float32", "bfloat16"] = "float32"
    accumulate: int = Field(default=1, ge=1)  # batches a step, shared by the processes
    encoder: str = ""  # a folder that `python -m train pretrain` made; "" starts at random


class HuggingFaceConfig(Section):
    """An encoder of transformers in place of the network's own; "" is none. `name`: on the hub, or
    a folder; `window`: tokens that it reads at once (fewer where it cannot); `overlap`: how many of
    them the next window reads again (a quarter at most where it reads fewer)."""

    name: str = ""
    revision: str = "main"
    window: int = 512
    overlap: int = 128


class AugmentConfig(Section):
    """How often a document is changed in each way when it is trained on (see train.augment)."""

    passage: float = 0.0
    names: float = 0.0
    figures: float = 0.0
    list_order: float = 0.0
    areas: float = 0.0
    list_length: float = 0.0
    sections: float = 0.0
    lines: float = 0.0
    residue: float = 0.0
    preceded: float = 0.0
    dates: float = 0.0
    frames: float = 0.0
    decoys: int = 0  # up to so many stretches that only look like units are offered as governors


class PretrainingConfig(Section):
    """Masked-language-model training. By file name (to its first dot), `repeat`: times it is read,
    `origin`: where it comes from and its licence, for the card.
    """

    chunk: int = 1000  # characters of text that the model sees at once
    hidden: float = 0.18  # share of characters to guess
    repeat: dict[str, int] = {}
    origin: dict[str, str] = {}


class Thresholds(Section):
    """Probabilities from which a pair is a relation, and logits that governors of one statement may
    be apart (see pingyu.extract.relations.choose)."""

    govern: float = 0.5
    govern_alone: float = 0.2
    share: float = 3.0
    pair: float = 0.5


class RuntimeConfig(Section):
    """What the exported model is run with. `core`, `margin`: characters of a window."""

    core: int = 6_000
    margin: int = 300
    quantise: bool = True  # weights in 7 and 8 bits
    thresholds: Thresholds = Thresholds()


class Config(Section):
    """A whole run: what to read, what to build, how to train, where to write."""

    output: Path
    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    training: TrainingConfig = TrainingConfig()
    huggingface: HuggingFaceConfig = HuggingFaceConfig()
    pretraining: PretrainingConfig = PretrainingConfig()
    augment: AugmentConfig = AugmentConfig()
    runtime: RuntimeConfig = RuntimeConfig()

    @model_validator(mode="after")
    def _fits_together(self) -> Config:
        if self.training.encoder and self.huggingface.name:
            raise ValueError("set training.encoder or huggingface.name, not both")
        if self.training.gap < max(self.model.final_dilations, default=0):
            raise ValueError("training.gap must be at least the largest of model.final_dilations")
        return self

    @property
    def run_folder(self) -> Path:
        """Checkpoints and log of the run, beside the model (not part of it)."""
        return self.output.with_name(f"{self.output.name}.run")


READ = 100_000  # characters: with half of them, 100 sentences gave an F1 lower by seven points
MOST_EPOCHS = 120


def for_data(name: str, characters: int, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """What to train with on somebody else's documents, where nothing else is said: about 80 steps an
    epoch or more, three million characters in all where they are many, READ where they are few, the
    encoder of the checkout where there is one and `overrides` name no other, whose weights move as
    slowly."""
    encoder = default_folder("encoder")
    if encoder.is_relative_to(Path.cwd()):
        encoder = encoder.relative_to(Path.cwd())
    start: dict[str, Any] = {}
    if "--huggingface.name" in overrides:
        start = {"encoder_rate": 0.05}
    elif "--training.encoder" in overrides:
        start = {"encoder_rate": 0.15}
    elif (encoder / "encoder.safetensors").is_file():
        start = {"encoder": str(encoder), "encoder_rate": 0.15}
    return {
        "output": f"out/{name}",
        "data": {"min_count": 1 if characters < 100_000 else 2},
        "training": {
            "epochs": max(
                min(MOST_EPOCHS, READ // max(1, characters)),
                max(4, min(12, 3_000_000 // max(1, characters))),
            ),
            "batch_chars": min(4000, max(300, characters // 80)),
            "learning_rate": 1e-3,
            "gap": 4,
            "precision": "bfloat16",
            **start,
        },
    }


def load(path: Path | None, overrides: list[str], default: dict[str, Any] | None = None) -> Config:
    """Read `path` (without one: `default`) and set `--section.key value` pairs over it; `default`
    tells where to write to, too. Raises PingyuError E401, E402."""
    values = default or {}
    if path:
        output = {"output": default["output"]} if default else {}
        values = output | read_toml(path)
    if len(overrides) % 2:
        raise PingyuError(
            "E402", key=overrides[-1].lstrip("-"), reason="a value is missing after it"
        )
    for flag, value in zip(overrides[::2], overrides[1::2], strict=True):
        if not flag.startswith("--"):
            raise PingyuError("E402", key=flag, reason="give overrides as --section.key value")
        *sections, key = flag[2:].split(".")
        place = values
        for section in sections:
            place = place.setdefault(section, {})
            if not isinstance(place, dict):
                raise PingyuError("E402", key=flag[2:], reason=f"{section!r} is no section")
        place[key] = _value(value)
    return validate(Config, values, path or Path("--section.key"))


def read_toml(path: Path) -> dict[str, Any]:
    """Raises PingyuError E401 where the file is missing or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PingyuError("E401", str(path), reason=f"{error}. Mend the file") from error


def read_splits(path: Path) -> dict[str, list[str]]:
    """Name of the split (SPLITS, WAITING, and "unseen", a part of test) → its documents, "genre/name".
    Raises PingyuError E401."""
    return {WAITING: [], "unseen": []} | read_toml(path)


def split_names(splits: Path, split: str) -> list[str]:
    """The documents of one split, as "genre/name". Raises PingyuError E401."""
    table = read_splits(splits)
    if split not in table:
        raise PingyuError("E401", str(splits), reason=f"no split {split!r}; it has {sorted(table)}")
    return table[split]


def validate(kind: type[S], values: dict[str, Any], path: Path) -> S:
    """`values`, read from `path`, as a section. Raises PingyuError E401 that names every issue."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        reasons = "; ".join(
            f"{'.'.join(map(str, issue['loc']))}: {issue['msg']}" for issue in error.errors()
        )
        raise PingyuError(
            "E401", str(path), reason=f"{reasons}. Known keys: {kind.__name__} in {kind.__module__}"
        ) from error


def _value(text: str) -> Any:
    """A list, table or quoted text as TOML has it; anything else as it stands, for pydantic to read."""
    if text[:1] not in tuple("[{\"'"):
        return text
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text

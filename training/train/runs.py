"""Trainings that are compared: each is a process of its own, in a folder named after what went into
it, so that one that was cut off goes on and one that is done is not done again."""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pingyu.errors import PingyuError
from pingyu.files import write_whole
from pingyu.labels import LabelSchema
from pingyu.schema import Document
from train import topic_gold
from train.config import Config, load
from train.data import read_split

log = logging.getLogger("train")


@dataclass(frozen=True, slots=True)
class Run:
    """One training. `words`: what `python -m train` is told; `inputs`: a digest of what makes the
    model (configuration, training documents, labels, encoder); `folder`: where the model goes."""

    row: str
    seed: int
    words: list[str]
    config: Config
    inputs: str
    folder: Path


def prepare(row: str, seed: int, base: Path, change: dict[str, Any], runs: Path) -> Run:
    """The training of `base` with `change` ("section.key" → value), below the folder `runs`."""
    change = {**change, "training.seed": seed}
    pairs = ((f"--{key}", json.dumps(value)) for key, value in change.items())
    words = [str(base), *(word for pair in pairs for word in pair)]
    config = load(base, words[1:])
    documents = split_of(config.data.annotations, config.data.splits, "train")
    schema = LabelSchema.read(config.data.annotations / "schema.toml")
    inputs = made_of(config, documents, schema, topics_of(documents.values(), config))
    name = "-".join(re.findall(r"\w+", row))
    return Run(row, seed, words, config, inputs, runs / f"{name}-{seed}-{inputs}")


def made_of(config: Config, *read: object) -> str:
    """A digest of what makes a model: the configuration without its paths, what was `read` (documents,
    labels) and the files of the encoder that training starts from."""
    encoders = [Path(name) for name in (config.training.encoder, config.huggingface.name) if name]
    files = [f for e in encoders if e.is_dir() for f in sorted(e.iterdir()) if f.suffix != ".md"]
    return digest(
        config.model_dump(exclude={"output": True, "data": {"annotations", "splits"}}),
        [hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()],
        read,
    )


def topics_of(documents: Iterable[Document], config: Config) -> topic_gold.Gold:
    """The gold topics of the statements of `documents`, where the network is to learn them. Raises
    PingyuError E401."""
    if not config.model.topic_weight:
        return {}
    return topic_gold.of(documents, config.data.annotations / topic_gold.GOLD)


@cache
def split_of(annotations: Path, splits: Path, split: str) -> dict[str, Document]:
    """The gold documents of one split, read once."""
    return read_split(annotations, splits, split)


def digest(*parts: object) -> str:
    """Twelve hexadecimal digits of what the parts look like."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Raises PingyuError E404 while somebody else, or a training that it left behind, writes here.

    A training inherits the open file, so the lock outlives a command that is killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PingyuError("E404", str(folder)) from error
        yield


def train(run: Run) -> None:
    """Train where no model stands. Raises PingyuError E403."""
    if not (run.folder / "README.md").is_file():  # the last file that a training writes
        log.info("training %r, seed %d: %s", run.row, run.seed, run.folder)
        _train(run)


def _train(run: Run) -> None:
    """A training that was cut off goes on where it was."""
    run.folder.parent.mkdir(parents=True, exist_ok=True)
    path = run.folder.with_name(f"{run.folder.name}.log")
    command = [sys.executable, "-m", "train", *run.words, "--output", str(run.folder), "--resume"]
    with path.open("ab") as file:
        done = subprocess.run(
            command, stdout=file, stderr=subprocess.STDOUT, close_fds=False, check=False
        )
    if done.returncode:
        raise PingyuError("E403", row=run.row, seed=run.seed, status=done.returncode, log=path)


def results(output: Path) -> Path:
    """Where the results of a plan stand; `output` has no suffix."""
    return output.with_name(f"{output.name}.json")


def read(path: Path) -> list[dict[str, Any]]:
    """What `write` wrote; nothing where there is no such file."""
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else []


def write(path: Path, results: Sequence[dict[str, Any]]) -> None:
    """Results as JSON, whole at any moment."""
    write_whole(path, f"{json.dumps(results, ensure_ascii=False, indent=1)}\n".encode())


def spread(values: Sequence[float], sign: str = "") -> str:
    """Mean ± standard deviation, or a dash. `sign`: "+" where a gain should have one."""
    if not values:
        return "–"
    deviation = f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):{sign}.3f}{deviation}"

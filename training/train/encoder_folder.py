"""A pretrained encoder on disk: what `python -m train adopt` and `pretrain` write and training
starts from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

from train.config import ModelConfig
from train.transformer import Transformer

VOCABULARY_FILE, WEIGHTS_FILE, SIZES_FILE = "vocab.txt", "encoder.safetensors", "encoder.json"


def write(
    folder: Path, characters: Sequence[str], weights: Mapping[str, Tensor], sizes: ModelConfig
) -> None:
    """Weights of a Transformer in 16 bits, the characters in order of their ids, the sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {name: weight.half().contiguous() for name, weight in weights.items()},
        folder / WEIGHTS_FILE,
    )
    lines = "\n".join(json.dumps(c, ensure_ascii=False) for c in characters)
    (folder / VOCABULARY_FILE).write_text(lines, encoding="utf-8")
    text = sizes.model_dump_json(indent=1, include={"char_width", "layers", "heads"})
    (folder / SIZES_FILE).write_text(text, encoding="utf-8")


def read_characters(folder: Path) -> list[str]:
    """The characters that an encoder knows, in order of their ids."""
    lines = (folder / VOCABULARY_FILE).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines]


def load(folder: Path, encoder: Transformer) -> None:
    """Put pretrained weights into `encoder`, which may know more characters and have fewer layers (it
    gets the lower ones), else is of one size."""
    wanted = encoder.state_dict()
    weights = {
        name: weight.float()
        for name, weight in load_file(folder / WEIGHTS_FILE).items()
        if name in wanted
    }
    table = wanted["characters.weight"].clone()
    known = weights["characters.weight"]
    table[: len(known)] = known
    encoder.load_state_dict({**weights, "characters.weight": table})

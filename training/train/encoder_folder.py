"""A pretrained encoder on disk: what `python -m train adopt` and `pretrain` write and training
starts from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

from pingyu.errors import PingyuError
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
    """The characters that an encoder knows, in order of their ids. Raises PingyuError E401."""
    if not (folder / VOCABULARY_FILE).is_file():
        reason = f"no encoder here ({VOCABULARY_FILE} is missing). Check training.encoder"
        raise PingyuError("E401", str(folder), reason=reason)
    lines = (folder / VOCABULARY_FILE).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines]


def load(folder: Path, encoder: Transformer) -> None:
    """Put pretrained weights into `encoder`, which may know more characters and have fewer layers (it
    gets the lower ones), else is of one size. Raises PingyuError E401 where it is of another."""
    sizes = json.loads((folder / SIZES_FILE).read_text(encoding="utf-8"))
    width, layers = encoder.width, len(encoder.layers)
    if sizes["char_width"] != width or sizes["layers"] < layers:
        reason = (
            f"it has {sizes['layers']} layers of {sizes['char_width']}, wanted are {layers} of {width}. "
            "Set model.char_width and model.layers"
        )
        raise PingyuError("E401", str(folder), reason=reason)
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

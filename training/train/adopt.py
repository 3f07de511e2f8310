"""Weights that others pretrained, as the encoder that training starts from.

Reads a RoFormer checkpoint over characters in TensorFlow's format (Su et al. 2021, «RoFormer»): the
lower layers, which know the language, and the rows of single characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pingyu.errors import PingyuError
from pingyu.extract.encode import SPECIALS
from train import card, encoder_folder
from train.config import ModelConfig

Arrays = Mapping[str, NDArray[Any]]

_LINEAR = {
    "attention.out": "attention/output/dense",
    "widen": "intermediate/dense",
    "narrow": "output/dense",
}
_NORMS = {"attention_norm": "attention/output/LayerNorm", "norm": "output/LayerNorm"}
# characters that the checkpoint lacks, and the token whose row they start from
_STAND_INS = {"\n": "[SEP]", " ": "[unused1]"} | {chr(c): chr(c + 32) for c in range(65, 91)}


def adopt(checkpoint: Path, layers: int, origin: str, output: Path) -> None:
    """Write the lower `layers` of a checkpoint to the encoder folder `output`; `origin`: where it
    comes from and its licence, for the card. Raises PingyuError E401, E405."""
    config = ModelConfig(layers=layers)
    characters, weights = weights_of(*read_checkpoint(checkpoint), config)
    encoder_folder.write(output, characters, weights, config)
    card.write_adopted(output, checkpoint.name, layers, origin)


def read_checkpoint(folder: Path) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """The arrays and the tokens of a folder with bert_model.ckpt.* and vocab.txt.

    Raises PingyuError E405 where TensorFlow is not installed, E401 where a file is missing.
    """
    try:
        import tensorflow  # half a gigabyte that only this command needs
    except ImportError as error:
        raise PingyuError("E405") from error
    try:
        tokens = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        checkpoint = tensorflow.train.load_checkpoint(str(folder / "bert_model.ckpt"))
    except (OSError, ValueError) as error:
        raise PingyuError("E401", str(folder), reason=f"{error}. Give its folder") from error
    names = checkpoint.get_variable_to_shape_map()
    return {name: checkpoint.get_tensor(name) for name in sorted(names)}, tokens


def characters_of(tokens: list[str]) -> dict[str, int]:
    """Character → row of the checkpoint's table, in order; what it lacks by a stand-in."""
    rows = {token: row for row, token in reversed(list(enumerate(tokens)))}
    known = {token: row for token, row in rows.items() if len(token) == 1 and not token.isspace()}
    known = dict(sorted(known.items(), key=lambda item: item[1]))
    missing = {c: rows[token] for c, token in _STAND_INS.items() if c not in known}
    return known | missing


def weights_of(
    arrays: Arrays, tokens: list[str], config: ModelConfig
) -> tuple[list[str], dict[str, Tensor]]:
    """The characters, SPECIALS first, and the weights of train.model.Transformer."""
    rows = characters_of(tokens)
    table = (
        arrays["bert/embeddings/word_embeddings"]
        + arrays["bert/embeddings/token_type_embeddings"][0]
    )
    specials = [np.zeros(table.shape[1]), *(table[tokens.index(t)] for t in ("[UNK]", "[MASK]"))]
    weights = {
        "characters.weight": np.stack([*specials, *(table[row] for row in rows.values())]),
        "norm.weight": arrays["bert/embeddings/LayerNorm/gamma"],
        "norm.bias": arrays["bert/embeddings/LayerNorm/beta"],
    }
    for n in range(config.layers):
        old, new = f"bert/encoder/layer_{n}", f"layers.{n}"
        parts = [f"{old}/attention/self/{part}" for part in ("query", "key", "value")]
        weights[f"{new}.attention.project.weight"] = np.concatenate(
            [arrays[f"{part}/kernel"].T for part in parts]
        )
        weights[f"{new}.attention.project.bias"] = np.concatenate(
            [arrays[f"{part}/bias"] for part in parts]
        )
        for name, place in _LINEAR.items():
            weights[f"{new}.{name}.weight"] = arrays[f"{old}/{place}/kernel"].T
            weights[f"{new}.{name}.bias"] = arrays[f"{old}/{place}/bias"]
        for name, place in _NORMS.items():
            weights[f"{new}.{name}.weight"] = arrays[f"{old}/{place}/gamma"]
            weights[f"{new}.{name}.bias"] = arrays[f"{old}/{place}/beta"]
    tensors = {
        name: torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))
        for name, array in weights.items()
    }
    return [*SPECIALS, *rows], tensors

"""The model that ships, exported anew by the code as it stands: in 8 bits and in 32.

A model folder keeps its weights in 8 bits only; they are read back as what these mean in 32 bits. In 8
bits they come out the same again; the speed in 32 bits is true, the scores there are not better.

python benchmarks/exports.py        # → runs/exports/int8, runs/exports/float32
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from systems import EXPORTS, MODEL

from pingyu.extract.encode import Vocabulary
from pingyu.extract.model_folder import RELATOR, TAGGER, ModelFiles
from train.config import Config, Thresholds, load
from train.export import calibrated, export
from train.fuse import with_loops
from train.model import Extractor

Arrays = dict[str, NDArray[np.float32]]
CONFIG = Path(__file__).parents[1] / "configs" / "small.cfg"
_LSTM = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def main() -> None:
    """Write both exports."""
    model, vocabulary, config = network(MODEL)
    for name, quantise in (("int8", True), ("float32", False)):
        runtime = config.runtime.model_copy(update={"quantise": quantise})
        files = export(model, vocabulary, config.model_copy(update={"runtime": runtime}))
        temperatures = ModelFiles.read(MODEL).settings().temperatures
        calibrated(files, temperatures).write(EXPORTS / name)


def network(folder: Path) -> tuple[Extractor, Vocabulary, Config]:
    """The network of a model folder in 32 bits, its vocabulary, and a configuration with its
    thresholds; sizes and windows are those of configs/small.cfg."""
    files = ModelFiles.read(folder)
    config = load(CONFIG, [])
    settings = files.settings()
    vocabulary = Vocabulary.of(files.characters(), settings.pair_buckets)
    model = Extractor(config.model, len(vocabulary.characters), settings.roles)
    weights = _weights(files.files[TAGGER], "model.")
    weights |= {f"relator.{k}": v for k, v in _weights(files.files[RELATOR], "").items()}
    model.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    runtime = config.runtime.model_copy(update={"thresholds": Thresholds(**settings.thresholds)})
    return model.eval(), vocabulary, config.model_copy(update={"runtime": runtime})


def _weights(graph: bytes, prefix: str) -> Arrays:
    """Names as in the network's state → values. Products are known by the name of their node
    (/encoder/enter/MatMul: encoder.enter.weight), all else by its own name."""
    graphs = list(with_loops(onnx.load_from_string(graph).graph))
    stored = {t.name: numpy_helper.to_array(t) for g in graphs for t in g.initializer}
    weights: Arrays = {}
    for name in stored:
        plain = name.removesuffix("_quantized")
        if re.match(r"\w+(\.\w+)*\.(weight|bias)$", plain):
            weights[plain.removeprefix(prefix)] = _plain(stored, name)
    for node in (node for g in graphs for node in g.node):
        path = node.name.strip("/").replace("/", ".")
        weight = next((i for i in node.input[1:] if i in stored and i.startswith("onnx::")), "")
        if weight and node.op_type in ("MatMul", "MatMulInteger"):
            name = re.sub(r"\.MatMul(_quant)?$", ".weight", path)
            weights[name] = _plain(stored, weight).T
        elif weight and node.op_type in ("LSTM", "DynamicQuantizeLSTM"):
            weights |= _lstm(path.rsplit(".", 1)[0], [_plain(stored, i) for i in node.input[1:4]])
    return weights


def _plain(stored: dict[str, NDArray[np.float32]], name: str) -> NDArray[np.float32]:
    """An array in 32 bits; scales are by the last axis (0: by direction and gate, of an LSTM)."""
    plain = name.removesuffix("_quantized")
    if plain == name:
        return stored[name]
    scale, zero = stored[f"{plain}_scale"], stored[f"{plain}_zero_point"].astype(np.float32)
    if scale.ndim == 2:  # (directions, gates)
        scale, zero = scale[:, None], zero[:, None]
    return ((stored[name].astype(np.float32) - zero) * scale).astype(np.float32)


def _lstm(path: str, arrays: list[NDArray[np.float32]]) -> Arrays:
    """ONNX keeps gates as input, output, forget, cell, torch as input, forget, cell, output."""
    inputs, states, biases = arrays
    if inputs.shape[1] != biases.shape[1] // 2:  # 8-bit weights are kept transposed
        inputs, states = inputs.transpose(0, 2, 1), states.transpose(0, 2, 1)
    weights: Arrays = {}
    for direction, suffix in enumerate(("", "_reverse")):
        both = np.split(biases[direction], 2)
        for name, array in zip(_LSTM, (inputs[direction], states[direction], *both), strict=True):
            i, o, f, c = np.split(array, 4)
            weights[f"{path}.{name}{suffix}"] = np.concatenate([i, f, c, o])
    return weights


if __name__ == "__main__":
    main()

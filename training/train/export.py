"""A trained network → the files of a model folder: ONNX graphs with 8-bit weights."""

from __future__ import annotations

import io
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from pingyu.extract.encode import Vocabulary
from pingyu.extract.model_folder import (
    FORMAT,
    RELATOR,
    SETTINGS,
    TAGGER,
    VOCABULARY,
    ModelFiles,
)
from pingyu.extract.pairs import FEATURES
from train.config import Config
from train.fuse import fuse
from train.model import Attention, Extractor


class _Tagger(nn.Module):
    def __init__(self, model: Extractor) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, chars: Tensor, pairs: Tensor, clause: Tensor, starts: Tensor, ends: Tensor
    ) -> Any:
        return self.model.tag(chars, pairs, clause, starts, ends)


def export(
    model: Extractor,
    vocabulary: Vocabulary,
    config: Config,
    quantise: bool = True,
) -> ModelFiles:
    """The four files that the runtime reads (see pingyu.extract.model_folder), not yet calibrated."""
    model.eval()
    settings = {
        "format": FORMAT,
        "width": config.model.width,
        "pair_buckets": config.model.pair_buckets,
        "core": config.runtime.core,
        "margin": config.runtime.margin,
        "temperatures": {"spans": 1.0, "relations": 1.0},
        "thresholds": config.runtime.thresholds.model_dump(),
    }
    characters = (json.dumps(c, ensure_ascii=False) for c in vocabulary.characters)
    return ModelFiles(
        {
            TAGGER: _tagger(model, quantise),
            RELATOR: _relator(model),
            SETTINGS: json.dumps(settings, indent=1).encode(),
            VOCABULARY: "\n".join(characters).encode("utf-8"),
        }
    )


def calibrated(files: ModelFiles, temperatures: dict[str, float]) -> ModelFiles:
    """The same model with other temperatures."""
    settings = json.loads(files.files[SETTINGS]) | {"temperatures": temperatures}
    return ModelFiles({**files.files, SETTINGS: json.dumps(settings, indent=1).encode()})


def _tagger(model: Extractor, quantise: bool) -> bytes:
    text = torch.randint(1, 9, (1, 12))
    clause = torch.tensor([[0] * 5 + [1] * 7])
    inputs = (text, text, clause, torch.tensor([[0, 5]]), torch.tensor([[4, 11]]))
    names = ["chars", "pairs", "clause", "starts", "ends"]
    axes = {name: {1: "characters"} for name in [*names[:3], "log_probs", "states"]}
    axes |= {name: {1: "clauses"} for name in names[3:]}
    data = _to_onnx(_Tagger(model), inputs, names, ["log_probs", "states"], axes)
    return fuse(_to_int8(data) if quantise else data, model.sizes.heads, Attention.BLOCK)


def _relator(model: Extractor) -> bytes:
    edges = torch.zeros(2, 2 * model.sizes.width)
    inputs = (
        edges,
        edges,
        torch.tensor([0, 1, 1]),
        torch.tensor([0, 0, 1]),
        torch.zeros(3, len(FEATURES), dtype=torch.int64),
    )
    names = ["mentions", "targets", "mention", "target", "features"]
    axes = {name: {0: name} for name in names[:2]} | {
        name: {0: "pairs"} for name in [*names[2:], "logits"]
    }
    return _to_onnx(model.relator, inputs, names, ["logits"], axes)


def _to_onnx(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    names: list[str],
    outputs: list[str],
    axes: dict[str, dict[int, str]],
) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer warns of the LSTM's batch size, which is 1
        torch.onnx.export(
            module.eval(),
            inputs,
            buffer,  # type: ignore[arg-type]
            input_names=names,
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    return buffer.getvalue()


def _to_int8(data: bytes) -> bytes:
    """Weights of matrix products, tables and LSTM to 8 bits, activations as they come."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "float.onnx"), Path(folder, "int8.onnx")
        before.write_bytes(data)
        quantize_dynamic(before, after, weight_type=QuantType.QInt8, per_channel=True)
        model = onnx.load(after)
    return bytes(model.SerializeToString(deterministic=True))

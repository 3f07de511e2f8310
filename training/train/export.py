"""A trained network → the files of a model folder: ONNX graphs with 8-bit weights."""

from __future__ import annotations

import io
import json
import logging
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
    ENCODER,
    FORMAT,
    RELATOR,
    SETTINGS,
    TAGGER,
    TOKENIZER,
    VOCABULARY,
    ModelFiles,
)
from pingyu.extract.pairs import features
from pingyu.extract.subwords import FILLER
from train.config import Config
from train.fuse import fuse
from train.hf_encoder import HuggingFace
from train.model import Extractor, Relator
from train.transformer import Attention


class _Tagger(nn.Module):
    def __init__(self, model: Extractor) -> None:
        super().__init__()
        self.model = model

    def forward(
        self,
        chars: Tensor,
        pairs: Tensor,
        clause: Tensor,
        starts: Tensor,
        ends: Tensor,
        letters: Tensor | None = None,
    ) -> Any:
        log_probs, states = self.model.tag(chars, pairs, clause, starts, ends, letters=letters)
        topics = self.model.topics
        return (log_probs, states, topics(states)) if topics else (log_probs, states)


def export(
    model: Extractor,
    vocabulary: Vocabulary,
    config: Config,
) -> ModelFiles:
    """The files that the runtime reads (see pingyu.extract.model_folder), not yet calibrated."""
    model.cpu().eval()
    quantise = config.runtime.quantise
    settings: dict[str, Any] = {
        "format": FORMAT,
        "width": config.model.width,
        "pair_buckets": config.model.pair_buckets,
        "core": config.runtime.core,
        "margin": config.runtime.margin,
        "temperatures": {"spans": 1.0, "relations": 1.0},
        "thresholds": config.runtime.thresholds.model_dump(),
        "layers": model.roles.layers,
        "schema": model.roles.schema.model_dump(mode="json", exclude_defaults=True),
    }
    characters = (json.dumps(c, ensure_ascii=False) for c in vocabulary.characters)
    files = {
        TAGGER: _tagger(model, quantise),
        VOCABULARY: "\n".join(characters).encode("utf-8"),
    }
    if model.relator:
        files[RELATOR] = _relator(model.relator, model)
    encoder = model.encoder.transformer
    if isinstance(encoder, HuggingFace):
        subwords = encoder.subwords
        settings["subwords"] = {"window": subwords.window, "overlap": subwords.overlap}
        files |= {ENCODER: _encoder(encoder, quantise), TOKENIZER: subwords.json}
    return ModelFiles({**files, SETTINGS: _settings(settings)})


def calibrated(files: ModelFiles, temperatures: dict[str, float]) -> ModelFiles:
    """The same model with other temperatures."""
    settings = json.loads(files.files[SETTINGS]) | {"temperatures": temperatures}
    return ModelFiles({**files.files, SETTINGS: _settings(settings)})


def _settings(settings: dict[str, Any]) -> bytes:
    return json.dumps(settings, indent=1, ensure_ascii=False).encode()


def _tagger(model: Extractor, quantise: bool) -> bytes:
    text = torch.randint(1, 3, (1, 12))  # of characters that every vocabulary has
    clause = torch.tensor([[0] * 5 + [1] * 7])
    inputs = [text, text, clause, torch.tensor([[0, 5]]), torch.tensor([[4, 11]])]
    names = ["chars", "pairs", "clause", "starts", "ends"]
    axes = {name: {1: "clauses"} for name in names[3:]}
    if isinstance(model.encoder.transformer, HuggingFace):
        inputs.append(torch.zeros(1, 12, model.encoder.transformer.width))
        names.append("letters")
    outputs = ["log_probs", "states", *(["topics"] if model.topics else [])]
    axes |= {n: {1: "characters"} for n in [*names, *outputs] if n not in axes}
    data = _to_onnx(_Tagger(model), tuple(inputs), names, outputs, axes)
    data = _to_int8(data) if quantise else data
    return fuse(data, model.sizes.heads, Attention.BLOCK)


def _encoder(encoder: HuggingFace, quantise: bool) -> bytes:
    encoder.model.set_attn_implementation("eager")  # what the exporter can follow
    tokens = torch.tensor([[1, 2, 3], [1, 2, FILLER]])
    axes = {name: {0: "windows", 1: "tokens"} for name in ("tokens", "states")}
    data = _to_onnx(encoder, (tokens,), ["tokens"], ["states"], axes)
    return _to_int8(data) if quantise else data


def _relator(relator: Relator, model: Extractor) -> bytes:
    edges = torch.zeros(2, 2 * model.sizes.width)
    inputs = (
        edges,
        edges,
        torch.tensor([0, 1, 1]),
        torch.tensor([0, 0, 1]),
        torch.zeros(3, len(features(model.roles)), dtype=torch.int64),
    )
    names = ["mentions", "targets", "mention", "target", "features"]
    axes = {name: {0: name} for name in names[:2]} | {
        name: {0: "pairs"} for name in [*names[2:], "logits"]
    }
    return _to_onnx(relator, inputs, names, ["logits"], axes)


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
    """Weights of matrix products and LSTM to 7 bits, tables to 8, activations as they come.

    Processors without VNNI add two products of unsigned and signed bytes in 16 bits, where they
    saturate (ONNX Runtime, «Quantize ONNX Models», on U8S8): most sums come out wrong, and the same
    model reads differently from one machine to the next. With weights from −64 to 64 no sum gets so
    far.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.onnx")
        path.write_bytes(data)
        logging.disable(logging.WARNING)  # it tells of every tensor that it leaves as it is
        try:
            for kinds, short in ((["MatMul", "LSTM"], True), (["Gather"], False)):
                quantize_dynamic(
                    path,
                    path,
                    op_types_to_quantize=kinds,
                    weight_type=QuantType.QInt8,
                    per_channel=True,
                    reduce_range=short,
                )
        finally:
            logging.disable(logging.NOTSET)
        model = onnx.load(path)
    return bytes(model.SerializeToString(deterministic=True))

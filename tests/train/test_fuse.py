"""The fused graph says what the traced one says."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from pingyu.extract.encode import Vocabulary, encode
from train import export, fuse
from train.config import Config, ModelConfig
from train.model import Extractor

SIZES = ModelConfig(
    char_width=32,
    layers=2,
    heads=2,
    pair_width=8,
    pair_buckets=64,
    width=16,
    clause_width=8,
    final_dilations=(1,),
    relation_width=8,
)
VOCABULARY = Vocabulary.of(["<pad>", "<unk>", "<mask>", *"石桥镇新修灌渠，进度全县第一。"], 64)
TEXT = "石桥镇新修灌渠，进度全县第一。" * 40


@pytest.fixture
def network(roles):
    torch.manual_seed(0)
    model = Extractor(SIZES, len(VOCABULARY.characters), roles)
    for weight in model.parameters():  # larger than at the start of training: attention is not even
        torch.nn.init.normal_(weight, std=0.3)
    return model.eval()


def outputs(graph, text):
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    e = encode(text, VOCABULARY)
    arrays = zip(
        ("chars", "pairs", "clause", "starts", "ends"),
        (e.chars, e.pairs, e.clause, e.starts, e.ends),
        strict=True,
    )
    return session.run(["states", "log_probs"], {name: a[None] for name, a in arrays})


# one character; a block, less and more; a piece, one block more; several pieces, the last one ragged
@pytest.mark.parametrize("length", [1, 63, 64, 65, 128, 129, 192, 600])
def test_every_character_gets_the_same_states(network, monkeypatch, length):
    monkeypatch.setattr(fuse, "PIECE", 2)
    fused = export._tagger(network, quantise=False)
    monkeypatch.setattr(export, "fuse", lambda data, *_: data)
    traced = export._tagger(network, quantise=False)
    for got, wanted in zip(
        outputs(fused, TEXT[:length]), outputs(traced, TEXT[:length]), strict=True
    ):
        np.testing.assert_allclose(got, wanted, atol=2e-5)


def test_eight_bit_products_go_into_the_loop_with_their_weights(network):
    files = export.export(network, VOCABULARY, Config(output=Path("unused"), model=SIZES))
    graph = onnx.load_from_string(files.files["model.onnx"]).graph
    loops = [node for node in graph.node if node.op_type == "Loop"]
    assert len(loops) == SIZES.layers
    for loop in loops:
        (body,) = (a.g for a in loop.attribute if a.name == "body")
        products = [node for node in body.node if node.op_type == "MatMulInteger"]
        weights = {i.name for i in body.initializer}
        assert len(products) == 3
        assert {node.input[1] for node in products} <= weights
        assert not weights & {i.name for i in graph.initializer}
    exact = export._tagger(network, quantise=False)
    states, _ = outputs(files.files["model.onnx"], TEXT[:300])
    wanted, _ = outputs(exact, TEXT[:300])
    assert np.abs(states - wanted).mean() < 0.1 * np.abs(wanted).mean()


EXPORT = """
import hashlib, sys, torch
sys.path.insert(0, sys.argv[1])
from test_fuse import SIZES, VOCABULARY
from pathlib import Path
from pingyu.extract.roles import Roles
from pingyu.labels import LabelSchema
from train.export import _tagger
from train.model import Extractor
torch.manual_seed(0)
roles = Roles.of(LabelSchema.read(Path(sys.argv[2])), [])
model = Extractor(SIZES, len(VOCABULARY.characters), roles).eval()
print(hashlib.sha256(_tagger(model, quantise=True)).hexdigest())
"""


def test_the_same_bytes_whatever_the_order_of_sets(root):
    schema = root / "annotations" / "schema.toml"
    found = {
        subprocess.run(
            [sys.executable, "-c", EXPORT, str(Path(__file__).parent), str(schema)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1

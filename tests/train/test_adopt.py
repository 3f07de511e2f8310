"""Weights of a checkpoint in the place that the network has for them."""

import numpy as np
import pytest
import torch

from pingyu.errors import PingyuError
from pingyu.extract.encode import SPECIALS
from train import adopt, encoder_folder
from train.config import ModelConfig
from train.transformer import Transformer

TOKENS = ["[PAD]", "[unused1]", "[UNK]", "[SEP]", "[MASK]", "，", "镇", "##镇", "a", "石桥"]
SIZES = ModelConfig(char_width=8, layers=1, heads=2, dropout=0.0)


def arrays(width: int = 8) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    layer = "bert/encoder/layer_0"
    shapes = {
        "bert/embeddings/word_embeddings": (len(TOKENS), width),
        "bert/embeddings/token_type_embeddings": (2, width),
        "bert/embeddings/LayerNorm/gamma": (width,),
        "bert/embeddings/LayerNorm/beta": (width,),
        f"{layer}/intermediate/dense/kernel": (width, 4 * width),
        f"{layer}/intermediate/dense/bias": (4 * width,),
        f"{layer}/output/dense/kernel": (4 * width, width),
        f"{layer}/output/dense/bias": (width,),
        f"{layer}/attention/output/dense/kernel": (width, width),
        f"{layer}/attention/output/dense/bias": (width,),
    }
    for part in ("query", "key", "value"):
        shapes[f"{layer}/attention/self/{part}/kernel"] = (width, width)
        shapes[f"{layer}/attention/self/{part}/bias"] = (width,)
    for norm in ("attention/output", "output"):
        for weight in ("gamma", "beta"):
            shapes[f"{layer}/{norm}/LayerNorm/{weight}"] = (width,)
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def norm(x, gamma, beta):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True)) * gamma + beta


def test_characters_keep_their_rows_and_what_is_missing_gets_a_stand_in():
    rows = adopt.characters_of(TOKENS[:9] + [chr(c) for c in range(98, 123)])
    assert rows["镇"] == 6
    assert rows["\n"] == TOKENS.index("[SEP]")
    assert rows["A"] == rows["a"] == 8
    assert "石桥" not in rows


def test_the_network_computes_what_the_checkpoint_describes():
    """One layer by hand, in numpy, over a text of one block."""
    given = arrays()
    tokens = TOKENS + [chr(c) for c in range(98, 123)]
    table = np.random.default_rng(1).normal(size=(len(tokens), 8)).astype(np.float32)
    given["bert/embeddings/word_embeddings"] = table
    characters, weights = adopt.weights_of(given, tokens, SIZES)
    assert characters[:3] == list(SPECIALS)
    network = Transformer(SIZES, len(characters)).eval()
    network.load_state_dict(weights)
    ids = [characters.index(c) for c in "镇，a镇"]
    with torch.no_grad():
        found = network(torch.tensor([ids]))[0].numpy()

    x = table[[6, 5, 8, 6]] + given["bert/embeddings/token_type_embeddings"][0]
    x = norm(x, given["bert/embeddings/LayerNorm/gamma"], given["bert/embeddings/LayerNorm/beta"])
    layer = "bert/encoder/layer_0"

    def dense(x, place):
        return x @ given[f"{layer}/{place}/kernel"] + given[f"{layer}/{place}/bias"]

    def turned(x):
        angles = np.arange(4)[:, None] * np.repeat(10000.0 ** (-np.arange(0, 4, 2) / 4), 2)
        other = np.stack([-x[:, 1::2], x[:, ::2]], -1).reshape(x.shape)
        return x * np.cos(angles) + other * np.sin(angles)

    q, k, v = (dense(x, f"attention/self/{part}") for part in ("query", "key", "value"))
    heads = []
    for h in (slice(0, 4), slice(4, 8)):
        scores = np.exp(turned(q[:, h]) @ turned(k[:, h]).T / 2)
        heads.append(scores / scores.sum(-1, keepdims=True) @ v[:, h])
    seen = dense(np.concatenate(heads, -1), "attention/output/dense")
    place = f"{layer}/attention/output/LayerNorm"
    x = norm(x + seen, given[f"{place}/gamma"], given[f"{place}/beta"])
    wide = torch.nn.functional.gelu(torch.from_numpy(dense(x, "intermediate/dense"))).numpy()
    x = x + dense(wide, "output/dense")
    expected = norm(
        x, given[f"{layer}/output/LayerNorm/gamma"], given[f"{layer}/output/LayerNorm/beta"]
    )
    assert np.abs(found - expected).max() < 1e-3


def test_what_a_character_sees_does_not_depend_on_where_the_text_begins():
    torch.manual_seed(0)
    network = Transformer(SIZES, 50).eval()
    text = torch.randint(3, 50, (1, 400))
    with torch.no_grad():
        whole, later = network(text), network(text[:, 37:])
    reach = 64 * SIZES.layers
    assert torch.allclose(whole[:, 37 + reach :], later[:, reach:], atol=1e-4)


def test_padding_changes_nothing_before_it():
    torch.manual_seed(0)
    network = Transformer(SIZES, 50).eval()
    text = torch.randint(3, 50, (1, 100))
    padded = torch.nn.functional.pad(text, (0, 90))
    with torch.no_grad():
        assert torch.allclose(network(text), network(padded)[:, :100], atol=1e-5)


def test_an_encoder_folder_comes_back_as_it_was_written(tmp_path):
    tokens = TOKENS + [chr(c) for c in range(98, 123)]
    given = arrays()
    given["bert/embeddings/word_embeddings"] = np.zeros((len(tokens), 8), np.float32)
    characters, weights = adopt.weights_of(given, tokens, SIZES)
    encoder_folder.write(tmp_path, characters, weights, SIZES)
    assert encoder_folder.read_characters(tmp_path) == characters
    network = Transformer(SIZES, len(characters) + 2)
    encoder_folder.load(tmp_path, network)
    assert torch.allclose(
        network.layers[0].widen.weight, weights["layers.0.widen.weight"], atol=1e-2
    )


def test_a_checkpoint_without_tensorflow_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "tensorflow", None)
    with pytest.raises(PingyuError, match="tensorflow-cpu"):
        adopt.read_checkpoint(tmp_path)

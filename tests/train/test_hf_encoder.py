"""Encoders of transformers: loaded, trained, exported, and run without torch."""

import subprocess
import sys

import numpy as np
import pytest
import tiny_encoders
import torch

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.evaluate.scores import score
from pingyu.extract.encode import SPECIALS, Vocabulary, fold
from pingyu.extract.extractor import Extractor as Runtime
from pingyu.extract.model_folder import FILES, SUBWORD_FILES
from train import hf_encoder
from train.config import Config, HuggingFaceConfig
from train.data import collate, example
from train.export import export
from train.model import Extractor

GOLD = [
    "[U:a 石桥镇][A:a 新修灌渠十二公里]，[A:a 进度[R 全县第一]]，但在[D:a 集镇保洁]、[D:a 林区防火]等方面仍存不足。",
    "[R:r1 前两名]的是[U:a:r1 大河乡]、[U:b:r1 北关街道]，力争进入[R 全市前十]。",
    "[U:a 县林业局]\n[A:a 造林三千亩]\n不足：[D:a 苗木管护不严]。\n[U:b 县水利局]\n[A:b 堤防全部加固]\n不足：[D:b 灌区欠费较多]。",
]
DOCUMENTS = [inline.parse(text) for text in GOLD]
CHARACTERS = {c for d in DOCUMENTS for c in fold(d.text)}
KINDS = ["bert", "roformer", "modernbert", "t5"]
VOCABULARY = Vocabulary.of(list(SPECIALS), 512)


def make(kind, folder):
    build = getattr(tiny_encoders, kind)
    return build(folder) if kind == "modernbert" else build(folder, CHARACTERS)


def batch_of(documents, subwords):
    examples = [example(d, VOCABULARY) for d in documents]
    batch = collate(examples)
    pieces = [subwords.pieces(e.encoded.codes) for e in examples]
    return batch | hf_encoder.inputs(batch["chars"], pieces)


@pytest.fixture(scope="module", params=KINDS)
def overfitted(request, tmp_path_factory):
    """A network over a tiny encoder that reads 40 tokens at once, and knows GOLD by heart."""
    folder = make(request.param, tmp_path_factory.mktemp(request.param))
    settings = {"name": str(folder), "window": 40, "overlap": 16}
    sizes = {
        "pair_width": 16,
        "pair_buckets": 512,
        "width": 64,
        "clause_width": 32,
        "final_dilations": [1],
        "relation_width": 32,
        "dropout": 0.0,
    }
    config = Config.model_validate({"output": "m", "model": sizes, "huggingface": settings})
    torch.manual_seed(0)
    encoder = hf_encoder.load(config.huggingface)
    model = Extractor(config.model, len(SPECIALS), encoder)
    batch = batch_of(DOCUMENTS, encoder.subwords)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(120):
        optimizer.zero_grad()
        model(**batch)["loss"].backward()
        optimizer.step()
    folder = tmp_path_factory.mktemp("model")
    export(model, VOCABULARY, config).write(folder)
    return model, config, folder


def test_overfit_export_reload_gives_the_gold_back(overfitted):
    _, _, folder = overfitted
    runtime = Runtime.load(folder)
    metrics = score([(gold, runtime.extract(gold.text)) for gold in DOCUMENTS])
    assert metrics["spans"]["f1"] == 1.0
    assert metrics["relations"]["f1"] == 1.0


def test_the_exported_graphs_agree_with_the_network(overfitted):
    model, config, _ = overfitted
    plain = config.model_copy(
        update={"runtime": config.runtime.model_copy(update={"quantise": False})}
    )
    runtime = Runtime(export(model, VOCABULARY, plain))
    text = "\n".join(d.text for d in DOCUMENTS)
    subwords = model.encoder.transformer.subwords
    batch = batch_of([inline.parse(GOLD[1]), inline.parse("\n".join(GOLD[::2]))], subwords)
    assert len(batch["tokens"]) >= 4
    pieces = subwords.pieces(example(inline.parse(GOLD[1]), VOCABULARY).encoded.codes)
    assert len(pieces.tokens) + 1 < len(batch["tokens"])
    with torch.no_grad():
        letters = hf_encoder.letters(model.encoder.transformer(batch["tokens"]), batch["places"])
        names = ["chars", "pairs", "clause", "starts", "ends", "clauses"]
        expected, _ = model.eval().tag(*(batch[name] for name in names), letters=letters)
    for row, document in enumerate([inline.parse(GOLD[1]), inline.parse("\n".join(GOLD[::2]))]):
        found, _ = runtime._tag(document.text)
        wanted = expected[row, : len(document.text)].numpy()
        assert np.abs(np.exp(found) - np.exp(wanted)).max() < 1e-3
    assert runtime.extract(text).spans


def test_the_runtime_needs_neither_torch_nor_transformers(overfitted):
    _, _, folder = overfitted
    code = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'train'): sys.modules[name] = None\n"
        "import pingyu\n"
        f"doc = pingyu.load({str(folder)!r})({DOCUMENTS[0].text!r})\n"
        "print(*(s.text for s in doc._.char_spans), sep='|')"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "|".join(s.text for s in DOCUMENTS[0].spans)

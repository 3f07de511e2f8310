"""Encoders of transformers: loaded, trained, exported, and run without torch."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import tiny_encoders
import torch
from transformers import BertModel, ByT5Tokenizer

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.evaluate.scores import score
from pingyu.extract.encode import SPECIALS, Vocabulary, encode, fold
from pingyu.extract.extractor import Extractor as Runtime
from pingyu.extract.model_folder import ENCODER, FILES, RELATOR, TOKENIZER
from train import hf_encoder
from train.config import Config, HuggingFaceConfig, TrainingConfig, read_splits
from train.config import load as load_config
from train.data import collate, example
from train.export import export
from train.fit import fit, plan
from train.model import Encoder, Extractor
from train.trainer import train

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


def batch_of(documents, subwords, roles):
    examples = [example(d, VOCABULARY, roles) for d in documents]
    batch = collate(examples)
    pieces = [subwords.pieces(e.encoded.codes) for e in examples]
    return batch | hf_encoder.inputs(batch["chars"], pieces)


@pytest.fixture(scope="module", params=KINDS)
def overfitted(request, tmp_path_factory, roles):
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
    model = Extractor(config.model, len(SPECIALS), roles, encoder)
    batch = batch_of(DOCUMENTS, encoder.subwords, roles)
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
    batch = batch_of(
        [inline.parse(GOLD[1]), inline.parse("\n".join(GOLD[::2]))], subwords, model.roles
    )
    assert len(batch["tokens"]) >= 4
    pieces = subwords.pieces(encode(inline.parse(GOLD[1]).text, VOCABULARY).codes)
    assert len(pieces.tokens) + 1 < len(batch["tokens"])
    with torch.no_grad():
        letters = hf_encoder.letters(model.encoder.transformer(batch["tokens"]), batch["places"])
        names = ["chars", "pairs", "clause", "starts", "ends", "clauses"]
        expected, _ = model.eval().tag(*(batch[name] for name in names), letters=letters)
    begin = 0
    for document in [inline.parse(GOLD[1]), inline.parse("\n".join(GOLD[::2]))]:
        found = runtime._tag(document.text).log_probs
        wanted = expected[0, begin : begin + len(document.text)].numpy()
        begin += len(document.text) + Encoder.GAP
        assert np.abs(np.exp(found) - np.exp(wanted)).max() < 1e-3
    assert runtime.extract(text).spans


@pytest.mark.parametrize("overfitted", ["modernbert"], indirect=True)
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


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    return tiny_encoders.bert(tmp_path_factory.mktemp("bert"), CHARACTERS)


def load(folder, **settings):
    return hf_encoder.load(HuggingFaceConfig(name=str(folder), **({"overlap": 8} | settings)))


def test_windows_are_no_longer_than_the_encoder_can_read(bert, tmp_path):
    assert load(bert).subwords.window == 48
    assert load(bert, window=32).subwords.window == 32
    assert load(bert, overlap=46).subwords.overlap == 12  # a quarter of 48
    roberta = tiny_encoders.roberta(tmp_path, CHARACTERS, positions=50)
    assert load(roberta).subwords.window == 48  # two rows are for padding


def test_an_encoder_that_cannot_be_loaded_says_what_to_do(bert, tmp_path, monkeypatch):
    with pytest.raises(PingyuError, match=r"E421 the encoder 'nobody/nothing'.*HF_HUB_OFFLINE"):
        hf_encoder.load(HuggingFaceConfig(name="nobody/nothing"))
    with pytest.raises(PingyuError, match=r"E421.*model_type"):
        load(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(hf_encoder, "LARGEST", 1000)
        with pytest.raises(PingyuError, match=r"E421.*of which 1,000 can"):
            load(bert)
    with pytest.raises(PingyuError, match=r"E304.*overlap of 46.*windows of 48"):
        load(bert, window=48, overlap=46)


def test_a_tokenizer_that_only_transformers_can_run_is_refused(tmp_path):
    tiny_encoders.bert(tmp_path, CHARACTERS)
    ByT5Tokenizer().save_pretrained(tmp_path)
    with pytest.raises(PingyuError, match=r"E422.*backend_tokenizer.*tokenizer\.json"):
        load(tmp_path)


def test_a_tokenizer_with_more_tokens_than_the_weights_is_refused(bert, tmp_path):
    BertModel.from_pretrained(bert).save_pretrained(tmp_path)
    vocabulary = (bert / "vocab.txt").read_text(encoding="utf-8")
    (tmp_path / "vocab.txt").write_text(vocabulary + "\n增", encoding="utf-8")
    with pytest.raises(PingyuError, match=r"E422.*it has \d+ tokens, the weights \d+"):
        load(tmp_path)


@pytest.mark.parametrize("overfitted", ["bert"], indirect=True)
def test_a_model_folder_without_its_encoder_is_refused(overfitted, tmp_path):
    _, _, folder = overfitted
    for name in (*FILES, RELATOR):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(PingyuError, match=r"E301.*encoder\.onnx, tokenizer\.json is missing"):
        Runtime.load(tmp_path)


def test_two_encoders_at_once_are_refused(root):
    with pytest.raises(PingyuError, match=r"E401.*not both"):
        load_config(root / "configs" / "encoder.cfg", ["--training.encoder", "models/encoder"])


def test_processes_that_cannot_share_a_step_are_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("WORLD_SIZE", "2")
    config = TrainingConfig(accumulate=3)
    with pytest.raises(PingyuError, match=r"E423 3 batches.*2 processes.*multiple of 2"):
        fit(torch.nn.Linear(1, 1), [{}] * 3, config, tmp_path, "")


def test_the_last_step_is_filled_up():
    lengths = [60, 60, 60, 60, 60]
    steps = plan(lengths, TrainingConfig(epochs=1, batch_chars=100, accumulate=4))
    assert len(steps) == 8
    assert steps[5:] == steps[:3]


SMALL = {
    "training.epochs": 4, "training.batch_chars": 1000, "training.threads": 1,
    "training.precision": "float32", "model.dropout": 0.0, "model.width": 48, "model.pair_width": 16,
    "model.pair_buckets": 512, "model.clause_width": 24, "model.final_dilations": [1],
    "model.relation_width": 32, "huggingface.window": 48, "huggingface.overlap": 16,
}  # fmt: skip


def test_two_processes_train_as_one(root, bert, tmp_path, monkeypatch):
    """The whole way by `accelerate launch`, against the same in this process."""
    monkeypatch.chdir(root)
    config_path = root / "configs" / "encoder.cfg"
    splits = tmp_path / "splits.toml"
    names = read_splits(root / "annotations" / "splits.toml")["train"]
    splits.write_text(f"train = {names[:4]}\ndev = {names[:1]}\ntest = []\nunseen = []")
    words = [w for key, value in SMALL.items() for w in (f"--{key}", str(value))]
    words += ["--data.splits", str(splits), "--huggingface.name", str(bert), "--output"]
    launch = (
        "-m accelerate.commands.launch --multi_gpu --num_processes 2 --num_machines 1 "
        "--mixed_precision no --dynamo_backend no --main_process_port 0 -m train"
    )
    train(load_config(config_path, [*words, str(tmp_path / "one")]), config_path)
    two = subprocess.run(
        [sys.executable, *launch.split(), str(config_path), *words, str(tmp_path / "two")],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert two.returncode == 0, two.stderr

    def losses(name):
        log = json.loads((tmp_path / f"{name}.run" / "log.json").read_text(encoding="utf-8"))
        return [entry["loss"] for entry in log["log_history"] if "loss" in entry]

    assert len(losses("one")) >= 6
    assert losses("two") == pytest.approx(losses("one"), abs=2e-3)
    for name in ("one", "two"):
        for file in (*FILES, RELATOR, ENCODER, TOKENIZER):
            assert (tmp_path / name / file).is_file()
    assert "revision main" in (tmp_path / "one" / "README.md").read_text(encoding="utf-8")

"""Training, its export and its determinism, on tiny models."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.evaluate.scores import score
from pingyu.extract.encode import encode
from pingyu.extract.extractor import Extractor as Runtime
from pingyu.extract.model_folder import FILES, RELATOR
from pingyu.schema import TOPICS
from train import topic_gold
from train.config import Config, load
from train.data import build_vocabulary, example, windows
from train.export import _to_int8, _to_onnx, export
from train.fit import for_processor, plan
from train.model import Extractor
from train.trainer import train

GOLD = [
    "[U:a 石桥镇][A:a 新修灌渠十二公里]，[A:a 进度[R 全县第一]]，但在[D:a 集镇保洁]、[D:a 林区防火]等方面仍存不足。",
    "[R:r1 前两名]的是[U:a:r1 大河乡]、[U:b:r1 北关街道]，力争进入[R 全市前十]。",
    "[U:a 县林业局]\n[A:a 造林三千亩]\n不足：[D:a 苗木管护不严]。\n[U:b 县水利局]\n[A:b 堤防全部加固]\n不足：[D:b 灌区欠费较多]。",
]
TOPICS_OF = {
    ("ACHIEVEMENT", "新修灌渠十二公里", ""): ("water",),
    ("DEFICIENCY", "集镇保洁", "进度全县第一，但在"): ("sanitation",),
    ("DEFICIENCY", "林区防火", "进度全县第一，但在集镇保洁、"): ("safety",),
    ("ACHIEVEMENT", "造林三千亩", ""): ("agriculture",),
    ("DEFICIENCY", "灌区欠费较多", ""): ("fiscal", "water"),
}


def test_products_in_integers_are_exact_on_every_processor():
    """Signed weights of 8 bits would saturate where there is no VNNI; the graph of an integer product
    is compared with the same integers multiplied by numpy."""
    torch.manual_seed(0)
    linear = nn.Linear(256, 32, bias=False)
    with torch.no_grad():
        linear.weight.copy_(torch.where(torch.rand(32, 256) < 0.5, 1.0, 0.98))
    plain = _to_onnx(linear, (torch.ones(4, 256),), ["x"], ["y"], {})
    data = _to_int8(plain)
    graph = onnx.load_from_string(data).graph
    products = [t for t in graph.initializer if t.data_type == onnx.TensorProto.INT8]
    assert max(np.abs(onnx.numpy_helper.to_array(t).astype(int)).max() for t in products) == 64
    x = np.random.default_rng(0).uniform(0.5, 1, (4, 256)).astype(np.float32)
    (found,) = onnxruntime.InferenceSession(data).run(None, {"x": x})
    codes = np.round(x / (x.max() / 255))
    weights = linear.weight.detach().numpy()
    scales = np.abs(weights).max(axis=1) / 64
    exact = codes @ np.round(weights / scales[:, None]).T * scales * (x.max() / 255)
    assert np.allclose(found, exact, rtol=1e-4)


@pytest.mark.parametrize("able", [False, True])
def test_float32_takes_the_place_of_a_bfloat16_that_the_processor_would_emulate(
    able, monkeypatch, caplog
):
    monkeypatch.setattr("train.fit._multiplies_bfloat16", lambda: able)
    config = load(None, ["--output", "x", "--training.precision", "bfloat16"])
    assert for_processor(config).training.precision == ("bfloat16" if able else "float32")
    assert ("E826" in caplog.text) is not able
    asked = load(None, ["--output", "x"])
    assert for_processor(asked) is asked


@pytest.fixture(scope="module")
def overfitted(tmp_path_factory, roles):
    """A small network that knows GOLD by heart, exported and read back from disk."""
    config = Config.model_validate(
        {
            "output": tmp_path_factory.mktemp("model") / "tiny",
            "model": {
                "char_width": 32,
                "pair_width": 16,
                "pair_buckets": 512,
                "width": 64,
                "layers": 1,
                "heads": 2,
                "clause_width": 32,
                "final_dilations": [1],
                "relation_width": 32,
                "topic_weight": 0.3,
                "dropout": 0.0,
            },
        }
    )
    documents = [inline.parse(text) for text in GOLD]
    vocabulary = build_vocabulary([d.text for d in documents], 1, 512)
    torch.manual_seed(0)
    model = Extractor(config.model, len(vocabulary.characters), roles)
    from train.data import collate

    batch = collate([example(d, vocabulary, roles, topics=TOPICS_OF) for d in documents])
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(150):
        optimizer.zero_grad()
        model(**batch)["loss"].backward()
        optimizer.step()
    files = export(model, vocabulary, config)
    files.write(config.output)
    return documents, Runtime.load(config.output), model, vocabulary


def test_overfit_export_reload_gives_the_gold_back(overfitted):
    documents, runtime, _, _ = overfitted
    metrics = score([(gold, runtime.extract(gold.text)) for gold in documents])
    assert metrics["spans"]["f1"] == 1.0
    assert metrics["relations"]["f1"] == 1.0


def test_the_exported_graph_agrees_with_the_network(overfitted):
    from train.data import lay_out

    documents, runtime, model, vocabulary = overfitted
    for document in documents:
        inputs, _ = lay_out([encode(document.text, vocabulary)])
        del inputs["clauses"]
        with torch.no_grad():
            expected, _ = model.eval().tag(**inputs)
        found = runtime._tag(document.text).log_probs
        expected = expected[0, : len(found)].numpy()
        assert np.abs(np.exp(found) - np.exp(expected)).max() < 0.1


def test_topics_are_learned_beside_the_edges(overfitted):
    documents, runtime, _, _ = overfitted
    seen = {}
    for document in documents:
        for found in (
            runtime.extract(document.text),
            runtime.relate(document.text, document.spans),
        ):
            assert found.topic_logits.shape == (len(found.spans), len(TOPICS))
            for span, row in zip(found.spans, found.topic_logits, strict=True):
                likeliest = [TOPICS[n] for n in np.argsort(-row)]
                seen[topic_gold.key(document, span)] = likeliest
    for key, topics in TOPICS_OF.items():
        assert set(seen[key][: len(topics)]) == set(topics), key


def test_only_statements_whose_topics_are_known_teach_them(roles):
    document = inline.parse(GOLD[0])
    vocabulary = build_vocabulary([document.text], 1, 512)
    known = {("DEFICIENCY", "集镇保洁", "进度全县第一，但在"): ("sanitation", "service")}
    made = example(document, vocabulary, roles, topics=known)
    [(first, last)] = made.statements.tolist()
    assert document.text[first : last + 1] == "集镇保洁"
    assert {TOPICS[n]: made.topics[0, n] for n in made.topics[0].nonzero()[0]} == {
        "sanitation": 0.5,
        "service": 0.5,
    }
    assert len(example(document, vocabulary, roles).statements) == 0


@pytest.mark.parametrize("gap", [1, 64])
def test_documents_laid_end_to_end_do_not_see_each_other(gap, overfitted):
    from train.data import lay_out

    documents, _, model, vocabulary = overfitted
    encoded = [encode(d.text, vocabulary) for d in documents]
    together, begins = lay_out(encoded, gap)
    model.eval()
    with torch.no_grad():
        _, states = model.tag(**together)
        for e, begin in zip(encoded, begins, strict=True):
            alone, _ = lay_out([e])
            _, expected = model.tag(**alone)
            size = len(e.chars)
            assert torch.allclose(states[:, begin : begin + size], expected[:, :size], atol=1e-5)


def test_two_trainings_give_identical_files(smoke_model, root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    config_path = root / "configs" / "smoke.cfg"
    train(load(config_path, ["--output", f'"{tmp_path / "model"}"']), config_path)
    for name in (*FILES, RELATOR, "metrics.json"):
        assert (tmp_path / "model" / name).read_bytes() == (smoke_model / name).read_bytes(), name


def test_a_run_cut_off_resumes_to_the_same_weights(smoke_model, root, tmp_path, monkeypatch):
    import train.fit as module

    monkeypatch.chdir(root)
    config_path = root / "configs" / "smoke.cfg"
    config = load(config_path, ["--output", f'"{tmp_path / "model"}"'])
    monkeypatch.setattr(
        module._InOrder, "training_step", _fails_after(7, module._InOrder.training_step)
    )
    with pytest.raises(KeyboardInterrupt):
        train(config, config_path)
    monkeypatch.undo()
    monkeypatch.chdir(root)
    (config.run_folder / "checkpoint-9999").mkdir()  # of a run killed while it wrote it
    with pytest.raises(PingyuError, match="E424"):
        train(
            load(config_path, ["--output", str(config.output), "--training.seed", "5"]),
            config_path,
            resume=True,
        )
    train(config, config_path, resume=True)
    assert not (config.run_folder / "checkpoint-9999").exists()
    for name in (*FILES, RELATOR):
        assert (tmp_path / "model" / name).read_bytes() == (smoke_model / name).read_bytes(), name


def _fails_after(steps, method):
    left = iter(range(steps))

    def step(*args, **kwargs):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return method(*args, **kwargs)

    return step


def test_the_model_folder_tells_what_made_it(smoke_model):
    card = (smoke_model / "README.md").read_text(encoding="utf-8")
    assert "configs/smoke.cfg" in card
    assert "sha256" in card
    metrics = json.loads((smoke_model / "metrics.json").read_text(encoding="utf-8"))
    assert list(metrics) == ["dev", "test", "unseen"]
    figures = {"documents", "spans", "relations", "labels", "types", "intervals"}
    assert all(set(metrics[split]) == figures for split in metrics)
    report = smoke_model.with_name("model.run") / "report" / "dev" / "report.json"
    made = json.loads(report.read_text(encoding="utf-8"))
    assert made["curve"]
    assert made["measures"]["spans"]["UNIT"]["f1"] == metrics["dev"]["labels"]["UNIT"]["f1"]


def test_windows_cut_at_line_ends_and_lose_no_whole_span():
    document = inline.parse("\n".join(GOLD))
    pieces = list(windows(document, 70))
    assert "".join(p.text for p in pieces) == document.text
    assert sum(len(p.spans) for p in pieces) == len(document.spans)
    for piece in pieces:
        assert all(piece.text[s.start : s.end] == s.text for s in piece.spans)


def test_windows_of_a_text_without_line_ends_break_no_span():
    document = inline.parse("".join(GOLD).replace("\n", ""))
    pieces = list(windows(document, 70))
    assert len(pieces) > 1
    assert "".join(p.text for p in pieces) == document.text
    assert sum(len(p.spans) for p in pieces) == len(document.spans)


def test_a_plan_holds_every_example_once_an_epoch():
    config = Config(output="x").training.model_copy(update={"epochs": 3, "batch_chars": 100})
    lengths = [5, 80, 20, 120, 33, 7, 64]
    steps = plan(lengths, config)
    assert sorted(n for batch in steps for n in batch) == sorted(list(range(7)) * 3)
    assert all(len(b) == 1 or sum(lengths[n] for n in b) <= 100 for b in steps)
    assert steps == plan(lengths, config)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["--training.epoch", "3"], "training.epoch: Extra inputs"),
        (["--training.epochs", "many"], "training.epochs"),
        (["--training.epochs"], "a value is missing"),
        (["training.epochs", "3"], "--section.key value"),
    ],
)
def test_wrong_keys_are_refused(root, overrides, message):
    with pytest.raises(PingyuError, match=message):
        load(root / "configs" / "smoke.cfg", overrides)


def test_overrides_reach_the_configuration(root):
    config = load(root / "configs" / "smoke.cfg", ["--training.epochs", "9", "--output", "m/x"])
    assert (config.training.epochs, config.output.name) == (9, "x")
    dated = ["--output", "2024-05-01", "--huggingface.revision", "4567890"]
    config = load(root / "configs" / "smoke.cfg", dated)
    assert (str(config.output), config.huggingface.revision) == ("2024-05-01", "4567890")

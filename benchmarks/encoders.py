"""Size and speed of model folders with encoders of public shapes, their weights at random.

Neither depends on what the weights are, so this tells both before anything is downloaded: each shape
is put under the heads of configs/encoder.cfg, exported in 8 bits, and reads text of the train split
with one thread. Characters a second are of processor time, so that other work on the machine counts
little. Nothing is said of how good such a model would be.

python benchmarks/encoders.py
python benchmarks/encoders.py bert-3x768 --characters 3000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel, BertConfig, BertTokenizer, ModernBertConfig, PreTrainedConfig

from pingyu.extract.encode import SPECIALS, Vocabulary
from pingyu.extract.extractor import Extractor as Runtime
from pingyu.extract.roles import Roles
from pingyu.labels import LabelSchema
from train.config import Config, load
from train.data import read_split
from train.export import export
from train.hf_encoder import HuggingFace
from train.hf_encoder import load as load_encoder
from train.model import Extractor

TOKENS = 21_128  # of the Chinese BERTs
SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def _bert(layers: int, width: int, heads: int) -> PreTrainedConfig:
    return BertConfig(
        vocab_size=TOKENS,
        num_hidden_layers=layers,
        hidden_size=width,
        num_attention_heads=heads,
        intermediate_size=4 * width,
    )


SHAPES: dict[str, PreTrainedConfig] = {
    "bert-6x256": _bert(6, 256, 8),
    "bert-3x768": _bert(3, 768, 12),
    "bert-12x768": _bert(12, 768, 12),
    "modernbert-22x384": ModernBertConfig(
        vocab_size=TOKENS,
        num_hidden_layers=22,
        hidden_size=384,
        num_attention_heads=6,
        intermediate_size=1152,
        pad_token_id=0,
        cls_token_id=2,
        bos_token_id=2,
        sep_token_id=3,
        eos_token_id=3,
    ),
}


def main() -> None:
    """A line a shape."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=f"default: {', '.join(SHAPES)}")
    parser.add_argument("--characters", type=int, default=6000, help="to read (default: 6000)")
    options = parser.parse_args()
    config = load(Path("configs/encoder.cfg"), [])
    texts = [
        d.text for d in read_split(config.data.annotations, config.data.splits, "train").values()
    ]
    text = "\n".join(texts)[: options.characters]
    print("shape\tweights\tMB\tcharacters/s")
    for shape in options.shapes or SHAPES:
        print(shape, *measure(SHAPES[shape], config, text), sep="\t", flush=True)


def measure(shape: PreTrainedConfig, config: Config, text: str) -> tuple[str, str, str]:
    """Millions of weights, MB of the exported folder, characters a second of one thread."""
    torch.manual_seed(0)
    encoder = _encoder(shape, config, text)
    weights = sum(weight.numel() for weight in encoder.parameters())
    vocabulary = Vocabulary.of(list(SPECIALS), config.model.pair_buckets)
    roles = Roles.of(LabelSchema.read(config.data.annotations / "schema.toml"), [])
    model = Extractor(config.model, len(SPECIALS), roles, encoder)
    files = export(model, vocabulary, config)
    runtime = Runtime(files)
    runtime.survey(text[:200])
    begin = time.process_time()
    runtime.survey(text)
    speed = len(text) / (time.process_time() - begin)
    size = sum(map(len, files.files.values()))
    return f"{weights / 1e6:.0f} M", f"{size / 1e6:.0f}", f"{speed:.0f}"


def _encoder(shape: Any, config: Config, text: str) -> HuggingFace:
    tokens = [*SPECIAL_TOKENS, *sorted(set(text) - {"\n", " "})]
    tokens += [f"[unused{n}]" for n in range(TOKENS - len(tokens))]
    with tempfile.TemporaryDirectory() as folder:
        AutoModel.from_config(shape).save_pretrained(folder)
        BertTokenizer(vocab={t: n for n, t in enumerate(tokens)}).save_pretrained(folder)
        return load_encoder(config.huggingface.model_copy(update={"name": folder}))


if __name__ == "__main__":
    main()

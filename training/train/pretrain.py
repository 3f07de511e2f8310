"""A small encoder of our own: masked characters guessed from their surroundings.

Devlin et al. (2019), «BERT»; runs of one to four characters are hidden, as in Joshi et al. (2020),
«SpanBERT».
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import Dataset

from pingyu.extract.encode import MASK, NO_CHARACTER, Vocabulary, encode
from train import card
from train.config import Config, ModelConfig
from train.data import build_vocabulary, pad, pad_encoded
from train.fit import fit, plan
from train.model import IGNORE, Encoder

VOCABULARY_FILE, WEIGHTS_FILE, SIZES_FILE = "vocab.txt", "encoder.safetensors", "encoder.json"


def read_texts(folder: Path) -> dict[str, list[str]]:
    """Every .txt and .txt.xz of a folder: file name → its lines that are not empty."""
    texts = {}
    for path in sorted([*folder.rglob("*.txt"), *folder.rglob("*.txt.xz")]):
        opener = lzma.open if path.suffix == ".xz" else open
        with opener(path, "rt", encoding="utf-8") as file:
            texts[path.name] = [line.strip() for line in file if line.strip()]
    return texts


def chunks(lines: list[str], size: int) -> list[str]:
    """Whole lines put together to pieces of about `size` characters."""
    out: list[str] = []
    piece: list[str] = []
    length = 0
    for line in lines:
        line = line[: 2 * size]
        if length + len(line) > size and piece:
            out.append("\n".join(piece))
            piece, length = [], 0
        piece.append(line)
        length += len(line) + 1
    return [*out, "\n".join(piece)] if piece else out


class MaskedChunks(Dataset[dict[str, Tensor]]):
    """One item a step of the plan: a padded batch with runs of characters hidden."""

    def __init__(
        self, chunks: list[str], vocabulary: Vocabulary, steps: list[list[int]], config: Config
    ) -> None:
        self.chunks, self.vocabulary, self.steps = chunks, vocabulary, steps
        self.seed, self.hidden = config.training.seed, config.pretraining.hidden

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng((self.seed, step))
        encoded, labels = [], []
        for n in self.steps[step]:
            e = encode(self.chunks[n], self.vocabulary)
            length = len(e.codes)
            starts = rng.random(length) < self.hidden / 2.2
            sizes = rng.integers(1, 5, length)
            hidden = np.zeros(length, dtype=bool)
            for k in range(4):
                hidden[k:] |= (starts & (sizes > k))[: length - k]
            hidden &= e.codes != ord("\n")
            labels.append(np.where(hidden, e.chars, IGNORE))
            masked = hidden & (rng.random(length) < 0.9)
            chars, pairs = self.vocabulary.look_up(np.where(masked, NO_CHARACTER, e.codes))
            chars[masked] = MASK
            encoded.append(type(e)(e.codes, chars, pairs, e.clause, e.starts, e.ends))
        batch = pad_encoded(encoded)
        return {**batch, "labels": pad(labels, batch["chars"].shape[1], IGNORE)}


class MaskedModel(nn.Module):
    """Encoder and a head that guesses characters with the embedding's own table."""

    def __init__(self, config: ModelConfig, characters: int) -> None:
        super().__init__()
        self.encoder = Encoder(config, characters)
        self.head = nn.Sequential(
            nn.Linear(config.width, config.char_width), nn.GELU(), nn.LayerNorm(config.char_width)
        )
        self.bias = nn.Parameter(torch.zeros(characters))

    def forward(self, labels: Tensor, **inputs: Tensor) -> dict[str, Tensor]:
        """The loss; `labels` (B, T): hidden characters, IGNORE elsewhere."""
        states = self.encoder(**inputs)
        wanted = labels != IGNORE
        guesses = self.head(states[wanted]) @ self.encoder.characters.weight.T + self.bias
        return {"loss": cross_entropy(guesses, labels[wanted])}


def pretrain(config: Config, config_path: Path, folder: Path, resume: bool = False) -> None:
    """Train an encoder on a folder of text and write it to `config.output`."""
    torch.set_num_threads(config.training.threads)
    texts = read_texts(folder)
    pieces: list[str] = []
    for name, lines in texts.items():
        times = config.pretraining.repeat.get(name.split(".")[0], 1)
        pieces += chunks(lines, config.pretraining.chunk) * times
    vocabulary = build_vocabulary(pieces, config.data.min_count, config.model.pair_buckets)
    steps = plan([len(piece) for piece in pieces], config.training)
    torch.manual_seed(config.training.seed)
    model = MaskedModel(config.model, len(vocabulary.characters))
    fit(
        model,
        MaskedChunks(pieces, vocabulary, steps, config),
        config.training,
        config.run_folder,
        resume,
    )
    config.output.mkdir(parents=True, exist_ok=True)
    save_file(
        {k: v.half().contiguous() for k, v in model.encoder.state_dict().items()},
        config.output / WEIGHTS_FILE,
    )
    (config.output / VOCABULARY_FILE).write_text(
        "\n".join(json.dumps(c, ensure_ascii=False) for c in vocabulary.characters),
        encoding="utf-8",
    )
    (config.output / SIZES_FILE).write_text(
        config.model.model_dump_json(indent=1), encoding="utf-8"
    )
    sizes = {name: sum(map(len, lines)) for name, lines in texts.items()}
    card.write_encoder(config, config_path, sizes)


def read_characters(folder: Path) -> list[str]:
    """The characters that a pretrained encoder knows, in order of their ids."""
    lines = (folder / VOCABULARY_FILE).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines]


def load_encoder(folder: Path, encoder: Encoder) -> None:
    """Put pretrained weights into `encoder`, which may know more characters, else is of one size."""
    weights = {name: weight.float() for name, weight in load_file(folder / WEIGHTS_FILE).items()}
    table = encoder.characters.weight.detach().clone()
    known = weights["characters.weight"]
    table[: len(known)] = known
    encoder.load_state_dict({**weights, "characters.weight": table})

"""The encoder read further, or from nothing: masked characters guessed from their surroundings.

Devlin et al. (2019), «BERT»; runs of one to four characters are hidden, as in Joshi et al. (2020),
«SpanBERT».
"""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import Dataset

from pingyu.errors import PingyuError
from pingyu.extract.encode import MASK, SPECIALS, Vocabulary, encode
from train import card, encoder_folder
from train.config import Config, ModelConfig
from train.data import build_vocabulary, end_to_end, read_split
from train.fit import fit, for_processor, plan
from train.model import IGNORE
from train.runs import made_of
from train.transformer import Transformer

CORPUS = "corpus"  # the train documents, beside the files of the folder


def read_texts(folder: Path) -> dict[str, list[str]]:
    """Every .txt and .txt.xz below a folder: file name → the lines that are not empty, of all files of
    that name. Raises PingyuError E104 where one is not UTF-8."""
    texts: dict[str, list[str]] = {}
    for path in sorted([*folder.rglob("*.txt"), *folder.rglob("*.txt.xz")]):
        opener = lzma.open if path.suffix == ".xz" else open
        try:
            with opener(path, "rt", encoding="utf-8") as file:
                lines = [line.strip() for line in file]
        except UnicodeDecodeError as error:
            raise PingyuError("E104", str(path)) from error
        texts.setdefault(path.name, []).extend(filter(None, lines))
    return texts


def chunks(lines: list[str], size: int) -> list[str]:
    """Lines put together to pieces of about `size` characters; those of over twice as many are cut."""
    out: list[str] = []
    piece: list[str] = []
    length = 0
    for line in (s[n : n + 2 * size] for s in lines for n in range(0, len(s), 2 * size)):
        if length + len(line) > size and piece:
            out.append("\n".join(piece))
            piece, length = [], 0
        piece.append(line)
        length += len(line) + 1
    return [*out, "\n".join(piece)] if piece else out


class MaskedChunks(Dataset[dict[str, Tensor]]):
    """One item a step of the plan: chunks with runs of characters hidden."""

    def __init__(
        self, chunks: list[str], vocabulary: Vocabulary, steps: list[list[int]], config: Config
    ) -> None:
        self.chunks, self.vocabulary, self.steps = chunks, vocabulary, steps
        self.seed, self.hidden = config.training.seed, config.pretraining.hidden

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng((self.seed, step))
        chars, labels = [], []
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
            chars.append(np.where(masked, MASK, e.chars))
        return {"chars": end_to_end(chars), "labels": end_to_end(labels, IGNORE)}


class MaskedModel(nn.Module):
    """Transformer and a head that guesses characters with the embedding's own table."""

    def __init__(self, config: ModelConfig, characters: int) -> None:
        super().__init__()
        self.transformer = Transformer(config, characters)
        self.head = nn.Sequential(
            nn.Linear(config.char_width, config.char_width),
            nn.GELU(),
            nn.LayerNorm(config.char_width),
        )
        self.bias = nn.Parameter(torch.zeros(characters))

    def forward(self, chars: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """The loss over chars (B, T); `labels` (B, T): hidden characters, IGNORE elsewhere."""
        wanted = labels != IGNORE
        states = self.transformer(chars)[wanted]
        guesses = self.head(states) @ self.transformer.characters.weight.T + self.bias
        return {"loss": cross_entropy(guesses.float(), labels[wanted])}


def pretrain(config: Config, config_path: Path, folder: Path, resume: bool = False) -> None:
    """Train an encoder on a folder of text and the train documents, and write it to
    `config.output`."""
    config = for_processor(config)
    torch.set_num_threads(config.training.threads)
    documents = read_split(config.data.annotations, config.data.splits, "train")
    texts = read_texts(folder) | {
        CORPUS: [line for d in documents.values() for line in d.text.splitlines()]
    }
    pieces: list[str] = []
    for name, lines in texts.items():
        times = config.pretraining.repeat.get(name.split(".")[0], 1)
        pieces += chunks(lines, config.pretraining.chunk) * times
    start = Path(config.training.encoder) if config.training.encoder else None
    known = encoder_folder.read_characters(start) if start else SPECIALS
    vocabulary = build_vocabulary(pieces, config.data.min_count, config.model.pair_buckets, known)
    steps = plan([len(piece) for piece in pieces], config.training)
    torch.manual_seed(config.training.seed)
    model = MaskedModel(config.model, len(vocabulary.characters))
    if start:
        encoder_folder.load(start, model.transformer)
    batches = MaskedChunks(pieces, vocabulary, steps, config)
    inputs = made_of(config, pieces)
    if not fit(model, batches, config.training, config.run_folder, inputs, resume):
        return
    weights = model.transformer.state_dict()
    encoder_folder.write(config.output, vocabulary.characters, weights, config.model)
    sizes = {name: sum(map(len, lines)) for name, lines in texts.items()}
    card.write_encoder(config, config_path, sizes)

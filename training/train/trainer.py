"""`python -m train CONFIG`: corpus → dataset → model → model folder → evaluation."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from pingyu.extract.encode import SPECIALS, Vocabulary
from pingyu.extract.model_folder import ModelFiles
from pingyu.extract.roles import Roles
from pingyu.extract.subwords import Subwords
from pingyu.labels import LabelSchema
from pingyu.schema import Document
from train import card, encoder_folder, hf_encoder
from train.augment import Augmenter, decoys
from train.calibrate import Remembering, fit_temperatures
from train.config import Config
from train.data import (
    Example,
    build_vocabulary,
    collate,
    example,
    hide,
    read_split,
    split_names,
    windows,
)
from train.evaluate import SCORED, evaluate, write_metrics
from train.export import calibrated, export
from train.fit import fit, plan
from train.model import Extractor, Transformer

log = logging.getLogger("train")


class Steps(Dataset[dict[str, Tensor]]):
    """One item a step of the plan: augmented documents, some characters hidden."""

    def __init__(
        self,
        documents: list[Document],
        vocabulary: Vocabulary,
        roles: Roles,
        steps: list[list[int]],
        config: Config,
        subwords: Subwords | None = None,
    ) -> None:
        self.documents, self.vocabulary, self.roles = documents, vocabulary, roles
        self.steps, self.config, self.subwords = steps, config, subwords
        self.augment = Augmenter(config.augment, documents)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng((self.config.training.seed, step))
        examples = [self._example(self.documents[n], rng) for n in self.steps[step]]
        batch = collate(examples)
        if self.subwords:
            pieces = [self.subwords.pieces(e.encoded.codes) for e in examples]
            batch |= hf_encoder.inputs(batch["chars"], pieces)
        return batch

    def _example(self, document: Document, rng: np.random.Generator) -> Example:
        changed = self.augment(document, rng)
        if len(changed.text) > 2 * self.config.data.window:
            changed = document
        found = decoys(changed, self.config.augment.decoys, rng)
        made = example(changed, self.vocabulary, self.roles, found)
        rate = self.config.training.unknown_rate
        return replace(made, encoded=hide(made.encoded, self.vocabulary, rate, rng))


def train(config: Config, config_path: Path, resume: bool = False) -> dict[str, Any]:
    """Train by `config`, write the model to `config.output` and a report on each of SCORED beside
    its checkpoints; → split → metrics. Of several processes the first one does so, the others only
    train."""
    begin = time.monotonic()
    at_commit = card.commit()
    documents = read_split(config.data.annotations, config.data.splits, "train")
    if config.data.limit:
        documents = dict(list(documents.items())[: config.data.limit])
    documents = _share(documents, config)
    dev = read_split(config.data.annotations, config.data.splits, "dev").values()
    schema = LabelSchema.read(config.data.labels)
    files = build(
        list(documents.values()), list(dev)[: config.data.limit or None], schema, config, resume
    )
    if files is None:
        return {}
    files.write(config.output)
    reports = config.run_folder / "report"
    metrics = {
        split: evaluate(split, reports / split, config.output, data=config.data)
        for split in SCORED
        if split_names(config.data.splits, split)
    }
    write_metrics(config.output, metrics)
    card.write(config, config_path, at_commit, len(documents), metrics)
    log.info("report: %s", reports / "dev" / "report.html")
    log.info("done in %.0f s", time.monotonic() - begin)
    return metrics


def build(
    documents: list[Document],
    dev: list[Document],
    schema: LabelSchema,
    config: Config,
    resume: bool = False,
) -> ModelFiles | None:
    """Train on `documents`; → the files of the model, its scores calibrated on `dev`. None in a
    process that only helps the first one to train."""
    torch.set_num_threads(config.training.threads)
    torch.use_deterministic_algorithms(True)
    vocabulary = _vocabulary(config, [d.text for d in documents])
    pieces = [p for d in documents for p in windows(d, config.data.window)]
    log.info(
        "%d documents, %d characters, %d known characters",
        len(documents),
        sum(len(d.text) for d in documents),
        len(vocabulary.characters),
    )
    roles = Roles.of(schema, documents)
    torch.manual_seed(config.training.seed)
    huggingface = hf_encoder.load(config.huggingface) if config.huggingface.name else None
    model = Extractor(config.model, len(vocabulary.characters), roles, huggingface)
    own = model.encoder.transformer
    if config.training.encoder and isinstance(own, Transformer):
        encoder_folder.load(Path(config.training.encoder), own)
    steps = plan([len(piece.text) for piece in pieces], config.training)
    subwords = huggingface.subwords if huggingface else None
    batches = Steps(pieces, vocabulary, roles, steps, config, subwords)
    if not fit(model, batches, config.training, config.run_folder, resume):
        return None
    files = export(model, vocabulary, config)
    return calibrated(files, fit_temperatures(Remembering(files, config.training.threads), dev))


def _share(documents: dict[str, Document], config: Config) -> dict[str, Document]:
    order = np.random.default_rng(config.training.seed).permutation(len(documents)).tolist()
    kept = set(order[: max(1, round(config.data.share * len(order)))])
    return {name: d for n, (name, d) in enumerate(documents.items()) if n in kept}


def _vocabulary(config: Config, texts: list[str]) -> Vocabulary:
    if config.huggingface.name:
        return Vocabulary.of(list(SPECIALS), config.model.pair_buckets)
    encoder = config.training.encoder
    known = encoder_folder.read_characters(Path(encoder)) if encoder else SPECIALS
    return build_vocabulary(texts, config.data.min_count, config.model.pair_buckets, known)

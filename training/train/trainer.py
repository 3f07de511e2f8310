"""`python -m train CONFIG`: corpus → dataset → model → model folder → evaluation."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from pingyu import trial
from pingyu.errors import PingyuError
from pingyu.evaluate.slices import length_band
from pingyu.extract.encode import SPECIALS, Vocabulary
from pingyu.extract.model_folder import ModelFiles
from pingyu.extract.roles import Roles
from pingyu.extract.subwords import Subwords
from pingyu.labels import LabelSchema
from pingyu.schema import Document
from pingyu.trial import Gold
from train import card, encoder_folder, hf_encoder, topic_gold
from train.augment import Augmenter, decoys
from train.calibrate import Remembering, fit_temperatures
from train.config import AugmentConfig, Config, for_data, load, split_names
from train.data import (
    Example,
    build_vocabulary,
    collate,
    example,
    hide,
    read_split,
    windows,
)
from train.evaluate import SCORED, evaluate, write_metrics
from train.export import calibrated, export
from train.fit import fit, for_processor, plan
from train.foreign import LEFT_OUT, Reader, Sources, repeated, unreachable
from train.model import Extractor
from train.runs import made_of, topics_of
from train.transformer import Transformer

log = logging.getLogger("train")

SHOWN = 60  # issues that are shown
MEASURED = 400  # documents of dev that temperatures are fitted on, where documents are many


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
        topics: topic_gold.Gold | None = None,
    ) -> None:
        self.documents, self.vocabulary, self.roles = documents, vocabulary, roles
        self.topics = topics
        self.steps, self.config, self.subwords = steps, config, subwords
        self.augment = Augmenter(config.augment, documents)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng((self.config.training.seed, step))
        examples = [self._example(self.documents[n], rng) for n in self.steps[step]]
        batch = collate(examples, self.config.training.gap)
        if self.subwords:
            pieces = [self.subwords.pieces(e.encoded.codes) for e in examples]
            batch |= hf_encoder.inputs(batch["chars"], pieces)
        return batch

    def _example(self, document: Document, rng: np.random.Generator) -> Example:
        changed = self.augment(document, rng)
        if len(changed.text) > 2 * self.config.data.window:
            changed = document
        found = decoys(changed, self.config.augment.decoys, rng)
        made = example(changed, self.vocabulary, self.roles, found, self.topics)
        rate = self.config.training.unknown_rate
        return replace(made, encoded=hide(made.encoded, self.vocabulary, rate, rng))


def train(config: Config, config_path: Path, resume: bool = False) -> dict[str, Any]:
    """Train by `config`, write the model to `config.output` and a report on each of SCORED beside
    its checkpoints; → split → metrics. Of several processes the first one does so, the others only
    train."""
    begin = time.monotonic()
    config = for_processor(config)
    at_commit = card.commit()
    documents = read_split(config.data.annotations, config.data.splits, "train")
    if config.data.limit:
        documents = dict(list(documents.items())[: config.data.limit])
    documents = _share(documents, config)
    dev = read_split(config.data.annotations, config.data.splits, "dev").values()
    schema = LabelSchema.read(config.data.annotations / "schema.toml")
    files = build(
        list(documents.values()),
        list(dev)[: config.data.limit or None],
        schema,
        config,
        resume,
        topics_of(documents.values(), config),
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


def train_on(
    sources: Sources, overrides: list[str], resume: bool = False, keep_going: bool = False
) -> dict[str, Any]:
    """Train on somebody else's documents by a schema of their own: as `train`, with a report on dev,
    and on test where there is one.

    Without `dev` a tenth of the documents is kept for it, drawn by the seed, equal texts together.
    `overrides`: "--section.key value" pairs. What does not fit is reported at once: raises
    PingyuError E817 where that is more than left out and not `keep_going`; E401, E402, E818, E821
    where nothing can be trained.
    """
    begin = time.monotonic()
    schema = LabelSchema.read(sources.schema)
    reader = Reader(schema)
    documents = reader.read(sources.data)
    measured, tested = (reader.read(path) if path else [] for path in (sources.dev, sources.test))
    characters = sum(len(d.text) for d in documents)
    default = for_data(sources.data.stem, characters, overrides)
    config = for_processor(load(sources.config, overrides, default))
    if not schema.of_reviews and config.augment != AugmentConfig():
        changed = ", ".join(config.augment.model_dump(exclude_defaults=True))
        raise PingyuError("E821", augment=changed, path=str(sources.config or "--augment"))
    if not (sources.config or config.training.encoder or config.huggingface.name):
        log.warning("warning: %s", PingyuError("E825"))
    issues = [*reader.issues, *unreachable([*documents, *measured, *tested], schema)]
    for option, others in (("dev", measured), ("test", tested)):
        issues += repeated(documents, others, option)
    report(issues, config.run_folder, keep_going)
    if not sources.dev:
        documents, measured = divide(documents, config.training.seed)
    if not documents or not measured:
        raise PingyuError("E818", str(sources.data), count=len(documents) + len(measured))
    made = build(documents, measured[:MEASURED], schema, config, resume)
    if made is None:
        return {}
    made.write(config.output)
    metrics = {}
    for split, some in (("dev", measured), ("test", tested)):
        if not some:
            continue
        golds = [Gold(str(n), d, {"length": length_band(d.text)}) for n, d in enumerate(some, 1)]
        folder = config.run_folder / "report" / split
        threads = config.training.threads
        metrics[split] = trial.evaluate(golds, folder, config.output, None, threads)
        log.info("report: %s", folder / "report.html")
    write_metrics(config.output, metrics)
    counts = len(documents), len(measured)
    card.write_foreign(config, sources.given(), schema.names, counts, metrics)
    log.info("done in %.0f s", time.monotonic() - begin)
    return metrics


def report(issues: Sequence[PingyuError], folder: Path, keep_going: bool) -> None:
    """Log issues, the worst first; where there are more than SHOWN, all of them stand in a file in
    `folder`. Raises PingyuError E817 where one is an error and not `keep_going`."""
    errors = [issue for issue in issues if issue.code not in LEFT_OUT]
    lines = [f"error: {issue}" for issue in errors]
    lines += [f"warning: {issue}" for issue in issues if issue.code in LEFT_OUT]
    for line in lines[:SHOWN]:
        log.warning(line)
    if len(lines) > SHOWN:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "issues.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        log.warning("… %d more: all of them are in %s", len(lines) - SHOWN, path)
    if errors and not keep_going:
        raise PingyuError("E817", errors=len(errors))


def divide(documents: list[Document], seed: int) -> tuple[list[Document], list[Document]]:
    """A tenth of the documents, drawn by the seed, is for dev; equal texts are on one side."""
    texts = list(dict.fromkeys(d.text for d in documents))
    drawn = np.random.default_rng(seed).permutation(len(texts))[: max(1, len(texts) // 10)].tolist()
    dev = {texts[n] for n in drawn}
    return [d for d in documents if d.text not in dev], [d for d in documents if d.text in dev]


def build(
    documents: list[Document],
    dev: list[Document],
    schema: LabelSchema,
    config: Config,
    resume: bool = False,
    topics: topic_gold.Gold | None = None,
) -> ModelFiles | None:
    """Train on `documents`; → the files of the model, its scores calibrated on `dev`. None in a
    process that only helps the first one to train. Where `topics` are known, they are learned too."""
    if not topics:
        model_config = config.model.model_copy(update={"topic_weight": 0.0})
        config = config.model_copy(update={"model": model_config})
    torch.set_num_threads(config.training.threads)
    torch.use_deterministic_algorithms(True)
    # oneDNN keeps what it compiled for the last 1,024 shapes; no two batches have one, and after 500
    # steps that is 6 GB
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")
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
    batches = Steps(pieces, vocabulary, roles, steps, config, subwords, topics)
    inputs = made_of(config, documents, schema, topics)
    if not fit(model, batches, config.training, config.run_folder, inputs, resume):
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

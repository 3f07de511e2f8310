"""The training loop: transformers' Trainer over a plan of batches that is fixed before it starts.

A plan fixes which examples make up every step, so a run cut off goes on exactly where it was, and
two runs of one seed are the same.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import Dataset, Sampler, SequentialSampler
from transformers import Trainer, TrainingArguments, set_seed

from pingyu.errors import PingyuError
from train.config import Config, TrainingConfig

log = logging.getLogger("train")

_INPUTS = "inputs"  # beside the checkpoints: a digest of what they are made of


def for_processor(config: Config) -> Config:
    """`config` with the precision that it is trained in here: bfloat16 without instructions for it is
    emulated, some thirty times slower than float32, so that float32 takes its place, with a warning
    (E826)."""
    if config.training.precision == "float32" or _multiplies_bfloat16():
        return config
    log.warning("warning: %s", PingyuError("E826"))
    training = config.training.model_copy(update={"precision": "float32"})
    return config.model_copy(update={"training": training})


def _multiplies_bfloat16() -> bool:
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    # torch is built without oneDNN for some processors, and then lacks the operator too
    onednn = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return bool(onednn and torch.ops.mkldnn._is_mkldnn_bf16_supported())


def plan(lengths: Sequence[int], config: TrainingConfig) -> list[list[int]]:
    """Indices of the examples of every batch of all epochs: an epoch is shuffled and cut into batches
    of at most `batch_chars` (or one longer example). Batches of the beginning fill up the last step,
    of `accumulate` batches."""
    batches: list[list[int]] = []
    for epoch in range(config.epochs):
        order = np.random.default_rng((config.seed, epoch)).permutation(len(lengths)).tolist()
        batch: list[int] = []
        size = 0
        for n in order:
            if batch and size + lengths[n] > config.batch_chars:
                batches.append(batch)
                batch, size = [], 0
            batch.append(n)
            size += lengths[n]
        batches.append(batch)
    return batches + [batches[n % len(batches)] for n in range(-len(batches) % config.accumulate)]


class _InOrder(Trainer):
    """The plan is the order."""

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler[int]:
        return SequentialSampler(self.train_dataset)  # type: ignore[arg-type]


def _optimizer(model: nn.Module, config: TrainingConfig) -> torch.optim.Optimizer:
    """AdamW; pretrained weights move at `encoder_rate` of the pace, norms and biases do not decay."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, weight in model.named_parameters():
        groups.setdefault((".transformer." in name, weight.dim() > 1), []).append(weight)
    return torch.optim.AdamW(
        [
            {
                "params": weights,
                "lr": config.learning_rate * (config.encoder_rate if pretrained else 1.0),
                "weight_decay": config.weight_decay if decays else 0.0,
            }
            for (pretrained, decays), weights in groups.items()
        ],
        betas=(0.9, 0.98),
        fused=True,
    )


def fit(
    model: nn.Module,
    batches: Dataset[dict[str, torch.Tensor]],
    config: TrainingConfig,
    folder: Path,
    inputs: str,
    resume: bool = False,
) -> bool:
    """Train `model` in place on `accumulate` items of the dataset a step; checkpoints and log go to
    `folder`. Processes that `accelerate launch` started share the items of a step.

    `inputs`: a digest of what makes the model; a run is only resumed with what it was begun with.
    → is this the process that should go on with the model (the first, or the only one)? Raises
    PingyuError E423, E424.
    """
    set_seed(config.seed)
    # nothing reads memory before it is written, and filling it takes a tenth of the time
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    steps = len(batches) // config.accumulate  # type: ignore[arg-type]
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    if config.accumulate % processes:
        raise PingyuError("E423", batches=config.accumulate, processes=processes)
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,
        per_device_train_batch_size=1,
        gradient_accumulation_steps=config.accumulate // processes,
        ddp_find_unused_parameters=True,  # a batch without candidate pairs leaves the relator out
        learning_rate=config.learning_rate,
        warmup_steps=int(config.warmup * steps),
        lr_scheduler_type="cosine",
        max_grad_norm=1.0,
        seed=config.seed,
        bf16=config.precision == "bfloat16",
        use_cpu=not torch.cuda.is_available(),
        save_strategy="steps",
        save_steps=max(1, steps // 10),
        save_total_limit=1,
        logging_steps=max(1, min(50, steps // 20)),
        report_to=[],
        remove_unused_columns=False,
        dataloader_num_workers=0,
    )
    trainer = _InOrder(
        model=model,
        args=arguments,
        train_dataset=batches,
        data_collator=lambda items: items[0],
        optimizers=(_optimizer(model, config), None),
    )
    trainer.model_accepts_loss_kwargs = False  # forward() takes what the batch holds, no more
    first = trainer.is_world_process_zero()
    checkpoint = _last_checkpoint(folder, inputs) if resume else None
    if first:
        _begin(folder, inputs, checkpoint)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if first:
        trainer.state.save_to_json(str(folder / "log.json"))
    return first


def _last_checkpoint(folder: Path, inputs: str) -> Path | None:
    """The last one that is whole: what tells the state of the trainer is written last. Raises
    PingyuError E424 where the run was begun with other inputs."""
    whole = [state.parent for state in folder.glob("checkpoint-*/trainer_state.json")]
    made_of = folder / _INPUTS
    if whole and (not made_of.is_file() or made_of.read_text(encoding="utf-8") != inputs):
        raise PingyuError("E424", str(folder))
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def _begin(folder: Path, inputs: str, kept: Path | None) -> None:
    """Note what the run is made of; checkpoints that it does not go on from go."""
    for old in folder.glob("checkpoint-*"):
        if old != kept:
            shutil.rmtree(old)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _INPUTS).write_text(inputs, encoding="utf-8")

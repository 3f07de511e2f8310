"""`pingyu extract --engine`: plan, have the partitions done, say what came of it."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from pingyu import __version__
from pingyu.errors import PingyuError
from pingyu.pipeline import Pipeline
from pingyu.scale import schedule
from pingyu.scale.inputs import Inputs, Partition, cut, find, target_bytes
from pingyu.scale.local import LocalPool
from pingyu.scale.partition import failure
from pingyu.scale.schedule import Pool
from pingyu.scale.store import FAILURES, Store

Engine = Callable[[Pipeline, Path, int | None], Pool]


def local(pipeline: Pipeline, folder: Path, workers: int | None) -> Pool:
    """Processes of this machine, as many as it has cores for the threads of the model."""
    # macOS does not tell which cores a process may use
    told = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if told else os.cpu_count() or 1
    return LocalPool(pipeline, folder, workers or max(1, cores // pipeline.extractor.threads))


def extract(options: argparse.Namespace, pipeline: Pipeline) -> int:
    """The command; → its exit status: 1 where a document or a file failed."""
    if options.engine == "ray":
        from pingyu.scale import cluster

        engine = cluster.engine(options.address or "auto")
    else:
        engine = local
    inputs = find(options.paths)
    for error in inputs.failures:
        print(error, file=sys.stderr)
    manifest = make(
        inputs,
        options.output,
        pipeline,
        engine,
        workers=options.workers,
        resume=options.resume,
        target=options.partition_bytes,
    )
    summary = (
        f"{manifest['documents']} read, {manifest['failed']} failed, {inputs.skipped} skipped, "
        f"{len(inputs.duplicates)} given twice"
    )
    print(summary, file=sys.stderr)
    if manifest["failed"]:
        print(f"what failed and why: {options.output / FAILURES}", file=sys.stderr)
    return 1 if manifest["failed"] else 0


def make(
    inputs: Inputs,
    folder: Path,
    pipeline: Pipeline,
    engine: Engine,
    *,
    workers: int | None = None,
    resume: bool = False,
    target: int | None = None,
) -> dict[str, Any]:
    """The data set of `inputs` in `folder`; → its manifest.

    `target`: bytes of input to a partition. Raises PingyuError E723–E729, E738–E741.
    """
    folder = folder.absolute()
    store = Store(folder)
    target = target or target_bytes(inputs.found)
    with store.alone():
        partitions, rows = cut(inputs.found, target)
        plan = _plan(inputs, rows, target, pipeline)
        if not store.begin(plan, resume):
            return store.manifest()
        _do(partitions, store, lambda: engine(pipeline, folder, workers))
        records = (_record(store, partition) for partition in partitions)
        failures = [failure(error) for error in inputs.failures]
        return store.end(plan | {"duplicates": inputs.duplicates}, records, failures)


def _plan(inputs: Inputs, rows: list[int], target: int, pipeline: Pipeline) -> dict[str, Any]:
    """What the data set depends on; it is the head of the manifest."""
    files = pipeline.extractor.files.files
    digest = hashlib.sha256(b"".join(files[name] for name in sorted(files)))
    return {
        "pingyu": __version__,
        "model": digest.hexdigest(),
        "encoding": pipeline.encoding,
        "keep_script": pipeline.keep_script,
        "max_bytes": pipeline.max_bytes,
        "partition_bytes": target,
        "inputs": [
            {**asdict(found), "rows": count}
            for found, count in zip(inputs.found, rows, strict=True)
        ],
        "unreadable": [str(error) for error in inputs.failures],
    }


def _do(partitions: list[Partition], store: Store, start: Callable[[], Pool]) -> None:
    """What is not finished yet."""
    todo = [partition for partition in partitions if not store.finished(partition.number)]
    if not todo:
        return
    total = sum(partition.rows for partition in partitions)
    left = sum(partition.rows for partition in todo)
    with tqdm(total=total, initial=total - left, unit="document", disable=None) as bar:
        pool = None
        try:
            pool = start()
            schedule.run(todo, pool, bar.update)
        except KeyboardInterrupt as error:
            raise PingyuError("E727") from error
        finally:
            if pool:
                pool.close()


def _record(store: Store, partition: Partition) -> dict[str, Any]:
    record = store.finished(partition.number)
    assert record is not None  # schedule.run has seen it done
    return record

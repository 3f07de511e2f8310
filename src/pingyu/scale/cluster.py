"""Workers that are actors of a Ray cluster.

Ray places the actors and tells of their death; partitions go to them as they do to the processes of
one machine, and what they write they write themselves. Ray Data is not used: it keeps no order of
rows, so that a partition would hold other documents in every run, and a run that is cut off leaves
nothing that the next one could go on from.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from pingyu import __version__
from pingyu.errors import PingyuError
from pingyu.pipeline import Pipeline
from pingyu.scale.inputs import Partition
from pingyu.scale.partition import extract
from pingyu.scale.schedule import DIED, DONE, READY, Event, Pool
from pingyu.scale.store import Store

_PATIENCE = 10.0  # seconds


def engine(address: str) -> Callable[[Pipeline, Path, int | None], Pool]:
    """Actors of the cluster at `address`, as many as it has cores for the threads of the model."""
    return lambda pipeline, folder, workers: RayPool(pipeline, folder, workers, address)


class RayPool:
    """Actors that load the model once. One that dies is replaced, wherever there is room.

    Raises PingyuError E729 where there is no cluster.
    """

    def __init__(
        self, pipeline: Pipeline, folder: Path, workers: int | None, address: str = "auto"
    ) -> None:
        try:
            _knock(address)
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        except (OSError, RuntimeError, ValueError, RayError) as error:
            reason = str(error).split("\n")[0]
            raise PingyuError("E729", address=address, reason=reason) from error
        threads = pipeline.extractor.threads
        cores = int(ray.cluster_resources().get("CPU", 0))  # type: ignore[no-untyped-call]
        self._actor = ray.remote(num_cpus=threads, max_restarts=0)(_Worker)
        self._arguments = ray.put(pipeline), Path.cwd(), folder
        self._actors: dict[int, Any] = {}
        self._answers: dict[Any, int] = {}  # what is waited for → number of the worker
        for number in range(workers or max(1, cores // threads)):
            self._start(number)

    def _start(self, number: int) -> None:
        self._actors[number] = self._actor.remote(*self._arguments)
        self._answers[self._actors[number].ready.remote(__version__)] = number

    def give(self, worker: int, partition: Partition) -> None:
        """An actor that has died meanwhile is told of by `wait`."""
        self._answers[self._actors[worker].extract.remote(partition)] = worker

    def wait(self) -> Event:
        """Raises the PingyuError of a worker that cannot go on (E726, E738–E741)."""
        (done, *_), _ = ray.wait(list(self._answers))
        number = self._answers.pop(done)
        try:
            answer = ray.get(done)
        except RayTaskError as error:
            raise PingyuError("E739", reason=str(error.cause or error)) from error
        except RayError as error:
            ray.kill(self._actors[number])  # it may be cut off from us and yet at work
            self._start(number)
            return Event(DIED, number, reason=str(error).split("\n")[0])
        if isinstance(answer, PingyuError):
            raise answer
        return Event(READY, number) if answer is None else Event(DONE, number, answer)

    def close(self) -> None:
        """End the actors, also those in the middle of a partition, and leave the cluster."""
        for actor in self._actors.values():
            ray.kill(actor)
        ray.shutdown()


def _knock(address: str) -> None:
    """Raises OSError where nobody answers: Ray would wait for minutes, and then end the process."""
    host, _, port = address.rpartition(":")
    if host:
        socket.create_connection((host, int(port)), _PATIENCE).close()


class _Worker:
    """An actor. Errors are answers, since Ray would wrap those that are raised."""

    def __init__(self, pipeline: Pipeline, here: Path, folder: Path) -> None:
        self.pipeline, self.here, self.folder = pipeline, here, folder

    def ready(self, version: str) -> PingyuError | None:
        """Is all here that a partition needs?"""
        node = socket.gethostname()
        if version != __version__:
            return PingyuError("E738", worker=node, found=__version__, wanted=version)
        try:
            os.chdir(self.here)  # inputs are named as the command was given them
            Store(self.folder).look()
        except OSError as error:
            return PingyuError("E741", worker=node, path=error.filename, reason=error.strerror)
        return None

    def extract(self, partition: Partition) -> int | PingyuError:
        """→ how many documents the partition held."""
        try:
            return extract(partition, self.pipeline, self.folder)
        except PingyuError as error:
            return error

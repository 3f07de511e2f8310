"""Workers that are processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from pingyu.errors import PingyuError
from pingyu.pipeline import Pipeline
from pingyu.scale.inputs import Partition
from pingyu.scale.partition import extract
from pingyu.scale.schedule import DIED, DONE, READY, Event

_GRACE = 5.0  # seconds for a worker to end by itself
_CONTEXT = multiprocessing.get_context("spawn")  # a fork would copy the threads of onnxruntime


class LocalPool:
    """`workers` processes, each with a model of its own. A process that dies is replaced."""

    def __init__(self, pipeline: Pipeline, folder: Path, workers: int) -> None:
        self._arguments = pipeline, folder
        self._workers: dict[int, tuple[BaseProcess, Connection]] = {}
        self._events: deque[Event] = deque()
        for number in range(workers):
            self._start(number)

    def _start(self, number: int) -> None:
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_work, args=(theirs, *self._arguments), daemon=True)
        process.start()
        theirs.close()
        self._workers[number] = process, ours

    def give(self, worker: int, partition: Partition) -> None:
        """A worker that has died meanwhile is told of by `wait`."""
        with suppress(OSError):
            self._workers[worker][1].send(partition)

    def wait(self) -> Event:
        """Raises the PingyuError of a partition that could not be done (E726, E740)."""
        while not self._events:
            numbers = {pipe: number for number, (_, pipe) in self._workers.items()}
            for pipe in wait(list(numbers)):
                assert isinstance(pipe, Connection)
                self._events.append(self._receive(numbers[pipe], pipe))
        return self._events.popleft()

    def _receive(self, number: int, pipe: Connection) -> Event:
        try:
            answer = pipe.recv()
        except (EOFError, OSError):
            process = self._workers[number][0]
            process.join()
            pipe.close()
            self._start(number)
            return Event(DIED, number, reason=f"exit status {process.exitcode}")
        if isinstance(answer, PingyuError):
            raise answer
        return Event(READY, number) if answer is None else Event(DONE, number, answer)

    def close(self) -> None:
        """End the workers, also those in the middle of a partition."""
        for process, _ in self._workers.values():
            process.terminate()
        for process, pipe in self._workers.values():
            process.join(_GRACE)
            process.kill()
            process.join()
            pipe.close()


def _work(pipe: Connection, pipeline: Pipeline, folder: Path) -> None:
    """A worker's life: partitions come by the pipe, the number of their documents goes back."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which ends us
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pipe.send(None)
    try:
        while True:
            try:
                pipe.send(extract(pipe.recv(), pipeline, folder))
            except PingyuError as error:
                pipe.send(error)
    except (EOFError, OSError):
        return  # the command has ended


def _leave(*_: object) -> None:
    raise SystemExit


def _end_with_parent() -> None:
    """A command that was killed leaves no worker behind."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)

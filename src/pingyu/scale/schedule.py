"""Who does which partition: one at a time to each worker, in order; what a worker that died had in
hand goes to the next one that is free."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from pingyu.errors import PingyuError
from pingyu.scale.inputs import Partition

READY, DONE, DIED = "ready", "done", "died"
MOST_DEATHS = 5  # of one worker in a row before it had begun; then the run gives up


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a worker. `documents`: of a partition that is DONE; `reason`: why it DIED."""

    kind: str
    worker: int
    documents: int = 0
    reason: str = ""


class Pool(Protocol):
    """Workers by number. A pool replaces one that died under the same number."""

    def give(self, worker: int, partition: Partition) -> None:
        """To a worker that is ready, or done with the one before."""

    def wait(self) -> Event:
        """The next event; blocks until there is one. Raises what stops the run as a whole."""

    def close(self) -> None:
        """End the workers."""


def run(partitions: Iterable[Partition], pool: Pool, done: Callable[[int], object]) -> None:
    """Have every partition done; `done` is told of the documents of each.

    Raises PingyuError E728 where workers die without beginning, and what `pool.wait` raises.
    """
    waiting = deque(partitions)
    held: dict[int, Partition] = {}
    idle: deque[int] = deque()
    deaths: Counter[int] = Counter()
    while waiting or held:
        event = pool.wait()
        if event.kind == DIED:
            if event.worker in held:
                waiting.appendleft(held.pop(event.worker))
            else:
                deaths[event.worker] += 1
                if deaths[event.worker] == MOST_DEATHS:
                    raise PingyuError("E728", times=MOST_DEATHS, reason=event.reason)
            if event.worker in idle:
                idle.remove(event.worker)
        else:
            deaths[event.worker] = 0
            idle.append(event.worker)
            if event.kind == DONE:
                del held[event.worker]
                done(event.documents)
        while waiting and idle:
            worker = idle.popleft()
            held[worker] = waiting.popleft()
            pool.give(worker, held[worker])

"""Each partition is done, whoever dies."""

import random
from collections import Counter, deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyu.errors import PingyuError
from pingyu.scale.inputs import Partition
from pingyu.scale.schedule import DIED, DONE, MOST_DEATHS, READY, Event, run


class FakePool:
    """Workers that end something, or die, in an order drawn by chance."""

    def __init__(self, workers, deaths, seed=0):
        self.rng = random.Random(seed)
        self.starting = list(range(workers))
        self.held = {}
        self.deaths = deaths
        self.done = Counter()
        self.begun = []

    def give(self, worker, partition):
        assert worker not in self.held
        assert worker not in self.starting
        self.held[worker] = partition
        self.begun.append(partition.number)

    def wait(self):
        worker = self.rng.choice([*self.starting, *self.held])
        dies = self.deaths and self.rng.random() < 0.4
        if dies:
            self.deaths -= 1
            if self.held.pop(worker, None) is not None:
                self.starting.append(worker)
            return Event(DIED, worker, reason="killed")
        if worker in self.starting:
            self.starting.remove(worker)
            return Event(READY, worker)
        partition = self.held.pop(worker)
        self.done[partition.number] += 1
        return Event(DONE, worker, documents=partition.number)


def partitions(count):
    return [Partition(n, 1, ()) for n in range(count)]


@given(
    st.integers(0, 30), st.integers(1, 6), st.integers(0, MOST_DEATHS - 1), st.integers(0, 10**6)
)
def test_each_partition_is_done_once(count, workers, deaths, seed):
    pool, told = FakePool(workers, deaths, seed), []
    run(partitions(count), pool, told.append)
    assert pool.done == Counter(range(count))
    assert sorted(told) == list(range(count))
    assert not pool.held


def test_they_are_given_in_order():
    pool = FakePool(3, 0)
    run(partitions(20), pool, lambda _: None)
    assert pool.begun == list(range(20))


def test_workers_that_never_begin_stop_the_run():
    class Dying(FakePool):
        def wait(self):
            return Event(DIED, 0, reason="exit status 3")

    with pytest.raises(PingyuError, match="exit status 3") as error:
        run(partitions(2), Dying(1, 0), lambda _: None)
    assert error.value.code == "E728"


def test_an_idle_worker_takes_what_another_left():
    events = deque(
        [Event(READY, 0), Event(READY, 1), Event(DIED, 0), Event(DONE, 1, 1), Event(READY, 0)]
    )
    given = []

    class Scripted:
        def give(self, worker, partition):
            given.append((worker, partition.number))

        def wait(self):
            return events.popleft()

    run(partitions(1), Scripted(), lambda _: None)
    assert given == [(0, 0), (1, 0)]
    assert list(events) == [Event(READY, 0)]

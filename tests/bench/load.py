"""Closed loops: each client a process, which sends its next request when it has its answer."""

from __future__ import annotations

import multiprocessing
import statistics
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from tests.bench.browsing import Browser
from tests.bench.flows import Flow, Place

PROCESSES = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Measured:
    """What a series of one flow gave; milliseconds for each whole flow."""

    clients: int
    per_second: float
    p50: float
    p95: float

    def __str__(self) -> str:
        return f"{self.per_second:8.1f}/s  p50 {self.p50:7.1f} ms  p95 {self.p95:7.1f} ms"


def run(flow: Flow, place: Place, port: int, *, clients: int, seconds: float) -> Measured:
    """Let `clients` go round for `seconds`, after one round each to warm up.

    Raises:
        AssertionError: an answer was not what a person would call success.
    """
    start = PROCESSES.Barrier(clients)
    pipes, processes = [], []
    for number in range(clients):
        ours, theirs = PROCESSES.Pipe(duplex=False)
        work = (flow, place, port, number, seconds, start, theirs)
        processes.append(PROCESSES.Process(target=_client, args=work, daemon=True))
        pipes.append(ours)
    for process in processes:
        process.start()
    told = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    for one in told:
        assert not isinstance(one, str), one
    return _summed_up([took for one in told for took in one], clients, seconds)


def _client(
    flow: Flow,
    place: Place,
    port: int,
    number: int,
    seconds: float,
    start: Barrier,
    pipe: Connection,
) -> None:
    try:
        browser = Browser(port)
        rounds = flow(browser, place, number)
        next(rounds)
        start.wait(60)
        took, begun = [], time.perf_counter()
        end = begun + seconds
        while begun < end:
            next(rounds)
            done = time.perf_counter()
            if done <= end:
                took.append(done - begun)
            begun = done
        pipe.send(took)
    except BaseException:
        start.abort()
        pipe.send(traceback.format_exc())


def _summed_up(took: Sequence[float], clients: int, seconds: float) -> Measured:
    ordered = sorted(took)
    p50 = statistics.median(ordered) * 1000
    p95 = ordered[int(len(ordered) * 0.95)] * 1000
    return Measured(clients, len(ordered) / seconds, p50, p95)

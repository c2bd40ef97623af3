"""Closed loops: each client a process, which sends its next request when it has its answer."""

from __future__ import annotations

import multiprocessing
import statistics
import time
import traceback
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from tests.bench.browsing import Browser
from tests.bench.flows import Flow, Place
from tests.bench.site import Site

PROCESSES = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Load:
    """What each client of a series does: whole flows, for `seconds` after one to warm up."""

    flow: Flow
    place: Place
    port: int
    seconds: float


@dataclass
class Measured:
    """What the series of one flow gave so far. `took` are seconds; `rounds` counts all flows."""

    took: list[float] = field(default_factory=list)
    seconds: float = 0
    rounds: int = 0
    processor_ms: float = 0

    @property
    def per_second(self) -> float:
        """Whole flows a second."""
        return len(self.took) / self.seconds

    @property
    def p50(self) -> float:
        """The median of a flow, in milliseconds."""
        return statistics.median(self.took) * 1000

    @property
    def p95(self) -> float:
        """What one flow in twenty exceeds, in milliseconds."""
        return sorted(self.took)[int(len(self.took) * 0.95)] * 1000

    @property
    def processor(self) -> float:
        """Processor time of the web workers for one flow, in milliseconds."""
        return self.processor_ms / self.rounds

    def __str__(self) -> str:
        return (
            f"{self.per_second:7.1f}/s  p50 {self.p50:6.1f}  p95 {self.p95:6.1f} ms"
            f"  cpu {self.processor:5.1f} ms"
        )


def add(measured: Measured, site: Site, load: Load, *, clients: int) -> None:
    """Let `clients` go round, and add what they saw.

    Raises:
        AssertionError: an answer was not what a person would call success.
    """
    before = site.processor_ms()
    start = PROCESSES.Barrier(clients)
    pipes, processes = [], []
    for number in range(clients):
        ours, theirs = PROCESSES.Pipe(duplex=False)
        work = (load, number, start, theirs)
        processes.append(PROCESSES.Process(target=_client, args=work, daemon=True))
        pipes.append(ours)
    for process in processes:
        process.start()
    told = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    for one in told:
        assert not isinstance(one, str), one
    measured.took += [took for in_time, _ in told for took in in_time]
    measured.rounds += sum(rounds for _, rounds in told)
    measured.seconds += load.seconds
    measured.processor_ms += site.processor_ms() - before


def _client(load: Load, number: int, start: Barrier, pipe: Connection) -> None:
    try:
        browser = Browser(load.port)
        rounds = load.flow(browser, load.place, number)
        next(rounds)
        start.wait(60)
        in_time, made, begun = [], 1, time.perf_counter()
        end = begun + load.seconds
        while begun < end:
            next(rounds)
            made += 1
            done = time.perf_counter()
            if done <= end:
                in_time.append(done - begun)
            begun = done
        pipe.send((in_time, made))
    except Exception:  # noqa: BLE001 -- told to the process that measures
        start.abort()
        pipe.send(traceback.format_exc())

"""One process that keeps the others alive: starts them in order, restarts what dies, stops all."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from grants.running.processes import send_group, spawn

BACK_OFF_SECONDS = (0.2, 0.5, 1, 2, 5, 10)
SERVE_SECONDS = 60
STEADY_SECONDS = 5
"""A child that lived this long starts again from the shortest wait."""
LOG_BYTES_MAX = 10 * 1024 * 1024


def _nothing() -> None:
    return


def _at_once() -> bool:
    return True


class ChildFailed(Exception):
    """A process did not come to serve; says where its log is."""


@dataclass
class Child:
    """One process to keep alive.

    `prepare` runs before every start; `serves` tells whether it does its work by now; it `keeps`
    these descriptors of ours, however often it starts. `stop_signal` asks it to end well within
    `stop_seconds`.
    """

    name: str
    command: Sequence[str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20
    prepare: Callable[[], None] = _nothing
    serves: Callable[[], bool] = _at_once
    cwd: Path | None = None
    keeps: Sequence[int] = ()

    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0, init=False)
    failures: int = field(default=0, init=False)
    due: float | None = field(default=None, init=False)

    @property
    def pid(self) -> int | None:
        """Its process, while it has one."""
        return self.process.pid if self.process else None

    def start(self) -> None:
        """Start it, in a group of its own, to be ended if we die."""
        self.prepare()
        _turn_over(self.log)
        self.process = spawn(
            self.command,
            log=self.log,
            at_our_death=self.stop_signal,
            cwd=self.cwd,
            keeps=self.keeps,
        )
        self.started, self.due = time.monotonic(), None

    def died(self) -> str | None:
        """Why it is no longer there, None while it is. What is left of its group is killed."""
        if self.process is None or self.process.poll() is None:
            return None
        code = self.process.returncode
        send_group(self.process.pid, signal.SIGKILL)
        self.process = None
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def back_off(self) -> float:
        """Put the next start some seconds off, longer each time; return how many."""
        steady = time.monotonic() - self.started > STEADY_SECONDS
        self.failures = 0 if steady else self.failures
        wait = BACK_OFF_SECONDS[min(self.failures, len(BACK_OFF_SECONDS) - 1)]
        self.failures += 1
        self.due = time.monotonic() + wait
        return wait

    def ask_to_stop(self) -> None:
        """Ask it to end."""
        self.due = None
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stopped(self, *, within: float) -> bool:
        """Whether it ended in time; killed, and what is left of it too, if it did not."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(within, 0.1))
        except subprocess.TimeoutExpired:
            send_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
            return False
        send_group(self.process.pid, signal.SIGKILL)
        self.process = None
        return True


class Supervisor:
    """Children in the order they start; they stop in the opposite order, by `stages`.

    Children of one stage start and stop together. `say(who, what)` tells each event.
    """

    def __init__(self, say: Callable[[str, str], None]) -> None:
        self.children: list[Child] = []
        self._say = say
        self._stages: list[list[Child]] = []
        self._asked: str | None = None

    @property
    def asked_to_stop(self) -> str | None:
        """The signal that asks us to end, if one came."""
        return self._asked

    def start(self, *stage: Child) -> None:
        """Start children together, and return once they serve or a signal asks us to end.

        Raises:
            ChildFailed: one died at once, or does not come to serve.
        """
        self._stages.append(list(stage))
        self.children += stage
        for child in stage:
            child.start()
        for child in stage:
            self._wait_for(child)
            self._say(child.name, f"started (process {child.pid})")

    def watch(self, *, until: Callable[[], bool] | None = None) -> None:
        """Keep every child alive until a signal asks us to end, or `until` holds."""
        while self._asked is None and not (until and until()):
            for child in self.children:
                self._tend(child)
            time.sleep(0.1)

    def stop(self) -> None:
        """End every child: the last stage first, each given its time."""
        for stage in reversed(self._stages):
            for child in stage:
                child.ask_to_stop()
            asked = time.monotonic()
            for child in stage:
                left = child.stop_seconds - (time.monotonic() - asked)
                in_time = child.stopped(within=left)
                self._say(child.name, "stopped" if in_time else "killed, it would not stop")
        self._stages.clear()
        self.children.clear()

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Take SIGINT, SIGTERM and SIGHUP as a wish to end, for as long as the block lasts."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._note) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _tend(self, child: Child) -> None:
        if (why := child.died()) is not None:
            wait = child.back_off()
            self._say(child.name, f"died ({why}); starts again in {wait:g} s")
        if child.due is not None and time.monotonic() >= child.due:
            child.start()
            self._say(child.name, f"started again (process {child.pid})")

    def _wait_for(self, child: Child) -> None:
        give_up = time.monotonic() + SERVE_SECONDS
        while self._asked is None and not child.serves():
            why = child.died() or ("no answer" if time.monotonic() > give_up else None)
            if why:
                raise ChildFailed(f"{child.name} does not start ({why}): see {child.log}")
            time.sleep(0.1)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._asked = signal.Signals(number).name


def _turn_over(log: Path) -> None:
    """Begin a new log when the old one has grown; one old one is kept."""
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_suffix(".log.1"))

"""Starting processes that never outlive us, and telling whether one is still ours."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    *,
    log: Path | None = None,
    at_our_death: signal.Signals | None = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    keeps: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, out of reach of the terminal's Ctrl-C.

    On Linux it receives `at_our_death` when we die, however we die. Its words go to `log`,
    or where ours go. Of what we have open it `keeps` these descriptors alone.
    """
    with _sink(log) as sink:
        return subprocess.Popen(  # noqa: S603 -- commands are ours
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT if sink else None,
            start_new_session=True,
            preexec_fn=_tied_to_us(at_our_death),  # noqa: PLW1509 -- nothing of ours runs threads before it forks
            env=dict(env) if env is not None else None,
            cwd=cwd,
            pass_fds=tuple(keeps),
        )


def is_running(pid: int | None, *, mark: str) -> bool:
    """Whether `pid` lives and its command line holds `mark`: numbers are given again."""
    if not pid or pid <= 0:
        return False
    line = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            # A zombie's command line is empty: it counts as gone, as it should.
            return mark.encode() in line.read_bytes()
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def wait_until(holds: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """Whether `holds` became true in time."""
    give_up = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(every)
    return True


def send(pid: int, signal_number: signal.Signals) -> None:
    """Signal one process; one that is gone already is fine."""
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        return


def send_group(pid: int, signal_number: signal.Signals) -> None:
    """Signal what is left of the group that a spawned process led."""
    try:
        os.killpg(pid, signal_number)
    except (ProcessLookupError, PermissionError):
        return


def write_private(file: Path, text: str) -> None:
    """Write a file that its owner alone can read; readers see the old text or the new one."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(file)


def wheel(package: str) -> Path:
    """Where an installed package lies, without running any of it."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"the package {package} is not installed: run `make`")
    return Path(found.submodule_search_locations[0])


class _sink:  # noqa: N801 -- reads as a statement
    """The open log, or nothing."""

    def __init__(self, log: Path | None) -> None:
        self._log = log
        self._fd: int | None = None

    def __enter__(self) -> int | None:
        if self._log is not None:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        return self._fd

    def __exit__(self, *_: object) -> None:
        if self._fd is not None:
            os.close(self._fd)


def _tied_to_us(at_our_death: signal.Signals | None) -> Callable[[], None] | None:
    if _LIBC is None or at_our_death is None:
        return None
    parent = os.getpid()
    libc = _LIBC

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(at_our_death))
        if os.getppid() != parent:  # we died between the fork and here
            os._exit(1)

    return tie

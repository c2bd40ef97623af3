"""PostgreSQL refuses to run as root: how it runs all the same when root starts it."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SEEN_AS = 1000
"""Who root pretends to be inside its own user namespace; any number but zero does."""


@dataclass(frozen=True)
class Disguise:
    """What to write before a command of PostgreSQL, and where its files may lie.

    `owner` is the account that must own the data, None when that is whoever we are.
    """

    prefix: tuple[str, ...] = ()
    owner: pwd.struct_passwd | None = None

    def tied_to_us(self) -> tuple[str, ...]:
        """The prefix for a server that must not outlive us: changing the account unties it."""
        return (*self.prefix, "--pdeathsig", "INT") if self.owner else self.prefix

    def place(self, directory: Path) -> Path:
        """Where the data meant for `directory` really lies.

        An account of its own cannot enter a checkout below a home that is closed to others:
        the data then lies under /var/lib.
        """
        if self.owner is None or _open_to_others(directory):
            return directory
        return _elsewhere(directory) / directory.name

    def settle(self, directory: Path) -> None:
        """Make `directory`, which `place` gave, ready for PostgreSQL to fill."""
        directory.parent.mkdir(parents=True, exist_ok=True)
        if self.owner is not None:
            directory.mkdir(mode=0o700, exist_ok=True)
            self.give(directory)

    def settle_binaries(self, binaries: Path) -> Path:
        """Where the account can run the binaries from: in place, or from a copy of its own."""
        home = binaries.parent
        if self.owner is None or _open_to_others(home / "bin"):
            return binaries
        copy = _elsewhere(home) / "postgresql"
        if not copy.exists():
            fresh = copy.with_suffix(f".{os.getpid()}")
            fresh.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(home, fresh, symlinks=True)
            fresh.rename(copy)
        return copy / binaries.name

    def give(self, file: Path) -> None:
        """Hand a small file (a password to read, a log to write) over to the account."""
        if self.owner is not None:
            os.chown(file, self.owner.pw_uid, self.owner.pw_gid)


@cache
def disguise() -> Disguise:
    """The way that works here: nothing to do, a user namespace, or an account of its own.

    The namespace is tried first: a clone may lie where no other account can go.

    Raises:
        SystemExit: root on a machine that allows neither.
    """
    if os.geteuid() != 0:
        return Disguise()
    namespace = (
        "unshare",
        "--user",
        f"--map-user={SEEN_AS}",
        f"--map-group={SEEN_AS}",
    )
    if _works(*namespace, "true"):
        return Disguise(prefix=namespace)
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        identity = (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups")
        if _works("setpriv", *identity, "true"):
            return Disguise(prefix=("setpriv", *identity), owner=account)
    raise SystemExit(
        "PostgreSQL refuses to run as root, and neither `unshare --user` nor `setpriv` works "
        "here: run Lauréat as an ordinary user, or set DATABASE_URL."
    )


def _works(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 -- our own words
    except FileNotFoundError:
        return False


def _open_to_others(directory: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in directory.parents if parent.exists())


def _elsewhere(directory: Path) -> Path:
    key = hashlib.sha256(str(directory).encode()).hexdigest()[:12]
    return Path("/var/lib/laureat") / key

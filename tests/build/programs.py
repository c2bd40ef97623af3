"""Programs that pip cannot bring: a test that needs one says so, and in CI fails without it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

FAKETIME = "faketime/libfaketimeMT.so.1"
SBIN = ("/usr/sbin", "/usr/local/sbin")


def needed(found: str | None, package: str) -> str:
    """What was found; skips the test when nothing was, naming the Debian package."""
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{package} is not installed, and .ci/run installs it")
    if found is None:
        pytest.skip(f"needs Debian's package {package}: sudo apt install {package}")
    return found


def clamd() -> str:
    """The antivirus's own server."""
    everywhere = os.pathsep.join([os.environ.get("PATH", ""), *SBIN])
    return needed(shutil.which("clamd", path=everywhere), "clamav-daemon")


def libfaketime() -> str:
    """The library that tells every program that is started with it another time."""
    folders = [*Path("/usr/lib").glob("*-linux-gnu"), Path("/usr/lib64"), Path("/usr/lib")]
    found = next((str(one / FAKETIME) for one in folders if (one / FAKETIME).exists()), None)
    return needed(found, "faketime")

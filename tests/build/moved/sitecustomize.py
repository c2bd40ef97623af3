"""For processes under libfaketime 0.9.10: its sleep on the true monotonic clock fails (EINVAL)."""

from __future__ import annotations

import select
import time


def sleep(seconds: float) -> None:
    """Wait on nothing: no clock of the library's is asked."""
    select.select([], [], [], max(0, seconds))


time.sleep = sleep

"""Lauréat: calls for projects, from the published call to the paid euro."""

from __future__ import annotations

import gc

# What importing makes is there to stay: to look for garbage after every seven hundred objects,
# as Python does by default, is a fifth of the time in which each of our processes starts.
gc.set_threshold(10_000, 10, 10)

"""Notices refuse nothing: what cannot be sent waits."""

from __future__ import annotations

SENTENCES: dict[str, object] = {}

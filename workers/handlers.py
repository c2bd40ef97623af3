"""Which task hears which message. A kind that is not here is history only."""

from __future__ import annotations

HANDLERS: dict[str, tuple[str, ...]] = {}

"""Libraries that few requests need: loaded by the first that does.

A web worker at rest holds what every page needs and nothing more; opening a workbook or cleaning
a PDF costs tens of megabytes and a second, which a site should not pay to start.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Late:
    """A module by its name, imported when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)

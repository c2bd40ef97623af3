"""The three ways the domain says no. The web layer maps each to one status."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class Refused(Exception):
    """A rule of the programme says no: 409, told to the person as a sentence.

    `code` is stable, logged, and translated at the edge (`grants.web.sentences`);
    `facts` fill the sentence (`envelope="…"`, `missing_cents=…`); `field` ties it to a form field.
    """

    def __init__(self, code: str, *, field: str | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.facts: Mapping[str, object] = MappingProxyType(facts)

    def __str__(self) -> str:
        # Facts may name people or amounts: the log gets the code alone.
        return self.code


class Forbidden(Exception):
    """The actor may see this but not do that: 403."""


class Unknown(Exception):
    """There is no such row, or none that the actor may know of: 404."""

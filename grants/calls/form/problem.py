"""What is wrong with an answer: a stable code and its facts, told as a sentence by the web."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

NO_FACTS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Problem:
    """`code` is `form.<reason>`; `facts` fill its sentence. The keys say where, once known."""

    code: str
    facts: Mapping[str, object] = field(default_factory=lambda: NO_FACTS)
    section_key: str = ""
    field_key: str = ""

    def at(self, section_key: str, field_key: str) -> Problem:
        """The same problem, placed in the form."""
        return replace(self, section_key=section_key, field_key=field_key)

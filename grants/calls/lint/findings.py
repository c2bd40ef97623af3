"""One thing found in a call, and the part of the workshop where it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Part(StrEnum):
    """A part of the workshop."""

    TEXTS = "texts"
    WINDOW = "window"
    AUDIENCE = "audience"
    CONTACT = "contact"
    FUNDING = "funding"
    AWARD = "award"
    TRACKS = "tracks"
    FORM = "form"
    DOCUMENTS = "documents"
    REVIEW = "review"
    BATCHES = "batches"


@dataclass(frozen=True)
class Finding:
    """`code` is stable and told by a sentence; `facts` fill it; `target` is a question's key."""

    code: str
    part: Part
    blocks: bool
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    target: str = ""


def stops(code: str, part: Part, *, target: str = "", **facts: object) -> Finding:
    """Something without which nobody should be invited."""
    return Finding(code, part, blocks=True, facts=MappingProxyType(facts), target=target)


def warns(code: str, part: Part, *, target: str = "", **facts: object) -> Finding:
    """Something to look at again."""
    return Finding(code, part, blocks=False, facts=MappingProxyType(facts), target=target)

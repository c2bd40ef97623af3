"""Two versions of a text, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

WORD = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Some words in a row: `kind` is same, gone or new."""

    kind: str
    text: str


def compare(before: str, after: str) -> Iterator[Piece]:
    """What was taken out and what was put in, in reading order."""
    old, new = WORD.findall(before), WORD.findall(after)
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Piece("gone", "".join(old[i:j]))
        if k < m:
            yield Piece("new", "".join(new[k:m]))

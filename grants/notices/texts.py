"""Texts with variables, for letters and agreements: what they may name, must hold, and become.

A text is typed plainly: paragraphs between blank lines, « # » before a heading, « - » before a
line of a list, [variables] between brackets. Nothing here knows what a variable is worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grants.decisions.models import Outcome

VARIABLE = re.compile(r"\[([a-z_]{2,30})\]")
APPEAL = "recours"
ALWAYS = ("acte", "date", APPEAL)
"""What no letter may omit: the number of the act, its date, the ways of appeal."""
AMOUNT, REASON = "montant", "motif"
NAMES = (
    *ALWAYS,
    AMOUNT,
    REASON,
    "dossier",
    "projet",
    "appel",
    "beneficiaire",
    "financeur",
    "demande",
    "vote",
    "signataire",
)
"""Every variable of a letter."""
LOOSE = re.compile(r"(?<=«) | (?=[»;:!?€])|(?<=\bn°) |(?<=\d) (?=\d{3}\b)")
"""An ordinary space where French wants one that no line breaks at."""
TRANSLATION = "***"
"""The line between a text and its translation."""


@dataclass(frozen=True)
class Block:
    """One piece of a text: `kind` is heading, paragraph, list, appeal or translation."""

    kind: str
    lines: Sequence[str] = ()


def mandatory(outcome: Outcome | None) -> tuple[str, ...]:
    """The variables that a text meant for these decisions must hold; None: for all of them."""
    amount = (AMOUNT,) if outcome in {None, Outcome.AWARD} else ()
    reason = (REASON,) if outcome in {None, Outcome.REFUSAL} else ()
    return (*ALWAYS, *amount, *reason)


def missing(body: str, outcome: Outcome | None) -> list[str]:
    """The mandatory variables that a text lacks."""
    held = set(VARIABLE.findall(body))
    return [one for one in mandatory(outcome) if one not in held]


def unknown(body: str, names: Iterable[str] = NAMES) -> list[str]:
    """What stands between brackets in a text and is no variable."""
    allowed = set(names)
    return sorted({one for one in VARIABLE.findall(body) if one not in allowed})


def filled(body: str, values: Mapping[str, str]) -> list[Block]:
    """The blocks of a text, its variables replaced.

    A paragraph or a line whose every variable is worth nothing goes: a letter of refusal says
    nothing of an amount. The ways of appeal stand alone, wherever they are named. Spaces typed
    inside « », before « ; : ! ? € », after « n° » and inside numbers do not break any more.
    """
    found: list[Block] = []
    for piece in re.split(r"\n\s*\n", body.replace("\r\n", "\n").strip()):
        found += _blocks(piece.strip(), values)
    return found


def _blocks(piece: str, values: Mapping[str, str]) -> list[Block]:
    if piece == TRANSLATION:
        return [Block("translation")]
    kept = [_line(one, values) for one in piece.split("\n") if _says_something(one, values)]
    kept = [one for one in kept if one]
    blocks: list[Block] = []
    if kept and kept[0].startswith("# "):
        blocks.append(Block("heading", [kept.pop(0).removeprefix("# ").strip()]))
    if kept:
        is_list = all(one.startswith("- ") for one in kept)
        lines = [one.removeprefix("- ") for one in kept] if is_list else kept
        blocks.append(Block("list" if is_list else "paragraph", lines))
    if f"[{APPEAL}]" in piece:
        blocks.append(Block("appeal"))
    return blocks


def _says_something(line: str, values: Mapping[str, str]) -> bool:
    named = [one for one in VARIABLE.findall(line) if one != APPEAL]
    return not named or any(values.get(one) for one in named)


def _line(line: str, values: Mapping[str, str]) -> str:
    text = line.replace(f"[{APPEAL}]", "")
    told = VARIABLE.sub(lambda one: values.get(one[1], one[0]), text).strip()
    return LOOSE.sub("\u202f", told)

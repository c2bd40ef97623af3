"""Which orders a leftover may be about, best first and why. Pure: a person says which it is.

The order of proposals is total and rests on nothing but the line and the orders: whoever looks,
and however often, the same one comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from grants.payments.holders import words

NUMBERED = re.compile(r"(?<!\d)(\d{4})\s?[-/ ]\s?(\d{1,9})(?!\d)")
SIGNS = 32
TRANSFER = re.compile(rf"[0-9a-f](?:[- ]?[0-9a-f]){{{SIGNS - 1},}}")
NOT_GIVEN = frozenset({"", "NOTPROVIDED"})
"""What stands for a reference where whoever paid gave none (SEPA implementation guidelines)."""
NEAR = 31
"""Days between a signature and what comes of it, in the usual course."""
SHOWN = 5
PART_OF_A_WORD = 4
"""Letters of the beginning of a word that tell it: banks cut labels short."""


class Hint(StrEnum):
    """What speaks for an order. Each weighs more than all the next ones together."""

    AMOUNT = "amount"
    TRANSFER = "transfer"
    NUMBER = "number"
    BENEFICIARY = "beneficiary"
    DAY = "day"


WEIGHTS = {hint: 1 << at for at, hint in enumerate(reversed(Hint))}
SURE = frozenset({Hint.TRANSFER, Hint.NUMBER, Hint.BENEFICIARY})
"""Of which one is wanted beside the amount before a line is matched without anybody."""


@dataclass(frozen=True)
class Candidate:
    """An order that might be meant; `names`: its beneficiary, and the holder of the account."""

    order_id: UUID
    funder_id: UUID
    year: int
    serial: int
    amount: int
    state: str
    is_told: bool
    signed_on: date | None
    names: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """What the treasury calls it, as in "2019-0012"."""
        return f"{self.year}-{self.serial:04d}"


@dataclass(frozen=True)
class Line:
    """What a leftover says, in so far as it tells of an order."""

    amount: int
    happened_on: date
    text: str


@dataclass(frozen=True)
class Likely:
    """An order, what speaks for it, and how many days before the line it was signed."""

    order: Candidate
    hints: frozenset[Hint]
    days: int | None

    @property
    def fits(self) -> bool:
        """Whether it may be matched: a line and its order are of one amount."""
        return Hint.AMOUNT in self.hints


def numbers_in(text: str) -> set[tuple[int, int]]:
    """Every year and rank that a text may mean an order by."""
    return {(int(year), int(serial)) for year, serial in NUMBERED.findall(text)}


def transfers_in(text: str) -> set[str]:
    """What may be the end-to-end reference of an order: 32 signs, however they were spaced."""
    runs = (re.sub(r"[- ]", "", run) for run in TRANSFER.findall(text.casefold()))
    return {run[at : at + SIGNS] for run in runs for at in range(len(run) - SIGNS + 1)}


def likely(line: Line, orders: Iterable[Candidate]) -> list[Likely]:
    """The orders that a line may be about: of its amount, or named by it; best first."""
    found = [_looked_at(line, one) for one in orders]
    wanted = {Hint.AMOUNT, Hint.TRANSFER, Hint.NUMBER}
    return sorted((one for one in found if one.hints & wanted), key=_rank)


def _looked_at(line: Line, order: Candidate) -> Likely:
    days = (line.happened_on - order.signed_on).days if order.signed_on else None
    told = {
        Hint.AMOUNT: order.amount == line.amount,
        Hint.TRANSFER: order.order_id.hex in transfers_in(line.text),
        Hint.NUMBER: (order.year, order.serial) in numbers_in(line.text),
        Hint.BENEFICIARY: any(names(line.text, name) for name in order.names),
        Hint.DAY: days is not None and 0 <= days <= NEAR,
    }
    return Likely(order, frozenset(hint for hint, speaks in told.items() if speaks), days)


def names(text: str, name: str) -> bool:
    """Whether a text names somebody: all the words that tell of them, cut short or not."""
    said, telling = words(text), words(name)
    return bool(telling) and all(any(_is(word, one) for one in said) for word in telling)


def _is(word: str, said: str) -> bool:
    return word == said or (len(said) >= PART_OF_A_WORD and word.startswith(said))


def _rank(one: Likely) -> tuple[int, int, int, int, UUID]:
    weight = sum(WEIGHTS[hint] for hint in one.hints)
    apart = abs(one.days) if one.days is not None else 1 << 30
    return -weight, apart, one.order.year, one.order.serial, one.order.order_id

"""One payment as files tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from grants.ledger.operations import Section


@dataclass(frozen=True)
class Payee:
    """Whom a payment goes to. `legal_form`: INSEE's four digits; "" for a person."""

    name: str
    siret: str
    legal_form: str
    street: str
    postcode: str
    city: str


@dataclass(frozen=True)
class OutLine:
    """One signed order. `repr` tells nothing of the account."""

    serial: int
    number: str
    end_to_end: str
    payee: Payee
    holder: str
    iban: str
    bic: str
    amount: int
    object: str
    section: Section
    nature: str
    function: str
    due_on: date | None
    already_paid: int

    def __repr__(self) -> str:
        return f"OutLine({self.number})"


@dataclass(frozen=True)
class OutBatch:
    """One batch with its signed orders, and what the funder's files begin with."""

    year: int
    serial: int
    number: str
    dated: date
    funder: str
    siret: str
    post: str
    community: str
    budget: str
    lines: tuple[OutLine, ...]

    @property
    def total(self) -> int:
        """In cents."""
        return sum(one.amount for one in self.lines)

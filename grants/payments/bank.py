"""The account that a claim is to be paid to, read as people type it."""

from __future__ import annotations

from dataclasses import dataclass

from grants.kernel.bank import compact, iban_of
from grants.kernel.errors import Refused


@dataclass(frozen=True)
class BankAccount:
    """An account that checks out. `repr` tells nothing: logs print what they are given."""

    iban: str
    bic: str | None

    @property
    def last4(self) -> str:
        """What pages may show."""
        return self.iban[-4:]

    def __repr__(self) -> str:
        return f"BankAccount(…{self.last4})"


def read_account(typed: str) -> BankAccount:
    """The account that someone typed, spaces, dashes, dots and case as they come.

    Raises:
        Refused: `claim.iban_missing`, or `claim.iban_invalid`; the facts never repeat it.
    """
    if not compact(typed):
        raise Refused("claim.iban_missing", field="iban")
    iban = iban_of(typed)
    if iban is None:
        raise Refused("claim.iban_invalid", field="iban")
    return BankAccount(iban=iban.compact, bic=str(iban.bic) if iban.bic else None)

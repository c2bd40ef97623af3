"""The books as plain-text journals, that other people's programs can check.

`export` writes for hledger (`hledger check --strict`) or beancount (`bean-check`): accounts
and commodities declared, every entry with its number and hash, every balance asserted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from grants.kernel.money import Unit
from grants.ledger.operations import Stage


class Format(StrEnum):
    """Whose journal."""

    HLEDGER = "hledger"
    BEANCOUNT = "beancount"


COMMODITIES = {Unit.EUR: "EUR", Unit.SQUARE_METRE: "M2", Unit.HOUR: "HOUR"}

ROOTS = {
    Stage.VOTED: "Equity",
    Stage.AVAILABLE: "Assets",
    Stage.RESERVED: "Assets",
    Stage.COMMITTED: "Assets",
    Stage.ORDERED: "Assets",
    Stage.PAID: "Expenses",
    Stage.LAPSED: "Equity",
    Stage.CARRIED: "Equity",
    Stage.CLAIM_CONTRA: "Income",
    Stage.CLAIMED: "Assets",
    Stage.RECOVERED: "Assets",
}

CHOSEN = """
    (CAST(:funder AS text) IS NULL OR f.key = :funder)
    AND (CAST(:year AS int) IS NULL OR b.year = :year)
"""

ACCOUNTS = text(
    f"""
    SELECT a.id, f.key, b.year, v.label, v.unit, a.stage, a.award_id, a.balance,
           dense_rank() OVER (PARTITION BY b.id ORDER BY v.id) AS rank
      FROM ledger_account a
      JOIN ledger_envelope v ON v.id = a.envelope_id
      JOIN ledger_book b ON b.id = v.book_id
      JOIN funder f ON f.id = b.funder_id
     WHERE {CHOSEN}
     ORDER BY f.key, b.year, v.id, a.stage, a.award_id
    """  # noqa: S608 -- a constant of this module
)

LEGS = text(
    f"""
    SELECT f.key, b.year, e.number, e.booked_on, e.operation, e.reason, e.hash,
           p.account_id, p.amount
      FROM ledger_entry e
      JOIN ledger_book b ON b.id = e.book_id
      JOIN funder f ON f.id = b.funder_id
      JOIN ledger_posting p ON p.entry_id = e.id
     WHERE {CHOSEN}
     ORDER BY e.booked_on, f.key, b.year, e.number, p.position
    """  # noqa: S608 -- a constant of this module
)

DAYS = text(
    f"""
    SELECT min(e.booked_on) AS first, max(e.booked_on) AS last
      FROM ledger_entry e
      JOIN ledger_book b ON b.id = e.book_id
      JOIN funder f ON f.id = b.funder_id
     WHERE {CHOSEN}
    """  # noqa: S608 -- a constant of this module
)


@dataclass(frozen=True)
class _Leaf:
    """An account under the name that both programs accept."""

    name: str
    unit: Unit
    balance: int


def export(
    session: Session, style: Format, funder_key: str | None = None, year: int | None = None
) -> Iterator[str]:
    """The journal, line by line and without line ends; of one funder or year, or of all.

    Read it while the session is open: entries are streamed. A ledger without entries gives a
    journal that declares its commodities and nothing else.
    """
    chosen = {"funder": funder_key, "year": year}
    leaves = {row.id: _leaf(row) for row in session.execute(ACCOUNTS, chosen)}
    first, last = session.execute(DAYS, chosen).one()
    yield f"; Lauréat, {funder_key or 'every funder'}, {year or 'every year'}"
    if style is Format.HLEDGER:
        yield "decimal-mark ."
        yield "commodity 1000.00 EUR"
        yield 'commodity 1000. "M2"'
        yield 'commodity 1000. "HOUR"'
        yield from (f"account {leaf.name}" for leaf in leaves.values())
    elif first is not None:
        for commodity in COMMODITIES.values():
            yield f"{first} commodity {commodity}"
        for leaf in leaves.values():
            yield f"{first} open {leaf.name} {COMMODITIES[leaf.unit]}"
    rows = session.execute(LEGS, chosen, execution_options={"yield_per": 2000})
    for _entry, legs in groupby(rows, key=lambda row: (row.key, row.year, row.number)):
        yield ""
        yield from _transaction(style, list(legs), leaves)
    if last is not None:
        yield ""
        yield from _assertions(style, last, list(leaves.values()))


def _transaction(style: Format, legs: list[Row[Any]], leaves: dict[UUID, _Leaf]) -> Iterator[str]:
    entry = legs[0]
    place = f"{entry.key} {entry.year} {entry.number}"
    reason = " ".join(entry.reason.split())
    digest = bytes(entry.hash).hex()
    if style is Format.HLEDGER:
        # A semicolon would start a comment, a bar end the payee.
        said = reason.replace(";", ",").replace("|", "/")
        yield f"{entry.booked_on} * ({place}) {entry.operation} | {said}  ; hash: {digest}"
    else:
        said = reason.replace("\\", "\\\\").replace('"', '\\"')
        yield f'{entry.booked_on} * "{entry.operation}" "{said}"'
        yield f'  entry: "{place}"'
        yield f'  hash: "{digest}"'
    for leg in legs:
        leaf = leaves[leg.account_id]
        yield f"    {leaf.name}  {_amount(style, leaf.unit, leg.amount)}"


def _assertions(style: Format, last: date, leaves: list[_Leaf]) -> Iterator[str]:
    """What each account must hold once every entry is read."""
    if style is Format.BEANCOUNT:
        # Beancount asserts at the start of a day.
        for leaf in leaves:
            balance = _amount(style, leaf.unit, leaf.balance)
            yield f"{last + timedelta(days=1)} balance {leaf.name}  {balance}"
        return
    yield f"{last} * balances"
    for leaf in leaves:
        nothing = _amount(style, leaf.unit, 0)
        yield f"    {leaf.name}  {nothing} = {_amount(style, leaf.unit, leaf.balance)}"


def _leaf(row: Row[Any]) -> _Leaf:
    stage = Stage(row.stage)
    parts = [
        ROOTS[stage],
        f"F-{_word(row.key)}-{row.year}",
        # Numbered, so that two labels never make one name.
        f"E{row.rank:02}-{_word(row.label)}",
        stage.value.title().replace("_", "-"),
    ]
    if row.award_id:
        parts.append(f"A-{row.award_id}")
    elif stage is Stage.CARRIED:
        # Beancount asserts an account with those below it: what credits carry stands beside
        # what awards carry.
        parts.append("Credits")
    return _Leaf(":".join(parts), Unit(row.unit), row.balance)


def _word(label: str) -> str:
    """Letters, digits and dashes: what account names of both programs may hold."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:60]


def _amount(style: Format, unit: Unit, amount: int) -> str:
    """Exact decimals: no float ever touches an amount."""
    commodity = COMMODITIES[unit]
    if style is Format.HLEDGER and unit is not Unit.EUR:
        commodity = f'"{commodity}"'
    if unit.scale == 1:
        return f"{amount} {commodity}"
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), unit.scale)
    return f"{sign}{whole}.{cents:02} {commodity}"

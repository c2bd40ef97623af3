"""Statements of account (camt.053), looked at as a whole before a line of them acts. Pure.

What is asked here is what makes a statement one, in every version from 001.02 to 001.12 (what is
read of them did not change; tests hold their files against classes made of the schemas). Its
account and its balances are there, its booked entries lead from one balance to the other, its
details make up their entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from grants.kernel.errors import Refused
from grants.kernel.money import Unit
from grants.payments.models import Answer
from grants.payments.told import (
    AMOUNT_MAX,
    UNREADABLE,
    Told,
    at,
    cents,
    day,
    every,
    local,
    space,
    text,
)

SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
VERSIONS = tuple(f"{number:02d}" for number in range(2, 13))
OPENING = ("OPBD", "PRCD")
CLOSING = "CLBD"
INTERIM = "ITBD"
"""The balance at the foot of a page, where a statement is cut into several."""
REFERENCE_MAX = 200
BESIDE = (
    *("RltdPties/Cdtr/Pty/Nm", "RltdPties/Cdtr/Nm", "RmtInf/Ustrd"),
    *("RmtInf/Strd/CdtrRefInf/Ref", "AddtlTxInf"),
)
"""Where a statement says to whom and for what, in words."""


@dataclass(frozen=True)
class Statement:
    """One statement: whose account, its number, its balances in cents, and what it answers."""

    reference: str
    account: str
    closed_on: date
    opening: int
    closing: int
    lines: tuple[Told, ...]

    def __repr__(self) -> str:
        return f"Statement({self.reference})"


def statements(root: Any) -> list[Statement]:
    """The statements of a file, each of which adds up.

    Raises:
        Refused: `payment_return.not_camt`, `camt_version` (`found`), and of the statement
            `reference`: `camt_incomplete` (`missing`), `camt_balance`, `camt_currency`,
            `camt_sum` and `camt_details` (what is `told_cents`, what it should be,
            `expected_cents`), or `line`.
    """
    if local(root) != "Document" or at(root, "BkToCstmrStmt") is None:
        raise Refused("payment_return.not_camt", field="file")
    version = space(root).removeprefix(SPACE)
    if not space(root).startswith(SPACE) or version not in VERSIONS:
        raise Refused("payment_return.camt_version", field="file", found=space(root)[:80] or "—")
    found = [_statement(one) for one in every(root, "Stmt")]
    if not found:
        raise Refused("payment_return.not_camt", field="file")
    return found


def _statement(element: Any) -> Statement:
    reference = text(element, "Id")[:REFERENCE_MAX]
    account = text(element, "Acct/Id/IBAN") or text(element, "Acct/Id/Othr/Id")
    for name, known in (("Stmt/Id", reference), ("Acct/Id", account)):
        if not known:
            raise _refused("camt_incomplete", reference, missing=name)
    opening, closing, closed_on = _balances(element, reference)
    moved, lines = 0, []
    for number, entry in enumerate(every(element, "Ntry"), start=1):
        try:
            signed, told = _entry(entry, reference, number)
        except UNREADABLE as error:
            raise Refused("payment_return.line", field="file", line=number) from error
        moved += signed
        lines += told
    if opening + moved != closing:
        raise _refused("camt_sum", reference, told_cents=closing, expected_cents=opening + moved)
    return Statement(reference, account, closed_on, opening, closing, tuple(lines))


def _balances(element: Any, reference: str) -> tuple[int, int, date]:
    """What the account held before and after, in cents, and the day of the latter."""
    found = [(text(one, "Tp/CdOrPrtry/Cd"), one) for one in element if local(one) == "Bal"]
    interim = [one for code, one in found if code == INTERIM]
    first = next((one for code, one in found if code in OPENING), None)
    last = next((one for code, one in found if code == CLOSING), None)
    first = interim[0] if first is None and interim else first
    last = interim[-1] if last is None and interim else last
    if first is None or last is None or first is last:
        raise _refused("camt_balance", reference)
    try:
        closed_on = day(text(last, "Dt/Dt") or text(last, "Dt/DtTm"))
        return _signed(first, reference), _signed(last, reference), closed_on
    except UNREADABLE as error:
        raise _refused("camt_balance", reference) from error


def _signed(element: Any, reference: str) -> int:
    """The amount of a balance or an entry: what is owed, or leaves, below zero.

    Raises:
        ValueError, ArithmeticError: it is none, or on neither side.
    """
    amount = at(element, "Amt")
    if amount is None:
        raise ValueError("no amount")
    if amount.get("Ccy") != Unit.EUR.value:
        raise _refused("camt_currency", reference, found=str(amount.get("Ccy"))[:3])
    found = Decimal(str(amount.text).strip()) * 100
    if not found.is_finite() or found != int(found) or not 0 <= found < AMOUNT_MAX:
        raise ValueError("no amount")
    return int(found) * {"CRDT": 1, "DBIT": -1}[_side(element)]


def _side(element: Any) -> str:
    side = text(element, "CdtDbtInd")
    if side not in {"CRDT", "DBIT"}:
        raise ValueError("neither credit nor debit")
    return side


def _entry(entry: Any, reference: str, number: int) -> tuple[int, list[Told]]:
    """What a booked entry moves, in cents, and what it answers; nothing where it is not booked."""
    if text(entry, "Sts") not in {"BOOK", ""}:
        return 0, []
    moved = _signed(entry, reference)
    parts = every(entry, "TxDtls")
    amounts = [_part(one) for one in parts]
    if len(parts) > 1 or any(amounts):
        told = sum(one or 0 for one in amounts)
        if told != abs(moved):
            facts = {"told_cents": told, "expected_cents": abs(moved)}
            raise _refused("camt_details", reference, line=number, **facts)
    return moved, list(_answers(entry, parts, amounts, moved))


def _part(details: Any) -> int | None:
    """The amount of one transfer of an entry in euros, where it tells one."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        if typed := text(details, path):
            return cents(typed)
    return None


def _answers(entry: Any, parts: list[Any], amounts: list[int | None], moved: int) -> Iterator[Told]:
    """Each transfer of a booked entry: money that left, or a transfer come back."""
    came_in = moved > 0
    on = day(text(entry, "BookgDt/Dt") or text(entry, "BookgDt/DtTm"))
    for part, amount in zip(parts or [entry], amounts or [None], strict=True):
        back = every(part, "RtrInf")[:1]
        if came_in and not back:
            continue  # money from elsewhere is no answer to an order
        motive = text(back[0], "AddtlInf") or text(back[0], "Rsn/Cd") if back else ""
        yield Told(
            reference=text(part, "Refs/EndToEndId"),
            amount=amount or cents(text(entry, "Amt")),
            happened_on=on,
            answer=Answer.REJECTED if came_in else Answer.PAID,
            motive=motive,
            label=_label(entry, part),
        )


def _label(entry: Any, part: Any) -> str:
    """What is written beside a transfer: whom it went to, its label, that of its entry."""
    said = [*(text(part, path) for path in BESIDE), text(entry, "AddtlNtryInf")]
    return " \u00b7 ".join(dict.fromkeys(filter(None, said)))


def _refused(code: str, reference: str, **facts: Any) -> Refused:
    return Refused(f"payment_return.{code}", field="file", reference=reference or "—", **facts)

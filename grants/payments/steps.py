"""What stands between an award and its payment, as a list of tasks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from grants.kernel.clock import paris_date
from grants.payments.models import (
    Claim,
    DetailsState,
    Instalment,
    InstalmentCondition,
    Method,
    OrderState,
    PaymentOrder,
)


class StepKind(StrEnum):
    """The steps that every payment has, beside the conditions of its own."""

    CONDITION = "condition"
    PREVIOUS = "previous"
    CLAIM = "claim"
    ACCOUNT = "account"
    SERVICE = "service"
    ORDER = "order"
    SIGNATURE = "signature"
    PAYMENT = "payment"


@dataclass(frozen=True)
class Step:
    """One task: done on a day, or to be done. `detail` names what it is about."""

    kind: StepKind
    done: bool
    on: date | None = None
    detail: str = ""
    condition: InstalmentCondition | None = None


def steps(
    instalment: Instalment,
    claim: Claim | None,
    order: PaymentOrder | None,
    *,
    waits_for: str | None = None,
) -> list[Step]:
    """The tasks of one payment in their order; `waits_for`: an earlier instalment not paid yet.

    Needs the instalment's conditions, and the claim's bank details.
    """
    found = []
    if instalment.position > 1:
        found.append(Step(StepKind.PREVIOUS, done=waits_for is None, detail=waits_for or ""))
    found += [
        Step(StepKind.CONDITION, one.met_on is not None, one.met_on, one.note, one)
        for one in instalment.conditions
    ]
    found.append(_step(StepKind.CLAIM, claim.submitted_at if claim else None))
    if instalment.method is Method.TRANSFER:
        found.append(_account(claim))
    found.append(_step(StepKind.SERVICE, claim.certified_at if claim else None))
    return found + _of_order(order)


def missing(conditions: Sequence[InstalmentCondition]) -> list[InstalmentCondition]:
    """The conditions that nothing proves yet."""
    return [one for one in conditions if one.met_on is None]


def _account(claim: Claim | None) -> Step:
    details = claim.bank_details if claim else None
    if details is None:
        return Step(StepKind.ACCOUNT, done=False)
    answered = details.answered_at if details.state is DetailsState.AGREED else None
    return _step(StepKind.ACCOUNT, answered, detail=details.iban_last4)


def _of_order(order: PaymentOrder | None) -> list[Step]:
    if order is None:
        return [
            Step(one, done=False) for one in (StepKind.ORDER, StepKind.SIGNATURE, StepKind.PAYMENT)
        ]
    paid = order.state is OrderState.PAID
    return [
        _step(StepKind.ORDER, order.prepared_at, detail=order.number),
        _step(StepKind.SIGNATURE, order.approved_at),
        Step(StepKind.PAYMENT, paid, order.paid_on, order.reference or ""),
    ]


def _step(kind: StepKind, at: datetime | None, *, detail: str = "") -> Step:
    return Step(kind, at is not None, paris_date(at) if at else None, detail)

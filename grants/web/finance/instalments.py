"""The payments of an award on its card: what each one waits for, and who brings it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.kernel.clock import paris_date
from grants.payments import queries
from grants.payments.models import Claim, ClaimState, Instalment, PaymentOrder
from grants.payments.queries import AwardPlan
from grants.payments.rules import can_read_claim
from grants.payments.steps import Step, steps
from grants.web.payment_words import claim_due, tasks
from grants.web.requests import current_actor, now


def payments_of(session: Session, plan: AwardPlan | None) -> list[dict[str, Any]]:
    """Each instalment with its claim, its order and its steps; nothing without the right to read.

    Two statements beside those of the plan, whatever it holds.
    """
    viewer = current_actor()
    if plan is None or not can_read_claim.holds(viewer, plan.decision):
        return []
    live = {one.id: queries.live_claim(one) for one in plan.instalments}
    orders = queries.live_orders(session, [one.id for one in live.values() if one], viewer=viewer)
    lines: list[dict[str, Any]] = []
    waits_for: str | None = None
    for one in plan.instalments:
        claim = live[one.id]
        lines.append(_line(one, claim, orders, waits_for))
        if waits_for is None and not _is_paid(claim):
            waits_for = one.label
    return lines


def _line(
    instalment: Instalment,
    claim: Claim | None,
    orders: Mapping[UUID, PaymentOrder],
    waits_for: str | None,
) -> dict[str, Any]:
    order = orders.get(claim.id) if claim else None
    found = steps(instalment, claim, order, waits_for=waits_for)
    return {
        "instalment": instalment,
        "claim": claim,
        "order": order,
        "missing": [] if _is_paid(claim) or instalment.is_closed else tasks(_now_missing(found)),
        "tasks": tasks(found),
        "due": _due(claim),
    }


def _now_missing(found: list[Step]) -> list[Step]:
    """What holds the payment up now: the conditions that nothing proves, else the next step."""
    open_ones = [one for one in found if not one.done]
    return [one for one in open_ones if one.condition is not None] or open_ones[:1]


def _is_paid(claim: Claim | None) -> bool:
    return claim is not None and claim.state is ClaimState.PAID


def _due(claim: Claim | None) -> tuple[str, str] | None:
    if claim is None or _is_paid(claim):
        return None
    return claim_due(claim, today=paris_date(now()))

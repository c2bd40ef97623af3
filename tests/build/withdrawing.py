"""Awards that are taken back: how far a withdrawal has come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from build.clock import NOW
from build.payments import Award
from grants.kernel.money import Amount
from grants.withdrawals import services
from grants.withdrawals.models import Reason, Withdrawal
from grants.withdrawals.services import Intent, Ruling

UNTIL = (NOW + timedelta(days=15)).date()
AFTER = NOW + timedelta(days=16)
"""The first instant at which one may decide without having been answered."""
DECIDED_ON = AFTER.date()


def an_intent(amount: int = 1_000_000, **given: Any) -> Intent:
    """All of 10 000 €, because the project was not carried out."""
    facts = {"reason": Reason.NOT_CARRIED_OUT, "grounds": "Le projet n’a pas eu lieu."}
    return Intent(**{**facts, "amount": Amount(amount), "until": UNTIL, **given})


def notified(session: Session, award: Award, amount: int = 1_000_000, **given: Any) -> Withdrawal:
    """An intended withdrawal that its beneficiary was told of."""
    intent = an_intent(amount, **given)
    return services.notify(session, award.decision.id, intent, actor=award.scene.officer, now=NOW)


def a_ruling(amount: int = 1_000_000, on: date = DECIDED_ON, **given: Any) -> Ruling:
    """The act that withdraws."""
    facts = {"act": "ARR2018_12", "motives": "Aucune dépense n’est justifiée."}
    return Ruling(**{**facts, "on": on, "amount": Amount(amount), **given})


def decided(session: Session, award: Award, amount: int = 1_000_000, **given: Any) -> Withdrawal:
    """A withdrawal decided once the time to answer was over."""
    row = notified(session, award, amount, **given)
    return services.decide(session, row.id, a_ruling(amount), actor=award.scene.officer, now=AFTER)


def carried_out(
    session: Session, award: Award, amount: int = 1_000_000, **given: Any
) -> Withdrawal:
    """A withdrawal whose act is executory."""
    row = decided(session, award, amount, **given)
    on = AFTER.date()
    return services.carry_out(session, row.id, on=on, actor=award.scene.officer, now=AFTER)


def asked_back(session: Session, award: Award, amount: int = 1_000_000) -> Withdrawal:
    """What was paid of a withdrawn award is asked back under a number."""
    row = carried_out(session, award, amount)
    return services.ask_back(
        session, row.id, title="2018-T-41", on=AFTER.date(), actor=award.scene.finance, now=AFTER
    )

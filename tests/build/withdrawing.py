"""Awards that are taken back: how far a withdrawal has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import a_scene
from build.payments import Award, a_paid_order, an_award_to_pay
from build.people import acting_as
from build.sides import Side, a_document
from grants.files.store import FileStore
from grants.kernel.access import FunderRole
from grants.kernel.money import Amount
from grants.people.models import Person
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


EARLIER = NOW - timedelta(days=20)
"""When the withdrawals of the world are announced: they may be decided by now."""


def withdrawals_under_way(session: Session, store: FileStore, side: Side) -> None:
    """One for each step: announced, answered, decided, given up, asked back, to be asked back.

    Each is named after its award, as everything of an application is: the wall looks for them so.
    """
    officer = acting_as(session, side.people["officer"])
    applicant = acting_as(session, side.people["representative"])
    finance = acting_as(session, side.people["finance"])
    for award in ("planned", "claimed", "announced"):
        until = (EARLIER + timedelta(days=15)).date()
        row = services.notify(
            session, side[f"decision.{award}"], an_intent(1_000, until=until),
            actor=officer, now=EARLIER,
        )  # fmt: skip
        side.objects[f"withdrawal.{award}"] = row.id
    given = a_document(session, store, side, f"reponse-{side.name}.pdf")
    answered = services.observe(
        session, side["withdrawal.claimed"], observations=f"{side.name} a tout dépensé.",
        documents=[given], actor=applicant, now=EARLIER,
    )  # fmt: skip
    session.refresh(answered, ["files"])
    side.objects["withdrawal_file.claimed"] = answered.files[0].id
    ruling = a_ruling(1_000, NOW.date(), act=f"ARR-{side.name}")
    services.decide(session, side["withdrawal.announced"], ruling, actor=officer, now=NOW)
    asked = services.give_up(
        session, side["decision.certified"], grounds=f"{side.name} renonce.",
        actor=applicant, now=NOW,
    )  # fmt: skip
    side.objects["withdrawal.certified"] = asked.id
    for name, cents in (("paid", 230_000), ("paid_again", 1_000)):
        row = services.record_judgment(
            session, side["decision.paid"], act=f"TA-{name}", on=NOW.date(),
            grounds="Annulée.", amount=Amount(cents), actor=officer, now=NOW,
        )  # fmt: skip
        services.carry_out(session, row.id, on=NOW.date(), actor=officer, now=NOW)
        side.objects[f"withdrawal.{name}"] = row.id
    services.ask_back(
        session, side["withdrawal.paid"], title=f"T-{side.name}", on=NOW.date(),
        actor=finance, now=NOW,
    )  # fmt: skip
    services.recover(
        session, side["withdrawal.paid"], amount=Amount(1_00), on=NOW.date(),
        actor=finance, now=NOW,
    )  # fmt: skip


def _awards(session: Session, n: int) -> list[Award]:
    """So many awards of one house, each of its own applicant."""
    scene = a_scene(session, applications=n)
    each = [
        replace(scene, applications=[file], authors=[author])
        for file, author in zip(scene.applications, scene.authors, strict=True)
    ]
    return [an_award_to_pay(session, scene=one) for one in each]


def withdrawals_listed(session: Session, n: int) -> tuple[Person, str]:
    """An officer's list of awards that are taken back."""
    awards = _awards(session, n)
    for one in awards:
        notified(session, one)
    return awards[0].scene.people[FunderRole.OFFICER], "/instruction/retraits"


def recoveries_listed(session: Session, n: int) -> tuple[Person, str]:
    """A finance officer's list of what is owed back."""
    awards = _awards(session, n)
    for one in awards:
        a_paid_order(session, one)
        carried_out(session, one)
    return awards[0].scene.people[FunderRole.FINANCE], "/finances/recouvrements"


OF_WITHDRAWALS = (
    ("officer.withdrawals.index", withdrawals_listed, 3),
    ("finance.recoveries.index", recoveries_listed, 3),
)
"""Lists of what is taken back, as `Listing`s are made of them."""

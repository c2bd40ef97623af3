"""Awards taken back: announced, answered, decided, owed, asked back; and promises to the years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import a_scene
from build.gallery.names import CALL, Look, entitle
from build.payments import Award, a_paid_order, an_award_to_pay
from build.withdrawing import EARLIER, an_intent, asked_back, carried_out, decided
from grants.kernel.access import FunderRole
from grants.withdrawals import services


def taken_back(session: Session, many: int) -> Iterator[Look]:
    """The officer’s, the beneficiary’s and the finance officer’s pages, forms refused once."""
    scene = a_scene(session, applications=4, voted=900_000_00)
    scene.call.title_fr = CALL
    entitle(session, scene.applications)
    each = [
        replace(scene, applications=[file], authors=[author])
        for file, author in zip(scene.applications, scene.authors, strict=True)
    ]
    announced, ruled, owed, asked = (an_award_to_pay(session, scene=one) for one in each)
    officer = scene.people[FunderRole.OFFICER]
    new = f"/instruction/retraits/aides/{announced.decision.id}"
    yield Look(officer, new, press="Voir l’effet", answer=422)
    yield from _announced(session, announced)
    row = decided(session, ruled)
    yield Look(officer, f"/instruction/retraits/{row.id}")
    for one in (owed, asked):
        a_paid_order(session, one)
    first, second = carried_out(session, owed, 123_456), asked_back(session, asked, 800_000)
    finance = scene.people[FunderRole.FINANCE]
    yield Look(officer, "/instruction/retraits")
    yield Look(finance, "/finances/recouvrements")
    yield Look(finance, f"/finances/recouvrements/{first.id}")
    page = f"/finances/recouvrements/{second.id}"
    yield Look(finance, page, press="Noter l’encaissement", answer=409)
    yield Look(finance, f"/finances/attributions/{asked.decision.id}")


def _announced(session: Session, award: Award) -> Iterator[Look]:
    """From the letter to the answer."""
    officer, file = award.scene.people[FunderRole.OFFICER], award.scene.applications[0]
    intent = an_intent(640_000, grounds="Le bilan ne justifie que le tiers des dépenses.")
    row = services.notify(
        session, award.decision.id, intent, actor=award.scene.officer, now=EARLIER
    )
    page = f"/dossiers/{file.id}/retraits/{row.id}"
    yield Look(award.scene.author, page)
    yield Look(officer, f"/instruction/retraits/{row.id}")
    said = "Tout a été dépensé, les factures sont jointes."
    services.observe(session, row.id, observations=said, actor=award.applicant, now=NOW)
    yield Look(award.scene.author, page)
    yield Look(officer, f"/instruction/retraits/{row.id}")

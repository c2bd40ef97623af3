"""What an amendment took off an award stays among the due dates until it is withdrawn."""

from __future__ import annotations

from datetime import date

import pytest

from build.clock import NOW
from build.payments import ONCE, an_award_to_pay
from build.signing import brought_into_force
from build.withdrawing import notified
from grants.agreements import services
from grants.duties import queries
from grants.duties.sources import Kind
from grants.kernel.access import Actor
from grants.kernel.money import Amount
from grants.withdrawals import services as withdrawals

TODAY = NOW.date()


def due(session, viewer: Actor) -> list[queries.Duty]:
    statement = queries.duties(viewer=viewer, today=TODAY, kinds=[Kind.AMENDMENT])
    return [queries.as_duty(row) for row in session.execute(statement)]


def amended(session, award, agreed: int) -> None:
    """An agreement whose amendment leaves that much."""
    act = {"actor": award.scene.officer, "now": NOW}
    made = services.draft(session, award.decision.id, text="Convention.", **act)
    brought_into_force(session, made.id, actor=award.scene.officer)
    assert due(session, award.scene.officer) == []
    text = {"object": "Budget revu", "text": "Avenant."}
    services.amend(session, made.id, amount=Amount(agreed), **text, **act)
    assert due(session, award.scene.officer) == []
    brought_into_force(session, made.id, actor=award.scene.officer)


def test_what_an_amendment_took_off_is_due_until_it_is_withdrawn(session):
    award = an_award_to_pay(session, parts=ONCE)
    officer = award.scene.officer
    amended(session, award, 800_000)
    (one,) = due(session, officer)
    assert (one.due_on, one.from_on) == (date(TODAY.year, 12, 31), TODAY)
    row = notified(session, award, 200_000)
    assert due(session, officer) == []
    withdrawals.drop(session, row.id, reason="Erreur.", actor=officer, now=NOW)
    assert due(session, officer) == [one]
    row = withdrawals.record_judgment(
        session, award.decision.id, act="TA-1", on=TODAY, grounds="Réduite.",
        amount=Amount(200_000), actor=officer, now=NOW,
    )  # fmt: skip
    withdrawals.carry_out(session, row.id, on=TODAY, actor=officer, now=NOW)
    assert due(session, officer) == []


@pytest.mark.parametrize("agreed", [999_999, 1_000_000])
def test_one_cent_less_is_due_and_the_whole_award_is_not(session, agreed):
    award = an_award_to_pay(session, parts=ONCE)
    amended(session, award, agreed)
    assert len(due(session, award.scene.officer)) == (agreed < 1_000_000)

"""What goes with an award that is withdrawn: agreement, amendment, report, due dates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.payments import an_award_to_pay
from build.signing import brought_into_force
from build.withdrawing import AFTER, carried_out
from grants.agreements import queries as agreements
from grants.agreements import services as binding
from grants.agreements.models import ActState, Agreement
from grants.duties import queries as duties
from grants.duties.sources import Kind
from grants.followup import services as followup
from grants.followup.models import DueReminder, FinancialReport, ReportState
from grants.kernel.errors import Refused
from grants.kernel.money import Amount

HALF = 400_000


@pytest.fixture
def award(session):
    return an_award_to_pay(session)


def bound(session, award) -> Agreement:
    """The agreement of the award, in force."""
    officer = award.scene.officer
    made = binding.draft(session, award.decision.id, text="Convention.", actor=officer, now=NOW)
    return brought_into_force(session, made.id, actor=officer)


def read(session, award, agreement) -> Agreement:
    session.expire_all()
    return agreements.agreement(session, agreement.id, viewer=award.scene.officer)


def due(session, award, kind: Kind) -> list[object]:
    found = duties.duties(viewer=award.scene.officer, today=NOW.date(), kinds=[kind])
    return session.execute(found).all()


def test_an_award_withdrawn_whole_ends_its_agreement(session, award):
    agreement = bound(session, award)
    row = carried_out(session, award)
    ended = read(session, award, agreement)
    assert (ended.ended_on, ended.ended_by_act) == (row.executory_on, row.act)
    assert [one.state for one in ended.acts] == [ActState.IN_FORCE]
    with pytest.raises(Refused, match=r"agreement\.ended"):
        binding.amend(
            session, agreement.id, amount=Amount(1), object="x", text="x",
            actor=award.scene.officer, now=AFTER,
        )  # fmt: skip


def test_an_agreement_that_waits_for_signatures_is_signed_no_more(session, award):
    officer = award.scene.officer
    made = binding.draft(session, award.decision.id, text="Convention.", actor=officer, now=NOW)
    act = agreements.agreement(session, made.id, viewer=officer).acts[0]
    carried_out(session, award)
    session.expire_all()
    with pytest.raises(Refused, match=r"agreement\.ended"):
        binding.send(session, act.id, actor=officer, now=AFTER)


def test_a_withdrawal_in_part_drafts_the_amendment_to_what_is_left(session, award):
    agreement = bound(session, award)
    row = carried_out(session, award, HALF)
    found = read(session, award, agreement)
    assert (found.ended_on, found.original_amount) == (None, 1_000_000)
    first, amendment = found.acts
    assert (first.amount, amendment.amount) == (1_000_000, 600_000)
    assert amendment.state is ActState.DRAFTED
    text = amendment.latest.text.replace("\u202f", " ").replace("\u00a0", " ")
    for words in (row.act, "10 000,00 €", "4 000,00 €", "ramené à 6 000,00 €"):
        assert words in text, words
    # A second withdrawal while the amendment is being written leaves it to the officer.
    carried_out(session, award, 100_000)
    assert len(read(session, award, agreement).acts) == 2


def test_nothing_is_asked_any_more_of_an_award_withdrawn_whole(session, award):
    bound(session, award)
    followup.expect_reports(session, now=NOW)
    assert due(session, award, Kind.REPORT)
    assert due(session, award, Kind.PUBLICATION)
    carried_out(session, award)
    (report,) = session.scalars(select(FinancialReport)).all()
    assert report.state is ReportState.EXCUSED
    for kind in (Kind.REPORT, Kind.PUBLICATION, Kind.AID_REGISTER, Kind.AGREEMENT):
        assert due(session, award, kind) == [], kind
    followup.remind_due(session, now=NOW + timedelta(days=400))
    assert session.scalars(select(DueReminder)).all() == []


def test_no_report_is_expected_of_what_was_taken_back_before(session, award):
    carried_out(session, award)
    assert followup.expect_reports(session, now=AFTER) == 0


def test_what_is_left_of_an_award_is_still_reported_on(session, award):
    followup.expect_reports(session, now=NOW)
    carried_out(session, award, HALF)
    (report,) = session.scalars(select(FinancialReport)).all()
    assert report.state is ReportState.EXPECTED
    assert due(session, award, Kind.REPORT)

"""The sixty days of a claim stop with a request, and go on with the answer to it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.payments import a_claim, a_document, an_award_to_pay, an_order
from grants.duties import queries as duties
from grants.duties.sources import Kind
from grants.invariants.payments import CLOCKS
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message
from grants.payments import queries, services
from grants.payments.models import Claim, ClaimPause, ClaimState

DAY = timedelta(days=1)
TODAY = paris_date(NOW)


@pytest.fixture
def award(session):
    return an_award_to_pay(session)


@pytest.fixture
def claim(session, award) -> Claim:
    return a_claim(session, award)


def stop(session, award, claim, days: int = 0, **given) -> Claim:
    """The service asks for the bank details, some days from now."""
    facts = {"reason": "Il manque le RIB.", "actor": award.scene.officer, "now": NOW + days * DAY}
    return services.stop_clock(session, claim.id, **{**facts, **given})


def answer(session, award, claim, days: int, **given) -> Claim:
    """The beneficiary answers, some days from now."""
    facts = {"message": "Le voici.", "actor": award.applicant, "now": NOW + days * DAY}
    return services.answer_request(session, claim.id, **{**facts, **given})


def told(session, kind: str) -> int:
    return len(session.scalars(select(Message.id).where(Message.kind == kind)).all())


def due(session, award, days: int) -> list[date]:
    """The days on which payments fall due, as the calendar tells them."""
    found = duties.duties(viewer=award.scene.officer, today=TODAY + days * DAY)
    return [one.due_on for one in session.execute(found) if one.kind == Kind.PAYMENT]


def test_a_request_stops_the_days_and_its_answer_gives_them_back(session, award, claim):
    whole = claim.due_on
    assert claim.clock_from == whole - 60 * DAY
    stop(session, award, claim, 3)
    assert (claim.due_on, claim.pause.begun_on) == (None, TODAY + 3 * DAY)
    assert stop(session, award, claim, 3).id == claim.id  # twice is once
    assert told(session, "claim.clock_stopped") == 1
    paper = a_document(session, award.applicant.id)
    answer(session, award, claim, 15, documents=[paper])
    assert (claim.due_on, claim.pause) == (whole + 12 * DAY, None)
    assert claim.pauses[0].answer == "Le voici."
    answer(session, award, claim, 16)
    assert told(session, "claim.request_answered") == 1
    # Twice, the second time from the day of the first answer, over the end of the month.
    stop(session, award, claim, 15, reason="Il manque le bilan.")
    services.resume_clock(
        session,
        claim.id,
        on=TODAY + 40 * DAY,
        answer="Bilan reçu par courrier",
        actor=award.scene.officer,
        now=NOW + 41 * DAY,
    )
    assert claim.due_on == whole + 37 * DAY
    known = queries.claim(session, claim.id, viewer=award.scene.officer)
    assert [one.stored_file_id for one in known.files] == [paper.id]
    assert session.execute(text(CLOCKS)).all() == []
    session.execute(update(Claim).values(due_on=whole))
    assert session.scalars(text(CLOCKS)).all() == [claim.id]


def test_what_waits_is_not_certified_and_what_goes_back_waits_no_more(session, award, claim):
    stop(session, award, claim)
    with pytest.raises(Refused, match="clock_stopped"):
        services.certify(session, claim.id, actor=award.scene.officer, now=NOW)
    services.refuse(session, claim.id, reason="RIB faux", actor=award.scene.officer, now=NOW)
    assert (claim.state, claim.pause) == (ClaimState.REFUSED, None)
    with pytest.raises(Refused, match="stop_clock"):
        stop(session, award, claim)


def test_a_request_says_what_is_missing_and_since_a_day_that_can_be(session, award, claim):
    with pytest.raises(Refused, match="pause_reason_missing"):
        stop(session, award, claim, reason=" ")
    for on in (TODAY - DAY, TODAY + DAY):
        with pytest.raises(Refused, match="pause_day"):
            stop(session, award, claim, on=on)
    stop(session, award, claim)
    with pytest.raises(Refused, match="clock_stopped"):
        stop(session, award, claim, reason="Il manque aussi le bilan.")
    with pytest.raises(Refused, match="answer_missing"):
        answer(session, award, claim, 1, message=" ")
    late = {"answer": "", "actor": award.scene.officer, "now": NOW}
    for on in (TODAY - DAY, TODAY + DAY):
        with pytest.raises(Refused, match="resume_day"):
            services.resume_clock(session, claim.id, on=on, **late)


def test_only_the_service_stops_days_and_only_the_purse_answers(session, award, claim):
    with pytest.raises(Forbidden):
        stop(session, award, claim, actor=award.scene.finance)
    with pytest.raises(Unknown):
        stop(session, award, claim, actor=award.applicant)
    stop(session, award, claim)
    with pytest.raises(Unknown):
        answer(session, award, claim, 1, actor=award.scene.officer)


def test_no_calendar_tells_a_day_while_it_waits(session, award, claim):
    assert due(session, award, 0) == [claim.due_on]
    stop(session, award, claim)
    assert due(session, award, 0) == []
    answer(session, award, claim, 5)
    assert due(session, award, 5) == [claim.due_on]


def test_postgresql_lets_no_two_pauses_overlap_and_none_change(session, award, claim):
    stop(session, award, claim)
    answer(session, award, claim, 5)
    again = (
        "INSERT INTO claim_pause (id, claim_id, begun_on, reason, begun_by, begun_at)"
        " SELECT gen_random_uuid(), claim_id, begun_on + 4, 'x', begun_by, now() FROM claim_pause"
    )
    with pytest.raises(IntegrityError, match="ex_claim_pause_once"), session.begin_nested():
        session.execute(text(again))
    for act in ("UPDATE claim_pause SET resumed_on = resumed_on + 9", "DELETE FROM claim_pause"):
        with pytest.raises(IntegrityError, match="never changed"), session.begin_nested():
            session.execute(text(act))
    assert len(session.scalars(select(ClaimPause)).all()) == 1


def test_what_was_suspended_counts_until_the_order_is_paid(session, award, claim):
    whole = claim.due_on
    stop(session, award, claim)
    answer(session, award, claim, 0)
    order = an_order(session, award, claim)
    assert order.claim_id == claim.id
    assert claim.due_on == whole

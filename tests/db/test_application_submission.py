"""Submitting, once; numbers without gaps; withdrawing; drafts that lapse."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from build.applications import ANSWERS, FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.people import a_member, a_person, acting_as, an_organisation
from grants.applications import queries, services
from grants.applications.models import Application, ApplicationCounter
from grants.kernel.access import OrganisationRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message
from grants.people.models import Organisation, Person


def kinds(session, application) -> list[str]:
    told = select(Message.kind).where(Message.subject_id == application.id)
    return list(session.scalars(told.order_by(Message.serial)))


def representative(session, application):
    return acting_as(session, session.get_one(Person, application.author_id))


def test_submitting_gives_a_number_and_tells_it_once(session) -> None:
    application = an_application(session)
    actor = representative(session, application)
    receipt = services.submit(session, application.id, actor=actor, now=NOW)
    session.refresh(application)
    assert (application.state, application.submitted_at, application.submitted_by) == (
        S.SUBMITTED,
        NOW,
        actor.id,
    )
    prefix = session.scalar(text("SELECT number_prefix FROM call"))
    assert (receipt.number, receipt.submitted_at) == (f"{prefix}-0001", NOW)
    assert kinds(session, application) == ["application.submitted"]


def test_submitting_again_gives_the_same_receipt(session) -> None:
    application = an_application(session)
    actor = representative(session, application)
    first = services.submit(session, application.id, actor=actor, now=NOW)
    later = NOW + timedelta(days=90)  # Back button, long after the call closed
    assert services.submit(session, application.id, actor=actor, now=later) == first
    assert kinds(session, application) == ["application.submitted"]


def test_a_late_submission_says_both_instants_and_takes_no_number(session) -> None:
    application = an_application(session)
    actor = representative(session, application)
    closes_at = NOW + timedelta(days=30)
    with pytest.raises(Refused) as refusal:
        services.submit(session, application.id, actor=actor, now=closes_at)
    assert refusal.value.facts == {"received_at": closes_at, "closes_at": closes_at}
    assert session.scalar(select(func.count()).select_from(ApplicationCounter)) == 0


def test_an_editor_fills_in_but_does_not_submit(session) -> None:
    application = an_application(session)
    editor = a_member(
        session, session.get_one(Organisation, application.organisation_id), OrganisationRole.EDITOR
    )
    with pytest.raises(Forbidden):
        services.submit(session, application.id, actor=acting_as(session, editor), now=NOW)


def test_a_stranger_learns_nothing(session) -> None:
    application = an_application(session)
    stranger = acting_as(session, a_person(session))
    with pytest.raises(Unknown):
        services.submit(session, application.id, actor=stranger, now=NOW)
    with pytest.raises(Unknown):
        services.withdraw(session, application.id, actor=stranger, now=NOW)


def test_numbers_have_no_gap_after_a_refusal(session) -> None:
    call = a_call(session, document=FORM)
    numbers = []
    for answers in (ANSWERS, {}, ANSWERS):
        application = an_application(session, call, answers=answers)
        actor = representative(session, application)
        try:
            numbers.append(services.submit(session, application.id, actor=actor, now=NOW).number)
        except Refused as refusal:
            numbers.append(refusal.code)
    assert numbers == [
        f"{call.number_prefix}-0001",
        "application.submit.incomplete",
        f"{call.number_prefix}-0002",
    ]


def test_withdrawing_twice_is_withdrawing_once(session) -> None:
    application = an_application(session, state=S.IN_REVIEW)
    actor = representative(session, application)
    services.withdraw(session, application.id, actor=actor, now=NOW)
    services.withdraw(session, application.id, actor=actor, now=NOW + timedelta(hours=1))
    session.refresh(application)
    assert (application.state, application.withdrawn_at) == (S.WITHDRAWN, NOW)
    assert kinds(session, application) == ["application.withdrawn"]


def test_an_awarded_application_is_not_withdrawn_any_more(session) -> None:
    application = an_application(session, state=S.AWARDED)
    actor = representative(session, application)
    with pytest.raises(Refused, match=r"withdraw\.from_awarded"):
        services.withdraw(session, application.id, actor=actor, now=NOW)


def test_drafts_lapse_when_their_call_closes_and_only_then(session) -> None:
    open_call = a_call(session, document=FORM)
    closing = a_call(session, document=FORM, closes_at=NOW)
    rolling = a_call(session, document=FORM, closes_at=None)
    drafts = [an_application(session, call) for call in (open_call, closing, rolling)]
    submitted = an_application(session, closing, state=S.SUBMITTED)
    assert services.lapse_drafts(session, now=NOW) == 1
    assert services.lapse_drafts(session, now=NOW + timedelta(days=1)) == 0
    for one in (*drafts, submitted):
        session.refresh(one)
    assert [one.state for one in drafts] == [S.DRAFT, S.LAPSED, S.DRAFT]
    assert submitted.state is S.SUBMITTED
    assert kinds(session, drafts[1]) == ["application.lapsed"]


@pytest.mark.parametrize(
    "forged",
    [
        "submitted_at = now()",
        "state = 'submitted'",
        "state = 'admissible', submitted_at = now(), place = 1, number = 'X'",
        "state = 'awarded', submitted_at = now(), place = 1, number = 'X', admissible_at = now()",
        "state = 'withdrawn'",
        "state = 'lapsed'",
        "state = 'unheard_of'",
        "knew_at = now()",
        "requested = -1",
        "number = 'X'",
    ],
)
def test_the_database_refuses_a_state_without_its_facts(session, forged) -> None:
    application = an_application(session)
    with pytest.raises(IntegrityError, match="ck_application"), session.begin_nested():
        session.execute(text(f"UPDATE application SET {forged} WHERE id = '{application.id}'"))


def test_two_clicks_at_once_are_one_submission_and_two_drafts_two_numbers(fresh_database) -> None:
    with fresh_database.transaction() as session:
        call = a_call(session, document=FORM)
        applications = [an_application(session, call) for _ in range(4)]
        work = [(one.id, representative(session, one)) for one in applications for _ in range(2)]
    receipts, failures = [], []

    def click(application_id, actor) -> None:
        try:
            with fresh_database.transaction() as session:
                receipts.append(services.submit(session, application_id, actor=actor, now=NOW))
        except Exception as failure:  # noqa: BLE001 -- told by the assertion below
            failures.append(failure)

    threads = [threading.Thread(target=click, args=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(receipts) == 8
    assert {one.number for one in receipts} == {
        f"{call.number_prefix}-{n:04d}" for n in range(1, 5)
    }
    with fresh_database.reading() as session:
        told = select(func.count()).where(Message.kind == "application.submitted")
        assert session.scalar(told) == 4
        assert session.scalar(select(func.count(Application.number.distinct()))) == 4


def test_what_was_read_before_the_lock_is_read_again_behind_it(fresh_database) -> None:
    with fresh_database.transaction() as session:
        application = an_application(session)
        actor = representative(session, application)
    with fresh_database.transaction() as mine:
        read = queries.own(mine, application.id, actor)
        assert read.state is S.DRAFT
        with fresh_database.transaction() as other:
            first = services.submit(other, application.id, actor=actor, now=NOW)
        again = services.submit(mine, application.id, actor=actor, now=NOW + timedelta(hours=1))
    assert (again, read.state) == (first, S.SUBMITTED)


def test_two_starts_at_once_find_one_draft(fresh_database) -> None:
    with fresh_database.transaction() as session:
        call = a_call(session, document=FORM)
        person = a_person(session)
        organisation = an_organisation(session, representative=person)
        actor = acting_as(session, person)
    found = []

    def begin() -> None:
        with fresh_database.transaction() as session:
            found.append(
                services.start(
                    session, call.id, organisation_id=organisation.id, actor=actor, now=NOW
                )
            )

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1

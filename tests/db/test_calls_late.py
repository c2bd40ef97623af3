"""Late access, sessions and grace: who may still submit, until when, and where it goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from build.applications import an_application
from build.calls import a_call, an_officer_of
from build.clock import NOW
from build.people import a_funder, a_funder_member, a_person, an_organisation
from grants.applications import services as applications
from grants.applications.models import Application, ApplicationState
from grants.applications.services.late import redeem
from grants.calls.models import AccessCode, Batch, CallKind, CallState
from grants.calls.services import letting_in
from grants.kernel.access import Actor, FunderRole, OrganisationRole
from grants.kernel.errors import Forbidden, Refused, Unknown

TERM = NOW + timedelta(days=2)


@pytest.fixture
def lead(session):
    return a_funder(session)


@pytest.fixture
def officer(session, lead):
    person = a_funder_member(session, lead)
    return Actor(id=person.id, funders={lead.id: frozenset({FunderRole.OFFICER})})


@pytest.fixture
def call(session, lead):
    """Closed yesterday."""
    return a_call(
        session, funders=[lead], state=CallState.CLOSED, closes_at=NOW - timedelta(days=1)
    )


def a_code(session, call, officer, **more):
    given = {"given_to": "Les Jardins", "reason": "Panne", "expires_at": TERM, **more}
    return letting_in.give_code(session, call.id, actor=officer, now=NOW, **given)


def an_applicant(session):
    person = a_person(session)
    organisation = an_organisation(session, representative=person)
    roles = frozenset({OrganisationRole.REPRESENTATIVE})
    return Actor(id=person.id, organisations={organisation.id: roles}), person, organisation


def test_the_lapsed_draft_lives_again_and_is_submitted_before_the_term(session, call, officer):
    actor, person, organisation = an_applicant(session)
    lapsed = an_application(
        session, call, author=person, organisation=organisation, state=ApplicationState.LAPSED
    )
    code = a_code(session, call, officer)
    typed = code.lower().replace("-", " ")
    found = redeem(session, call.id, typed, organisation_id=organisation.id, actor=actor, now=NOW)
    assert found == lapsed.id
    assert (lapsed.state, lapsed.late_until) == (ApplicationState.DRAFT, TERM)
    session.expire_all()
    assert applications.lapse_drafts(session, now=NOW) == 0
    with pytest.raises(Refused, match="closed"):
        applications.submit(session, found, actor=actor, now=TERM)
    session.expire_all()
    receipt = applications.submit(session, found, actor=actor, now=TERM - timedelta(seconds=1))
    assert receipt.number


def test_without_a_draft_one_begins_and_it_lapses_at_the_term(session, call, officer):
    actor, _person, organisation = an_applicant(session)
    code = a_code(session, call, officer)
    found = redeem(session, call.id, code, organisation_id=organisation.id, actor=actor, now=NOW)
    again = redeem(session, call.id, code, organisation_id=organisation.id, actor=actor, now=NOW)
    assert found == again
    session.expire_all()
    assert applications.lapse_drafts(session, now=TERM) == 1


def test_a_code_serves_one_applicant_of_one_call_until_its_term(session, lead, call, officer):
    actor, _person, organisation = an_applicant(session)
    other, _person, theirs = an_applicant(session)
    code = a_code(session, call, officer)
    for wrong in ("AAAA-BBBB-CCCC", "", code[:-1]):
        with pytest.raises(Refused, match="unknown_code"):
            redeem(session, call.id, wrong, organisation_id=organisation.id, actor=actor, now=NOW)
    elsewhere = a_call(session, funders=[lead])
    with pytest.raises(Refused, match="unknown_code"):
        redeem(session, elsewhere.id, code, organisation_id=organisation.id, actor=actor, now=NOW)
    with pytest.raises(Refused, match="expired"):
        redeem(session, call.id, code, organisation_id=organisation.id, actor=actor, now=TERM)
    with pytest.raises(Unknown):
        redeem(session, call.id, code, organisation_id=theirs.id, actor=actor, now=NOW)
    redeem(session, call.id, code, organisation_id=organisation.id, actor=actor, now=NOW)
    with pytest.raises(Refused, match="used"):
        redeem(session, call.id, code, organisation_id=theirs.id, actor=other, now=NOW)
    row = session.scalars(select(AccessCode)).one()
    assert code not in {row.code_hash, row.given_to, row.reason}
    assert row.redeemed_by == actor.id


def test_codes_are_given_by_the_lead_for_a_time_to_come_and_taken_back(
    session, lead, call, officer
):
    with pytest.raises(Refused, match="in_the_past"):
        a_code(session, call, officer, expires_at=NOW)
    partner = a_funder(session)
    both = a_call(session, funders=[lead, partner])
    with pytest.raises(Forbidden):
        a_code(session, both, an_officer_of(partner))
    draft = a_call(session, funders=[lead], state=CallState.DRAFT)
    with pytest.raises(Refused, match="from_draft"):
        a_code(session, draft, officer)
    code = a_code(session, call, officer)
    row = session.scalars(select(AccessCode).where(AccessCode.call_id == call.id)).one()
    letting_in.revoke_code(session, call.id, row.id, actor=officer, now=NOW)
    actor, _person, organisation = an_applicant(session)
    with pytest.raises(Refused, match="unknown_code"):
        redeem(session, call.id, code, organisation_id=organisation.id, actor=actor, now=NOW)


def test_an_application_joins_the_session_of_its_instant(session, lead):
    call = a_call(session, funders=[lead], kind=CallKind.ROLLING, closes_at=None)
    batches = [
        Batch(call_id=call.id, label_fr=f"Session {day}", cut_off_at=NOW + timedelta(days=day))
        for day in (-1, 5, 10)
    ]
    session.add_all(batches)
    session.flush()
    expected = [(5, batches[1]), (5.0001, batches[2]), (4.9, batches[1]), (11, None)]
    for day, batch in expected:
        actor, person, organisation = an_applicant(session)
        draft = an_application(session, call, author=person, organisation=organisation)
        instant = NOW + timedelta(days=day) - timedelta(seconds=1)
        applications.submit(session, draft.id, actor=actor, now=instant)
        found = session.scalar(select(Application.batch_id).where(Application.id == draft.id))
        assert found == (batch.id if batch else None), day


def test_the_grace_takes_what_was_begun_until_its_last_instant(session, lead):
    call = a_call(session, funders=[lead], closes_at=NOW, grace_seconds=60)
    for seconds, taken in ((59, True), (60, False)):
        actor, person, organisation = an_applicant(session)
        draft = an_application(session, call, author=person, organisation=organisation)
        instant = NOW + timedelta(seconds=seconds)
        if taken:
            assert applications.submit(session, draft.id, actor=actor, now=instant).number
        else:
            with pytest.raises(Refused, match="closed"):
                applications.submit(session, draft.id, actor=actor, now=instant)
    assert applications.lapse_drafts(session, now=NOW + timedelta(seconds=59)) == 0
    actor, person, organisation = an_applicant(session)
    with pytest.raises(Refused, match=r"start\.closed"):
        applications.start(session, call.id, organisation_id=organisation.id, actor=actor, now=NOW)

"""What officers find out about an applicant's places: who may, and whose."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.applications import an_application
from build.calls import a_call
from build.clock import NOW
from build.people import a_funder, a_funder_member, a_person, acting_as, an_organisation
from grants.applications.models import ApplicationState
from grants.applications.services.knowing import check_neighbourhood
from grants.kernel.access import FunderRole
from grants.kernel.errors import Forbidden, Unknown
from grants.outbox.models import Message
from grants.people.standing import Where


@pytest.fixture
def scene(session):
    """A funder, and a received application of an organisation to it."""
    funder = a_funder(session)
    person = a_person(session)
    application = an_application(
        session,
        a_call(session, funders=[funder]),
        organisation=an_organisation(session, representative=person),
        author=person,
        state=ApplicationState.SUBMITTED,
    )
    return funder, application


def check(session, application, person, where=Where.SEAT):
    check_neighbourhood(
        session,
        application.id,
        where,
        answer=False,
        code=None,
        actor=acting_as(session, person),
        now=NOW,
    )


def test_an_officer_checks_and_it_is_history(session, scene):
    funder, application = scene
    check(session, application, a_funder_member(session, funder))
    message = session.scalars(select(Message).order_by(Message.serial.desc())).first()
    assert message.kind == "organisation.neighbourhood_checked"
    assert message.payload == {"where": "seat", "answer": False}


@pytest.mark.parametrize("role", [FunderRole.ELECTED, FunderRole.AUDITOR])
def test_whoever_only_reads_does_not_check(session, scene, role):
    funder, application = scene
    with pytest.raises(Forbidden):
        check(session, application, a_funder_member(session, funder, role))


def test_a_stranger_and_a_place_that_is_not_there_are_unknown(session, scene):
    funder, application = scene
    with pytest.raises(Unknown):
        check(session, application, a_person(session))
    with pytest.raises(Unknown):
        check(session, application, a_funder_member(session, funder), Where.PLACE)

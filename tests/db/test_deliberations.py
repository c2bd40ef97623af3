"""What PostgreSQL says of a vote; what the public and the applicant may read of a decision."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.councils import a_missed_quorum_before
from build.decisions import HELD_ON, a_deliberation, a_refusal, a_scene, a_session, an_award
from build.people import acting_as
from grants.decisions import queries
from grants.decisions.models import Deliberation
from grants.decisions.services import acknowledge, announce_results, make_executory
from grants.decisions.vote import CastingVote, Vote
from grants.kernel.errors import Refused, Unknown
from grants.outbox.queries import history

COUNTS = st.integers(-1, 6)


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    seats=st.integers(0, 8),
    present=COUNTS,
    represented=COUNTS,
    not_taking_part=COUNTS,
    votes_for=COUNTS,
    votes_against=COUNTS,
    abstentions=COUNTS,
    second_convocation=st.booleans(),
    secret_ballot=st.booleans(),
    casting_vote=st.sampled_from([None, *CastingVote]),
)
def test_postgresql_and_python_give_the_same_verdict_on_a_vote(sitting_of, **figures):
    session, sitting, person_id = sitting_of
    vote = Vote(**figures)
    row = Deliberation(
        council_session_id=sitting.id,
        funder_id=sitting.funder_id,
        number=str(uuid4()),
        object="Objet",
        voted_on=HELD_ON,
        adopted=vote.adopted,
        recorded_by=person_id,
        recorded_at=NOW,
        fingerprint="x",
        **asdict(vote),
    )
    savepoint = session.begin_nested()
    try:
        session.add(row)
        session.flush()
        accepted = True
    except IntegrityError:
        accepted = False
    savepoint.rollback()
    assert accepted == (vote.refusal() is None)


@pytest.fixture
def sitting_of(session):
    scene = a_scene(session, applications=0)
    sitting = a_session(session, scene)
    a_missed_quorum_before(session, scene, sitting)
    return session, sitting, scene.officer.id


def test_results_are_public_once_announced_and_name_no_person(session):
    scene = a_scene(session, applications=3)
    scene.applications[1].organisation_id = None
    session.flush()
    deliberation = a_deliberation(
        session,
        scene,
        an_award(scene, 0),
        an_award(scene, 1, amount=5),
        a_refusal(scene, 2),
        number="DEL7",
    )
    assert queries.published_results(session) == []
    announce_results(session, deliberation.id, actor=scene.officer, now=NOW)
    announce_results(session, deliberation.id, actor=scene.officer, now=NOW)
    rows = queries.published_results(session, call_id=scene.call.id)
    told = [(one.organisation_name is None, one.amount, one.number) for one in rows]
    assert told == [(False, 1_000_000, "DEL7"), (True, 5, "DEL7")]
    kinds = [one.kind for one in history(session, subject=scene.applications[0].id)]
    assert kinds.count("decision.announced") == 1


def test_the_applicant_reads_what_was_announced_and_the_first_reading_is_kept(session):
    scene = a_scene(session)
    deliberation = a_deliberation(session, scene)
    application = scene.applications[0]
    applicant = acting_as(session, scene.author)
    take = {"actor": applicant, "now": NOW}
    with pytest.raises(Unknown):
        acknowledge(session, application.id, deliberation.id, **take)
    announce_results(session, deliberation.id, actor=scene.officer, now=NOW)
    acknowledge(session, application.id, deliberation.id, **take)
    acknowledge(
        session,
        application.id,
        deliberation.id,
        actor=applicant,
        now=NOW + timedelta(days=1),
    )
    told = queries.announced_for(session, application.id)
    assert [(one.deliberation.id, one.read_at) for one in told] == [(deliberation.id, NOW)]
    with pytest.raises(Unknown):
        acknowledge(session, application.id, deliberation.id, actor=scene.officer, now=NOW)


def test_the_executory_day_lies_between_the_vote_and_today(session):
    scene = a_scene(session)
    deliberation = a_deliberation(session, scene)
    note = {"actor": scene.officer, "now": NOW}
    with pytest.raises(Refused, match="before_vote"):
        make_executory(session, deliberation.id, on=HELD_ON - timedelta(days=1), **note)
    with pytest.raises(Refused, match="to_come"):
        make_executory(session, deliberation.id, on=NOW.date() + timedelta(days=1), **note)
    assert make_executory(session, deliberation.id, on=HELD_ON, **note).made_executory_on == HELD_ON

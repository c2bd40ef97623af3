"""Who presents a token: one statement, with every role, seat and recusal."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from build.clock import NOW
from build.people import (
    a_funder,
    a_funder_member,
    a_member,
    a_person,
    a_token,
    an_operator,
    an_organisation,
)
from grants.kernel.access import Actor, FunderRole, OrganisationRole
from grants.kernel.clock import paris_date
from grants.people import queries, services
from grants.people.models import SignIn


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def test_the_actor_holds_every_role_of_this_instant(session):
    person = a_person(session, name="Camille Besson", locale="en")
    funder = a_funder(session)
    organisation = an_organisation(session)
    a_funder_member(session, funder, FunderRole.OFFICER, FunderRole.FINANCE, person=person)
    a_funder_member(session, a_funder(session))
    a_member(session, organisation, OrganisationRole.EDITOR, person=person)
    token = a_token(session, person)

    assert queries.identity(session, hash_of(token), now=NOW) == Actor(
        id=person.id,
        name="Camille Besson",
        email=person.email,
        locale="en",
        funders={funder.id: frozenset({FunderRole.OFFICER, FunderRole.FINANCE})},
        organisations={organisation.id: frozenset({OrganisationRole.EDITOR})},
    )


def declare(session, person, *, until):
    statement = (
        "INSERT INTO interests_declaration (id, person_id, declared_at, lapses_on, nothing) "
        "VALUES (:id, :person, :now, :lapses_on, true)"
    )
    given = {"id": uuid4(), "person": person.id, "now": NOW, "lapses_on": until}
    session.execute(text(statement), given)


def test_seats_accepted_and_recusals_come_with_the_actor(session):
    # The tables stand above people: here without their own constraints.
    session.execute(text("SET LOCAL session_replication_role = replica"))
    person = a_person(session)
    accepted, asked, recused = uuid4(), uuid4(), uuid4()
    for jury, accepted_at in ((accepted, NOW), (asked, None)):
        session.execute(
            text(
                "INSERT INTO seat (id, jury_id, person_id, email, name, role, invited_at, "
                "accepted_at, charter_accepted_at) "
                "VALUES (:id, :jury, :person, :email, 'Lou', 'juror', :now, :at, :at)"
            ),
            {
                "id": uuid4(),
                "jury": jury,
                "person": person.id,
                "email": person.email,
                "now": NOW,
                "at": accepted_at,
            },
        )
    session.execute(
        text(
            "INSERT INTO recusal (id, application_id, person_id, origin, reason, declared_at) "
            "VALUES (:id, :application, :person, 'declared', 'Je préside cette association', :now)"
        ),
        {"id": uuid4(), "application": recused, "person": person.id, "now": NOW},
    )
    session.execute(text("SET LOCAL session_replication_role = DEFAULT"))
    token = hash_of(a_token(session, person))
    undeclared = queries.identity(session, token, now=NOW)
    assert (undeclared.juries, undeclared.to_declare) == (frozenset(), True)
    declare(session, person, until=paris_date(NOW) + timedelta(days=1))
    # In force to the last instant of its last day in Paris.
    until = {22: True, 21: False}
    for hour, lapsed in until.items():
        later = queries.acting(session, person.id, now=NOW.replace(hour=hour))
        assert (later.to_declare, bool(later.juries)) == (lapsed, not lapsed)
    actor = queries.identity(session, token, now=NOW)
    assert actor is not None
    assert (actor.juries, actor.recused_from) == (frozenset({accepted}), frozenset({recused}))


def test_identity_is_one_statement_however_many_the_roles(session, statements):
    person = an_operator(session)
    for _ in range(3):
        a_funder_member(session, a_funder(session), *FunderRole, person=person)
        a_member(session, an_organisation(session), person=person)
    token_hash = hash_of(a_token(session, person))
    statements.clear()
    actor = queries.identity(session, token_hash, now=NOW)
    assert (len(actor.funders), len(actor.organisations), actor.is_operator) == (3, 3, True)
    assert len(statements) == 1


def test_a_token_of_nobody_is_nobody(session):
    assert queries.identity(session, hash_of("nobody"), now=NOW) is None


@pytest.mark.parametrize(
    ("later", "someone"),
    [
        (queries.IDLE_MAX - timedelta(seconds=1), True),
        (queries.IDLE_MAX, False),
        (timedelta(hours=12), False),
    ],
)
def test_an_idle_sign_in_is_over(session, later, someone):
    token = a_token(session, a_person(session))
    assert (queries.identity(session, hash_of(token), now=NOW + later) is not None) is someone


def test_staying_awake_prolongs_a_sign_in_but_not_beyond_twelve_hours(session):
    token_hash = hash_of(a_token(session, a_person(session)))
    for hour in range(1, 12):
        queries.identity(session, token_hash, now=NOW + timedelta(hours=hour), writing=True)
    almost = NOW + timedelta(hours=11, minutes=59, seconds=59)
    assert queries.identity(session, token_hash, now=almost) is not None
    assert queries.identity(session, token_hash, now=NOW + timedelta(hours=12)) is None


def test_seen_at_moves_once_a_minute_at_most(session):
    person = a_person(session)
    token_hash = hash_of(a_token(session, person))
    seen = []
    for seconds in (30, 61, 90):
        queries.identity(session, token_hash, now=NOW + timedelta(seconds=seconds), writing=True)
        session.expire_all()
        seen.append(session.query(SignIn).filter_by(person_id=person.id).one().seen_at)
    assert seen == [NOW, NOW + timedelta(seconds=61), NOW + timedelta(seconds=61)]


def test_an_ended_sign_in_and_a_disabled_or_unconfirmed_person_are_nobody(session):
    ended, disabled = a_person(session), a_person(session, disabled_at=NOW)
    unconfirmed = a_person(session, confirmed=False)
    tokens = [hash_of(a_token(session, one)) for one in (ended, disabled, unconfirmed)]
    services.sign_out(session, tokens[0], now=NOW)
    assert [queries.identity(session, one, now=NOW) for one in tokens] == [None, None, None]


def test_an_actors_identifiers_are_identifiers(session):
    person = a_person(session)
    a_member(session, an_organisation(session), person=person)
    actor = queries.identity(session, hash_of(a_token(session, person)), now=NOW)
    assert {type(one) for one in (actor.id, *actor.organisations)} == {UUID}

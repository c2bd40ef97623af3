"""Funders and their roles: each administrator at home only."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from build.clock import NOW
from build.people import (
    a_funder,
    a_funder_member,
    a_person,
    acting_as,
    an_operator,
)
from grants.kernel.access import FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message
from grants.people import queries, rules, services
from grants.people.models import Funder, FunderKind, FunderMember, Person
from grants.people.services import FunderDetails

R = FunderRole
DETAILS = FunderDetails(name="Ville de Valbrune", kind=FunderKind.COMMUNE)


def roles_of(session, person) -> set[str]:
    held = select(FunderMember.role).where(FunderMember.person_id == person.id)
    return {role.value for role in session.scalars(held)}


def test_only_the_operator_adds_funders_and_a_key_serves_once(session):
    operator = acting_as(session, an_operator(session))
    administrator = acting_as(session, a_funder_member(session, a_funder(session), R.ADMINISTRATOR))
    with pytest.raises(Forbidden):
        services.create_funder(session, "valbrune", DETAILS, actor=administrator, now=NOW)
    made = services.create_funder(session, "valbrune", DETAILS, actor=operator, now=NOW)
    assert queries.funder_under(session, "valbrune") is made
    with pytest.raises(Refused, match="funder_key_taken"):
        services.create_funder(session, "valbrune", DETAILS, actor=operator, now=NOW)


def test_roles_are_given_and_taken_at_home_only(session):
    home, abroad = a_funder(session), a_funder(session)
    administrator = acting_as(session, a_funder_member(session, home, R.ADMINISTRATOR))
    officer, foreigner = a_funder_member(session, home), a_funder_member(session, abroad)
    act = {"actor": administrator, "now": NOW}

    services.grant_role(session, officer.id, home.id, R.FINANCE, **act)
    services.grant_role(session, officer.id, home.id, R.FINANCE, **act)
    assert roles_of(session, officer) == {"officer", "finance"}
    services.revoke_role(session, officer.id, home.id, R.OFFICER, **act)
    assert roles_of(session, officer) == {"finance"}

    with pytest.raises(Unknown):
        services.grant_role(session, foreigner.id, home.id, R.FINANCE, **act)
    with pytest.raises(Unknown):
        services.grant_role(session, officer.id, abroad.id, R.FINANCE, **act)
    with pytest.raises(Unknown):
        services.revoke_role(session, foreigner.id, abroad.id, R.OFFICER, **act)
    with pytest.raises(Unknown):
        services.revoke_role(session, officer.id, home.id, R.ELECTED, **act)


def test_each_change_of_role_is_told_once_without_a_name(session):
    home = a_funder(session)
    administrator = acting_as(session, a_funder_member(session, home, R.ADMINISTRATOR))
    officer = a_funder_member(session, home)
    for _ in range(2):
        services.grant_role(session, officer.id, home.id, R.ELECTED, actor=administrator, now=NOW)
    (message,) = session.scalars(select(Message))
    assert (message.kind, message.funder_id) == ("funder.role_granted", home.id)
    assert message.payload == {"person": str(officer.id), "role": "elected"}


def test_an_auditor_sees_people_and_changes_nothing(session):
    home = a_funder(session)
    auditor = acting_as(session, a_funder_member(session, home, R.AUDITOR))
    officer = a_funder_member(session, home)
    assert queries.person(session, officer.id, viewer=auditor).id == officer.id
    for act in (services.grant_role, services.revoke_role):
        with pytest.raises(Forbidden):
            act(session, officer.id, home.id, R.OFFICER, actor=auditor, now=NOW)


def test_an_officer_sees_nobody(session):
    home = a_funder(session)
    officer = a_funder_member(session, home)
    with pytest.raises(Unknown):
        queries.person(session, officer.id, viewer=acting_as(session, officer))


def test_the_last_administrator_stays_except_for_the_operator(session):
    home = a_funder(session)
    person = a_funder_member(session, home, R.ADMINISTRATOR)
    revoke = (session, person.id, home.id, R.ADMINISTRATOR)
    with pytest.raises(Refused, match="last_administrator"), session.begin_nested():
        services.revoke_role(*revoke, actor=acting_as(session, person), now=NOW)
    assert roles_of(session, person) == {"administrator"}
    operator = acting_as(session, an_operator(session))
    services.revoke_role(*revoke, actor=operator, now=NOW)
    assert roles_of(session, person) == set()


def test_an_invitation_gives_every_role_it_names(session):
    home = a_funder(session)
    administrator = acting_as(session, a_funder_member(session, home, R.ADMINISTRATOR))
    link = services.invite_to_funder(
        session,
        home.id,
        email="Lou@Example.org",
        name="Lou Agent",
        roles=[R.OFFICER, R.ELECTED],
        actor=administrator,
        now=NOW,
    )
    entered = services.accept_as_new(
        session, link.id, name="Lou Agent", password="sept tuiles vertes", user_agent="", now=NOW
    )
    assert entered.token
    person = queries.person_under(session, "lou@example.org")
    assert roles_of(session, person) == {"officer", "elected"}


def test_funders_are_administered_at_home_only(session):
    home, abroad = a_funder(session), a_funder(session)
    administrator = acting_as(session, a_funder_member(session, home, R.ADMINISTRATOR))
    services.update_funder(session, home.id, DETAILS, actor=administrator, now=NOW)
    assert home.name == "Ville de Valbrune"
    with pytest.raises(Unknown):
        services.update_funder(session, abroad.id, DETAILS, actor=administrator, now=NOW)
    invite = {"email": "x@example.org", "name": "X", "roles": [R.OFFICER], "now": NOW}
    with pytest.raises(Unknown):
        services.invite_to_funder(session, abroad.id, actor=administrator, **invite)


@pytest.mark.parametrize("role", [None, *FunderRole])
@pytest.mark.parametrize("rule", [rules.administers, rules.can_see_funder])
def test_a_rule_on_funders_holds_for_the_rows_that_it_selects(session, rule, role):
    home = a_funder(session)
    a_funder(session)
    person = a_funder_member(session, home, role) if role else an_operator(session)
    actor = acting_as(session, person)
    every = session.scalars(select(Funder)).all()
    selected = set(session.scalars(select(Funder.id).where(rule.where(actor))))
    assert selected == {one.id for one in every if rule.holds(actor, one)}


@pytest.mark.parametrize("role", [None, *FunderRole])
def test_the_rule_on_people_holds_for_the_rows_that_it_selects(session, role):
    home = a_funder(session)
    a_funder_member(session, home)
    a_funder_member(session, a_funder(session))
    a_person(session)
    person = a_funder_member(session, home, role) if role else an_operator(session)
    actor = acting_as(session, person)
    every = session.scalars(
        select(Person)
        .options(selectinload(Person.funder_roles))
        .execution_options(populate_existing=True)
    ).all()
    rule = rules.can_see_person
    selected = set(session.scalars(select(Person.id).where(rule.where(actor))))
    assert selected == {one.id for one in every if rule.holds(actor, one)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE person SET email = 'MAJUSCULE@example.org'",
        "UPDATE person SET email = 'sans-arobase'",
        "UPDATE person SET password_hash = 'en clair'",
        "UPDATE person SET locale = 'de'",
        "UPDATE funder SET key = 'Pas Un Mot'",
        "UPDATE funder SET siret = '123'",
        "UPDATE funder SET kind = 'empire'",
        "UPDATE funder_member SET role = 'king'",
        "INSERT INTO person (id, email, name) SELECT gen_random_uuid(), email, 'X' FROM person",
        "INSERT INTO funder_member (id, funder_id, person_id, role) "
        "SELECT gen_random_uuid(), funder_id, person_id, role FROM funder_member",
        "INSERT INTO sign_in (id, person_id, token_hash, started_at, seen_at, expires_at) SELECT "
        "gen_random_uuid(), id, 'the token itself', now(), now(), now() + '1h' FROM person",
    ],
)
def test_the_database_refuses_what_the_services_would(session, statement):
    a_funder_member(session, a_funder(session))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(statement))

"""Organisations and who may act for them: never without a representative."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.people import a_link, a_member, a_person, acting_as, an_organisation
from grants.kernel.access import Actor, OrganisationRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message
from grants.people import queries, rules, services
from grants.people.models import OneTimeLink, Organisation, OrganisationMember, Purpose
from grants.people.services import OrganisationDetails

R = OrganisationRole
DETAILS = OrganisationDetails(
    name="Les Jardins de la Brune",
    legal_form="9220",
    legal_label="Association déclarée",
    siret="732 829 320 00074",
    street="12 rue des Lilas",
    postcode="63 000",
    city="Clermont-Ferrand",
    commune_code="63113",
)


def kinds(session) -> list[str]:
    return list(session.scalars(select(Message.kind).order_by(Message.serial)))


def members(session, organisation) -> set[tuple[object, str]]:
    rows = session.execute(
        select(OrganisationMember.person_id, OrganisationMember.role).where(
            OrganisationMember.organisation_id == organisation.id
        )
    )
    return {(person, role.value) for person, role in rows}


def test_whoever_adds_an_organisation_represents_it(session):
    person = a_person(session)
    organisation = services.create_organisation(
        session, DETAILS, actor=acting_as(session, person), now=NOW
    )
    assert (organisation.siret, organisation.postcode) == ("73282932000074", "63000")
    assert members(session, organisation) == {(person.id, "representative")}
    assert kinds(session) == ["organisation.created"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"siret": "73282932000079"}, "people.siret_wrong", "siret"),
        ({"siret": None}, "people.not_identified", "siret"),
        ({"siret": None, "rna": "W123"}, "people.rna_wrong", "rna"),
        ({"postcode": "6300"}, "people.postcode_wrong", "postcode"),
        ({"commune_code": "631"}, "people.commune_wrong", "commune_code"),
    ],
)
def test_a_wrong_number_is_refused_beside_its_field(session, changes, code, field):
    actor = acting_as(session, a_person(session))
    with pytest.raises(Refused) as caught:
        services.create_organisation(session, replace(DETAILS, **changes), actor=actor, now=NOW)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    "changes", [{"rna": "w632001234"}, {"being_created": True}, {"rna": "W632001234"}]
)
def test_an_rna_number_or_its_creation_identifies_an_organisation_too(session, changes):
    actor = acting_as(session, a_person(session))
    details = replace(DETAILS, siret=None, **changes)
    assert services.create_organisation(session, details, actor=actor, now=NOW).siret is None


def test_only_representatives_change_an_organisation(session):
    organisation = an_organisation(session)
    editor = acting_as(session, a_member(session, organisation, R.EDITOR))
    stranger = acting_as(session, a_person(session))
    change = {"details": replace(DETAILS, name="Autre"), "now": NOW}
    with pytest.raises(Forbidden):
        services.update_organisation(session, organisation.id, actor=editor, **change)
    with pytest.raises(Unknown):
        services.update_organisation(session, organisation.id, actor=stranger, **change)


def test_an_invitation_becomes_a_role(session):
    representative = a_person(session)
    organisation = an_organisation(session, representative=representative)
    actor = acting_as(session, representative)
    invited = a_person(session)
    link = services.invite_member(
        session, organisation.id, email=invited.email, role=R.TREASURER, actor=actor, now=NOW
    )
    assert session.scalar(select(Message.payload)) == {"link": str(link.id)}
    assert link.expires_at == NOW + timedelta(days=30)
    services.accept_invitation(session, link.id, actor=acting_as(session, invited), now=NOW)
    assert (invited.id, "treasurer") in members(session, organisation)
    with pytest.raises(Refused, match="already_member"):
        services.invite_member(
            session, organisation.id, email=invited.email, role=R.TREASURER, actor=actor, now=NOW
        )


def test_a_second_invitation_voids_the_first(session):
    representative = a_person(session)
    organisation = an_organisation(session, representative=representative)
    actor = acting_as(session, representative)
    for role in (R.EDITOR, R.TREASURER):
        services.invite_member(
            session, organisation.id, email="lou@example.org", role=role, actor=actor, now=NOW
        )
    left = queries.invitations(session, organisation.id, owner="organisation", now=NOW)
    assert [one.payload["roles"] for one in left] == [["treasurer"]]


def test_an_invitation_is_withdrawn_by_those_who_could_send_it(session):
    representative = a_person(session)
    organisation = an_organisation(session, representative=representative)
    payload = {"organisation": str(organisation.id), "roles": ["editor"]}
    link = a_link(session, Purpose.INVITATION, payload=payload)
    editor = acting_as(session, a_member(session, organisation, R.EDITOR))
    with pytest.raises(Unknown):
        services.withdraw_invitation(
            session, link.id, actor=acting_as(session, a_person(session)), now=NOW
        )
    with pytest.raises(Forbidden):
        services.withdraw_invitation(session, link.id, actor=editor, now=NOW)
    actor = acting_as(session, representative)
    services.withdraw_invitation(session, link.id, actor=actor, now=NOW)
    assert session.get(OneTimeLink, link.id).used_at == NOW


def test_a_sign_in_link_cannot_be_withdrawn_as_an_invitation(session):
    person = a_person(session)
    link = a_link(session, Purpose.SIGN_IN, person)
    with pytest.raises(Unknown):
        services.withdraw_invitation(session, link.id, actor=acting_as(session, person), now=NOW)


def test_the_last_representative_does_not_leave(session):
    first = a_person(session)
    organisation = an_organisation(session, representative=first)
    second = a_member(session, organisation, R.EDITOR)
    actor = acting_as(session, first)
    with pytest.raises(Refused, match="last_representative"):
        services.remove_member(session, organisation.id, first.id, actor=actor, now=NOW)
    services.grant_member_role(
        session, organisation.id, second.id, R.REPRESENTATIVE, actor=actor, now=NOW
    )
    services.remove_member(session, organisation.id, first.id, actor=actor, now=NOW)
    assert members(session, organisation) == {
        (second.id, "editor"),
        (second.id, "representative"),
    }


def test_an_editor_leaves_but_takes_nobody_out(session):
    organisation = an_organisation(session)
    editor, other = (a_member(session, organisation, R.EDITOR) for _ in range(2))
    actor = acting_as(session, editor)
    with pytest.raises(Forbidden):
        services.remove_member(session, organisation.id, other.id, actor=actor, now=NOW)
    services.remove_member(session, organisation.id, editor.id, actor=actor, now=NOW)
    assert editor.id not in {person for person, _ in members(session, organisation)}


def test_a_role_is_given_to_members_only(session):
    representative = a_person(session)
    organisation = an_organisation(session, representative=representative)
    with pytest.raises(Unknown):
        services.grant_member_role(
            session,
            organisation.id,
            a_person(session).id,
            R.EDITOR,
            actor=acting_as(session, representative),
            now=NOW,
        )


def test_raw_sql_cannot_leave_an_organisation_without_representative(fresh_database):
    with fresh_database.transaction() as session:
        organisation_id = an_organisation(session).id
    demote = text("UPDATE organisation_member SET role = 'editor' WHERE organisation_id = :id")
    with (
        pytest.raises(IntegrityError, match="keeps a representative"),
        fresh_database.transaction() as session,
    ):
        session.execute(demote, {"id": organisation_id})


def test_two_representatives_leaving_at_once_leave_one(fresh_database):
    with fresh_database.transaction() as session:
        people = [a_person(session) for _ in range(2)]
        organisation = an_organisation(session, representative=people[0])
        a_member(session, organisation, person=people[1])
        actors = [acting_as(session, one) for one in people]
    ready = threading.Barrier(2)
    outcomes: list[str] = []

    def leave(actor: Actor) -> None:
        ready.wait()
        try:
            with fresh_database.transaction() as session:
                services.remove_member(session, organisation.id, actor.id, actor=actor, now=NOW)
            outcomes.append("left")
        except Refused as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=leave, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["left", "people.last_representative"]


@pytest.mark.parametrize("rule", [rules.is_member, rules.is_representative])
def test_a_rule_holds_for_the_rows_that_it_selects(session, rule):
    person = a_person(session)
    an_organisation(session)
    a_member(session, an_organisation(session), R.EDITOR, person=person)
    an_organisation(session, representative=person)
    actor = acting_as(session, person)
    every = session.scalars(select(Organisation)).all()
    selected = set(session.scalars(select(Organisation.id).where(rule.where(actor))))
    assert selected == {one.id for one in every if rule.holds(actor, one)}
    assert selected


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("siret", "7328293200007"),
        ("siret", "7328293200007A"),
        ("rna", "X632001234"),
        ("postcode", "6300"),
        ("commune_code", "2C004"),
        ("legal_form", "922"),
        ("name", ""),
    ],
)
def test_the_database_refuses_a_malformed_column(session, column, value):
    organisation = an_organisation(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(f"UPDATE organisation SET {column} = :value WHERE id = :id"),
            {"value": value, "id": organisation.id},
        )


def test_the_database_refuses_an_organisation_that_nothing_identifies(session):
    organisation = an_organisation(session)
    with pytest.raises(IntegrityError, match="it_can_be_identified"), session.begin_nested():
        session.execute(
            text("UPDATE organisation SET siret = NULL WHERE id = :id"), {"id": organisation.id}
        )

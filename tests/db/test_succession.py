"""An organisation passes from hand to hand, without anybody's help."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text

from build.clock import NOW
from build.people import a_member, a_person, acting_as, an_organisation
from grants.kernel.access import OrganisationRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message
from grants.people import services
from grants.people.models import OrganisationMember

R = OrganisationRole


def kinds(session) -> list[str]:
    return list(session.scalars(select(Message.kind).order_by(Message.serial)))


def roles(session, organisation, person) -> set[str]:
    return set(
        session.scalars(
            select(OrganisationMember.role).where(
                OrganisationMember.organisation_id == organisation.id,
                OrganisationMember.person_id == person.id,
            )
        )
    )


@pytest.fixture
def home(session):
    """An organisation with its representative, and that person as an actor."""
    person = a_person(session)
    organisation = an_organisation(session, representative=person)
    return organisation, acting_as(session, person)


@pytest.mark.parametrize(("leave", "left"), [(True, set()), (False, {"editor"})])
def test_any_representative_hands_over_without_support(session, home, leave, left):
    organisation, actor = home
    successor = a_member(session, organisation, R.TREASURER)
    services.hand_over(session, organisation.id, successor.id, leave=leave, actor=actor, now=NOW)
    assert roles(session, organisation, successor) == {"representative", "treasurer"}
    assert {one.value for one in members_of(session, organisation, actor.id)} == left
    assert kinds(session)[-1] == "organisation.handed_over"
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # the trigger agrees


def members_of(session, organisation, person_id):
    return session.scalars(
        select(OrganisationMember.role).where(
            OrganisationMember.organisation_id == organisation.id,
            OrganisationMember.person_id == person_id,
        )
    ).all()


def test_nobody_hands_over_to_a_stranger_or_to_themselves(session, home):
    organisation, actor = home
    hand = {"leave": True, "actor": actor, "now": NOW}
    with pytest.raises(Unknown):
        services.hand_over(session, organisation.id, a_person(session).id, **hand)
    with pytest.raises(Refused, match="successor_is_self"):
        services.hand_over(session, organisation.id, actor.id, **hand)


def test_an_editor_takes_nobodys_place(session, home):
    organisation, _ = home
    editor = a_member(session, organisation, R.EDITOR)
    with pytest.raises(Forbidden):
        services.hand_over(
            session,
            organisation.id,
            editor.id,
            leave=True,
            actor=acting_as(session, editor),
            now=NOW,
        )


def test_a_role_is_taken_away_but_neither_the_last_nor_the_last_representative(session, home):
    organisation, actor = home
    change = {"actor": actor, "now": NOW}
    with pytest.raises(Refused, match="last_representative"):
        services.revoke_member_role(session, organisation.id, actor.id, R.REPRESENTATIVE, **change)
    member = a_member(session, organisation, R.EDITOR)
    with pytest.raises(Refused, match="last_role"):
        services.revoke_member_role(session, organisation.id, member.id, R.EDITOR, **change)
    services.grant_member_role(session, organisation.id, member.id, R.TREASURER, **change)
    services.revoke_member_role(session, organisation.id, member.id, R.EDITOR, **change)
    assert roles(session, organisation, member) == {"treasurer"}


def test_two_representatives_handing_over_to_each_other_leave_one(fresh_database):
    with fresh_database.transaction() as session:
        people = [a_person(session) for _ in range(2)]
        organisation = an_organisation(session, representative=people[0])
        a_member(session, organisation, person=people[1])
        actors = [acting_as(session, one) for one in people]
    ready = threading.Barrier(2)
    outcomes: list[str] = []

    def leave(actor, other) -> None:
        ready.wait()
        try:
            with fresh_database.transaction() as session:
                services.hand_over(
                    session, organisation.id, other.id, leave=True, actor=actor, now=NOW
                )
            outcomes.append("left")
        except Unknown:
            outcomes.append("gone")

    pairs = [(actors[0], actors[1]), (actors[1], actors[0])]
    threads = [threading.Thread(target=leave, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["gone", "left"]

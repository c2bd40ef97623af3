"""Who may act for an organisation, and how that passes from one person to the next."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor, OrganisationRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.people import queries, rules
from grants.people.models import OrganisationMember
from grants.people.services.standing import represented

REPRESENTATIVE = OrganisationRole.REPRESENTATIVE


def grant_member_role(
    session: Session,
    organisation_id: UUID,
    person_id: UUID,
    role: OrganisationRole,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a member one more role; nothing when held already. Locks the organisation.

    Announces `organisation.role_granted`.

    Raises:
        Unknown: there is no such organisation of the actor's, or the person is no member.
        Forbidden: the actor does not represent it.
    """
    organisation = represented(session, organisation_id, actor)
    if not _roles(session, organisation.id, person_id):
        raise Unknown
    add_member(session, organisation.id, person_id, role, actor=actor, now=now)


def revoke_member_role(
    session: Session,
    organisation_id: UUID,
    person_id: UUID,
    role: OrganisationRole,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Take one role from a member who keeps another; nothing when not held. Locks the organisation.

    Announces `organisation.role_revoked`.

    Raises:
        Unknown: there is no such organisation of the actor's, or the person is no member.
        Forbidden: the actor does not represent it.
        Refused: `people.last_representative`, or `people.last_role` (take the person out instead).
    """
    organisation = represented(session, organisation_id, actor)
    held = _roles(session, organisation.id, person_id)
    if not held:
        raise Unknown
    if role not in held:
        return
    if role is REPRESENTATIVE and _representatives(session, organisation.id) == 1:
        raise Refused("people.last_representative")
    if held == {role}:
        raise Refused("people.last_role")
    _take(session, organisation.id, person_id, role)
    announce(
        session,
        "organisation.role_revoked",
        by=actor,
        at=now,
        subject=organisation.id,
        person=str(person_id),
        role=role.value,
    )


def hand_over(
    session: Session,
    organisation_id: UUID,
    successor_id: UUID,
    *,
    leave: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Let another member represent the organisation in the actor's place.

    The actor leaves, or stays as an editor when nothing else is held. Drafts, documents and
    declarations belong to the organisation: they stay. Locks the organisation. Announces
    `organisation.handed_over`, and `organisation.role_granted` when the role is new.

    Raises:
        Unknown: there is no such organisation of the actor's, or the successor is no member.
        Forbidden: the actor does not represent it.
        Refused: `people.successor_is_self`.
    """
    organisation = represented(session, organisation_id, actor)
    if successor_id == actor.id:
        raise Refused("people.successor_is_self", field="successor")
    if not _roles(session, organisation.id, successor_id):
        raise Unknown
    add_member(session, organisation.id, successor_id, REPRESENTATIVE, actor=actor, now=now)
    if leave:
        _take(session, organisation.id, actor.id)
    else:
        _take(session, organisation.id, actor.id, REPRESENTATIVE)
        if not _roles(session, organisation.id, actor.id):
            editor = OrganisationRole.EDITOR
            add_member(session, organisation.id, actor.id, editor, actor=actor, now=now)
    announce(
        session,
        "organisation.handed_over",
        by=actor,
        at=now,
        subject=organisation.id,
        person=str(successor_id),
        left=leave,
    )


def remove_member(
    session: Session, organisation_id: UUID, person_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take every role from a member; anybody may so leave. Locks the organisation.

    Announces `organisation.member_removed`.

    Raises:
        Unknown: there is no such organisation of the actor's, or the person is no member.
        Forbidden: the actor neither represents it nor is that person.
        Refused: `people.last_representative`.
    """
    organisation = queries.locked_organisation(session, organisation_id, viewer=actor)
    if person_id != actor.id and not rules.is_representative.holds(actor, organisation):
        raise Forbidden
    held = _roles(session, organisation.id, person_id)
    if not held:
        raise Unknown
    if REPRESENTATIVE in held and _representatives(session, organisation.id) == 1:
        raise Refused("people.last_representative")
    _take(session, organisation.id, person_id)
    announce(
        session,
        "organisation.member_removed",
        by=actor,
        at=now,
        subject=organisation.id,
        person=str(person_id),
    )


def add_member(
    session: Session,
    organisation_id: UUID,
    person_id: UUID,
    role: OrganisationRole,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write one role, once. Announces `organisation.role_granted`. The caller has checked."""
    added = session.execute(
        insert(OrganisationMember)
        .values(id=new_id(), organisation_id=organisation_id, person_id=person_id, role=role)
        .on_conflict_do_nothing(index_elements=["organisation_id", "person_id", "role"])
        .returning(OrganisationMember.id)
    )
    if added.scalar_one_or_none() is not None:
        announce(
            session,
            "organisation.role_granted",
            by=actor,
            at=now,
            subject=organisation_id,
            person=str(person_id),
            role=role.value,
        )


def _take(
    session: Session, organisation_id: UUID, person_id: UUID, role: OrganisationRole | None = None
) -> None:
    """One role, or every one of them."""
    taken = delete(OrganisationMember).where(
        OrganisationMember.organisation_id == organisation_id,
        OrganisationMember.person_id == person_id,
    )
    session.execute(taken if role is None else taken.where(OrganisationMember.role == role))


def _roles(session: Session, organisation_id: UUID, person_id: UUID) -> set[OrganisationRole]:
    return set(
        session.scalars(
            select(OrganisationMember.role).where(
                OrganisationMember.organisation_id == organisation_id,
                OrganisationMember.person_id == person_id,
            )
        )
    )


def _representatives(session: Session, organisation_id: UUID) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(OrganisationMember)
            .where(
                OrganisationMember.organisation_id == organisation_id,
                OrganisationMember.role == REPRESENTATIVE,
            )
        )
        or 0
    )

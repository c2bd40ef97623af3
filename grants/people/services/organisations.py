"""Organisations that apply, and who may act for them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor, OrganisationRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.people import identifiers, queries, rules
from grants.people.models import Organisation, OrganisationMember


@dataclass(frozen=True, kw_only=True)
class OrganisationDetails:
    """What an organisation says of itself. `legal_form` is INSEE's code of four digits."""

    name: str
    legal_form: str
    legal_label: str
    siret: str | None = None
    rna: str | None = None
    being_created: bool = False
    street: str
    postcode: str
    city: str
    commune_code: str | None = None
    phone: str | None = None
    website: str | None = None
    registered_on: date | None = None


def create_organisation(
    session: Session, details: OrganisationDetails, *, actor: Actor, now: datetime
) -> Organisation:
    """Add an organisation, represented by the actor. Announces `organisation.created`.

    Raises:
        Refused: it has neither SIRET nor RNA and is not being created, or one of its numbers
            is not one.
    """
    organisation = Organisation(**_columns(checked(details)))
    session.add(organisation)
    session.flush()
    session.add(
        OrganisationMember(
            organisation_id=organisation.id,
            person_id=actor.id,
            role=OrganisationRole.REPRESENTATIVE,
        )
    )
    session.flush()
    announce(session, "organisation.created", by=actor, at=now, subject=organisation.id)
    return organisation


def update_organisation(
    session: Session,
    organisation_id: UUID,
    details: OrganisationDetails,
    *,
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Change what an organisation says of itself. Locks it. Announces `organisation.updated`.

    Raises:
        Unknown: there is none, or the actor is not a member.
        Forbidden: the actor does not represent it.
        Refused: as for `create_organisation`.
    """
    organisation = _represented(session, organisation_id, actor)
    for name, value in _columns(checked(details)).items():
        setattr(organisation, name, value)
    announce(session, "organisation.updated", by=actor, at=now, subject=organisation.id)
    return organisation


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
    organisation = _represented(session, organisation_id, actor)
    if not _roles(session, organisation.id, person_id):
        raise Unknown
    add_member(session, organisation.id, person_id, role, actor=actor, now=now)


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
    if OrganisationRole.REPRESENTATIVE in held and _representatives(session, organisation.id) == 1:
        raise Refused("people.last_representative")
    session.execute(
        delete(OrganisationMember).where(
            OrganisationMember.organisation_id == organisation.id,
            OrganisationMember.person_id == person_id,
        )
    )
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


def checked(details: OrganisationDetails) -> OrganisationDetails:
    """The same, every number in the form in which it is kept.

    Raises:
        Refused: a number is not one (`people.siret_wrong`, `people.rna_wrong`,
            `people.postcode_wrong`, `people.commune_wrong`), or none identifies the
            organisation (`people.not_identified`).
    """
    clean = replace(
        details,
        siret=_clean("siret", details.siret),
        rna=_clean("rna", details.rna),
        postcode=_clean("postcode", details.postcode) or "",
        commune_code=_clean("commune", details.commune_code),
    )
    if not (clean.siret or clean.rna or clean.being_created):
        raise Refused("people.not_identified", field="siret")
    return clean


CLEANERS = {
    "siret": identifiers.clean_siret,
    "rna": identifiers.clean_rna,
    "postcode": identifiers.clean_postcode,
    "commune": identifiers.clean_commune,
}


def _clean(what: str, typed: str | None) -> str | None:
    if not typed:
        return None
    clean = CLEANERS[what](typed)
    if clean is None:
        raise Refused(f"people.{what}_wrong", field="commune_code" if what == "commune" else what)
    return clean


def _columns(details: OrganisationDetails) -> dict[str, object]:
    return {one.name: getattr(details, one.name) for one in fields(details)}


def _represented(session: Session, organisation_id: UUID, actor: Actor) -> Organisation:
    organisation = queries.locked_organisation(session, organisation_id, viewer=actor)
    rules.is_representative.require(actor, organisation)
    return organisation


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
                OrganisationMember.role == OrganisationRole.REPRESENTATIVE,
            )
        )
        or 0
    )

"""Organisations that apply: what they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.kernel.access import Actor, OrganisationRole
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.people import identifiers, standing
from grants.people.models import Organisation, OrganisationMember
from grants.people.services.standing import forget_seat_neighbourhood, represented


@dataclass(frozen=True, kw_only=True)
class OrganisationDetails:
    """What an organisation says of itself. `legal_form` is INSEE's code of four digits.

    `local_register` is the entry of an association of Alsace-Moselle in its court's register.
    """

    name: str
    legal_form: str
    legal_label: str
    siret: str | None = None
    rna: str | None = None
    local_register: str | None = None
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
    organisation = represented(session, organisation_id, actor)
    before = standing.seat(organisation)
    for name, value in _columns(checked(details)).items():
        setattr(organisation, name, value)
    if standing.seat(organisation) != before:
        forget_seat_neighbourhood(organisation)
    announce(session, "organisation.updated", by=actor, at=now, subject=organisation.id)
    return organisation


def checked(details: OrganisationDetails) -> OrganisationDetails:
    """The same, every number in the form in which it is kept.

    Raises:
        Refused: a number is not one (`people.siret_wrong`, `people.rna_wrong`,
            `people.postcode_wrong`, `people.commune_wrong`), none identifies the
            organisation (`people.not_identified`), or its seat has no local register
            (`people.local_register_elsewhere`).
    """
    clean = replace(
        details,
        siret=_clean("siret", details.siret),
        rna=_clean("rna", details.rna),
        local_register=" ".join((details.local_register or "").split()) or None,
        postcode=_clean("postcode", details.postcode) or "",
        commune_code=_clean("commune", details.commune_code),
    )
    if clean.local_register and not standing.is_under_local_law(clean.postcode):
        raise Refused("people.local_register_elsewhere", field="local_register")
    if not (clean.siret or clean.rna or clean.local_register or clean.being_created):
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

"""Persons, organisations and funders: valid by default, no surprise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum import luhn

from build.clock import NOW
from grants.kernel.access import Actor, FunderRole, OrganisationRole
from grants.people.models import (
    Funder,
    FunderKind,
    FunderMember,
    OneTimeLink,
    Organisation,
    OrganisationMember,
    Person,
    Purpose,
)
from grants.people.services import start_sign_in

PASSWORD = "sept tuiles vertes"
# argon2id of PASSWORD with the parameters of production, computed once: hashing takes 0.1 s.
PASSWORD_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "P/PakiWHutOASr9erzLXww$UWt6xH+gkYhvKG16ZOnt5T7wIXLlZieGp29jPZJ9EgA"
)

_serial = count(1)


def a_person(
    session: Session,
    *,
    name: str = "Camille Besson",
    email: str | None = None,
    with_password: bool = False,
    confirmed: bool = True,
    **columns: object,
) -> Person:
    """A confirmed person, with PASSWORD on request; `is_operator=True` runs the installation."""
    person = Person(
        name=name,
        email=email or f"personne{next(_serial)}@example.org",
        password_hash=PASSWORD_HASH if with_password else None,
        confirmed_at=NOW - timedelta(days=30) if confirmed else None,
        **columns,
    )
    session.add(person)
    session.flush()
    return person


def an_operator(session: Session, **columns: object) -> Person:
    """Whoever runs the installation."""
    return a_person(session, is_operator=True, **{"name": "Noé Opérateur", **columns})


def a_funder(
    session: Session,
    *,
    key: str | None = None,
    name: str = "Métropole de Valbrune",
    kind: FunderKind = FunderKind.METROPOLIS,
    **columns: object,
) -> Funder:
    """An authority, with nobody in it."""
    funder = Funder(
        key=key or f"funder-{next(_serial)}",
        name=name,
        kind=kind,
        **{
            "address": "1 place de la Mairie, 63000 Valbrune",
            "email": "ess@valbrune.example",
            "phone": "04 73 00 00 00",
            **columns,
        },
    )
    session.add(funder)
    session.flush()
    return funder


def a_funder_member(
    session: Session,
    funder: Funder,
    *roles: FunderRole,
    person: Person | None = None,
    **columns: object,
) -> Person:
    """Somebody who holds `roles` (officer by default) for `funder`."""
    person = person or a_person(session, **{"name": "Lou Agent", **columns})
    held = roles or (FunderRole.OFFICER,)
    session.add_all(
        FunderMember(funder_id=funder.id, person_id=person.id, role=role) for role in held
    )
    session.flush()
    return person


def an_organisation(
    session: Session,
    *,
    name: str = "Les Jardins de la Brune",
    representative: Person | None = None,
    **columns: object,
) -> Organisation:
    """An association with a SIRET, and its representative (a new person by default)."""
    organisation = Organisation(
        name=name,
        **{
            "legal_form": "9220",
            "legal_label": "Association déclarée",
            "siret": a_siret(),
            "street": "12 rue des Lilas",
            "postcode": "63000",
            "city": "Clermont-Ferrand",
            "commune_code": "63113",
            **columns,
        },
    )
    session.add(organisation)
    session.flush()
    a_member(session, organisation, person=representative)
    return organisation


def a_member(
    session: Session,
    organisation: Organisation,
    role: OrganisationRole = OrganisationRole.REPRESENTATIVE,
    *,
    person: Person | None = None,
    **columns: object,
) -> Person:
    """Somebody who holds `role` in `organisation`."""
    person = person or a_person(session, **columns)
    session.add(OrganisationMember(organisation_id=organisation.id, person_id=person.id, role=role))
    session.flush()
    return person


def a_link(
    session: Session,
    purpose: Purpose,
    person: Person | None = None,
    *,
    email: str | None = None,
    minutes: int = 15,
    **columns: object,
) -> OneTimeLink:
    """A link of that purpose, asked NOW and good for `minutes`."""
    link = OneTimeLink(
        purpose=purpose,
        person_id=person.id if person else None,
        email=email or (person.email if person else f"invite{next(_serial)}@example.org"),
        asked_at=NOW,
        expires_at=NOW + timedelta(minutes=minutes),
        **columns,
    )
    session.add(link)
    session.flush()
    return link


def a_siret() -> str:
    """A SIRET of nobody, whose key is right (and whose SIREN's is)."""
    siren = _with_key(f"9{next(_serial):07d}")
    return _with_key(f"{siren}0001")


def a_token(session: Session, person: Person) -> str:
    """The token of a new sign-in of `person`, started NOW."""
    return start_sign_in(session, person.id, user_agent="Firefox", now=NOW)


def acting_as(session: Session, person: Person) -> Actor:
    """The actor that `person` is, with the roles of people (no jury, no recusal)."""
    held = select(FunderMember).where(FunderMember.person_id == person.id)
    owned = select(OrganisationMember).where(OrganisationMember.person_id == person.id)
    return Actor(
        id=person.id,
        name=person.name,
        email=person.email,
        locale=person.locale or "fr",
        is_operator=bool(person.is_operator),
        funders=_grouped((one.funder_id, one.role) for one in session.scalars(held)),
        organisations=_grouped((one.organisation_id, one.role) for one in session.scalars(owned)),
    )


def _grouped(pairs: Iterable[tuple[object, object]]) -> dict[object, frozenset[object]]:
    grouped: dict[object, set[object]] = {}
    for owner, role in pairs:
        grouped.setdefault(owner, set()).add(role)
    return {owner: frozenset(roles) for owner, roles in grouped.items()}


def _with_key(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)

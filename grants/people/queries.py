"""Who is who, read for whoever may know. `identity` is asked at every request: one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, false, func, or_, select, text, true
from sqlalchemy.orm import Session, selectinload

from grants.kernel.access import Actor, FunderRole, OrganisationRole
from grants.kernel.errors import Unknown
from grants.people import rules
from grants.people.models import (
    Funder,
    FunderMember,
    OneTimeLink,
    Organisation,
    OrganisationMember,
    Person,
    Purpose,
    SignIn,
)
from grants.people.seals import sealed_from

IDLE_MAX = timedelta(hours=2)
"""How long a person may go without sending anything. Reading alone does not count (a GET
writes nothing), hence twice the usual hour."""
SEEN_EVERY = timedelta(minutes=1)

R = TypeVar("R", bound=StrEnum)
T = TypeVar("T")

# `seat`, `recusal`, `interests_declaration` and `mentor` belong to domains above people: named
# here as text, because an actor is whole only with them, and two round trips a request would be
# one too many.
ROLES = f"""
    SELECT p.id, p.name, p.email, p.locale, p.is_operator,
        (SELECT json_object_agg(f.funder_id, f.roles) FROM (
            SELECT funder_id, array_agg(role) AS roles FROM funder_member
            WHERE person_id = p.id GROUP BY funder_id) f) AS funders,
        (SELECT json_object_agg(o.organisation_id, o.roles) FROM (
            SELECT organisation_id, array_agg(role) AS roles FROM organisation_member
            WHERE person_id = p.id GROUP BY organisation_id) o) AS organisations,
        ARRAY(SELECT jury_id FROM seat
            WHERE person_id = p.id AND accepted_at IS NOT NULL) AS seated,
        EXISTS (SELECT FROM interests_declaration d WHERE d.person_id = p.id
            AND d.lapses_on > (CAST(:now AS timestamptz) AT TIME ZONE 'Europe/Paris')::date
        ) AS declared,
        EXISTS (SELECT FROM mentor m JOIN mentoring_pair h ON h.mentor_id = m.id
            WHERE m.email = p.email AND NOT EXISTS (SELECT FROM recusal r
                WHERE r.person_id = p.id AND r.application_id = h.application_id)) AS is_mentor,
        ARRAY(SELECT application_id FROM recusal WHERE person_id = p.id) AS recused_from,
        ARRAY({sealed_from("p.id")}) AS sealed_from
"""  # noqa: S608 -- no value of anybody's
WHO = f"""{ROLES}
    FROM sign_in s JOIN person p ON p.id = s.person_id
    WHERE s.token_hash = :token_hash AND s.ended_at IS NULL
      AND s.expires_at > :now AND s.seen_at > :idle_since
      AND p.disabled_at IS NULL AND p.confirmed_at IS NOT NULL
    """
AWAKE = """
    WITH awake AS (
        UPDATE sign_in SET seen_at = :now
        WHERE token_hash = :token_hash AND ended_at IS NULL AND expires_at > :now
          AND seen_at > :idle_since AND seen_at < :stale_since)
"""
IDENTITY, IDENTITY_AWAKE = text(WHO), text(AWAKE + WHO)
ACTING = text(f"{ROLES} FROM person p WHERE p.id = :person_id AND p.disabled_at IS NULL")


def identity(
    session: Session, token_hash: str, *, now: datetime, writing: bool = False
) -> Actor | None:
    """Who presents this token, with every role held at this instant; one statement.

    None when nobody does: unknown, ended, expired or idle sign-in, disabled person. When the
    request is `writing`, the same statement notes that the browser was seen, once a minute.
    """
    given = {"token_hash": token_hash, "now": now, "idle_since": now - IDLE_MAX}
    if writing:
        given["stale_since"] = now - SEEN_EVERY
    found = session.execute(IDENTITY_AWAKE if writing else IDENTITY, given).one_or_none()
    return _actor(found) if found else None


def acting(session: Session, person_id: UUID, *, now: datetime) -> Actor | None:
    """Whoever started work that goes on without them, with the roles held at this instant.

    None once the person is disabled. For workers: one statement.
    """
    found = session.execute(ACTING, {"person_id": person_id, "now": now}).one_or_none()
    return _actor(found) if found else None


def _actor(found: Row[Any]) -> Actor:
    return Actor(
        id=found.id,
        name=found.name,
        email=found.email,
        locale=found.locale,
        is_operator=found.is_operator,
        funders=_roles(found.funders, FunderRole),
        organisations=_roles(found.organisations, OrganisationRole),
        juries=frozenset(found.seated if found.declared else ()),
        seated=frozenset(found.seated),
        to_declare=bool(found.seated) and not found.declared,
        is_mentor=bool(found.is_mentor),
        recused_from=frozenset(found.recused_from),
        sealed_from=frozenset(found.sealed_from),
    )


def _roles(held: Mapping[str, list[str]] | None, kind: type[R]) -> dict[UUID, frozenset[R]]:
    return {
        UUID(owner): frozenset(kind(role) for role in roles)
        for owner, roles in (held or {}).items()
    }


def person_under(session: Session, email: str) -> Person | None:
    """The person whose address this is, confirmed or not. For services: no viewer."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def profile(session: Session, *, viewer: Actor) -> Person:
    """The viewer's own row, to read.

    Raises:
        Unknown: the viewer is not a person (the software itself).
    """
    return _one(session, select(Person).where(rules.is_self.where(viewer)))


def locked_profile(session: Session, *, viewer: Actor) -> Person:
    """The viewer's own row, locked.

    Raises:
        Unknown: the viewer is not a person.
    """
    return _one(session, select(Person).where(rules.is_self.where(viewer)).with_for_update())


def sign_ins(session: Session, *, viewer: Actor, now: datetime) -> Sequence[SignIn]:
    """Where the viewer is signed in at this instant, latest first."""
    return session.scalars(
        select(SignIn)
        .where(
            rules.is_own_sign_in.where(viewer),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            SignIn.seen_at > now - IDLE_MAX,
        )
        .order_by(SignIn.started_at.desc(), SignIn.id.desc())
    ).all()


def organisations(*, viewer: Actor) -> Select[Any]:
    """The organisations of which the viewer is a member, by name; to be paged."""
    return (
        select(Organisation)
        .where(rules.is_member.where(viewer))
        .order_by(func.lower(Organisation.name), Organisation.id)
    )


def organisation(session: Session, organisation_id: UUID, *, viewer: Actor) -> Organisation:
    """One organisation of the viewer's, with its members and their persons.

    Raises:
        Unknown: there is none, or the viewer is not a member.
    """
    return _one(
        session,
        select(Organisation)
        .where(Organisation.id == organisation_id, rules.is_member.where(viewer))
        .options(selectinload(Organisation.members).joinedload(OrganisationMember.person)),
    )


def locked_organisation(session: Session, organisation_id: UUID, *, viewer: Actor) -> Organisation:
    """One organisation of the viewer's, locked.

    Raises:
        Unknown: there is none, or the viewer is not a member.
    """
    return _one(
        session,
        select(Organisation)
        .where(Organisation.id == organisation_id, rules.is_member.where(viewer))
        .with_for_update(),
    )


def invitations(
    session: Session, owner_id: UUID, *, owner: str, now: datetime
) -> Sequence[OneTimeLink]:
    """Invitations to one organisation or funder (`owner` says which), still unanswered.

    The caller has checked that the viewer may see the owner.
    """
    return session.scalars(
        select(OneTimeLink)
        .where(
            OneTimeLink.purpose == Purpose.INVITATION,
            OneTimeLink.payload.contains({owner: str(owner_id)}),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
        .order_by(OneTimeLink.asked_at, OneTimeLink.id)
    ).all()


def inviting(session: Session, link: OneTimeLink) -> str | None:
    """The name of the organisation or funder to which an invitation leads, for whoever holds it."""
    if owner := link.payload.get("organisation"):
        return session.scalar(select(Organisation.name).where(Organisation.id == UUID(owner)))
    if owner := link.payload.get("funder"):
        return session.scalar(select(Funder.name).where(Funder.id == UUID(owner)))
    return None


PEOPLE_SORTS = {
    "name": func.lower(Person.name),
    "email": Person.email,
    "since": Person.confirmed_at,
}


def people(
    *,
    viewer: Actor,
    search: str = "",
    role: FunderRole | None = None,
    sort: str = "name",
    descending: bool = False,
) -> Select[Any]:
    """The persons whose roles the viewer may see, with these roles; to be paged.

    An administrator sees those who work for a funder of theirs, the operator everybody.
    `search` looks in names and addresses.
    """
    statement = select(Person).where(rules.can_see_person.where(viewer))
    if search:
        statement = statement.where(
            or_(
                Person.name.icontains(search, autoescape=True),
                Person.email.icontains(search, autoescape=True),
            )
        )
    if role is not None:
        statement = statement.where(
            Person.funder_roles.any((FunderMember.role == role) & _of_viewer(viewer))
        )
    key = PEOPLE_SORTS.get(sort, PEOPLE_SORTS["name"])
    return statement.order_by(key.desc().nulls_last() if descending else key, Person.id).options(
        selectinload(Person.funder_roles.and_(_of_viewer(viewer))).joinedload(FunderMember.funder)
    )


def person(session: Session, person_id: UUID, *, viewer: Actor) -> Person:
    """One person, with the roles that the viewer may see.

    Raises:
        Unknown: there is none, or none that works for a funder of the viewer's.
    """
    return _one(
        session,
        select(Person)
        .where(Person.id == person_id, rules.can_see_person.where(viewer))
        .options(
            selectinload(Person.funder_roles.and_(_of_viewer(viewer))).joinedload(
                FunderMember.funder
            )
        ),
    )


def _of_viewer(viewer: Actor) -> ColumnElement[bool]:
    mine = FunderMember.funder_id.in_(viewer.funders_as(*rules.SEES_PEOPLE))
    return or_(mine, true() if viewer.is_operator else false())


def funders(*, viewer: Actor) -> Select[Any]:
    """The funders whose settings the viewer may see, by name; to be paged."""
    return (
        select(Funder)
        .where(rules.can_see_funder.where(viewer))
        .order_by(func.lower(Funder.name), Funder.id)
    )


def administered(session: Session, *, viewer: Actor) -> Sequence[Funder]:
    """The funders in which the viewer may give roles, by name."""
    return session.scalars(
        select(Funder).where(rules.administers.where(viewer)).order_by(func.lower(Funder.name))
    ).all()


def funder(session: Session, funder_id: UUID, *, viewer: Actor) -> Funder:
    """One funder, with its members and their persons.

    Raises:
        Unknown: there is none, or none whose settings the viewer may see.
    """
    return _one(
        session,
        select(Funder)
        .where(Funder.id == funder_id, rules.can_see_funder.where(viewer))
        .options(selectinload(Funder.members).joinedload(FunderMember.person)),
    )


def locked_funder(session: Session, funder_id: UUID, *, viewer: Actor) -> Funder:
    """One funder whose settings the viewer may see, locked.

    Raises:
        Unknown: there is none, or none whose settings the viewer may see.
    """
    return _one(
        session,
        select(Funder)
        .where(Funder.id == funder_id, rules.can_see_funder.where(viewer))
        .with_for_update(),
    )


def funder_under(session: Session, key: str) -> Funder | None:
    """The funder whose key this is; public knowledge."""
    return session.scalar(select(Funder).where(Funder.key == key))


def _one(session: Session, statement: Select[T]) -> T:
    row = session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise Unknown
    return row

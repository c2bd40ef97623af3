"""Funders, and the roles that people hold for them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor, FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.people import identifiers, queries, rules
from grants.people.models import Funder, FunderKind, FunderMember


@dataclass(frozen=True, kw_only=True)
class FunderDetails:
    """What a funder says of itself: receipts and letters carry its address, mail and telephone."""

    name: str
    kind: FunderKind
    siret: str | None = None
    address: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str = "fr"


def create_funder(
    session: Session, key: str, details: FunderDetails, *, actor: Actor, now: datetime
) -> Funder:
    """Add an authority under a key that addresses and command lines use.

    Announces `funder.created`.

    Raises:
        Forbidden: the actor does not run the installation.
        Refused: `people.funder_key_taken`, or `people.siret_wrong`.
    """
    if not actor.is_operator:
        raise Forbidden
    added = session.execute(
        insert(Funder)
        .values(id=new_id(), key=key, **_columns(details))
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Funder)
    ).scalar_one_or_none()
    if added is None:
        raise Refused("people.funder_key_taken", field="key")
    announce(session, "funder.created", by=actor, at=now, funder=added.id, subject=added.id)
    return added


def update_funder(
    session: Session, funder_id: UUID, details: FunderDetails, *, actor: Actor, now: datetime
) -> Funder:
    """Change what a funder says of itself. Locks it. Announces `funder.updated`.

    Raises:
        Unknown: there is none, or none of the actor's.
        Forbidden: the actor does not administer it.
        Refused: `people.siret_wrong`.
    """
    funder = _administered(session, funder_id, actor)
    for name, value in _columns(details).items():
        setattr(funder, name, value)
    announce(session, "funder.updated", by=actor, at=now, funder=funder.id, subject=funder.id)
    return funder


def grant_role(
    session: Session,
    person_id: UUID,
    funder_id: UUID,
    role: FunderRole,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a person a role for a funder; nothing when held already. Locks the funder.

    A person who works for none of the actor's funders is invited instead
    (`invite_to_funder`). Announces `funder.role_granted`.

    Raises:
        Unknown: the actor may not know of this funder or this person.
        Forbidden: the actor does not administer the funder.
    """
    funder = _administered(session, funder_id, actor)
    person = queries.person(session, person_id, viewer=actor)
    add_role(session, funder.id, person.id, role, actor=actor, now=now)


def revoke_role(
    session: Session,
    person_id: UUID,
    funder_id: UUID,
    role: FunderRole,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a role away. Locks the funder. Announces `funder.role_revoked`.

    Raises:
        Unknown: the actor may not know of this funder, or the person does not hold that role.
        Forbidden: the actor does not administer the funder.
        Refused: `people.last_administrator` (the operator alone may leave a funder without).
    """
    funder = _administered(session, funder_id, actor)
    last = role is FunderRole.ADMINISTRATOR and _administrators(session, funder.id) == 1
    removed = session.execute(
        delete(FunderMember)
        .where(
            FunderMember.funder_id == funder.id,
            FunderMember.person_id == person_id,
            FunderMember.role == role,
        )
        .returning(FunderMember.id)
    )
    if removed.scalar_one_or_none() is None:
        raise Unknown
    if last and not actor.is_operator:
        raise Refused("people.last_administrator")
    _announce(session, "funder.role_revoked", funder.id, person_id, role, by=actor, at=now)


def add_role(
    session: Session,
    funder_id: UUID,
    person_id: UUID,
    role: FunderRole,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write one role, once. Announces `funder.role_granted`. The caller has checked."""
    added = session.execute(
        insert(FunderMember)
        .values(id=new_id(), funder_id=funder_id, person_id=person_id, role=role)
        .on_conflict_do_nothing(index_elements=["funder_id", "person_id", "role"])
        .returning(FunderMember.id)
    )
    if added.scalar_one_or_none() is not None:
        _announce(session, "funder.role_granted", funder_id, person_id, role, by=actor, at=now)


def _announce(
    session: Session,
    kind: str,
    funder_id: UUID,
    person_id: UUID,
    role: FunderRole,
    *,
    by: Actor,
    at: datetime,
) -> None:
    told = {"person": str(person_id), "role": role.value}
    announce(session, kind, by=by, at=at, funder=funder_id, subject=funder_id, **told)


def _administered(session: Session, funder_id: UUID, actor: Actor) -> Funder:
    funder = queries.locked_funder(session, funder_id, viewer=actor)
    rules.administers.require(actor, funder)
    return funder


def _administrators(session: Session, funder_id: UUID) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(FunderMember)
            .where(
                FunderMember.funder_id == funder_id,
                FunderMember.role == FunderRole.ADMINISTRATOR,
            )
        )
        or 0
    )


def _columns(details: FunderDetails) -> dict[str, object]:
    siret = details.siret
    if siret:
        siret = identifiers.clean_siret(siret)
        if siret is None:
            raise Refused("people.siret_wrong", field="siret")
    clean = replace(details, siret=siret or None)
    return {one.name: getattr(clean, one.name) for one in fields(clean)}

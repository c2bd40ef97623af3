"""What organisations declared, read; and how long a declaration may be relied on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload

from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.people import aid, rules, standing
from grants.people.models import Declaration, DeclarationKind, DeclaredAid, Organisation

LASTS = timedelta(days=365)
"""How long a declaration of a state of affairs may be relied on; a commitment has no end."""
AIDS_MAX = 100


class Standing(StrEnum):
    """Where one declaration stands."""

    MISSING = "missing"
    MADE = "made"
    OLD = "old"
    CHANGED = "changed"


def kinds_for(organisation: Organisation) -> tuple[DeclarationKind, ...]:
    """The declarations that concern it: only associations and foundations sign the contract."""
    signs = standing.signs_republican_contract(organisation)
    contract = DeclarationKind.REPUBLICAN_CONTRACT
    return tuple(one for one in DeclarationKind if one is not contract or signs)


def standing_of(
    kind: DeclarationKind,
    last: Declaration | None,
    *,
    now: datetime,
    changed_at: datetime | None = None,
) -> Standing:
    """Where a declaration stands; `changed_at` is when the list it vouches for last changed."""
    if last is None:
        return Standing.MISSING
    if kind is DeclarationKind.REPUBLICAN_CONTRACT:
        return Standing.MADE
    if changed_at is not None and changed_at > last.declared_at:
        return Standing.CHANGED
    return Standing.OLD if now - last.declared_at > LASTS else Standing.MADE


def last_declarations(
    session: Session, organisation_id: UUID, *, viewer: Actor
) -> Mapping[DeclarationKind, Declaration]:
    """The latest declaration of each kind with its author, for the organisation's members."""
    return last_declared(session, organisation_id, rules.is_member.where(viewer))


def last_declared(
    session: Session, organisation_id: UUID, *conditions: ColumnElement[bool]
) -> Mapping[DeclarationKind, Declaration]:
    """The same under `conditions`; without any, the caller has checked its right."""
    rows = session.scalars(
        select(Declaration)
        .join(Organisation, Organisation.id == Declaration.organisation_id)
        .where(Declaration.organisation_id == organisation_id, *conditions)
        .ext(distinct_on(Declaration.kind))
        .order_by(Declaration.kind, Declaration.declared_at.desc(), Declaration.id.desc())
        .options(joinedload(Declaration.author, innerjoin=True))
    )
    return {one.kind: one for one in rows}


def declared_aids(
    session: Session, organisation_id: UUID, *, viewer: Actor, now: datetime
) -> Sequence[DeclaredAid]:
    """The public aid of the last three years that the organisation declared, latest first.

    `AIDS_MAX` of them at most, which is what one may declare. For its members.
    """
    return aids_declared(session, organisation_id, rules.is_member.where(viewer), now=now)


def aids_declared(
    session: Session, organisation_id: UUID, *conditions: ColumnElement[bool], now: datetime
) -> Sequence[DeclaredAid]:
    """The same under `conditions`; without any, the caller has checked its right."""
    return session.scalars(
        select(DeclaredAid)
        .join(Organisation, Organisation.id == DeclaredAid.organisation_id)
        .where(
            DeclaredAid.organisation_id == organisation_id,
            *conditions,
            DeclaredAid.removed_at.is_(None),
            DeclaredAid.granted_on >= aid.window_start(paris_date(now)),
        )
        .order_by(DeclaredAid.granted_on.desc(), DeclaredAid.id.desc())
        .limit(AIDS_MAX)
    ).all()


def aids_changed_at(session: Session, organisation_id: UUID, *, viewer: Actor) -> datetime | None:
    """When a line was last added to or taken from the list of aid, for its members."""
    return list_changed_at(session, organisation_id, rules.is_member.where(viewer))


def list_changed_at(
    session: Session, organisation_id: UUID, *conditions: ColumnElement[bool]
) -> datetime | None:
    """The same under `conditions`; without any, the caller has checked its right."""
    latest: datetime | None = session.scalar(
        select(func.max(func.greatest(DeclaredAid.declared_at, DeclaredAid.removed_at)))
        .join(Organisation, Organisation.id == DeclaredAid.organisation_id)
        .where(DeclaredAid.organisation_id == organisation_id, *conditions)
    )
    return latest

"""Single undertakings: an organisation, its establishments, the companies it is linked to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.people import rules
from grants.people.models import Organisation
from grants.watch.models import CapitalStatement, LinkedUndertaking

SIREN_LENGTH = 9
SHOWN_MAX = 50

# Links go both ways: whoever declares a parent company belongs to what it declared too.
LINKED = text("""
    WITH RECURSIVE link AS (
        SELECT left(o.siret, 9) AS here, u.siren AS there
        FROM linked_undertaking u JOIN organisation o ON o.id = u.organisation_id
        WHERE u.removed_at IS NULL AND o.siret IS NOT NULL
    ), linked(root, own, siren) AS (
        SELECT o.id, left(o.siret, 9), left(o.siret, 9) FROM organisation o
        WHERE o.id = ANY(CAST(:ids AS uuid[])) AND o.siret IS NOT NULL
        UNION
        SELECT linked.root, linked.own,
               CASE WHEN link.here = linked.siren THEN link.there ELSE link.here END
        FROM linked JOIN link ON linked.siren IN (link.here, link.there)
    )
    SELECT linked.root, linked.own, linked.siren, o.id AS organisation_id
    FROM linked
    LEFT JOIN organisation o
        ON o.siret BETWEEN linked.siren || '00000' AND linked.siren || '99999'
""")


@dataclass
class Undertaking:
    """Who is one and the same before the rules of State aid."""

    sirens: set[str] = field(default_factory=set)
    organisation_ids: set[UUID] = field(default_factory=set)
    body_ids: set[UUID] = field(default_factory=set)
    """The organisation itself, with its other establishments: one legal person."""


def undertakings(session: Session, organisation_ids: Collection[UUID]) -> dict[UUID, Undertaking]:
    """The single undertaking of each of these organisations. One statement."""
    found = {one: Undertaking(organisation_ids={one}, body_ids={one}) for one in organisation_ids}
    if not found:
        return found
    for row in session.execute(LINKED, {"ids": list(found)}):
        one = found[row.root]
        one.sirens.add(row.siren)
        if row.organisation_id is not None:
            one.organisation_ids.add(row.organisation_id)
        if row.organisation_id is not None and row.siren == row.own:
            one.body_ids.add(row.organisation_id)
    return found


def linked(
    session: Session, organisation_id: UUID, *, viewer: Actor
) -> Sequence[LinkedUndertaking]:
    """The companies that an organisation declared, for its members, by SIREN."""
    statement = (
        select(LinkedUndertaking)
        .join(Organisation, Organisation.id == LinkedUndertaking.organisation_id)
        .where(
            LinkedUndertaking.organisation_id == organisation_id,
            LinkedUndertaking.removed_at.is_(None),
            rules.is_member.where(viewer),
        )
        .order_by(LinkedUndertaking.siren)
        .limit(SHOWN_MAX)
    )
    return session.scalars(statement).all()


def capital(session: Session, organisation_id: UUID, *, viewer: Actor) -> CapitalStatement | None:
    """The capital that an organisation last declared, for its members."""
    return session.scalar(
        select(CapitalStatement)
        .join(Organisation, Organisation.id == CapitalStatement.organisation_id)
        .where(CapitalStatement.organisation_id == organisation_id, rules.is_member.where(viewer))
        .order_by(
            CapitalStatement.held_on.desc(),
            CapitalStatement.declared_at.desc(),
            CapitalStatement.id.desc(),
        )
        .limit(1)
    )

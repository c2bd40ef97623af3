"""What organisations tell the watch: the companies they are linked to, and their capital."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Cents
from grants.outbox.services import announce
from grants.people import queries as people
from grants.people import rules
from grants.people.models import Organisation
from grants.watch.models import CapitalStatement, LinkedUndertaking

LINKS_MAX = 50


@dataclass(frozen=True, kw_only=True)
class Declared:
    """The capital of a cooperative on a day, in cents."""

    held_on: date
    total_cents: Cents
    public_cents: Cents


def declare_link(
    session: Session, organisation_id: UUID, *, siren: str, name: str, actor: Actor, now: datetime
) -> None:
    """Declare a company linked to an organisation. Declared twice is once. Locks the organisation.

    Announces `organisation.link_declared`.

    Raises:
        Unknown, Forbidden: see `people.queries`; the actor neither represents it nor keeps its
            money.
        Refused: `watch.own_siren`, `watch.links_too_many`.
    """
    organisation = _accounted(session, organisation_id, actor)
    if (organisation.siret or "").startswith(siren):
        raise Refused("watch.own_siren", field="siren")
    live = LinkedUndertaking.removed_at.is_(None)
    held = session.scalar(
        select(func.count())
        .select_from(LinkedUndertaking)
        .where(LinkedUndertaking.organisation_id == organisation.id, live)
    )
    if (held or 0) >= LINKS_MAX:
        raise Refused("watch.links_too_many", max=LINKS_MAX)
    added = session.execute(
        insert(LinkedUndertaking)
        .values(
            id=new_id(),
            organisation_id=organisation.id,
            siren=siren,
            name=name.strip(),
            declared_at=now,
            declared_by=actor.id,
        )
        .on_conflict_do_nothing(index_elements=["organisation_id", "siren"], index_where=live)
        .returning(LinkedUndertaking.id)
    ).scalar_one_or_none()
    if added:
        announce(session, "organisation.link_declared", by=actor, at=now, subject=organisation.id)


def remove_link(
    session: Session, organisation_id: UUID, link_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a declared link back; it stays as history. Twice is once. Locks the organisation.

    Announces `organisation.link_removed`.

    Raises:
        Unknown: there is no such link of an organisation of the actor's.
        Forbidden: the actor neither represents it nor keeps its money.
    """
    organisation = _accounted(session, organisation_id, actor)
    row = session.get(LinkedUndertaking, link_id)
    if row is None or row.organisation_id != organisation.id:
        raise Unknown
    if row.removed_at is not None:
        return
    row.removed_at, row.removed_by = now, actor.id
    announce(session, "organisation.link_removed", by=actor, at=now, subject=organisation.id)


def declare_capital(
    session: Session, organisation_id: UUID, declared: Declared, *, actor: Actor, now: datetime
) -> None:
    """Declare the capital of a cooperative and what public holders have of it, on a day.

    Locks the organisation. Announces `organisation.capital_declared`.

    Raises:
        Unknown, Forbidden: as for `declare_link`.
        Refused: `watch.capital_wrong`, `watch.public_part_wrong`, `watch.capital_in_future`.
    """
    organisation = _accounted(session, organisation_id, actor)
    if declared.total_cents <= 0:
        raise Refused("watch.capital_wrong", field="total")
    if not 0 <= declared.public_cents <= declared.total_cents:
        raise Refused("watch.public_part_wrong", field="public")
    if declared.held_on > paris_date(now):
        raise Refused("watch.capital_in_future", field="held_on")
    session.add(
        CapitalStatement(
            organisation_id=organisation.id,
            held_on=declared.held_on,
            total_cents=declared.total_cents,
            public_cents=declared.public_cents,
            declared_at=now,
            declared_by=actor.id,
        )
    )
    session.flush()
    announce(session, "organisation.capital_declared", by=actor, at=now, subject=organisation.id)


def _accounted(session: Session, organisation_id: UUID, actor: Actor) -> Organisation:
    organisation = people.locked_organisation(session, organisation_id, viewer=actor)
    rules.keeps_accounts.require(actor, organisation)
    return organisation

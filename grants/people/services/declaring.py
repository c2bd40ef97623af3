"""Declare: other public aid, and that the organisation is in order. Nothing is ever erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Cents
from grants.outbox.services import announce
from grants.people import aid, queries, rules
from grants.people.declarations import AIDS_MAX, kinds_for
from grants.people.models import AidRegime, Declaration, DeclarationKind, DeclaredAid, Organisation
from grants.people.services.standing import represented


def declare(
    session: Session,
    organisation_id: UUID,
    kind: DeclarationKind,
    *,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """Declare something in the organisation's name, today. Locks the organisation.

    Announces `organisation.declared`.

    Raises:
        Unknown: there is none, or the actor is not a member.
        Forbidden: the actor does not represent it.
        Refused: `people.contract_not_for_you`: only associations and foundations sign it.
    """
    organisation = represented(session, organisation_id, actor)
    if kind not in kinds_for(organisation):
        raise Refused("people.contract_not_for_you")
    declaration = Declaration(
        organisation_id=organisation.id, kind=kind, declared_at=now, declared_by=actor.id
    )
    session.add(declaration)
    session.flush()
    announce(
        session,
        "organisation.declared",
        by=actor,
        at=now,
        subject=organisation.id,
        declaration=kind.value,
    )
    return declaration


@dataclass(frozen=True, kw_only=True)
class Received:
    """A public aid as someone declares it; `granted_on` is the day the right to it was given."""

    funder_name: str
    amount_cents: Cents
    granted_on: date
    regime: AidRegime
    purpose: str = ""


def declare_aid(
    session: Session, organisation_id: UUID, received: Received, *, actor: Actor, now: datetime
) -> DeclaredAid:
    """Add one public aid of the last three years. Locks the organisation.

    Announces `organisation.aid_declared`.

    Raises:
        Unknown: there is none, or the actor is not a member.
        Forbidden: the actor neither represents it nor keeps its money.
        Refused: `people.aid_amount_wrong`, `people.aid_in_future`, `people.aid_too_old`,
            each beside its field, or `people.aids_too_many`.
    """
    organisation = _accounted(session, organisation_id, actor)
    _require_recent(received, paris_date(now))
    _require_room(session, organisation.id)
    row = DeclaredAid(
        organisation_id=organisation.id,
        funder_name=received.funder_name.strip(),
        amount_cents=received.amount_cents,
        granted_on=received.granted_on,
        regime=received.regime,
        purpose=received.purpose.strip(),
        declared_at=now,
        declared_by=actor.id,
    )
    session.add(row)
    session.flush()
    announce(
        session,
        "organisation.aid_declared",
        by=actor,
        at=now,
        subject=organisation.id,
        aid=str(row.id),
    )
    return row


def remove_aid(
    session: Session, organisation_id: UUID, aid_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a line back; it stays as history. Twice is once. Locks the organisation.

    Announces `organisation.aid_removed`.

    Raises:
        Unknown: there is no such line of an organisation of the actor's.
        Forbidden: the actor neither represents it nor keeps its money.
    """
    organisation = _accounted(session, organisation_id, actor)
    row = session.get(DeclaredAid, aid_id)
    if row is None or row.organisation_id != organisation.id:
        raise Unknown
    if row.removed_at is not None:
        return
    row.removed_at, row.removed_by = now, actor.id
    announce(
        session,
        "organisation.aid_removed",
        by=actor,
        at=now,
        subject=organisation.id,
        aid=str(row.id),
    )


def _require_recent(received: Received, today: date) -> None:
    if received.amount_cents <= 0:
        raise Refused("people.aid_amount_wrong", field="amount")
    if received.granted_on > today:
        raise Refused("people.aid_in_future", field="granted_on")
    if not aid.in_window(received.granted_on, today):
        start = aid.window_start(today)
        raise Refused("people.aid_too_old", field="granted_on", first_on=start)


def _require_room(session: Session, organisation_id: UUID) -> None:
    held = session.scalar(
        select(func.count())
        .select_from(DeclaredAid)
        .where(DeclaredAid.organisation_id == organisation_id, DeclaredAid.removed_at.is_(None))
    )
    if (held or 0) >= AIDS_MAX:
        raise Refused("people.aids_too_many", max=AIDS_MAX)


def _accounted(session: Session, organisation_id: UUID, actor: Actor) -> Organisation:
    organisation = queries.locked_organisation(session, organisation_id, viewer=actor)
    rules.keeps_accounts.require(actor, organisation)
    return organisation

"""Who signs for the president: recorded from its act, revoked by another, never altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.councils import queries
from grants.councils.models import CouncilSeat, SigningDelegation
from grants.decisions.rules import RECORDERS
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Cents
from grants.outbox.services import announce
from grants.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Entrusted:
    """What an act of delegation says: to whom, for whom, since when, up to what."""

    name: str
    function: str
    given_for: str
    number: str
    act_on: date
    executory_on: date
    person_id: UUID | None = None
    ceiling_cents: Cents | None = None
    from_on: date | None = None
    until_on: date | None = None


def entrust(
    session: Session, funder_id: UUID, act: Entrusted, *, actor: Actor, now: datetime
) -> SigningDelegation:
    """Record that whoever presides lets somebody sign for them, by an act that is executory.

    CGCT L2122-18 and L2122-19 (mayor), L5211-9 (president of a community); L2131-1: from the day
    on which the act is executory. Days are those of the act. Announces `signing.entrusted`.

    Raises:
        Unknown: the actor does not record decisions for that funder.
        Refused: `signing.unnamed`, `signing.oneself` (a colleague records it),
            `signing.executory_before_act`, `signing.executory_to_come`,
            `signing.begins_before_executory`, `signing.ends_before_it_begins`,
            `signing.nobody_presides`, `signing.president_signs_already`,
            `signing.not_of_the_authority`, `signing.recorded`.
    """
    if funder_id not in actor.funders_as(*RECORDERS):
        raise Unknown
    _refuse_words(act, actor)
    _refuse_days(act, now)
    seat = _giver(session, funder_id, act)
    given = SigningDelegation(
        id=new_id(),
        funder_id=funder_id,
        given_by_id=seat.id,
        given_for=act.given_for.strip(),
        person_id=act.person_id,
        name=_name(session, act),
        function=act.function.strip(),
        number=act.number.strip(),
        act_on=act.act_on,
        executory_on=act.executory_on,
        ceiling_cents=act.ceiling_cents,
        from_on=act.from_on or act.executory_on,
        until_on=act.until_on,
        recorded_by=actor.id,
        recorded_at=now,
    )
    try:
        with session.begin_nested():
            session.add(given)
            session.flush()
    except IntegrityError as error:
        if "uq_signing_delegation" not in str(error.orig):
            raise
        raise Refused("signing.recorded", field="number", number=given.number) from None
    announce(session, "signing.entrusted", by=actor, at=now, funder=funder_id, subject=given.id)
    return given


def revoke_signing(
    session: Session,
    delegation_id: UUID,
    *,
    on: date,
    number: str,
    actor: Actor,
    now: datetime,
) -> SigningDelegation:
    """Note the act that takes a delegation back: nothing of that day or later is signed under it.

    Locks it. Announces `signing.revoked`. Revoked before: nothing changes.

    Raises:
        Unknown: not of the actor's authorities.
        Refused: `signing.revocation_unnamed`, `signing.revoked_before_act`,
            `signing.used_since`: an agreement was signed under it on that day or later.
    """
    found = queries.locked_signing(session, delegation_id, viewer=actor)
    if found.revoked_on is not None:
        return found
    if not number.strip():
        raise Refused("signing.revocation_unnamed", field="number")
    if on < found.act_on:
        raise Refused("signing.revoked_before_act", field="until", act_on=found.act_on)
    try:
        with session.begin_nested():
            found.revoked_on, found.revoked_number = on, number.strip()
            found.revoked_by, found.revoked_at = actor.id, now
            session.flush()
    except IntegrityError as error:
        if "was used since" not in str(error.orig):
            raise
        raise Refused("signing.used_since", field="until") from None
    announce(session, "signing.revoked", by=actor, at=now, funder=found.funder_id, subject=found.id)
    return found


def _name(session: Session, act: Entrusted) -> str:
    """As the act writes it; else that of the account."""
    if act.name.strip() or act.person_id is None:
        return act.name.strip()
    return session.get_one(Person, act.person_id).name


def _refuse_words(act: Entrusted, actor: Actor) -> None:
    if not act.name.strip() and act.person_id is None:
        raise Refused("signing.unnamed", field="name")
    for field in ("function", "given_for", "number"):
        if not getattr(act, field).strip():
            raise Refused("signing.unnamed", field=field)
    if act.person_id == actor.id:
        raise Refused("signing.oneself", field="person")


def _refuse_days(act: Entrusted, now: datetime) -> None:
    if act.executory_on < act.act_on:
        raise Refused("signing.executory_before_act", field="executory_on", act_on=act.act_on)
    if act.executory_on > paris_date(now):
        raise Refused("signing.executory_to_come", field="executory_on")
    begins = act.from_on or act.executory_on
    if begins < act.executory_on:
        raise Refused(
            "signing.begins_before_executory", field="from_on", executory_on=act.executory_on
        )
    if act.until_on is not None and act.until_on < begins:
        raise Refused("signing.ends_before_it_begins", field="until_on")


def _giver(session: Session, funder_id: UUID, act: Entrusted) -> CouncilSeat:
    """Whoever presided on the day of the act, and is somebody else."""
    seat = queries.president(session, funder_id, act.act_on)
    if seat is None:
        raise Refused("signing.nobody_presides", field="act_on", act_on=act.act_on)
    if act.person_id is not None:
        if act.person_id == seat.person_id:
            raise Refused("signing.president_signs_already", field="person", name=seat.name)
        if not queries.signs_in_for(session, funder_id, act.person_id):
            raise Refused("signing.not_of_the_authority", field="person")
    return seat

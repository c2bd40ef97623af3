"""Who signs for an authority on a day: whoever presides, and those whom an act lets sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from grants.councils import rules
from grants.councils.models import CouncilSeat, Office, SigningDelegation
from grants.decisions.rules import RECORDERS
from grants.juries.models import Recusal
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people.models import FunderMember, Person

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True)
class Signatory:
    """Somebody who may sign: by right, from their seat, or by delegation.

    `capacity` is what is printed under a signature by delegation, in the language of the acts; it
    is empty for whoever presides, who says it. `act` names the delegation's act in short.
    """

    seat_id: UUID | None
    delegation_id: UUID | None
    person_id: UUID | None
    name: str
    capacity: str = ""
    act: str = ""

    @property
    def id(self) -> UUID:
        """The seat or the delegation on which the signature rests."""
        return self.delegation_id or self.seat_id or UUID(int=0)


def president(session: Session, funder_id: UUID, on: date) -> CouncilSeat | None:
    """Whoever presides on a day; None when nobody is written down."""
    return session.scalar(
        select(CouncilSeat)
        .where(CouncilSeat.funder_id == funder_id, _presides(on))
        .order_by(CouncilSeat.since.desc(), CouncilSeat.id)
        .limit(1)
    )


def presiding(session: Session, on: date, *, viewer: Actor) -> Sequence[CouncilSeat]:
    """Whoever presides over each of the viewer's authorities on a day, by name."""
    statement = select(CouncilSeat).where(rules.reads_seats.where(viewer), _presides(on))
    return session.scalars(statement.order_by(CouncilSeat.name, CouncilSeat.id)).all()


def signatories(
    session: Session,
    funder_id: UUID,
    *,
    on: date,
    cents: int | None,
    application_id: UUID | None = None,
) -> Sequence[Signatory]:
    """Who may sign that amount for an authority on a day: who presides first, then by name.

    `cents` is None for what is not euros: a delegation with a ceiling does not cover it. Whoever
    is recused from `application_id` is left out. Two statements at most.
    """
    away = (
        select(Recusal.person_id).where(Recusal.application_id == application_id)
        if application_id is not None
        else select(Recusal.person_id).where(Recusal.id.is_(None))
    )
    seats = session.scalars(
        select(CouncilSeat)
        .where(
            CouncilSeat.funder_id == funder_id,
            _presides(on),
            or_(CouncilSeat.person_id.is_(None), CouncilSeat.person_id.not_in(away)),
        )
        .order_by(CouncilSeat.since.desc(), CouncilSeat.id)
    )
    one = SigningDelegation
    bound = one.ceiling_cents.is_(None)
    given = session.scalars(
        select(one)
        .join(CouncilSeat, CouncilSeat.id == one.given_by_id)
        .where(
            one.funder_id == funder_id,
            _presides(on),
            _covers(on),
            bound if cents is None else or_(bound, one.ceiling_cents >= cents),
            or_(one.person_id.is_(None), one.person_id.not_in(away)),
        )
        .order_by(one.name, one.act_on, one.id)
    )
    by_right = [Signatory(seat.id, None, seat.person_id, seat.name) for seat in seats]
    return [*by_right, *(as_signatory(row) for row in given)]


def as_signatory(given: SigningDelegation) -> Signatory:
    """What a delegation prints under a signature."""
    act = f"arrêté n° {given.number} du {_day(given.act_on)}"
    capacity = f"Pour {given.given_for} et par délégation, {given.function} ({act})"
    return Signatory(None, given.id, given.person_id, given.name, capacity, act)


def signing_delegations(*, viewer: Actor) -> Select[SigningDelegation]:
    """The register of the viewer's authorities, those that still run first, to be cut in pages."""
    one = SigningDelegation
    return (
        select(one)
        .where(rules.reads_signing.where(viewer))
        .options(joinedload(one.given_by), joinedload(one.person), joinedload(one.recorder))
        .order_by(one.revoked_on.desc().nulls_first(), one.act_on.desc(), one.number, one.id)
    )


def locked_signing(session: Session, delegation_id: UUID, *, viewer: Actor) -> SigningDelegation:
    """One delegation, locked, for whoever keeps the register.

    Raises:
        Unknown: none of the viewer's authorities.
    """
    found = session.scalar(
        select(SigningDelegation)
        .where(SigningDelegation.id == delegation_id, rules.keeps_signing.where(viewer))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found


def holders(session: Session, viewer: Actor) -> dict[UUID, str]:
    """The accounts that may be let sign: officers and elected members, the viewer excepted."""
    rows = session.execute(
        select(Person.id, Person.name, Person.email)
        .join(FunderMember, FunderMember.person_id == Person.id)
        .where(
            FunderMember.funder_id.in_(sorted(viewer.funders_as(*RECORDERS))),
            FunderMember.role.in_(rules.SIGNERS),
            Person.id != viewer.id,
        )
        .order_by(Person.name, Person.id)
        .distinct()
    )
    return {row.id: f"{row.name} ({row.email})" for row in rows}


def signs_in_for(session: Session, funder_id: UUID, person_id: UUID) -> bool:
    """Whether an account could sign on a screen for an authority, once it is let."""
    member = select(FunderMember.person_id).where(
        FunderMember.funder_id == funder_id,
        FunderMember.person_id == person_id,
        FunderMember.role.in_(rules.SIGNERS),
    )
    return session.scalars(member.limit(1)).one_or_none() is not None


def _presides(on: date) -> ColumnElement[bool]:
    return and_(
        CouncilSeat.office == Office.PRESIDENT,
        CouncilSeat.since <= on,
        or_(CouncilSeat.until.is_(None), CouncilSeat.until > on),
    )


def _covers(on: date) -> ColumnElement[bool]:
    one = SigningDelegation
    return and_(
        one.from_on <= on,
        or_(one.until_on.is_(None), one.until_on >= on),
        or_(one.revoked_on.is_(None), one.revoked_on > on),
    )


def _day(day: date) -> str:
    first = "1er" if day.day == 1 else str(day.day)
    return f"{first} {MONTHS[day.month - 1]} {day.year}"

"""The aid that undertakings were given: decided here, or declared by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.rules import not_recused
from grants.decisions.models import Decision, Deliberation, Instrument, Outcome
from grants.decisions.queries.standing import stands
from grants.decisions.rules import READERS
from grants.kernel.access import Actor
from grants.kernel.money import Unit
from grants.ledger.remaining import TakenBack, taken_back
from grants.people.models import AidRegime, DeclaredAid, Funder
from grants.watch.counting import Aid, Capital, Origin
from grants.watch.models import AidRuling, CapitalStatement

GRANTED_ON = func.coalesce(Deliberation.made_executory_on, Deliberation.voted_on)
"""The day the right is given: that on which the act is executory; until then that of the vote."""
NO_AID = {Instrument.EQUITY, Instrument.TITLE}
"""What is no aid: shares taken as an investor would, and an honour."""
NO_SUBSIDY = {*NO_AID, Instrument.ADVANCE}
"""What is no subsidy under the act of 2000: it counts neither for 23 000 € nor for 153 000 €."""


@dataclass(frozen=True)
class Ruling:
    """Under which rules one funder helps one project, and what help in kind is worth, in cents."""

    regime: AidRegime = AidRegime.DE_MINIMIS
    value_cents: int | None = None
    reference: str = ""


def rulings(session: Session, application_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], Ruling]:
    """The latest ruling by application and funder; none is general de minimis. One statement."""
    if not application_ids:
        return {}
    statement = (
        select(AidRuling)
        .where(AidRuling.application_id.in_(list(application_ids)))
        .ext(distinct_on(AidRuling.application_id, AidRuling.funder_id))
        .order_by(
            AidRuling.application_id,
            AidRuling.funder_id,
            AidRuling.ruled_at.desc(),
            AidRuling.id.desc(),
        )
    )
    return {
        (one.application_id, one.funder_id): Ruling(one.regime, one.value_cents, one.reference)
        for one in session.scalars(statement)
    }


@dataclass(frozen=True)
class Granted:
    """An award with whose it is, and the aid that it makes."""

    decision_id: UUID
    application_id: UUID
    organisation_id: UUID | None
    author_id: UUID
    instrument: Instrument
    aid: Aid
    net: int


def granted(
    session: Session,
    organisations: Collection[UUID],
    persons: Collection[UUID],
    *,
    viewer: Actor | None,
) -> list[Granted]:
    """The awards to these organisations, or to these persons in their own name. Four statements.

    What was cancelled or claimed back of them is off. `viewer` None counts everything, for the
    service that refuses; a reader meets what is announced, or their own authority's, and nothing
    of what they are recused from.
    """
    rows = session.execute(_awards(organisations, persons, viewer)).all()
    back = taken_back(session, [row.id for row in rows])
    ruled = rulings(session, {row.application_id for row in rows})
    return [_granted(row, back[row.id], ruled) for row in rows]


def _awards(
    organisations: Collection[UUID], persons: Collection[UUID], viewer: Actor | None
) -> Any:
    ours = Application.organisation_id.in_(list(organisations))
    own = Application.organisation_id.is_(None) & Application.author_id.in_(list(persons))
    return (
        select(
            Decision.id,
            Decision.application_id,
            Decision.funder_id,
            Decision.instrument,
            Decision.amount,
            Decision.unit,
            Application.organisation_id,
            Application.author_id,
            Application.number,
            Funder.name,
            GRANTED_ON.label("granted_on"),
            Deliberation.made_executory_on.is_(None).label("is_pending"),
        )
        .select_from(Decision)
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Funder, Funder.id == Decision.funder_id)
        .where(
            or_(ours, own),
            Decision.outcome == Outcome.AWARD,
            Deliberation.adopted,
            stands(),
            *_visible(viewer),
        )
        .order_by(GRANTED_ON.desc(), Decision.id)
    )


def _visible(viewer: Actor | None) -> tuple[ColumnElement[bool], ...]:
    if viewer is None:
        return ()
    ours = Decision.funder_id.in_(sorted(viewer.funders_as(*READERS)))
    return (or_(Deliberation.announced_at.is_not(None), ours), not_recused.where(viewer))


def _granted(row: Any, back: TakenBack, ruled: Mapping[tuple[UUID, UUID], Ruling]) -> Granted:
    ruling = ruled.get((row.application_id, row.funder_id), Ruling())
    # An advance that is repaid was an aid all the same.
    off = back.cancelled if row.instrument is Instrument.ADVANCE else back.total
    net = max((row.amount or 0) - off, 0)
    worth = net if row.unit is Unit.EUR else ruling.value_cents or 0
    in_kind_gone = row.unit not in {None, Unit.EUR} and net == 0
    aid = Aid(
        amount_cents=0 if row.instrument in NO_AID or in_kind_gone else worth,
        granted_on=row.granted_on,
        regime=ruling.regime,
        origin=Origin.DECIDED,
        funder=row.name,
        funder_id=row.funder_id,
        reference=row.number or "",
        is_subsidy=row.instrument not in NO_SUBSIDY,
        is_pending=row.is_pending,
    )
    return Granted(
        decision_id=row.id,
        application_id=row.application_id,
        organisation_id=row.organisation_id,
        author_id=row.author_id,
        instrument=row.instrument,
        aid=aid,
        net=net,
    )


def declared(session: Session, organisations: Collection[UUID]) -> dict[UUID, list[Aid]]:
    """What these organisations declared, by organisation. One statement."""
    statement = (
        select(DeclaredAid)
        .where(
            DeclaredAid.organisation_id.in_(list(organisations)),
            DeclaredAid.removed_at.is_(None),
        )
        .order_by(DeclaredAid.granted_on.desc(), DeclaredAid.id)
    )
    found: dict[UUID, list[Aid]] = {}
    for one in session.scalars(statement):
        aid = Aid(
            amount_cents=one.amount_cents,
            granted_on=one.granted_on,
            regime=one.regime,
            origin=Origin.DECLARED,
            funder=one.funder_name,
            reference=one.purpose,
        )
        found.setdefault(one.organisation_id, []).append(aid)
    return found


def once(decided: Sequence[Aid], told: Sequence[Aid]) -> list[Aid]:
    """Both together; what was declared of an award that is known here counts once.

    The same authority by name, the same day, the same amount: the award itself, told again.
    """
    known = {(one.funder.casefold(), one.granted_on, one.amount_cents) for one in decided}
    return [
        *decided,
        *(
            one
            for one in told
            if (one.funder.casefold(), one.granted_on, one.amount_cents) not in known
        ),
    ]


def capitals(
    session: Session, organisations: Collection[UUID], day: date
) -> dict[UUID, CapitalStatement]:
    """The capital that each of these organisations last declared by that day. One statement."""
    statement = (
        select(CapitalStatement)
        .where(
            CapitalStatement.organisation_id.in_(list(organisations)),
            CapitalStatement.held_on <= day,
        )
        .ext(distinct_on(CapitalStatement.organisation_id))
        .order_by(
            CapitalStatement.organisation_id,
            CapitalStatement.held_on.desc(),
            CapitalStatement.declared_at.desc(),
            CapitalStatement.id.desc(),
        )
    )
    return {one.organisation_id: one for one in session.scalars(statement)}


def capital_of(statement: CapitalStatement | None, given: Sequence[Granted]) -> Capital | None:
    """A declared capital with the public shares decided here since; None when none was declared."""
    if statement is None:
        return None
    since = sum(
        one.net
        for one in given
        if one.instrument is Instrument.EQUITY and one.aid.granted_on > statement.held_on
    )
    return Capital(
        total_cents=statement.total_cents,
        public_cents=statement.public_cents,
        since_cents=since,
    )

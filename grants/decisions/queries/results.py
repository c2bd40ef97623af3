"""What the public may know of what was decided: announced awards, and no person's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.calls.models import Call
from grants.decisions.models import Decision, Deliberation, Instrument, Outcome
from grants.decisions.queries.standing import stands
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount, Unit
from grants.people.models import Funder, Organisation


@dataclass(frozen=True)
class PublishedResult:
    """One award as anyone may read it. `organisation_name` is None for a natural person."""

    decision_id: UUID
    call_id: UUID
    call_slug: str
    call_title_fr: str
    call_title_en: str
    funder_name: str
    organisation_name: str | None
    title: str
    instrument: Instrument
    amount: Amount | None
    unit: Unit | None
    label: str
    number: str
    voted_on: date


def results(*, call_id: UUID | None = None) -> Select[*tuple[Any, ...]]:
    """The statement behind `published_results`, to be cut in pages: rows as its fields."""
    statement = (
        select(
            Decision.id.label("decision_id"),
            Call.id.label("call_id"),
            Call.slug.label("call_slug"),
            Call.title_fr.label("call_title_fr"),
            Call.title_en.label("call_title_en"),
            Funder.name.label("funder_name"),
            Organisation.name.label("organisation_name"),
            Application.title.label("title"),
            Decision.instrument.label("instrument"),
            Decision.amount.label("amount"),
            Decision.unit.label("unit"),
            Decision.label.label("label"),
            Deliberation.number.label("number"),
            Deliberation.voted_on.label("voted_on"),
        )
        .select_from(Decision)
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(Funder, Funder.id == Decision.funder_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(Decision.outcome == Outcome.AWARD, Deliberation.announced_at.is_not(None), stands())
        .order_by(
            Deliberation.voted_on.desc(),
            Deliberation.number,
            Decision.position,
            Decision.id,
        )
    )
    return statement if call_id is None else statement.where(Call.id == call_id)


def published_results(
    session: Session, *, call_id: UUID | None = None, limit: int = 500
) -> Sequence[PublishedResult]:
    """The announced awards, latest deliberation first; of one call, or of all."""
    rows = session.execute(results(call_id=call_id).limit(limit))
    return [PublishedResult(**row._mapping) for row in rows]  # noqa: SLF001 -- SQLAlchemy's public name


def published_result(session: Session, decision_id: UUID) -> tuple[PublishedResult, Application]:
    """One announced award, and its application with form, call and organisation. Two statements.

    Raises:
        Unknown: there is none, or it is not announced, or it is no award.
    """
    row = session.execute(results().where(Decision.id == decision_id)).one_or_none()
    if row is None:
        raise Unknown
    statement = (
        select(Application)
        .join(Decision, Decision.application_id == Application.id)
        .where(Decision.id == decision_id)
        .options(
            joinedload(Application.call, innerjoin=True),
            joinedload(Application.revision, innerjoin=True),
            joinedload(Application.organisation),
        )
    )
    application = session.scalars(statement).one()
    return PublishedResult(**row._mapping), application  # noqa: SLF001 -- SQLAlchemy's public name

"""What the last edition of a call came to: how many asked, how many were helped, by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.calls.models import Call, CallState
from grants.decisions.models import Decision, Deliberation, Outcome
from grants.kernel.money import Amount, Unit

DECIDED_MIN = 5
REFUSED_MIN = 3


@dataclass(frozen=True)
class Edition:
    """One past call and, when there were enough of them, its figures.

    `success_percent` is the share of those decided that were awarded something; `average` is
    what one awarded project received, all funders together, in the call's unit.
    """

    slug: str
    title_fr: str
    title_en: str
    unit: Unit
    received: int | None
    success_percent: int | None
    average: Amount | None

    @property
    def is_told(self) -> bool:
        """Whether the figures are there, or too small to be told."""
        return self.received is not None


def last_edition(session: Session, call_id: UUID | None) -> Edition | None:
    """The figures of a past edition; None when there is none, or nothing was announced of it.

    For anybody: awards are public and refusals are not. Hence no figure below five projects
    decided, nor when one or two were refused: subtracting what is public would name them. One
    statement.
    """
    if call_id is None:
        return None
    row = session.execute(_figures(call_id)).one_or_none()
    if row is None or not row.decided:
        return None
    refused = row.decided - row.retained
    tells = row.decided >= DECIDED_MIN and (refused == 0 or refused >= REFUSED_MIN)
    average = int(row.awarded) // row.retained if row.awarded and row.retained else None
    return Edition(
        slug=row.slug,
        title_fr=row.title_fr,
        title_en=row.title_en,
        unit=row.unit,
        received=row.received if tells else None,
        success_percent=round(100 * row.retained / row.decided) if tells else None,
        average=Amount(average) if tells and average is not None else None,
    )


def _figures(call_id: UUID) -> Select[Any]:
    announced = (
        select(Decision.application_id, Decision.unit, Decision.amount, Decision.outcome)
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .join(Application, Application.id == Decision.application_id)
        .where(Application.call_id == call_id, Deliberation.announced_at.is_not(None))
        .cte()
    )
    awards = announced.c.outcome == Outcome.AWARD
    received = select(func.count()).where(
        Application.call_id == call_id, Application.submitted_at.is_not(None)
    )
    in_unit = awards & (announced.c.unit == Call.unit)
    application = announced.c.application_id.distinct()
    counts = [
        (func.count(application), "decided"),
        (func.count(application).filter(awards), "retained"),
        (func.sum(announced.c.amount).filter(in_unit), "awarded"),
    ]
    return select(
        Call.slug,
        Call.title_fr,
        Call.title_en,
        Call.unit,
        received.scalar_subquery().label("received"),
        *(
            select(counted).select_from(announced).correlate(Call).scalar_subquery().label(name)
            for counted, name in counts
        ),
    ).where(Call.id == call_id, Call.state != CallState.DRAFT)

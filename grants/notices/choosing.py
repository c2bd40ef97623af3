"""The letters that a deliberation owes, and which text each takes: the first whose rule fits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, joinedload

from grants.applications.models import Application
from grants.decisions.models import Decision, Deliberation, Instrument, Outcome
from grants.decisions.rules import can_read_decision, may_announce
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.notices.models import LetterTemplate, LetterWording


@dataclass(frozen=True)
class Due:
    """One letter to write: about which application, in which words."""

    application: Application
    deliberation_id: UUID
    outcome: Outcome
    partial: bool
    template: LetterTemplate | None
    wording: LetterWording | None
    instrument: Instrument | None = None


def due(
    *,
    viewer: Actor | None,
    deliberation_id: UUID | None = None,
    application_id: UUID | None = None,
    waiting: bool = False,
) -> Select[Any]:
    """The letters of adopted deliberations, one an application, with the text that each takes.

    `viewer` None is the software itself. `waiting`: only of what was not announced yet.
    """
    act = _acts(viewer, deliberation_id, application_id)
    template = aliased(LetterTemplate)
    statement = (
        select(Application, act.c.deliberation_id, act.c.outcome, _is_partial(act))
        .add_columns(template, LetterWording, act.c.instrument)
        .join(act, act.c.application_id == Application.id)
        .join(Deliberation, Deliberation.id == act.c.deliberation_id)
        .outerjoin(template, template.id == _chosen(act))
        .outerjoin(
            LetterWording,
            and_(
                LetterWording.deliberation_id == act.c.deliberation_id,
                LetterWording.application_id == Application.id,
            ),
        )
        .where(Deliberation.adopted)
        .options(
            joinedload(Application.organisation),
            joinedload(Application.author, innerjoin=True),
            joinedload(Application.call, innerjoin=True),
        )
        .order_by(Application.number, Application.id)
    )
    return statement.where(Deliberation.announced_at.is_(None)) if waiting else statement


def taking(template: LetterTemplate, *, viewer: Actor) -> Select[Any]:
    """Who would receive a text: the decisions to announce that it fits before any other."""
    act = _acts(viewer, None, None)
    return (
        select(Application, act.c.outcome)
        .join(act, act.c.application_id == Application.id)
        .join(Deliberation, Deliberation.id == act.c.deliberation_id)
        .where(
            Deliberation.adopted,
            Deliberation.announced_at.is_(None),
            Deliberation.funder_id == template.funder_id,
            _chosen(act) == template.id,
        )
        .options(joinedload(Application.organisation))
        .order_by(Application.number, Application.id)
    )


def as_due(row: Any) -> Due:
    """A row of `due` by its names."""
    return Due(*row)


def letters_due(session: Session, deliberation_id: UUID, *, viewer: Actor | None) -> Sequence[Due]:
    """All the letters of one deliberation. One statement."""
    rows = session.execute(due(viewer=viewer, deliberation_id=deliberation_id))
    return [as_due(one) for one in rows]


def letter_due(
    session: Session, deliberation_id: UUID, application_id: UUID, *, viewer: Actor | None
) -> Due:
    """One letter to write. One statement.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    statement = due(viewer=viewer, deliberation_id=deliberation_id, application_id=application_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise Unknown
    return as_due(row)


def announceable(session: Session, deliberation_id: UUID, *, viewer: Actor) -> Deliberation:
    """A deliberation whose letters the viewer may prepare, with its funder.

    Raises:
        Unknown: there is none.
    """
    found = session.scalar(
        select(Deliberation)
        .where(Deliberation.id == deliberation_id, may_announce.where(viewer))
        .options(joinedload(Deliberation.funder), joinedload(Deliberation.council_session))
    )
    if found is None:
        raise Unknown
    return found


def fingerprint(letters: Sequence[Due]) -> str:
    """What tells that these letters are the ones somebody looked through."""
    said = [
        (
            str(one.application.id),
            one.template and (str(one.template.id), one.template.revised_at.isoformat()),
            one.wording.added if one.wording else "",
        )
        for one in letters
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _acts(
    viewer: Actor | None, deliberation_id: UUID | None, application_id: UUID | None
) -> Subquery:
    """One line an application of a deliberation: its first decision, and the sum in euros."""
    together = func.sum(case((Decision.unit == Unit.EUR, Decision.amount)))
    window = together.over(partition_by=(Decision.deliberation_id, Decision.application_id))
    statement = (
        select(
            Decision.deliberation_id,
            Decision.application_id,
            Decision.funder_id,
            Decision.outcome,
            Decision.instrument,
            window.label("euros"),
        )
        .ext(distinct_on(Decision.deliberation_id, Decision.application_id))
        .order_by(Decision.deliberation_id, Decision.application_id, Decision.position)
    )
    if viewer is not None:
        statement = statement.where(can_read_decision.where(viewer))
    if deliberation_id is not None:
        statement = statement.where(Decision.deliberation_id == deliberation_id)
    if application_id is not None:
        statement = statement.where(Decision.application_id == application_id)
    return statement.subquery()


def _is_partial(act: Subquery) -> ColumnElement[bool]:
    return func.coalesce(
        and_(act.c.outcome == Outcome.AWARD, act.c.euros < Application.requested), False
    )


def _chosen(act: Subquery) -> Any:
    one = aliased(LetterTemplate)

    def fits(column: Any, value: Any) -> ColumnElement[bool]:
        return or_(column.is_(None), column == value)

    return (
        select(one.id)
        .where(
            one.funder_id == act.c.funder_id,
            fits(one.outcome, act.c.outcome),
            fits(one.instrument, act.c.instrument),
            fits(one.call_id, Application.call_id),
            or_(one.track_key == "", one.track_key == Application.track_key),
            fits(one.partial, _is_partial(act)),
        )
        .order_by(one.position)
        .limit(1)
        .correlate(act, Application)
        .scalar_subquery()
    )

"""Acts that never become executory, and decisions that are to be made again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications import services as applications
from grants.applications.lifecycle import LIFECYCLE
from grants.applications.queries.one import locked_for_move
from grants.decisions import queries
from grants.decisions.models import Decision, Deliberation, Outcome, Reopening, Why
from grants.decisions.services.committing import release
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.outbox.services import announce

REOPEN = LIFECYCLE["reopen"]


def withdraw_act(
    session: Session,
    deliberation_id: UUID,
    *,
    on: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Deliberation:
    """Note that an act will never be executory: taken back by its body, or annulled by a court.

    What it held is available again, and its applications return to be decided again. Locks the
    deliberation, its applications in the order of their identifiers, then (in the ledger) the
    envelopes. Announces `deliberation.withdrawn`, and `decision.withdrawn` for each application
    whose applicant had been told. The same again changes nothing.

    Raises:
        Unknown: the actor does not record decisions for that funder, or is recused from one.
        Refused: `deliberation.withdraw.*`: executory already (its awards are withdrawn one by
            one), not adopted, without a reason, on a day before the vote or still to come.
    """
    act = queries.locked_deliberation(session, deliberation_id, viewer=actor)
    if act.withdrawn_on is not None:
        return act
    _refuse_nonsense(act, on, reason, now)
    act.withdrawn_on, act.withdrawal_reason = on, reason.strip()
    act.withdrawn_by, act.withdrawn_at = actor.id, now
    session.flush()
    reopen(session, act.decisions, Why.ACT_WITHDRAWN, actor=actor, now=now)
    _tell(session, act, on, actor=actor, now=now)
    # Last: what the ledger locks, others wait for.
    release(session, act, act.decisions, actor=actor, now=now)
    return act


def reopen(
    session: Session, decisions: Collection[Decision], why: Why, *, actor: Actor, now: datetime
) -> None:
    """Have decisions made again: they no longer stand, their applications are in review.

    An application that another decision still awards, or still declines, keeps its state. Locks
    the applications in the order of their identifiers. PostgreSQL refuses an award whose act
    stands. Announces `application.reopened` of what moves.

    Raises:
        Unknown: the actor is recused from one of the applications.
    """
    session.execute(
        insert(Reopening)
        .values(
            [
                {"decision_id": one.id, "why": why, "reopened_by": actor.id, "reopened_at": now}
                for one in decisions
            ]
        )
        .on_conflict_do_nothing()
    )
    ids = sorted({one.application_id for one in decisions})
    standing = queries.standing_outcomes(session, ids)
    for application_id in ids:
        application = locked_for_move(session, application_id, actor)
        left = standing.get(application_id, set())
        if application.state in REOPEN.sources and not left & {Outcome.AWARD, Outcome.REFUSAL}:
            applications.move(session, application_id, "reopen", actor=actor, now=now)


def _tell(session: Session, act: Deliberation, on: date, *, actor: Actor, now: datetime) -> None:
    told = partial(announce, session, by=actor, at=now, funder=act.funder_id)
    told("deliberation.withdrawn", subject=act.id, on=on.isoformat())
    if act.announced_at is not None:
        for application_id in sorted({one.application_id for one in act.decisions}):
            told("decision.withdrawn", subject=application_id, deliberation=str(act.id))


def _refuse_nonsense(act: Deliberation, on: date, reason: str, now: datetime) -> None:
    if not act.adopted:
        raise Refused("deliberation.withdraw.not_adopted")
    if act.made_executory_on is not None:
        raise Refused("deliberation.withdraw.executory", on=act.made_executory_on)
    if not reason.strip():
        raise Refused("deliberation.withdraw.reason_missing", field="withdrawal_reason")
    if on < act.voted_on:
        raise Refused(
            "deliberation.withdraw.before_vote", field="withdrawn_on", voted_on=act.voted_on
        )
    if on > paris_date(now):
        raise Refused("deliberation.withdraw.to_come", field="withdrawn_on")

"""Take applications on: to review, to the decision, to the last euro; and let applicants know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.applications import rules
from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import Application, ApplicationState
from grants.applications.queries.one import locked_for_move, locked_own
from grants.applications.services.telling import tell
from grants.calls.models import CallFunder
from grants.kernel.access import Actor
from grants.kernel.errors import Refused

PAST: Mapping[str, str] = {
    "declare_admissible": "application.declared_admissible",
    "send_to_review": "application.sent_to_review",
    "eliminate": "application.eliminated",
    "shortlist": "application.shortlisted",
    "award": "application.awarded",
    "waitlist": "application.waitlisted",
    "decline": "application.declined",
    "start_agreement": "application.agreement_started",
    "start": "application.work_started",
    "close": "application.closed",
    "end_award": "application.award_ended",
    "reopen": "application.reopened",
}
"""What each transition that other domains may take announces."""

DECIDED = "decided_at"
FACT: Mapping[str, str] = {
    "declare_admissible": "admissible_at",
    "award": DECIDED,
    "waitlist": DECIDED,
    "decline": DECIDED,
}
"""The instant that goes with it."""


def move(
    session: Session, application_id: UUID, transition: str, *, actor: Actor, now: datetime
) -> Application:
    """Take one transition on behalf of another domain, whose own service has checked the rest.

    Locks the application, dates the decision, of which the applicant has yet to take note;
    announces `PAST[transition]`.

    Raises:
        Unknown: there is no such application, or the actor is recused from it.
        Forbidden: the transition is not for this actor.
        Refused: `application.<transition>.from_<state>`, or a check that fails.
    """
    kind = PAST[transition]
    application = locked_for_move(session, application_id, actor)
    LIFECYCLE.move(application, transition, actor=actor, now=now)
    if fact := FACT.get(transition):
        setattr(application, fact, now)
    if fact == DECIDED or transition == "reopen":
        application.knew_at = None  # of the waiting list they know: not of what follows it
    if transition == "reopen":
        application.decided_at = None
    session.flush()
    tell(session, kind, application.id, application.call.lead_id, actor=actor, now=now)
    return application


def move_many(
    session: Session,
    call_id: UUID,
    transition: str,
    *,
    among: Collection[UUID] | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Take one transition for many applications of a call at once; return how many moved.

    `among` narrows to those; None takes all. Those that are not in a source state, or not the
    actor's to move, stay where they are: running it twice moves nothing twice. Only for
    transitions without checks. One statement, then one announcement each; locks what moves.

    Raises:
        ValueError: the transition has checks, which a set cannot pass one by one.
    """
    taken = LIFECYCLE[transition]
    if taken.checks:
        raise ValueError(f"{transition} looks at each application")
    movable = select(Application.id).where(
        Application.call_id == call_id,
        Application.state.in_(taken.sources),
        rules.not_recused.where(actor),
        taken.by.where(actor),
    )
    if among is not None:
        movable = movable.where(Application.id.in_(sorted(among)))
    movable = movable.order_by(Application.id).with_for_update(of=Application)
    facts = {FACT[transition]: now} if transition in FACT else {}
    moved = session.scalars(
        update(Application)
        .where(Application.id.in_(movable))
        .values(state=taken.target, **facts)
        .returning(Application.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    lead = select(CallFunder.funder_id).where(CallFunder.call_id == call_id, CallFunder.is_lead)
    funder_id = session.scalar(lead) if moved else None
    for application_id in sorted(moved):
        tell(session, PAST[transition], application_id, funder_id, actor=actor, now=now)
    return len(moved)


def send_to_review(
    session: Session,
    call_id: UUID,
    *,
    among: Collection[UUID] | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Hand the call's admissible applications to its juries; return how many.

    See `move_many`. Announces `application.sent_to_review` for each.
    """
    return move_many(session, call_id, "send_to_review", among=among, actor=actor, now=now)


def acknowledge(session: Session, application_id: UUID, *, actor: Actor, now: datetime) -> datetime:
    """Record that the applicant took note of the decision; return when they first did.

    Locks the application. Announces `application.decision_known` the first time.

    Raises:
        Unknown: there is no such application, or the actor is not on the applicant's side.
        Refused: `application.acknowledge.nothing_decided`.
    """
    application = locked_own(session, application_id, actor)
    if application.decided_at is None and application.inadmissible_at is None:
        raise Refused("application.acknowledge.nothing_decided")
    if application.knew_at is None:
        application.knew_at = now
        session.flush()
        funder_id = application.call.lead_id
        kind = "application.decision_known"
        tell(session, kind, application.id, funder_id, actor=actor, now=now)
    return application.knew_at


def decision_is_known(application: Application) -> bool:
    """Whether the applicant may be shown the outcome: they have taken note of it."""
    if application.state is ApplicationState.INADMISSIBLE:
        return True
    return application.decided_at is not None and application.knew_at is not None

"""Closing a jury: its ranking is written down, and nothing of it changes any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries import queries, rules
from grants.juries.models import Ranking
from grants.juries.scoring import METHODS
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce


def close_jury(session: Session, jury_id: UUID, *, actor: Actor, now: datetime) -> Jury:
    """Freeze a jury's ranking and close it; closing it twice changes nothing, nothing reopens it.

    For its chair, or an officer of its call. Locks the jury: reviews being saved end first.
    Every application given to the jury must have as many final scores as its quorum; drafts
    are not counted. Announces `jury.closed`.

    Raises:
        Unknown: there is no such jury, or it is not the actor's to close.
        Refused: `jury.close.nothing`: it was given nothing to read; `jury.close.quorum`:
            `short` applications have fewer than `quorum` scores.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.may_close)
    if jury.closed_at:
        return jury
    # The act covers every application, those included that the actor may not know of.
    tally = queries.tally(session, jury, SYSTEM)
    if not tally.applications:
        raise Refused("jury.close.nothing")
    if tally.short:
        raise Refused("jury.close.quorum", short=tally.short, quorum=jury.quorum)
    facts = {"jury": jury.id, "call": jury.call_id, "hidden": [], "now": now}
    session.execute(queries.freeze_statement(jury), facts)
    sealed = queries.inputs_sha256(session, jury.id)
    act = Ranking(
        jury_id=jury.id,
        method=METHODS[queries.scored_by(jury)],
        inputs_sha256=sealed,
        frozen_by=actor.id,
        frozen_at=now,
    )
    session.add(act)
    session.flush()
    jury.closed_at = now
    session.flush()
    announce(
        session,
        "jury.closed",
        by=actor,
        at=now,
        funder=jury.call.lead_id,
        subject=jury.id,
        call=str(jury.call_id),
        ranking=str(act.id),
        applications=tally.applications,
        inputs=sealed,
    )
    return jury

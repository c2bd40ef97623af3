"""Closing a jury: its ranking is written down, and nothing of it changes any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.files.store import FileStore
from grants.juries import ballots, queries, rules
from grants.juries.models import Ranking
from grants.juries.scoring import METHODS
from grants.juries.services.bundling import keep_bundle
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce


def close_jury(
    session: Session, jury_id: UUID, *, store: FileStore, actor: Actor, now: datetime
) -> Jury:
    """Freeze a jury's ranking and close it; closing it twice changes nothing.

    For its chair, or an officer of its call. Locks the jury: reviews being saved end first.
    Every application given to the jury must have as many final scores as its quorum, or where
    ballots rank as many that speak of it; drafts are not counted. Keeps the bundle that anyone
    can compute again (`services.bundling`).
    Announces `jury.closed` with the hash of that file, which so enters the sealed history.
    Only `services.reopening` opens the jury again.

    Raises:
        Unknown: there is no such jury, or it is not the actor's to close.
        Refused: `jury.close.nothing`: it was given nothing to read; `jury.close.quorum`:
            `short` applications have fewer than `quorum` scores; `jury.close.ballots`: the
            same of ballots.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.may_close)
    if jury.closed_at:
        return jury
    # The act covers every application, those included that the actor may not know of.
    tally = queries.tally(session, jury, SYSTEM)
    if not tally.applications:
        raise Refused("jury.close.nothing")
    if tally.short:
        lacking = "ballots" if queries.by_ballots(jury) else "quorum"
        raise Refused(f"jury.close.{lacking}", short=tally.short, quorum=jury.quorum)
    act = _frozen(session, jury, store, actor=actor, now=now)
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
        version=act.version,
        inputs=act.inputs_sha256,
        bundle=act.bundle_sha256,
    )
    return jury


def _frozen(
    session: Session, jury: Jury, store: FileStore, *, actor: Actor, now: datetime
) -> Ranking:
    """The lines, the file and the act, in the order in which each rests on the one before."""
    version = _next_version(session, jury)
    working = queries.worked_out(session, jury, SYSTEM)
    facts = {**working.facts, "now": now, "version": version}
    session.execute(queries.freeze_statement(working), facts)
    outcome = working.outcome.stored() if working.outcome else None
    sealed = queries.inputs_sha256(session, jury.id)
    method = ballots.METHODS.get(jury.rule) or METHODS[queries.scored_by(jury)]
    bundle = keep_bundle(
        session,
        store,
        jury,
        version=version,
        method=method,
        inputs=sealed,
        outcome=outcome,
        actor=actor,
        now=now,
    )
    act = Ranking(
        jury_id=jury.id,
        version=version,
        method=method,
        inputs_sha256=sealed,
        bundle_id=bundle.id,
        bundle_sha256=bundle.sha256,
        outcome=outcome,
        frozen_by=actor.id,
        frozen_at=now,
    )
    session.add(act)
    session.flush()
    return act


def _next_version(session: Session, jury: Jury) -> int:
    latest = queries.closing(session, jury.id)
    return latest.version + 1 if latest else 1

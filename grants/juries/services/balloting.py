"""A juror's ballot: kept as a draft, cast once, revised in the discussion with a sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, insert, update
from sqlalchemy.orm import Session

from grants.juries import ballots, queries
from grants.juries.lifecycle import jury_revises, jury_scores, require
from grants.juries.models import BallotState, JuryBallot, JuryBallotLine, JuryBallotRevision
from grants.juries.queries import BallotDesk
from grants.juries.statistics.ballots import Fault, Flaw
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a juror says: a place, points or 1 by application; where they have no opinion.

    `version` is that of the ballot that they had on screen, 0 for none yet.
    """

    version: int
    values: Mapping[UUID, int] = field(default_factory=dict)
    abstained: Collection[UUID] = frozenset()


def save_ballot(
    session: Session,
    jury_id: UUID,
    choices: Choices,
    *,
    final: bool,
    actor: Actor,
    now: datetime,
) -> BallotDesk:
    """Save the actor's ballot, or cast it: then it changes no more.

    Locks the juror's seat, and keeps the jury from being closed meanwhile. Announces
    `ballot.cast`, without what is in it; a draft is nobody's business. Returns the desk as it
    was before.

    Raises:
        Unknown: the actor does not sit on the jury, or its rule asks for no ballot.
        Refused: `jury.closed` or the stage does not read now, `review.in_discussion`,
            `ballot.final`, `ballot.stale`, `ballot.contradiction`, `ballot.unknown`,
            `ballot.faulty` (with the `fault`), when casting.
    """
    desk = queries.locked_desk(session, jury_id, actor)
    require(jury_scores(desk.jury, now))
    if desk.is_final:
        raise Refused("ballot.final")
    if desk.version != choices.version:
        raise Refused("ballot.stale")
    _require_sound(desk, choices, final=final)
    ballot = desk.ballot or JuryBallot(jury_id=jury_id, seat_id=desk.seat.id)
    ballot.version = choices.version + 1
    session.add(ballot)
    session.flush()
    _write(session, ballot, desk, choices)
    if final:
        ballot.state, ballot.finalised_at = BallotState.FINAL, now
        session.flush()
        announce(
            session,
            "ballot.cast",
            by=actor,
            at=now,
            subject=ballot.id,
            jury=str(jury_id),
            seat=str(desk.seat.id),
            call=str(desk.jury.call_id),
        )
    return desk


def revise_ballot(
    session: Session,
    jury_id: UUID,
    choices: Choices,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> BallotDesk:
    """Change one's cast ballot in the discussion, with a sentence; what it said is kept.

    It still speaks of the same files, those aside from which its author was recused or that were
    withdrawn: their lines stay as they were, with the points and the money that they took.
    Locks as `save_ballot`. Announces `ballot.revised`, without what is in it.

    Raises:
        Unknown: the actor does not sit on the jury, or its rule asks for no ballot.
        Refused: the jury does not discuss now; `ballot.revise.not_cast`, `ballot.revise.reason`;
            `ballot.stale`, `ballot.contradiction`, `ballot.unknown`, `ballot.faulty`.
    """
    desk = queries.locked_desk(session, jury_id, actor)
    require(jury_revises(desk.jury, now))
    if desk.ballot is None or not desk.is_final:
        raise Refused("ballot.revise.not_cast")
    if not reason.strip():
        raise Refused("ballot.revise.reason", field="reason")
    if desk.version != choices.version:
        raise Refused("ballot.stale")
    _require_sound(desk, choices, final=True)
    session.add(_revision(desk.ballot, desk, choices, reason.strip(), now))
    session.flush()
    _rewrite(session, desk.ballot, desk, choices)
    announce(
        session,
        "ballot.revised",
        by=actor,
        at=now,
        subject=desk.ballot.id,
        jury=str(jury_id),
        seat=str(desk.seat.id),
        call=str(desk.jury.call_id),
    )
    return desk


def _revision(
    ballot: JuryBallot, desk: BallotDesk, choices: Choices, reason: str, now: datetime
) -> JuryBallotRevision:
    before, after = {}, {}
    for one in desk.lines:
        file = one.application_id
        before[str(file)] = "abstained" if one.abstained else one.value
        after[str(file)] = "abstained" if file in choices.abstained else choices.values.get(file)
    return JuryBallotRevision(
        ballot_id=ballot.id,
        version=choices.version + 1,
        lines_before=before,
        lines=after,
        reason=reason,
        revised_at=now,
    )


def _rewrite(session: Session, ballot: JuryBallot, desk: BallotDesk, choices: Choices) -> None:
    """The lines, then the ballot: PostgreSQL lets them follow the revision in this order."""
    lines = cast(Table, JuryBallotLine.__table__)
    line = lines.c
    statement = (
        update(lines)
        .where(line.ballot_id == ballot.id, line.application_id == bindparam("file"))
        .values(value=bindparam("said"), abstained=bindparam("silent"))
    )
    rows = [
        {
            "file": one.application_id,
            "said": choices.values.get(one.application_id),
            "silent": one.application_id in choices.abstained,
        }
        for one in desk.lines
    ]
    if rows:
        session.connection().execute(statement, rows)
    ballot.version = choices.version + 1
    session.flush()


def fault_of(desk: BallotDesk, choices: Choices) -> Fault | None:
    """What keeps a ballot from being cast, None if nothing.

    A ballot that chooses nothing may be cast by whoever has no opinion on anything.
    """
    at = {line.application_id: place for place, line in enumerate(desk.lines)}
    if set(choices.values) - set(at):
        return Fault(Flaw.UNKNOWN, len(choices.values), len(at))
    if not choices.values and desk.lines and set(at) <= set(choices.abstained):
        return None
    return ballots.fault(
        desk.jury.rule,
        [line.requested for line in desk.lines],
        {at[one]: value for one, value in choices.values.items()},
        points=(desk.jury.ballot_points or 0) - desk.taken_points,
        budget=queries.budget_of(desk.jury) - desk.taken_budget,
    )


def _require_sound(desk: BallotDesk, choices: Choices, *, final: bool) -> None:
    known = {line.application_id for line in desk.lines}
    if not known.issuperset([*choices.values, *choices.abstained]):
        raise Refused("ballot.unknown")
    if set(choices.values) & set(choices.abstained):
        raise Refused("ballot.contradiction")
    if any(not 1 <= value <= ballots.VALUE_MAX for value in choices.values.values()):
        raise Refused("ballot.unknown")
    if final and (fault := fault_of(desk, choices)):
        raise Refused("ballot.faulty", fault=fault.flaw.value)


def _write(session: Session, ballot: JuryBallot, desk: BallotDesk, choices: Choices) -> None:
    """Every line anew: what is no longer the juror's to judge is on their ballot no more."""
    session.execute(delete(JuryBallotLine).where(JuryBallotLine.ballot_id == ballot.id))
    rows = [
        {
            "ballot_id": ballot.id,
            "application_id": line.application_id,
            "value": choices.values.get(line.application_id),
            "abstained": line.application_id in choices.abstained,
        }
        for line in desk.lines
    ]
    if rows:
        session.execute(insert(JuryBallotLine), rows)

"""A juror's ballot: kept as a draft, then cast once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from grants.juries import ballots, queries
from grants.juries.lifecycle import jury_scores, require
from grants.juries.models import BallotState, JuryBallot, JuryBallotLine
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
        points=desk.jury.ballot_points or 0,
        budget=queries.budget_of(desk.jury),
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

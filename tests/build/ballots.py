"""Juries that rank by ballots, and ballots cast the plain way, by rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from build.clock import NOW
from build.juries import Panel, a_panel
from grants.applications.models import Application
from grants.calls.models import RankingRule
from grants.juries.models import BallotState, JuryBallot, JuryBallotLine, Seat

POINTS, BUDGET = 10, 1_000_000


def a_voting_panel(
    session: Session, rule: RankingRule, *, jurors: int = 3, applications: int = 3, cost: int = 0
) -> Panel:
    """A panel that ranks by ballots; each application asks for `cost` more than the one before."""
    panel = a_panel(session, jurors=jurors, applications=applications)
    panel.jury.rule = rule
    panel.jury.ballot_points = POINTS if rule is RankingRule.POINTS else None
    panel.jury.ballot_budget = BUDGET if rule is RankingRule.BUDGET else None
    for times, one in enumerate(panel.applications, 1):
        one.requested = times * cost
    session.flush()
    return panel


def a_ballot(
    session: Session,
    seat: Seat,
    values: Mapping[Application, int | None],
    *,
    abstained: Collection[Application] = (),
    final: bool = True,
) -> JuryBallot:
    """What one juror says of these applications; cast unless told otherwise."""
    ballot = JuryBallot(jury_id=seat.jury_id, seat_id=seat.id)
    session.add(ballot)
    session.flush()
    session.add_all(
        JuryBallotLine(
            ballot_id=ballot.id,
            application_id=one.id,
            value=values.get(one),
            abstained=one in abstained,
        )
        for one in [*values, *abstained]
    )
    session.flush()
    if final:
        ballot.state, ballot.finalised_at = BallotState.FINAL, NOW
        session.flush()
    return ballot

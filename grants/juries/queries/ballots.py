"""Jurors' ballots: one's own to fill in, and all of them counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Session

from grants.applications.models import Application, ApplicationState
from grants.calls.models import BY_BALLOTS, Jury, RankingRule
from grants.juries import ballots, rules
from grants.juries.ballots import Outcome, Place
from grants.juries.models import (
    Assignment,
    BallotState,
    JuryBallot,
    JuryBallotLine,
    JuryBallotRevision,
    Ranking,
    Seat,
)
from grants.juries.queries.blind import applicant_of, title_of
from grants.juries.queries.juries import lock_own_seat, own_seat
from grants.juries.queries.scope import SCOPE
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people.models import Organisation, Person

# A line counts as long as its reader still reads the file: not after a recusal, whenever it came.
STANDS = """(g.id IS NOT NULL AND g.withdrawn_at IS NULL AND NOT EXISTS (SELECT FROM recusal c
        WHERE c.application_id = l.application_id AND c.person_id = s.person_id))"""

CAST = """
    cast_lines AS (
        SELECT b.id AS ballot, l.application_id, l.value
        FROM jury_ballot b JOIN seat s ON s.id = b.seat_id
        JOIN jury_ballot_line l ON l.ballot_id = b.id AND NOT l.abstained
        JOIN assignment g ON g.jury_id = b.jury_id AND g.seat_id = b.seat_id
            AND g.application_id = l.application_id
        WHERE b.jury_id = :jury AND b.state = 'final' AND {stands}
    )
"""

# Every line of every final ballot, those included that count no more.
WHOLE = """
    SELECT b.seat_id, a.number AS application, l.value, l.abstained,
        NOT coalesce({stands}, false) AS set_aside
    FROM jury_ballot b JOIN seat s ON s.id = b.seat_id
    LEFT JOIN jury_ballot_line l ON l.ballot_id = b.id
    LEFT JOIN application a ON a.id = l.application_id
    LEFT JOIN assignment g ON g.jury_id = b.jury_id AND g.seat_id = b.seat_id
        AND g.application_id = l.application_id
    WHERE b.jury_id = :jury AND b.state = 'final'
    ORDER BY b.seat_id, a.number
"""

COUNT = """
    SELECT a.id, a.number, a.requested, c.ballot, c.value,
        (SELECT count(*) FROM jury_ballot WHERE jury_id = :jury AND state = 'final') AS ballots
    FROM scope JOIN application a ON a.id = scope.application_id
    LEFT JOIN cast_lines c ON c.application_id = a.id
    ORDER BY c.ballot, a.number
"""


class BallotLine(NamedTuple):
    """One application on the viewer's ballot. `requested` in the call's smallest unit."""

    application_id: UUID
    number: str
    title: str
    applicant: str
    requested: int
    value: int | None
    abstained: bool


@dataclass(frozen=True)
class BallotDesk:
    """The viewer's ballot as it stands: `lines` are those that they may speak of, and no other."""

    seat: Seat
    ballot: JuryBallot | None
    lines: list[BallotLine]
    taken_points: int = 0
    taken_budget: int = 0
    """What lines of a cast ballot that are shown no more took: nothing of it is given again."""
    revisions: Sequence[JuryBallotRevision] = ()

    @property
    def jury(self) -> Jury:
        """Whose ballot it is."""
        return self.seat.jury

    @property
    def version(self) -> int:
        """That of the ballot, 0 before the first draft."""
        return self.ballot.version if self.ballot else 0

    @property
    def is_final(self) -> bool:
        """Whether it was cast."""
        return self.ballot is not None and self.ballot.state is BallotState.FINAL


@dataclass(frozen=True)
class Counted:
    """All final ballots of a jury counted: the places by application, and the rest."""

    places: Mapping[UUID, Place]
    outcome: Outcome


def by_ballots(jury: Jury) -> bool:
    """Whether a jury's rule ranks by ballots."""
    return jury.rule in BY_BALLOTS


def desk(session: Session, jury_id: UUID, viewer: Actor, *, fresh: bool = False) -> BallotDesk:
    """The viewer's ballot: best first, then in their own random order. Three statements.

    Five once it is cast, with what it took elsewhere and how it was revised. What they are
    recused from is not in it, nor what they were not given; once the ballot is final, nothing
    either that came after. Titles are as a blind stage shows them. `fresh` reads
    the jury anew, where one waited for it.

    Raises:
        Unknown: the viewer does not sit on the jury, or its rule asks for no ballot.
    """
    seat = own_seat(session, jury_id, viewer, fresh=fresh)
    if not by_ballots(seat.jury):
        raise Unknown
    ballot = session.scalar(
        select(JuryBallot)
        .where(JuryBallot.seat_id == seat.id)
        .execution_options(populate_existing=True)
    )
    statement = _lines(seat, viewer)
    if ballot is None or ballot.state is not BallotState.FINAL:
        lines = [BallotLine._make(row) for row in session.execute(statement)]
        return BallotDesk(seat, ballot, lines)
    statement = statement.where(JuryBallotLine.ballot_id.is_not(None))
    lines = [BallotLine._make(row) for row in session.execute(statement)]
    points, budget = _taken(session, ballot, [one.application_id for one in lines])
    return BallotDesk(seat, ballot, lines, points, budget, _revisions(session, ballot))


def _taken(session: Session, ballot: JuryBallot, shown: Sequence[UUID]) -> tuple[int, int]:
    """The points and the money of a cast ballot's lines that are not `shown` any more."""
    row = session.execute(
        select(
            func.coalesce(func.sum(JuryBallotLine.value), 0),
            func.coalesce(
                func.sum(Application.requested).filter(JuryBallotLine.value.is_not(None)), 0
            ),
        )
        .join(Application, Application.id == JuryBallotLine.application_id)
        .where(JuryBallotLine.ballot_id == ballot.id, JuryBallotLine.application_id.not_in(shown))
    ).one()
    return int(row[0] or 0), int(row[1] or 0)


def _revisions(session: Session, ballot: JuryBallot) -> Sequence[JuryBallotRevision]:
    wanted = select(JuryBallotRevision).where(JuryBallotRevision.ballot_id == ballot.id)
    return session.scalars(wanted.order_by(JuryBallotRevision.version.desc())).all()


def locked_desk(session: Session, jury_id: UUID, viewer: Actor) -> BallotDesk:
    """The same, for a ballot about to be written: its jury kept from closing, its seat locked.

    So that a recusal or a closing at the same instant comes before and is seen, or after and sees
    the ballot. Four statements.

    Raises:
        Unknown: as `desk`.
    """
    lock_own_seat(session, jury_id, viewer)
    return desk(session, jury_id, viewer, fresh=True)


def count(session: Session, jury: Jury) -> Counted:
    """Count a jury's final ballots over everything that it ranks. One statement, and the rule.

    For everybody alike: whoever may not see an application is shown the others' places, which
    its being there made. A hundred ballots on a thousand applications take seconds.
    """
    facts = {"jury": jury.id, "call": jury.call_id, "hidden": []}
    hidden = bindparam("hidden", type_=ARRAY(PG_UUID(as_uuid=True)))
    sql = f"WITH {SCOPE}, {CAST.format(stands=STANDS)} {COUNT}"
    rows = session.execute(text(sql).bindparams(hidden), facts).all()
    numbers = {row.number: row.id for row in rows}
    costs = {row.number: row.requested for row in rows}
    cast: dict[UUID, dict[str, int | None]] = {}
    for row in rows:
        if row.ballot is not None:
            cast.setdefault(row.ballot, {})[row.number] = row.value
    # Ballots that speak of nothing any more are ballots all the same.
    silent: list[dict[str, int | None]] = [{}] * ((rows[0].ballots if rows else 0) - len(cast))
    places, outcome = ballots.counted(
        jury.rule, costs, [*cast.values(), *silent], budget=budget_of(jury)
    )
    return Counted({numbers[one]: place for one, place in places.items()}, outcome)


def cast_ballots(session: Session, jury: Jury) -> dict[UUID, list[dict[str, Any]]]:
    """Every final ballot by its seat, as the file of a closing holds it. One statement.

    `set_aside`: its author was recused since, or no longer reads the application.
    """
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in session.execute(text(WHOLE.format(stands=STANDS)), {"jury": jury.id}).mappings():
        line = dict(row)
        lines = found.setdefault(line.pop("seat_id"), [])
        if line["application"] is not None:
            lines.append(line)
    return found


def kept_outcome(session: Session, jury: Jury) -> Outcome | None:
    """What the ballots of a closed jury said, as the standing closing keeps it. One statement."""
    statement = select(Ranking.outcome).where(Ranking.jury_id == jury.id)
    kept = session.scalar(statement.order_by(Ranking.version.desc()).limit(1))
    return Outcome.read(kept) if kept else None


def budget_of(jury: Jury) -> int:
    """What the votes share out, in the call's smallest unit; 0 under the other rules."""
    return jury.ballot_budget or 0


def _lines(seat: Seat, viewer: Actor) -> Select[*tuple[Any, ...]]:
    value = JuryBallotLine.value
    best = value if seat.jury.rule is RankingRule.SCHULZE else value.desc()
    return (
        select(
            Application.id,
            Application.number,
            title_of(seat.jury, viewer),
            applicant_of(seat.jury, viewer),
            Application.requested,
            value,
            func.coalesce(JuryBallotLine.abstained, False),
        )
        .select_from(Assignment)
        .join(Seat, Seat.id == Assignment.seat_id)
        .join(Application, Application.id == Assignment.application_id)
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(JuryBallot, JuryBallot.seat_id == Assignment.seat_id)
        .outerjoin(
            JuryBallotLine,
            and_(
                JuryBallotLine.ballot_id == JuryBallot.id,
                JuryBallotLine.application_id == Application.id,
            ),
        )
        .where(
            Assignment.seat_id == seat.id,
            Application.state != ApplicationState.WITHDRAWN,
            rules.reads.where(viewer),
        )
        .order_by(best.nulls_last(), Assignment.draw)
    )

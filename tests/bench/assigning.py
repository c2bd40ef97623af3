"""An assignment from end to end: 10,000 files and 300 members read, a plan solved, kept, applied.

`python -m tests.bench --assigning` measures this alone. The server writes durably.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, text

from build.juries import a_seat
from build.people import a_funder, a_funder_member, a_person, acting_as
from grants.db import Database
from grants.db.session import make_engine
from grants.juries import queries, services
from grants.juries.matching.problem import Plan
from grants.juries.matching.solving import solve
from grants.juries.models import Seat
from grants.juries.pairing import Options
from grants.kernel.access import Actor
from tests.bench.seed import judged

APPLICATIONS, READERS, MEMBERS, TURNS = 10_000, 3, 300, 2
THEMES = ("food", "energy", "mobility", "housing", "health", "sport", "digital", "culture")
OPTIONS = Options(readers=READERS, load_max=111)
PREFERENCES_SQL = """
    INSERT INTO reading_preference (id, seat_id, application_id, liking, said_at)
    SELECT DISTINCT ON (s.id, a.id) gen_random_uuid(), s.id, a.id,
        CASE WHEN random() < 0.5 THEN 'want' ELSE 'rather_not' END, now()
    FROM application a, generate_series(1, 5) k,
        LATERAL (SELECT id FROM seat WHERE jury_id = :jury AND a.place + k > 0
                 ORDER BY md5(id::text || a.place || k) LIMIT 1) s
    WHERE a.call_id = :call AND a.place <= 2000
"""
RECUSALS_SQL = """
    INSERT INTO recusal (id, application_id, person_id, origin, reason, declared_at)
    SELECT gen_random_uuid(), a.id, s.person_id, 'declared', 'lien', now()
    FROM seat s JOIN application a ON abs(hashtext(a.id::text || s.id)) % 20 = 0
    WHERE s.jury_id = :jury AND a.call_id = :call
"""
TRACKS_SQL = """
    UPDATE application SET track_key = (CAST(:themes AS text[]))[1 + place % :many]
    WHERE call_id = :call
"""


@dataclass
class Assigned:
    """Seconds of each part of one turn."""

    parts: dict[str, float] = field(default_factory=dict)
    solving: float = 0

    @property
    def pace(self) -> float:
        """The share of a processor that the other work on the machine left to the solver."""
        return min(1.0, self.solving / self.parts["solved"])

    @property
    def seconds(self) -> float:
        """From the first row read to the last one committed."""
        return sum(self.parts.values())

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in self.parts.items())
        return f"{'assignment 10,000 x 3 of 300, end to end':44}{self.seconds:7.2f} s ({parts})"


def measure(url: str) -> Assigned:
    """Fill a call of its own; read, solve, keep and apply a plan. The best of two turns."""
    database = Database(make_engine(url))
    jury_id, actor = _filled(database)
    turns = []
    for _ in range(TURNS):
        turns.append(_turn(database, jury_id, actor))
        with database.transaction() as session:
            gone = "DELETE FROM assignment WHERE jury_id = :jury"
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(gone), {"jury": jury_id})
    database.bind.dispose()
    return min(turns, key=lambda one: one.seconds)


def _turn(database: Database, jury_id: UUID, actor: Actor) -> Assigned:
    seen, now = Assigned(), datetime.now(UTC)
    with database.transaction() as session:
        job_id = services.ask_plan(session, jury_id, OPTIONS, actor=actor, now=now)
    with _timed(seen, "read"), database.reading() as session:
        jury = queries.jury(session, jury_id, actor)
        given = queries.given(session, jury, OPTIONS)
    spent = time.process_time()
    with _timed(seen, "solved"):
        plan = solve(given.pairing, seed=OPTIONS.seed)
    seen.solving = time.process_time() - spent
    assert isinstance(plan, Plan), plan
    with _timed(seen, "kept"), database.transaction() as session:
        jury = queries.jury(session, jury_id, actor)
        kept = services.keep_plan(
            session, jury, given, plan, job_id=job_id, options=OPTIONS, now=now
        )
        plan_id = kept.id
    with _timed(seen, "applied"), database.transaction() as session:
        done = services.apply_plan(session, jury_id, plan_id, actor=actor, now=now)
    assert done == (APPLICATIONS * READERS, 0), done
    return seen


@contextmanager
def _timed(seen: Assigned, part: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    seen.parts[part] = time.perf_counter() - begun


def _filled(database: Database) -> tuple[UUID, Actor]:
    """One pair in twenty recused, one file in five wished for or not, skills, tracks, colleges."""
    chance = random.Random(7)
    with database.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("SET LOCAL statement_timeout = 0"))
        funder = a_funder(session)
        a_person(session, name="Candidate of the assignment")
        call, jury = judged(session, funder, APPLICATIONS, datetime.now(UTC), each=0)
        call.themes = list(THEMES[:3])
        held = list(session.scalars(select(Seat).where(Seat.jury_id == jury.id)))
        held += [a_seat(session, jury) for _ in range(MEMBERS - len(held))]
        for at, seat in enumerate(held):
            seat.skills, seat.college = chance.sample(THEMES, 3), ("habitants", "experts")[at % 2]
        facts = {"jury": jury.id, "call": call.id}
        session.execute(text(TRACKS_SQL), {**facts, "themes": list(THEMES), "many": len(THEMES)})
        session.execute(text(RECUSALS_SQL), facts)
        session.execute(text(PREFERENCES_SQL), facts)
        actor = acting_as(session, a_funder_member(session, funder))
        jury_id = jury.id
    with database.bind.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    return jury_id, actor

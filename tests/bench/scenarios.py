"""Scenarios: one line saved in a table of 2,000, and a proposal for 500 under every quota.

`python -m tests.bench --scenarios` measures this alone. The server writes durably.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from uuid import UUID

from sqlalchemy import event, select, text
from unit.test_scenario_solving import a_large_call

from build.decisions import an_envelope, draws_on
from build.people import a_funder, a_funder_member, a_person, acting_as
from grants.calls.models import Call
from grants.db import Database
from grants.db.session import make_engine
from grants.decisions.models import Instrument, Outcome
from grants.kernel.access import Actor
from grants.kernel.money import Amount
from grants.people.models import Funder
from grants.scenarios import queries, services
from grants.scenarios.models import ScenarioLine
from grants.scenarios.queries import Sought
from grants.scenarios.services import Typed
from grants.scenarios.solving.explaining import explain
from grants.scenarios.solving.solve import solve
from tests.bench.seed import judged

LINES, SAVES, PER_PAGE = 2_000, 40, 50


@dataclass
class Worked:
    """Milliseconds of one save with its strip and of one page; seconds of one proposal."""

    save: float
    page: float
    statements: int
    solved: float
    processor: float

    @property
    def pace(self) -> float:
        """The share of a processor that the other work on the machine left to the solver."""
        return min(1.0, self.processor / self.solved)

    def __str__(self) -> str:
        return (
            f"{'scenario of 2,000 lines':44}{self.save:7.1f} ms a save and its strip"
            f" ({self.statements} statements), {self.page:.1f} ms a page;"
            f" 500 projects solved in {self.solved:.2f} s ({self.processor:.2f} of processor)"
        )


def measure(url: str) -> Worked:
    """Fill a call of its own, save lines, read pages; solve and explain."""
    database = Database(make_engine(url))
    scenario_id, envelope_id, actor = _filled(database)
    statements: list[str] = []
    event.listen(database.bind, "before_cursor_execute", lambda *given: statements.append(given[2]))
    saves, counts = [], []
    for line in _some(database, scenario_id):
        statements.clear()
        begun = time.perf_counter()
        _saved(database, scenario_id, line, envelope_id, actor)
        saves.append(time.perf_counter() - begun)
        counts.append(len(statements))
    pages = [_page(database, scenario_id, actor, nth) for nth in range(10)]
    database.bind.dispose()
    begun, spent = time.perf_counter(), time.process_time()
    problem = a_large_call()
    explain(problem, solve(problem))
    return Worked(
        save=median(saves) * 1000,
        page=median(pages) * 1000,
        statements=max(counts),
        solved=time.perf_counter() - begun,
        processor=time.process_time() - spent,
    )


def _filled(database: Database) -> tuple[UUID, UUID, Actor]:
    now = datetime.now(UTC)
    with database.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("SET LOCAL statement_timeout = 0"))
        funder = a_funder(session)
        a_person(session, name="Candidate of the scenarios")
        call, _jury = judged(session, funder, LINES, now, each=0)
        session.flush()
        call_id, funder_id = call.id, funder.id
    with database.transaction() as session:
        call, funder = session.get_one(Call, call_id), session.get_one(Funder, funder_id)
        envelope_id = an_envelope(session, funder, amount=10**10)
        draws_on(session, call, envelope_id, funder)
        actor = acting_as(session, a_funder_member(session, funder))
        made = services.make(session, call.id, funder.id, name="Banc", actor=actor, now=now)
        lines = select(ScenarioLine.id).where(ScenarioLine.scenario_id == made.id)
        found = len(session.scalars(lines).all())
        assert found == LINES, found
        return made.id, UUID(str(envelope_id)), actor


def _some(database: Database, scenario_id: UUID) -> Iterator[tuple[UUID, int]]:
    with database.reading() as session:
        rows = session.execute(
            select(ScenarioLine.application_id, ScenarioLine.version)
            .where(ScenarioLine.scenario_id == scenario_id, ScenarioLine.place % 50 == 0)
            .limit(SAVES)
        ).all()
    yield from ((one, version) for one, version in rows)


def _saved(
    database: Database,
    scenario_id: UUID,
    line: tuple[UUID, int],
    envelope_id: UUID,
    actor: Actor,
) -> None:
    """What the page's script waits for: the line, and the strip after it."""
    typed = Typed(
        outcome=Outcome.AWARD,
        instrument=Instrument.GRANT,
        envelope_id=envelope_id,
        base=Amount(10_000_000),
        rate=1_250,
    )
    with database.transaction() as session:
        services.save_line(
            session,
            scenario_id,
            line[0],
            version=line[1],
            typed=typed,
            actor=actor,
            now=datetime.now(UTC),
        )
        scenario = queries.scenario(session, scenario_id, viewer=actor)
        assert queries.strip(session, scenario, actor)


def _page(database: Database, scenario_id: UUID, actor: Actor, nth: int) -> float:
    begun = time.perf_counter()
    with database.reading() as session:
        scenario = queries.scenario(session, scenario_id, viewer=actor)
        queries.strip(session, scenario, actor)
        asked = queries.rows(scenario, Sought(sort="-asked"), actor)
        rows = session.execute(asked.limit(PER_PAGE).offset(nth * PER_PAGE)).all()
        queries.others_of(session, scenario.funder_id, [one[0] for one in rows])
    assert len(rows) == PER_PAGE
    return time.perf_counter() - begun

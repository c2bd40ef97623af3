"""A jury of 10,000 applications and five scores each: its ranking beside the shortest SQL for one.

`python -m tests.bench --ranking` measures this alone.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session, joinedload

from build.people import a_funder, a_person
from grants.calls.models import Jury
from grants.db import Database
from grants.db.session import make_engine
from grants.juries import queries
from grants.kernel.access import SYSTEM
from tests.bench.seed import judged

APPLICATIONS, EACH, PAGE, TURNS = 10_000, 5, 50, 15
FLOOR = """
    SELECT application_id, avg(total) AS mean, count(*),
        rank() OVER (ORDER BY avg(total) DESC) AS place
    FROM review
    WHERE jury_id = :jury AND state = 'final' AND set_aside_at IS NULL
    GROUP BY application_id ORDER BY place, application_id LIMIT :page
"""


@dataclass(frozen=True)
class Ranked:
    """Milliseconds of the product's ranking and of the floor's, medians taken turn about."""

    what: str
    ours_ms: float
    floor_ms: float

    @property
    def ratio(self) -> float:
        """How many times as long as the floor."""
        return self.ours_ms / self.floor_ms

    def __str__(self) -> str:
        return f"{self.what:44}{self.ours_ms:7.1f} ms, floor {self.floor_ms:.1f} ms"


def measure(url: str) -> list[Ranked]:
    """Fill a jury of its own, and rank it: open, then as it was frozen."""
    database = Database(make_engine(url))
    jury_id = _filled(database)
    found = []
    with database.reading() as session:
        found.append(_ranked(session, jury_id, "ranking 10,000 x 5, beside the SQL floor"))
    database.bind.dispose()
    return found


def _filled(database: Database) -> UUID:
    with database.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("SET LOCAL statement_timeout = 0"))
        a_person(session, name="Candidate of the ranking")
        _, jury = judged(session, a_funder(session), APPLICATIONS, datetime.now(UTC), each=EACH)
        jury_id = jury.id
        # Five scores of one file that differ, as jurors do.
        spread = "UPDATE review SET total = abs(hashtext(id::text)) % 100001 WHERE jury_id = :jury"
        session.execute(text(spread), {"jury": jury_id})
    with database.bind.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    return jury_id


def _ranked(session: Session, jury_id: UUID, what: str) -> Ranked:
    jury = session.get_one(Jury, jury_id, options=[joinedload(Jury.stage)])

    def ours() -> None:
        page = queries.ranking(session, jury, SYSTEM, per_page=PAGE)
        assert (len(page.lines), page.of_all) == (PAGE, APPLICATIONS)

    def floor() -> None:
        rows = session.execute(text(FLOOR), {"jury": jury_id, "page": PAGE}).all()
        assert len(rows) == PAGE

    pairs = [(_milliseconds(ours), _milliseconds(floor)) for _ in range(TURNS)]
    return Ranked(
        what, statistics.median(one for one, _ in pairs), statistics.median(b for _, b in pairs)
    )


def _milliseconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)

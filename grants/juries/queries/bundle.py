"""What goes into the bundle of a closed ranking, and the bundles that were kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.files.models import StoredFile
from grants.juries.models import Ranking, RankingLine
from grants.juries.queries.ranking import latest_version
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown

RESULTS = """
    SELECT a.number AS application, l.rank, l.mean, l.median, l.dispersion, l.scores,
        l.abstentions, a.track_key AS track, CASE WHEN l.rank IS NOT NULL THEN rank() OVER (
            PARTITION BY a.track_key ORDER BY l.rank NULLS LAST) END::int AS place,
        a.requested, l.votes, l.opinions, l.is_paid
    FROM ranking_line l JOIN application a ON a.id = l.application_id
    WHERE l.jury_id = :jury AND l.version = :version
    ORDER BY a.number
"""
REVIEWS = """
    SELECT a.number AS application, r.seat_id AS juror, r.state, r.total,
        r.set_aside_at IS NOT NULL AS set_aside,
        coalesce((SELECT jsonb_object_agg(c.key, m.value) FROM mark m
            JOIN criterion c ON c.id = m.criterion_id WHERE m.review_id = r.id), '{}') AS marks
    FROM review r JOIN application a ON a.id = r.application_id
    WHERE r.jury_id = :jury AND r.state <> 'draft'
    ORDER BY a.number, r.seat_id
"""
# The kind of reason and never the reason; who was recused without a seat here is no juror's label.
RECUSALS = """
    SELECT a.number AS application, s.id AS juror, r.origin, r.reason_class AS reason
    FROM recusal r JOIN application a ON a.id = r.application_id
    LEFT JOIN seat s ON s.jury_id = :jury AND s.person_id = r.person_id
    WHERE EXISTS (SELECT FROM assignment g
        WHERE g.jury_id = :jury AND g.application_id = r.application_id)
    ORDER BY a.number, s.id, r.origin
"""
WITHDRAWN = """
    SELECT DISTINCT a.number FROM assignment g JOIN application a ON a.id = g.application_id
    WHERE g.jury_id = :jury AND a.state = 'withdrawn' ORDER BY a.number
"""


def bundled(session: Session, jury: Jury, version: int) -> dict[str, list[Any]]:
    """The results, reviews, recusals and withdrawn numbers of a jury; jurors by their seat's id.

    Four statements. For `services.closing`, which holds the jury and gives jurors their labels.
    """
    facts = {"jury": jury.id, "version": version}

    def rows(sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in session.execute(text(sql), facts).mappings()]

    return {
        "results": _told(rows(RESULTS)),
        "reviews": rows(REVIEWS),
        "recusals": rows(RECUSALS),
        "withdrawn": list(session.scalars(text(WITHDRAWN), facts)),
    }


def _told(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results with a place in each one's track where the call has tracks, and votes where cast."""
    dropped = set() if any(one["track"] for one in results) else {"track", "place"}
    if all(one["opinions"] is None for one in results):
        dropped |= {"requested", "votes", "opinions", "is_paid"}
    return [{key: one[key] for key in one if key not in dropped} for one in results]


def closings(session: Session, jury_id: UUID) -> Sequence[Ranking]:
    """Every act that closed a jury, the latest first. The caller has read the jury."""
    statement = select(Ranking).where(Ranking.jury_id == jury_id)
    return session.scalars(statement.order_by(Ranking.version.desc())).all()


def sees_bundle(session: Session, jury_id: UUID, viewer: Actor) -> bool:
    """Whether a jury's bundle tells the viewer nothing that a recusal keeps from them.

    It cannot be shortened without becoming another file: who is recused from one application
    of the jury reads none of it. The caller has read the jury as the viewer.
    """
    if not viewer.recused_from:
        return True
    hidden = exists().where(
        RankingLine.jury_id == jury_id,
        RankingLine.application_id.in_(sorted(viewer.recused_from)),
    )
    return not session.scalar(select(hidden))


def bundle(session: Session, jury_id: UUID, viewer: Actor, *, version: int = 0) -> StoredFile:
    """The file that a closing left; `version` 0 is the latest. The viewer may know of the jury.

    Raises:
        Unknown: the jury was not closed so, or the viewer is recused from one of its files.
    """
    wanted = Ranking.version == (version or latest_version(jury_id))
    found: StoredFile | None = session.scalar(
        select(StoredFile)
        .join(Ranking, Ranking.bundle_id == StoredFile.id)
        .where(Ranking.jury_id == jury_id, wanted)
    )
    if found is None or not sees_bundle(session, jury_id, viewer):
        raise Unknown
    return found

"""A jury's whole sheet of marks, and what is worked out of it."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries.models import JuryFigures, Seat
from grants.juries.queries.blind import title_sql
from grants.juries.queries.ranking import places_of, scored_by
from grants.juries.queries.scope import SCOPE
from grants.juries.rules import is_blinded
from grants.juries.statistics.figures import Figures, read
from grants.juries.statistics.sheet import Criterion, Reading, Sheet
from grants.kernel.access import Actor

AT_ONCE_MAX = 499
"""So many applications are reckoned with while one waits; more are a job."""

# What a closed jury ranked, withdrawn since or not.
FROZEN_SCOPE = """
    scope AS (
        SELECT application_id FROM ranking_line
        WHERE jury_id = :jury AND application_id <> ALL (:hidden)
          AND version = (SELECT max(version) FROM ranking WHERE jury_id = :jury)
    )
"""

# All that figures rest on. A review's marks change with its version, so that none is read here.
INPUTS = """
    SELECT encode(sha256(convert_to(coalesce(string_agg(line, chr(10) ORDER BY line
        COLLATE "C"), ''), 'UTF8')), 'hex') AS sha256,
        (SELECT count(*) FROM scope) AS applications
    FROM (
        SELECT concat_ws('|', 'criterion', position, key, weight, scale_max) AS line
        FROM criterion WHERE jury_id = :jury
        UNION ALL
        SELECT concat_ws('|', 'file', application_id) FROM scope
        UNION ALL
        SELECT concat_ws('|', 'review', application_id, r.seat_id, r.state, r.total, r.version)
        FROM review r JOIN scope USING (application_id)
        WHERE r.jury_id = :jury AND r.state <> 'draft' AND r.set_aside_at IS NULL
    ) inputs
"""

# A line for each application and reading; an abstention has no marks, nor has what is not read.
MARKS = """
    SELECT s.application_id, r.seat_id,
        array_agg(CASE WHEN r.state = 'final' THEN m.value END ORDER BY c.position) AS marks
    FROM scope s
    LEFT JOIN review r ON r.application_id = s.application_id AND r.jury_id = :jury
        AND r.state <> 'draft' AND r.set_aside_at IS NULL
    LEFT JOIN criterion c ON c.jury_id = :jury
    LEFT JOIN mark m ON m.review_id = r.id AND m.criterion_id = c.id
    GROUP BY s.application_id, r.seat_id
    ORDER BY s.application_id, r.seat_id
"""

WITHIN = """
    , running AS (
        SELECT sum(a.requested) OVER (ORDER BY r.rank, r.application_id) AS upto
        FROM ranked r JOIN application a ON a.id = r.application_id WHERE r.rank IS NOT NULL
    )
    SELECT count(*) FROM running WHERE upto <= :amount
"""

LABELS = """
    SELECT a.id, a.number, {title} AS title, {applicant} AS applicant, a.requested
    FROM application a
    JOIN person w ON w.id = a.author_id
    LEFT JOIN organisation o ON o.id = a.organisation_id
    WHERE a.id = ANY (:ids) AND a.id <> ALL (:hidden)
"""


class Inputs(NamedTuple):
    """The digest of what the viewer's figures rest on, and of how many applications."""

    sha256: str
    applications: int

    @property
    def is_large(self) -> bool:
        """Whether their figures are a job's work."""
        return self.applications > AT_ONCE_MAX

    def named(self, jury: Jury, places: int | None) -> str:
        """The name under which figures are kept: with the rule, and with the funding line."""
        line = f"{self.sha256}|{scored_by(jury).value}|{places}"
        return hashlib.sha256(line.encode()).hexdigest()


class FileLabel(NamedTuple):
    """What an application is called; `requested` in its call's smallest unit."""

    application_id: UUID
    number: str
    title: str
    applicant: str
    requested: int


def inputs_of(session: Session, jury: Jury, viewer: Actor) -> Inputs:
    """What the viewer's figures of a jury rest on. One statement."""
    return Inputs(*session.execute(*_asked(INPUTS, jury, viewer)).one())


def sheet_of(session: Session, jury: Jury, viewer: Actor) -> Sheet:
    """The whole sheet of marks: final reviews, or for a closed jury those that were counted.

    Applications from which the viewer is recused are not in it; abstentions are readings
    without marks. Identifiers are those of applications and seats. The jury's criteria are
    loaded. One statement.
    """
    rows = session.execute(*_asked(MARKS, jury, viewer)).all()
    files = {row.application_id: None for row in rows}
    seats = {row.seat_id: None for row in rows if row.seat_id is not None}
    file_at = {one: at for at, one in enumerate(files)}
    seat_at = {one: at for at, one in enumerate(sorted(seats))}
    return Sheet(
        applications=tuple(map(str, file_at)),
        jurors=tuple(map(str, seat_at)),
        criteria=tuple(
            Criterion(one.key, one.weight, one.scale_max)
            for one in sorted(jury.criteria, key=lambda one: one.position)
        ),
        readings=tuple(
            Reading(file_at[row.application_id], seat_at[row.seat_id], tuple(row.marks))
            for row in rows
            if row.seat_id is not None
        ),
    )


def figures_of(session: Session, jury: Jury, viewer: Actor, *, places: int | None) -> Figures:
    """All figures of the viewer's sheet, worked out now. One statement, and the arithmetic.

    `places`: how many applications the money reaches. Ten thousand applications take seconds.
    """
    # Loaded by the first who asks: tens of megabytes that few processes need.
    reckoning = importlib.import_module("grants.juries.statistics.reckoning")
    sheet = sheet_of(session, jury, viewer)
    found: Figures = reckoning.figures(sheet, places=places, by=reckoning.By(scored_by(jury).value))
    return found


def stored_figures(session: Session, jury: Jury, name: str) -> Figures | None:
    """What a job worked out of those very inputs (`Inputs.named`), None if none did yet."""
    kept = session.scalar(
        select(JuryFigures.figures).where(
            JuryFigures.jury_id == jury.id, JuryFigures.inputs_sha256 == name
        )
    )
    return None if kept is None else read(kept)


def places_within(session: Session, jury: Jury, viewer: Actor, amount: int) -> int:
    """How many applications, from the first down, an amount pays for in full. One statement."""
    facts = {**_facts(jury, viewer), "amount": amount}
    return int(session.scalar(_bound(places_of(jury) + WITHIN), facts) or 0)


def labels(
    session: Session, jury: Jury, ids: Collection[str], viewer: Actor
) -> dict[str, FileLabel]:
    """What these applications are called, of those that the viewer may know. One statement.

    Members of a blind stage read no applicant until it closes.
    """
    wanted = bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True)))
    named = {"title": "a.title", "applicant": "coalesce(o.name, w.name)"}
    if is_blinded.holds(viewer, jury):
        named = {"title": title_sql("a"), "applicant": "''"}
    statement = _bound(LABELS.format(**named)).bindparams(wanted)
    facts = {"ids": sorted(map(UUID, ids)), "hidden": sorted(viewer.recused_from)}
    return {str(row.id): FileLabel(*row) for row in session.execute(statement, facts)}


def juror_names(session: Session, jury: Jury) -> dict[str, str]:
    """Who holds which seat, for the funders' side. The caller has read the jury. One statement."""
    rows = session.execute(select(Seat.id, Seat.name).where(Seat.jury_id == jury.id))
    return {str(row.id): row.name for row in rows}


def _asked(sql: str, jury: Jury, viewer: Actor) -> tuple[TextClause, Mapping[str, Any]]:
    scope = FROZEN_SCOPE if jury.closed_at else SCOPE
    return _bound(f"WITH {scope} {sql}"), _facts(jury, viewer)


def _facts(jury: Jury, viewer: Actor) -> Mapping[str, Any]:
    return {"jury": jury.id, "call": jury.call_id, "hidden": sorted(viewer.recused_from)}


def _bound(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("hidden", type_=ARRAY(PG_UUID(as_uuid=True))))

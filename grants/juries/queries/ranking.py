"""The order that comes out of a jury: recomputed while it is open, read once it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, TextClause, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from grants.calls.models import Jury, RankingRule
from grants.juries.models import Ranking, RankingLine
from grants.juries.queries.blind import title_sql
from grants.juries.rules import is_blinded
from grants.kernel.access import Actor

ALL = 1_000_000

# What a jury ranks: every application that one of its members was given, even if all of them
# were recused since, except those that their applicants withdrew.
SCOPE = """
    scope AS (
        SELECT DISTINCT application_id FROM assignment
        WHERE jury_id = :jury AND application_id <> ALL (:hidden)
          AND application_id NOT IN (
            SELECT id FROM application WHERE call_id = :call AND state = 'withdrawn')
    )
"""

# In integers from end to end, so that the arithmetic of `scoring` finds the very same figures:
# (2s + n) / 2n is s / n rounded half up, and the middle one is the mean of the two middle ones.
FIGURES = """
    counted AS (
        SELECT application_id, count(*)::int AS n, sum(total)::bigint AS s,
            sum(total::bigint * total)::bigint AS q, array_agg(total ORDER BY total) AS totals
        FROM review
        WHERE jury_id = :jury AND state = 'final' AND set_aside_at IS NULL
        GROUP BY application_id
    ), abstained AS (
        SELECT application_id, count(*)::int AS n FROM review
        WHERE jury_id = :jury AND state = 'abstained' AND set_aside_at IS NULL
        GROUP BY application_id
    ), figures AS (
        SELECT scope.application_id,
            ((2 * c.s + c.n) / (2 * c.n))::int AS mean,
            ((c.totals[(c.n + 1) / 2] + c.totals[c.n / 2 + 1] + 1) / 2)::int AS median,
            floor(sqrt((c.n * c.q - c.s * c.s)::float8) / c.n + 0.5)::int AS dispersion,
            coalesce(c.n, 0) AS scores, coalesce(b.n, 0) AS abstentions
        FROM scope
        LEFT JOIN counted c ON c.application_id = scope.application_id
        LEFT JOIN abstained b ON b.application_id = scope.application_id
    ), ranked AS (
        SELECT figures.*,
            CASE WHEN mean IS NOT NULL THEN rank() OVER (ORDER BY {key} DESC NULLS LAST) END
                ::int AS rank
        FROM figures
    )
"""
KEYS = {RankingRule.MEAN: "mean", RankingRule.MEDIAN: "median"}
"""The figure that each rule ranks by."""

# Who ranks by means needs no more than sums to rank: what else a page shows is worked out for its
# lines alone.
PLACED = """
    counted AS (
        SELECT application_id, count(*)::int AS n, sum(total)::bigint AS s FROM review
        WHERE jury_id = :jury AND state = 'final' AND set_aside_at IS NULL
        GROUP BY application_id
    ), ranked AS (
        SELECT scope.application_id, ((2 * c.s + c.n) / (2 * c.n))::int AS mean,
            CASE WHEN c.n IS NOT NULL
                THEN rank() OVER (ORDER BY (2 * c.s + c.n) / (2 * c.n) DESC NULLS LAST) END
                ::int AS rank
        FROM scope LEFT JOIN counted c ON c.application_id = scope.application_id
    )
"""
OF_LINE = """
    CROSS JOIN LATERAL (
        SELECT ((t.totals[(n + 1) / 2] + t.totals[n / 2 + 1] + 1) / 2)::int AS median,
            floor(sqrt((n * q - s * s)::float8) / nullif(n, 0) + 0.5)::int AS dispersion,
            n AS scores, abstentions
        FROM (
            SELECT count(total)::int AS n, sum(total)::bigint AS s,
                sum(total::bigint * total)::bigint AS q,
                array_agg(total ORDER BY total) AS totals,
                (count(*) FILTER (WHERE state = 'abstained'))::int AS abstentions
            FROM review WHERE jury_id = :jury AND application_id = a.id
              AND state <> 'draft' AND set_aside_at IS NULL
        ) t
    ) f
"""

# A closed jury is read as it was frozen; who may not see a line sees the others close ranks.
FROZEN = """
    ranked AS (
        SELECT application_id, mean, median, dispersion, scores, abstentions,
            CASE WHEN l.rank IS NOT NULL THEN rank() OVER (ORDER BY l.rank NULLS LAST) END
                ::int AS rank
        FROM ranking_line l WHERE jury_id = :jury AND application_id <> ALL (:hidden)
          AND version = (SELECT max(version) FROM ranking WHERE jury_id = :jury)
    )
"""

PAGE = """
    , page AS (
        SELECT ranked.*, count(*) OVER () AS of_all FROM ranked
        ORDER BY rank NULLS LAST, application_id LIMIT :limit OFFSET :offset
    )
    SELECT p.rank, a.id, a.number, {title} AS title, {applicant} AS applicant, a.requested,
        a.state, p.mean, {of}.median, {of}.dispersion, {of}.scores, {of}.abstentions,
        ARRAY(SELECT total FROM review r
            WHERE r.jury_id = :jury AND r.application_id = a.id
              AND r.state = 'final' AND r.set_aside_at IS NULL ORDER BY total) AS totals,
        p.of_all
    FROM page p
    JOIN application a ON a.id = p.application_id
    JOIN person w ON w.id = a.author_id
    LEFT JOIN organisation o ON o.id = a.organisation_id
    {of_line}
    ORDER BY p.rank NULLS LAST, p.application_id
"""

FREEZE = """
    INSERT INTO ranking_line (id, jury_id, version, application_id, rank, mean, median, dispersion,
        scores, abstentions, frozen_at)
    SELECT gen_random_uuid(), :jury, :version, application_id, rank, mean, median, dispersion,
        scores, abstentions, :now
    FROM ranked
"""

SHORT = """
    SELECT count(*) AS applications, count(*) FILTER (WHERE scores > 0) AS scored,
        count(*) FILTER (WHERE scores < :quorum) AS short FROM ranked
"""

# Every number that the ranking rests on, one a line, in an order that depends on nothing else.
INPUTS = """
    SELECT encode(sha256(convert_to(coalesce(string_agg(line, chr(10) ORDER BY line
        COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM (
        SELECT concat_ws('|', 'criterion', key, weight, scale_max,
            CASE WHEN optional THEN 'optional' END,
            CASE WHEN tracks <> '[]' THEN tracks::text END) AS line
        FROM criterion WHERE jury_id = :jury
        UNION ALL
        SELECT concat_ws('|', 'review', application_id, seat_id, state,
            CASE WHEN set_aside_at IS NULL THEN 'counted' ELSE 'set aside' END, total)
        FROM review WHERE jury_id = :jury AND state <> 'draft'
        UNION ALL
        SELECT concat_ws('|', 'mark', r.application_id, r.seat_id, c.key,
            coalesce(m.value::text, 'abstained'))
        FROM mark m JOIN review r ON r.id = m.review_id JOIN criterion c ON c.id = m.criterion_id
        WHERE r.jury_id = :jury AND r.state <> 'draft'
    ) inputs
"""


class RankingRow(NamedTuple):
    """One application's place. Figures are thousandths of a point out of 100, None unscored."""

    rank: int | None
    application_id: UUID
    number: str
    title: str
    applicant: str
    requested: int
    state: str
    mean: int | None
    median: int | None
    dispersion: int | None
    scores: int
    abstentions: int
    totals: list[int]

    @property
    def dots(self) -> list[float]:
        """Each counted total out of 100, for a picture."""
        return [total / 1000 for total in self.totals]


class Tally(NamedTuple):
    """What a jury's reviews amount to: applications, those scored, those below the quorum."""

    applications: int
    scored: int
    short: int


@dataclass(frozen=True)
class RankingPage:
    """One page of a ranking, and how many applications there are in all."""

    lines: list[RankingRow]
    of_all: int


def ranking(
    session: Session, jury: Jury, viewer: Actor, *, number: int = 1, per_page: int = 50
) -> RankingPage:
    """The ranking of a jury that the viewer may follow; one statement, whatever its size.

    Best mean first, or best median where that is the jury's rule; equal ones share a rank and
    the next one is skipped. Applications from which the viewer is recused are left out, and the
    others ranked without them. Members of a blind stage read no applicant until it closes.
    """
    body, of = places_of(jury), {"of": "p", "of_line": ""}
    if not jury.closed_at and scored_by(jury) is RankingRule.MEAN and per_page < ALL:
        body, of = f"WITH {SCOPE}, {PLACED}", {"of": "f", "of_line": OF_LINE}
    facts = {"limit": per_page, "offset": (number - 1) * per_page}
    named = {"title": "a.title", "applicant": "coalesce(o.name, w.name)"}
    if is_blinded.holds(viewer, jury):
        named = {"title": title_sql("a"), "applicant": "''"}
    page = PAGE.format(**named, **of)
    rows = session.execute(_bound(body + page), {**_facts(jury, viewer), **facts}).all()
    return RankingPage(
        lines=[RankingRow(*row[:13]) for row in rows], of_all=rows[0].of_all if rows else 0
    )


def whole_ranking(session: Session, jury: Jury, viewer: Actor) -> list[RankingRow]:
    """The same in one piece, for a download. One statement."""
    return ranking(session, jury, viewer, per_page=ALL).lines


def tally(session: Session, jury: Jury, viewer: Actor) -> Tally:
    """How complete the reviews are, over what the jury ranks and the viewer may know of."""
    statement = _bound(f"{worked_out(jury)} {SHORT}")
    facts = {**_facts(jury, viewer), "quorum": jury.quorum}
    return Tally(*session.execute(statement, facts).one())


def freeze_statement(jury: Jury) -> TextClause:
    """The statement that writes a jury's ranking down, from figures computed at that instant."""
    return _bound(f"{worked_out(jury)} {FREEZE}")


def places_of(jury: Jury) -> str:
    """The beginning of a statement over `ranked`: as it was frozen once the jury is closed."""
    return f"WITH {FROZEN}" if jury.closed_at else worked_out(jury)


def worked_out(jury: Jury) -> str:
    """The beginning of a statement over `ranked`: a jury's figures and places as they are now."""
    return f"WITH {SCOPE}, {FIGURES.format(key=KEYS[scored_by(jury)])}"


def scored_by(jury: Jury) -> RankingRule:
    """The rule by which a jury's scores are ranked; the mean where ballots decide."""
    return jury.rule if jury.rule in KEYS else RankingRule.MEAN


def latest_version(jury_id: UUID | InstrumentedAttribute[UUID]) -> ScalarSelect[int | None]:
    """The number of the ranking that stands: of one jury, or of each row's."""
    newest = aliased(Ranking)
    statement = select(func.max(newest.version)).where(newest.jury_id == jury_id)
    return statement.scalar_subquery()


def standing_lines() -> tuple[ColumnElement[bool], ...]:
    """Of the frozen lines those that stand: the latest of each jury that is closed today."""
    closed = select(Jury.id).where(Jury.id == RankingLine.jury_id, Jury.closed_at.is_not(None))
    return closed.exists(), RankingLine.version == latest_version(RankingLine.jury_id)


def inputs_sha256(session: Session, jury_id: UUID) -> str:
    """The seal of everything that a jury's ranking rests on: criteria, reviews and marks.

    SHA-256 of the lines that `INPUTS` writes, sorted by their bytes and joined by line feeds.
    """
    return str(session.scalar(text(INPUTS), {"jury": jury_id}))


def _facts(jury: Jury, viewer: Actor) -> Mapping[str, Any]:
    return {"jury": jury.id, "call": jury.call_id, "hidden": sorted(viewer.recused_from)}


def _bound(sql: str) -> TextClause:
    hidden = bindparam("hidden", type_=ARRAY(PG_UUID(as_uuid=True)))
    return text(sql).bindparams(hidden)

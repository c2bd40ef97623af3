"""The order that comes out of a jury: recomputed while it is open, read once it is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Integer,
    ScalarSelect,
    TextClause,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from grants.calls.models import Jury, RankingRule, Track
from grants.juries.ballots import Outcome
from grants.juries.models import Ranking, RankingLine
from grants.juries.queries.ballots import count, kept_outcome
from grants.juries.queries.blind import title_sql
from grants.juries.queries.scope import SCOPE
from grants.juries.rules import is_blinded
from grants.kernel.access import Actor

ALL = 1_000_000

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
    )
"""
BY_SCORES = """
    , ranked AS (
        SELECT figures.*,
            CASE WHEN mean IS NOT NULL THEN rank() OVER (ORDER BY {key} DESC NULLS LAST) END
                ::int AS rank,
            NULL::int AS votes, NULL::int AS opinions, NULL::boolean AS is_paid
        FROM figures
    )
"""
# Ballots are counted in Python (grants.juries.ballots): their places come as arrays. Who may not
# see a line sees the others close ranks, in the order that everybody else reads.
BY_BALLOTS = """
    , ranked AS (
        SELECT figures.*,
            CASE WHEN p.rank IS NOT NULL THEN rank() OVER (ORDER BY p.rank NULLS LAST) END
                ::int AS rank,
            p.votes, coalesce(p.opinions, 0) AS opinions, p.is_paid
        FROM figures LEFT JOIN unnest(:placed, :ranks, :votes, :opinions, :paid)
            AS p (application_id, rank, votes, opinions, is_paid) USING (application_id)
    )
"""
KEYS = {RankingRule.MEAN: "mean", RankingRule.MEDIAN: "median"}
"""The figure that each rule by scores ranks by."""

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
                ::int AS rank,
            NULL::int AS votes, NULL::int AS opinions, NULL::boolean AS is_paid
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
            CASE WHEN {key} IS NOT NULL THEN rank() OVER (ORDER BY {key} NULLS LAST) END
                ::int AS rank,
            votes, opinions, is_paid
        FROM ranking_line l WHERE jury_id = :jury AND application_id <> ALL (:hidden)
          AND version = (SELECT max(version) FROM ranking WHERE jury_id = :jury)
    )
"""

# Where a call has tracks, each has its own ranking: the order of all, its ranks counted apart.
TRACKED = """
    , shown AS (
        SELECT ranked.*, t.track_key AS track, CASE WHEN ranked.rank IS NOT NULL THEN rank() OVER (
            PARTITION BY t.track_key ORDER BY ranked.rank NULLS LAST) END::int AS place
        FROM ranked JOIN application t ON t.id = ranked.application_id
    )
"""
WHOLE = ", shown AS (SELECT ranked.*, NULL AS track, NULL::int AS place FROM ranked)"
WITHIN = "WHERE shown.track = :track"

PAGE = """
    , page AS (
        SELECT shown.*, count(*) OVER () AS of_all FROM shown {within}
        ORDER BY rank NULLS LAST, application_id LIMIT :limit OFFSET :offset
    )
    SELECT p.rank, a.id, a.number, {title} AS title, {applicant} AS applicant, a.requested,
        a.state, p.mean, {of}.median, {of}.dispersion, {of}.scores, {of}.abstentions,
        ARRAY(SELECT total FROM review r
            WHERE r.jury_id = :jury AND r.application_id = a.id
              AND r.state = 'final' AND r.set_aside_at IS NULL ORDER BY total) AS totals,
        p.votes, p.opinions, p.is_paid, p.track, p.place, p.of_all
    FROM page p
    JOIN application a ON a.id = p.application_id
    JOIN person w ON w.id = a.author_id
    LEFT JOIN organisation o ON o.id = a.organisation_id
    {of_line}
    ORDER BY p.rank NULLS LAST, p.application_id
"""

TIED = """
    SELECT rank FROM shown {within} GROUP BY rank HAVING rank IS NOT NULL AND count(*) > 1
"""

FREEZE = """
    INSERT INTO ranking_line (id, jury_id, version, application_id, rank, mean, median, dispersion,
        scores, abstentions, votes, opinions, is_paid, frozen_at)
    SELECT gen_random_uuid(), :jury, :version, application_id, rank, mean, median, dispersion,
        scores, abstentions, votes, opinions, is_paid, :now
    FROM ranked
"""

SHORT = """
    SELECT count(*) AS applications, count(*) FILTER (WHERE scores > 0) AS scored,
        count(*) FILTER (WHERE coalesce(opinions, scores) < :quorum) AS short FROM ranked
"""

ARRAYS: tuple[BindParameter[Any], ...] = (
    *(bindparam(name, type_=ARRAY(PG_UUID(as_uuid=True))) for name in ("hidden", "placed")),
    *(bindparam(name, type_=ARRAY(Integer)) for name in ("ranks", "votes", "opinions")),
    bindparam("paid", type_=ARRAY(Boolean)),
)


class RankingRow(NamedTuple):
    """One application's place. Figures are thousandths of a point out of 100, None unscored.

    `votes`, `opinions` and `is_paid` are those of `grants.juries.ballots.Place`, None where
    scores rank. `track` and `place`, its rank among those of its track, are told where a call
    has tracks.
    """

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
    votes: int | None = None
    opinions: int | None = None
    is_paid: bool | None = None
    track: str | None = None
    place: int | None = None

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
    """One page of a ranking, and how many applications there are in all.

    `outcome` is what the ballots said besides, None where scores rank; `tied` are the ranks that
    they give to several, on this page or another.
    """

    lines: list[RankingRow]
    of_all: int
    outcome: Outcome | None = None
    tied: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Working:
    """A jury's figures and places as they are now: the beginning of a statement, its facts."""

    body: str
    facts: Mapping[str, Any]
    outcome: Outcome | None = None


def ranking(
    session: Session,
    jury: Jury,
    viewer: Actor,
    *,
    number: int = 1,
    per_page: int = 50,
    by_track: bool = False,
    track: str = "",
) -> RankingPage:
    """The ranking of a jury that the viewer may follow; one statement, whatever its size.

    Three where ballots rank. Best first by the jury's rule; equal ones share a rank and the next
    one is skipped. `by_track` tells each one's track and its place there, `track` keeps
    the lines of that one alone. Applications from which the viewer is recused are left out, and the
    others ranked without them. Members of a blind stage read no applicant until it closes.
    """
    working, of = _standing(session, jury, viewer), {"of": "p", "of_line": ""}
    body = working.body
    if not jury.closed_at and jury.rule is RankingRule.MEAN and per_page < ALL:
        body, of = f"WITH {SCOPE}, {PLACED}", {"of": "f", "of_line": OF_LINE}
    facts = {"limit": per_page, "offset": (number - 1) * per_page, "track": track}
    named = {"title": "a.title", "applicant": "coalesce(o.name, w.name)"}
    if is_blinded.holds(viewer, jury):
        named = {"title": title_sql("a"), "applicant": "''"}
    body += TRACKED if by_track or track else WHOLE
    within = WITHIN if track else ""
    page = PAGE.format(**named, **of, within=within)
    rows = session.execute(_bound(body + page), {**working.facts, **facts}).all()
    return RankingPage(
        lines=[RankingRow(*row[:18]) for row in rows],
        of_all=rows[0].of_all if rows else 0,
        outcome=working.outcome,
        tied=_tied(session, f"{body} {TIED.format(within=within)}", {**working.facts, **facts})
        if working.outcome
        else frozenset(),
    )


def _tied(session: Session, sql: str, facts: Mapping[str, Any]) -> frozenset[int]:
    return frozenset(session.scalars(_bound(sql), facts))


def whole_ranking(
    session: Session, jury: Jury, viewer: Actor, *, by_track: bool = False
) -> list[RankingRow]:
    """The same in one piece, for a download."""
    return ranking(session, jury, viewer, per_page=ALL, by_track=by_track).lines


def tracks_ranked(session: Session, jury: Jury) -> Sequence[Track]:
    """The tracks of a jury's call, in its order, where it has several: each has its ranking."""
    found = session.scalars(
        select(Track).where(Track.call_id == jury.call_id).order_by(Track.position)
    ).all()
    return found if len(found) > 1 else []


def tally(session: Session, jury: Jury, viewer: Actor) -> Tally:
    """How complete the work is, over what the jury ranks and the viewer may know of.

    `short` counts final scores, or the opinions of final ballots where these rank.
    """
    working = worked_out(session, jury, viewer)
    facts = {**working.facts, "quorum": jury.quorum}
    return Tally(*session.execute(_bound(f"{working.body} {SHORT}"), facts).one())


def freeze_statement(working: Working) -> TextClause:
    """The statement that writes a jury's ranking down, from figures computed at that instant."""
    return _bound(f"{working.body} {FREEZE}")


def places_of(jury: Jury) -> str:
    """The beginning of a statement over `ranked` by scores, whatever the jury's rule.

    As it was frozen once the jury is closed.
    """
    if jury.closed_at:
        return f"WITH {FROZEN.format(key='l.rank' if jury.rule in KEYS else '-l.mean')}"
    return _by_scores(jury)


def worked_out(session: Session, jury: Jury, viewer: Actor) -> Working:
    """A jury's figures and places as they are now, by its rule. Counts its ballots, if any."""
    facts = _facts(jury, viewer)
    if jury.rule in KEYS:
        return Working(_by_scores(jury), facts)
    found = count(session, jury)
    placed = [(one, *place) for one, place in found.places.items()]
    names = ("placed", "ranks", "votes", "opinions", "paid")
    columns = zip(*placed, strict=True) if placed else [()] * len(names)
    arrays = {name: list(column) for name, column in zip(names, columns, strict=True)}
    return Working(f"WITH {SCOPE}, {FIGURES} {BY_BALLOTS}", {**facts, **arrays}, found.outcome)


def _standing(session: Session, jury: Jury, viewer: Actor) -> Working:
    """As it was frozen once the jury is closed."""
    if not jury.closed_at:
        return worked_out(session, jury, viewer)
    outcome = None if jury.rule in KEYS else kept_outcome(session, jury)
    return Working(f"WITH {FROZEN.format(key='l.rank')}", _facts(jury, viewer), outcome)


def _by_scores(jury: Jury) -> str:
    return f"WITH {SCOPE}, {FIGURES} {BY_SCORES.format(key=KEYS[scored_by(jury)])}"


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


def _facts(jury: Jury, viewer: Actor) -> Mapping[str, Any]:
    return {"jury": jury.id, "call": jury.call_id, "hidden": sorted(viewer.recused_from)}


def _bound(sql: str) -> TextClause:
    return text(sql).bindparams(*(one for one in ARRAYS if f":{one.key}" in sql))

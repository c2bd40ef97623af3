"""A jury as a problem of who reads what, read in bulk; and the plans that were computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from grants.applications.models import Application
from grants.calls.models import Jury
from grants.calls.themes import BY_KEY
from grants.juries.matching.problem import Juror, Need, Pair, Pairing, Plan
from grants.juries.models import (
    Answer,
    Assignment,
    AssignmentPlan,
    ConflictHint,
    ReadingPreference,
    Recusal,
    Review,
    Seat,
)
from grants.juries.pairing import LIKED, Options
from grants.juries.queries.queues import VOTED, WRITTEN
from grants.juries.queries.work import READABLE
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Unknown
from grants.people.models import Organisation, OrganisationMember
from grants.people.territories import serves

# The readings that stand, by one name: a plan made on others no longer fits.
BASE = text("""
    SELECT encode(sha256(convert_to(coalesce(string_agg(
        a.seat_id::text || a.application_id::text, ',' ORDER BY a.seat_id, a.application_id), ''),
        'UTF8')), 'hex')
    FROM assignment a WHERE a.jury_id = :jury AND a.withdrawn_at IS NULL
""")
# What a plan changes, and each member's load in it.
CHANGES = text("""
    WITH wanted AS (
        SELECT w.application_id, w.seat_id
        FROM assignment_plan p, unnest(p.application_ids, p.seat_ids) w(application_id, seat_id)
        WHERE p.id = :plan AND w.application_id <> ALL (:hidden)
    ), standing AS (
        SELECT a.application_id, a.seat_id FROM assignment a
        WHERE a.jury_id = :jury AND a.withdrawn_at IS NULL
          AND a.application_id <> ALL (:hidden)
    ), changed AS (
        SELECT coalesce(w.seat_id, s.seat_id) AS seat_id, count(w.seat_id) AS later,
            count(s.seat_id) AS now,
            count(*) FILTER (WHERE s.seat_id IS NULL) AS added,
            count(*) FILTER (WHERE w.seat_id IS NULL) AS taken
        FROM wanted w FULL JOIN standing s USING (application_id, seat_id)
        GROUP BY 1
    )
    SELECT s.id, s.name, coalesce(s.college, '') AS college, s.load_max,
        coalesce(c.now, 0) AS now, coalesce(c.later, 0) AS later,
        coalesce(c.added, 0) AS added, coalesce(c.taken, 0) AS taken
    FROM seat s LEFT JOIN changed c ON c.seat_id = s.id
    WHERE s.jury_id = :jury AND (s.declined_at IS NULL OR c.seat_id IS NOT NULL)
    ORDER BY lower(s.name), s.id
""").bindparams(bindparam("hidden", type_=ARRAY(Uuid)))


@dataclass(frozen=True)
class Given:
    """A problem with what its places stand for; `base` names the readings that stood."""

    pairing: Pairing
    applications: tuple[UUID, ...]
    seats: tuple[UUID, ...]
    names: tuple[str, ...]
    base: str


class Change(NamedTuple):
    """One member's load today and in a plan."""

    seat_id: UUID
    name: str
    college: str
    load_max: int | None
    now: int
    later: int
    added: int
    taken: int


def given(session: Session, jury: Jury, options: Options, *, only: UUID | None = None) -> Given:
    """The problem of a jury, or of one application of it, as everyone's: it hides nothing.

    For whoever computes and explains; the caller has read jury and application. Seven
    statements, whatever the number.
    """
    seats = _seats(session, jury, options)
    files = _files(session, jury, only)
    # By their text: a UUID takes ten times as long to read, and there are many pairs.
    rows = {str(one.id): at for at, one in enumerate(files)}
    columns = {str(one.id): at for at, one in enumerate(seats)}

    def pairs(found: Sequence[Any]) -> set[Pair]:
        return {
            (rows[one[0]], columns[one[1]]) for one in found if one[0] in rows and one[1] in columns
        }

    standing = _standing(session, jury, only)
    forbidden = pairs(_forbidden(session, jury, only))
    fixed = pairs([one for one in standing if one.begun]) - forbidden
    kept = pairs(standing) - fixed - forbidden if options.keep else set()
    colleges = sorted({one.college for one in seats if one.college})
    pairing = Pairing(
        needs=tuple(_need(jury, one, options) for one in files),
        jurors=tuple(_juror(one, options) for one in seats),
        colleges=tuple(colleges) if options.colleges else (),
        forbidden=frozenset(forbidden),
        fixed=frozenset(fixed),
        kept=frozenset(kept),
        preferences=_preferences(session, jury, only, rows, columns),
        weights=options.weights,
    )
    return Given(
        pairing,
        applications=tuple(one.id for one in files),
        seats=tuple(one.id for one in seats),
        names=tuple(one.name for one in seats),
        base=base_of(session, jury.id),
    )


def base_of(session: Session, jury_id: UUID) -> str:
    """The name of the readings that stand in a jury."""
    return str(session.scalar(BASE, {"jury": jury_id}))


def latest_plan(session: Session, jury_id: UUID) -> AssignmentPlan | None:
    """The plan computed last, applied or not. The caller has read the jury."""
    statement = select(AssignmentPlan).where(AssignmentPlan.jury_id == jury_id)
    newest = AssignmentPlan.computed_at.desc(), AssignmentPlan.created_at.desc()
    return session.scalar(statement.order_by(*newest).limit(1))


def changes(session: Session, plan: AssignmentPlan, viewer: Actor) -> list[Change]:
    """Every member with their load today and under a plan; one statement.

    Without what the viewer is recused from.
    """
    facts = {"plan": plan.id, "jury": plan.jury_id, "hidden": sorted(viewer.recused_from)}
    return [Change(*row) for row in session.execute(CHANGES, facts)]


def plan_around(session: Session, found: Given, plan: AssignmentPlan | None, jury: Jury) -> Plan:
    """Who reads one application (`given(only=…)`) and everyone's loads: as planned, or as given.

    Two statements. A plan that was applied is what stands.

    Raises:
        Unknown: the application is none that the jury may read.
    """
    if not found.applications:
        raise Unknown
    loads: dict[UUID, int] = {}
    if plan is not None and plan.found and plan.applied_at is None:
        loads = {one.seat_id: one.later for one in changes(session, plan, SYSTEM)}
        both = func.unnest(AssignmentPlan.application_ids, AssignmentPlan.seat_ids)
        sides = both.table_valued("application_id", "seat_id").render_derived()
        statement = (
            select(sides.c.seat_id)
            .select_from(AssignmentPlan)
            .join(sides, true())
            .where(AssignmentPlan.id == plan.id, sides.c.application_id == found.applications[0])
        )
        readers = list(session.scalars(statement))
    else:
        stands = (Assignment.jury_id == jury.id, Assignment.withdrawn_at.is_(None))
        count = select(Assignment.seat_id, func.count()).where(*stands)
        counted = session.execute(count.group_by(Assignment.seat_id))
        loads = {row[0]: row[1] for row in counted}
        here = Assignment.application_id == found.applications[0]
        readers = list(session.scalars(select(Assignment.seat_id).where(*stands, here)))
    places = {seat: at for at, seat in enumerate(found.seats)}
    return Plan(
        pairs=tuple(sorted((0, places[one]) for one in readers if one in places)),
        loads=tuple(loads.get(one, 0) for one in found.seats),
        affinity=0,
        moved=0,
        score=0,
        arcs=0,
        whole=True,
    )


def _key(column: InstrumentedAttribute[UUID]) -> ColumnElement[str]:
    return cast(column, String)


def _seats(session: Session, jury: Jury, options: Options) -> Sequence[Seat]:
    statement = select(Seat).where(Seat.jury_id == jury.id, Seat.declined_at.is_(None))
    if options.accepted_only:
        statement = statement.where(Seat.accepted_at.is_not(None))
    return session.scalars(statement.order_by(Seat.id)).all()


def _files(session: Session, jury: Jury, only: UUID | None) -> Sequence[Any]:
    commune = func.coalesce(Organisation.place_commune_code, Organisation.commune_code)
    statement = (
        select(Application.id, Application.track_key, commune.label("commune"))
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.call_id == jury.call_id, Application.state.in_(READABLE))
    )
    if only:
        statement = statement.where(Application.id == only)
    return session.execute(statement.order_by(Application.number, Application.id)).all()


def _standing(session: Session, jury: Jury, only: UUID | None) -> Sequence[Any]:
    statement = (
        select(
            _key(Assignment.application_id),
            _key(Assignment.seat_id),
            or_(Review.id.is_not(None), VOTED).label("begun"),
        )
        .outerjoin(Review, WRITTEN)
        .where(Assignment.jury_id == jury.id, Assignment.withdrawn_at.is_(None))
    )
    if only:
        statement = statement.where(Assignment.application_id == only)
    return session.execute(statement).all()


def _forbidden(session: Session, jury: Jury, only: UUID | None) -> list[Any]:
    """Recusals, everyone's own side, and conflicts that somebody confirmed."""
    recused = (
        select(Application.id, Seat.id)
        .select_from(Recusal)
        .join(Application, Application.id == Recusal.application_id)
        .join(Seat, Seat.person_id == Recusal.person_id)
        .where(Seat.jury_id == jury.id, Application.call_id == jury.call_id)
    )
    member = OrganisationMember.organisation_id == Application.organisation_id
    own = (
        select(Application.id, Seat.id)
        .select_from(Seat)
        .outerjoin(OrganisationMember, OrganisationMember.person_id == Seat.person_id)
        .join(Application, or_(Application.author_id == Seat.person_id, member))
        .where(Seat.jury_id == jury.id, Application.call_id == jury.call_id)
    )
    confirmed = (
        select(Application.id, ConflictHint.seat_id)
        .select_from(ConflictHint)
        .join(Application, Application.id == ConflictHint.application_id)
        .where(ConflictHint.jury_id == jury.id, ConflictHint.answer == Answer.CONFIRMED)
    )
    if only:
        recused = recused.where(Application.id == only)
        own = own.where(Application.id == only)
        confirmed = confirmed.where(Application.id == only)
    every = union_all(recused, own, confirmed).subquery()
    application, seat = every.c[0], every.c[1]
    # One line a member: a hundred thousand lines would take a second to read.
    files = func.string_agg(cast(application, String), literal(" "))
    statement = select(cast(seat, String), files).group_by(seat)
    return [(one, member) for member, some in session.execute(statement) for one in some.split()]


def _preferences(
    session: Session,
    jury: Jury,
    only: UUID | None,
    rows: Mapping[str, int],
    columns: Mapping[str, int],
) -> dict[Pair, int]:
    said = ReadingPreference
    statement = (
        select(_key(said.application_id), _key(said.seat_id), said.liking)
        .join(Seat, Seat.id == said.seat_id)
        .where(Seat.jury_id == jury.id)
    )
    if only:
        statement = statement.where(said.application_id == only)
    return {
        (rows[application], columns[seat]): LIKED[liking]
        for application, seat, liking in session.execute(statement)
        if application in rows and seat in columns
    }


def _need(jury: Jury, file: Row[Any], options: Options) -> Need:
    """The themes of the call, or its own track's where that is a theme; and where it acts."""
    track = file.track_key
    skills = [track] if track in BY_KEY else jury.call.themes
    return Need(
        readers=options.readers,
        skills=frozenset(skills),
        track=track,
        territory=_territory(jury, file.commune),
    )


def _territory(jury: Jury, commune: str | None) -> str | None:
    if commune is None:
        return None
    for one in jury.call.territories:
        code = str(one["code"])
        if serves(code, commune, tuple(one.get("communes", ()))):
            return code
    return None


def _juror(seat: Seat, options: Options) -> Juror:
    most = seat.load_max if seat.load_max is not None else options.load_max
    return Juror(
        load_max=most,
        load_min=min(options.load_min, most),
        skills=frozenset(seat.skills),
        tracks=frozenset(seat.skills),
        territories=frozenset(seat.territories),
        college=seat.college,
    )

"""Mentorings, read: by the service, by the mentor, by the applicant; a recusal hides from all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import LoaderOption

from grants.applications.models import Application, ApplicationState, folded
from grants.applications.rules import not_recused
from grants.calls.form.shapes import FieldRole
from grants.calls.models import Call, CallEnvelope, Stage, StageKind
from grants.calls.themes import BY_KEY, THEMES
from grants.kernel.access import Actor, Rule
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger import queries as ledger
from grants.mentoring import rules
from grants.mentoring.models import HoursGiven, Mentor, Pair
from grants.mentoring.suggesting import HOUR, Offer, Suggestion, suggestions
from grants.people.models import Organisation, OrganisationMember, Person

SELECTED = (ApplicationState.FINALIST, ApplicationState.IN_REVIEW)
MENTORS_MAX = 500


class Skill(NamedTuple):
    """One thing that applicants may ask help with, and its words."""

    key: str
    label_fr: str
    label_en: str


class BoardLine(NamedTuple):
    """One selected application, who helps it now, and the minutes it got so far."""

    application_id: UUID
    number: str
    title: str
    applicant: str
    mentor_id: UUID | None
    mentor: str | None
    minutes: int
    last_on: date | None


class Tally(NamedTuple):
    """How many applications there are to help, how many are, and all minutes given."""

    applications: int
    paired: int
    minutes: int

    @property
    def unpaired(self) -> int:
        """Those that wait for a mentor."""
        return self.applications - self.paired


@dataclass(frozen=True)
class HourLine:
    """An envelope of the call in hours beside what was given. All in minutes."""

    label: str
    voted: int
    available: int


LINE = (
    Application.id,
    Application.number,
    Application.title,
    func.coalesce(Organisation.name, Person.name),
    Mentor.id,
    Mentor.name,
)


def stage(session: Session, stage_id: UUID, viewer: Actor, *, who: Rule = rules.follows) -> Stage:
    """A stage of mentoring, for the funders' side, with its call, funders and form.

    Raises:
        Unknown: there is none, it is of another kind, or the viewer is not `who` may know of it.
    """
    statement = (
        select(Stage)
        .join(Stage.call)
        .where(Stage.id == stage_id, Stage.kind == StageKind.MENTORING, who.where(viewer))
        .options(
            contains_eager(Stage.call).options(
                joinedload(Call.funders), joinedload(Call.current_revision)
            )
        )
    )
    found = session.scalars(statement).unique().one_or_none()
    if found is None:
        raise Unknown
    return found


def skills_of(stage: Stage) -> list[Skill]:
    """What mentors may be good at: what the form asks applicants, or else the usual themes."""
    revision = stage.call.current_revision
    asking = revision.form.by_role(FieldRole.MENTORING) if revision else None
    found = asking.limits.choices if asking else THEMES
    return [Skill(one.key, one.label_fr, one.label_en) for one in found]


def wishes_of(stage: Stage, application: Application) -> list[str]:
    """What an applicant asked help with, in their order; else what the call is about."""
    revision = stage.call.current_revision
    asking = revision.form.by_role(FieldRole.MENTORING) if revision else None
    if asking is None:
        track = application.track_key
        return [track] if track in BY_KEY else list(stage.call.themes)
    said = application.answers.get(asking.key) or []
    return [str(one) for one in (said if isinstance(said, list) else [said])]


def mentor(session: Session, stage: Stage, mentor_id: UUID) -> Mentor:
    """One mentor of a stage that the caller has read.

    Raises:
        Unknown: there is none.
    """
    found = session.get(Mentor, mentor_id)
    if found is None or found.stage_id != stage.id:
        raise Unknown
    return found


def mentors(session: Session, stage: Stage) -> Sequence[Mentor]:
    """The mentors of a stage by name. The caller has read the stage."""
    wanted = select(Mentor).where(Mentor.stage_id == stage.id)
    return session.scalars(wanted.order_by(Mentor.name, Mentor.id).limit(MENTORS_MAX)).all()


def offers(session: Session, stage: Stage, viewer: Actor) -> list[Offer]:
    """What each mentor offers and has given, by name; without what the viewer may not know."""
    given = (
        select(
            Pair.mentor_id,
            func.count(Pair.id.distinct()).filter(Pair.ended_at.is_(None)).label("pairs"),
            func.coalesce(func.sum(HoursGiven.minutes), 0).label("minutes"),
        )
        .join(Application, Application.id == Pair.application_id)
        .outerjoin(HoursGiven, HoursGiven.pair_id == Pair.id)
        .where(Pair.stage_id == stage.id, not_recused.where(viewer))
        .group_by(Pair.mentor_id)
        .subquery()
    )
    statement = (
        select(Mentor, given.c.pairs, given.c.minutes)
        .outerjoin(given, given.c.mentor_id == Mentor.id)
        .where(Mentor.stage_id == stage.id)
        .order_by(Mentor.name, Mentor.id)
        .limit(MENTORS_MAX)
    )
    return [
        Offer(one.id, one.name, frozenset(one.skills), one.hours, pairs or 0, int(minutes or 0))
        for one, pairs, minutes in session.execute(statement)
    ]


def board(
    stage: Stage, viewer: Actor, *, words: str = "", stand: str = "", sort: str = ""
) -> Select[*tuple[Any, ...]]:
    """Every application to help or helped, whoever waits first; to be paged as `BoardLine`."""
    of_stage = and_(Pair.stage_id == stage.id, Pair.application_id == Application.id)
    entries = select(HoursGiven).join(Pair, and_(Pair.id == HoursGiven.pair_id, of_stage))
    minutes = entries.with_only_columns(func.coalesce(func.sum(HoursGiven.minutes), 0))
    last = entries.with_only_columns(func.max(HoursGiven.held_on))
    sides = [one.correlate(Application).scalar_subquery() for one in (minutes, last)]
    statement = _of_board(stage, viewer, *LINE, *sides)
    for word in folded(words).split()[:10]:
        statement = statement.where(Application.search_text.contains(word, autoescape=True))
    if stand in {"paired", "unpaired"}:
        is_paired = Pair.id.is_not(None)
        statement = statement.where(is_paired if stand == "paired" else ~is_paired)
    order: dict[str, list[Any]] = {
        "number": [Application.number],
        "-number": [Application.number.desc()],
        "minutes": [sides[0], Application.number],
        "-minutes": [sides[0].desc(), Application.number],
    }
    return statement.order_by(*order.get(sort, [Pair.id.is_not(None), Application.number]))


def tally(session: Session, stage: Stage, viewer: Actor) -> Tally:
    """How far the mentoring is. One statement."""
    minutes = (
        select(func.coalesce(func.sum(HoursGiven.minutes), 0))
        .join(Pair, Pair.id == HoursGiven.pair_id)
        .join(Application, Application.id == Pair.application_id)
        .where(Pair.stage_id == stage.id, not_recused.where(viewer))
        .scalar_subquery()
    )
    row = session.execute(_of_board(stage, viewer, func.count(), func.count(Pair.id), minutes))
    return Tally(*row.one())


def _of_board(stage: Stage, viewer: Actor, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Selected applications of the stage's call and those paired, with the pair that stands."""
    stands = and_(
        Pair.stage_id == stage.id,
        Pair.application_id == Application.id,
        Pair.ended_at.is_(None),
    )
    return (
        select(*columns)
        .select_from(Application)
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Pair, stands)
        .outerjoin(Mentor, Mentor.id == Pair.mentor_id)
        .where(
            Application.call_id == stage.call_id,
            or_(Application.state.in_(SELECTED), Pair.id.is_not(None)),
            not_recused.where(viewer),
        )
    )


def hours_voted(session: Session, stage: Stage) -> list[HourLine]:
    """The envelopes of the call that count hours, in minutes. The caller has read the stage."""
    ids = session.scalars(
        select(CallEnvelope.envelope_id)
        .where(CallEnvelope.call_id == stage.call_id)
        .order_by(CallEnvelope.position)
    ).all()
    found = ledger.envelope_lines(session, ids)
    return [
        HourLine(line.label, line.voted * HOUR, line.available * HOUR)
        for line in (found[one] for one in ids)
        if line.unit is Unit.HOUR
    ]


def selected(session: Session, stage: Stage, application_id: UUID, viewer: Actor) -> Application:
    """One application to help, or helped at any time, with those who carry it.

    Raises:
        Unknown: it is none of the stage's, or the viewer is recused from it.
    """
    helped = select(Pair.id).where(Pair.stage_id == stage.id, Pair.application_id == Application.id)
    wanted = (
        select(Application)
        .options(joinedload(Application.organisation), joinedload(Application.author))
        .where(
            Application.id == application_id,
            Application.call_id == stage.call_id,
            or_(Application.state.in_(SELECTED), helped.exists()),
            not_recused.where(viewer),
        )
    )
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise Unknown
    return found


def carries(session: Session, application: Application, email: str) -> bool:
    """Whether whoever signs in under that address is on the application's side."""
    member = select(OrganisationMember.person_id).where(
        OrganisationMember.organisation_id == application.organisation_id
    )
    wanted = select(Person.id).where(
        Person.email == email,
        or_(Person.id == application.author_id, Person.id.in_(member)),
    )
    return session.scalar(wanted) is not None


def suggested(
    session: Session, stage: Stage, application: Application, viewer: Actor
) -> list[Suggestion]:
    """The mentors for one application, who suits best first."""
    return suggestions(wishes_of(stage, application), offers(session, stage, viewer))


def pairs_of(session: Session, stage: Stage, application_id: UUID) -> Sequence[Pair]:
    """Whoever helps or helped one application, now first, with what was written down.

    The caller has checked that the viewer may know of the application.
    """
    statement = (
        select(Pair)
        .where(Pair.stage_id == stage.id, Pair.application_id == application_id)
        .options(joinedload(Pair.mentor), selectinload(Pair.entries))
        .order_by(Pair.ended_at.desc().nulls_first(), Pair.id)
    )
    return session.scalars(statement).all()


def own_pairs(viewer: Actor) -> Select[*tuple[Any, ...]]:
    """Whom the viewer helps or helped, with the minutes given; who is helped now first."""
    minutes = (
        select(func.coalesce(func.sum(HoursGiven.minutes), 0))
        .where(HoursGiven.pair_id == Pair.id)
        .correlate(Pair)
        .scalar_subquery()
    )
    return (
        select(Pair, minutes)
        .join(Pair.mentor)
        .join(Pair.application)
        .where(rules.helps.where(viewer))
        .options(*_around())
        .order_by(Pair.ended_at.desc().nulls_first(), Pair.paired_at.desc(), Pair.id)
    )


def own_pair(session: Session, pair_id: UUID, viewer: Actor, *, lock: bool = False) -> Pair:
    """One pair as its mentor sees it, with what was written down.

    Raises:
        Unknown: there is none, or the viewer is not its mentor, or is recused.
    """
    return _one(session, rules.helps, viewer, Pair.id == pair_id, lock=lock)


def help_for(session: Session, application_id: UUID, viewer: Actor) -> Sequence[Pair]:
    """The mentors of an application, now first, as its side sees them.

    Raises:
        Unknown: it has none, or the viewer is not on its side.
    """
    statement = _pairs(rules.is_helped, viewer).where(Pair.application_id == application_id)
    order = (Pair.ended_at.desc().nulls_first(), Pair.id)
    found = session.scalars(statement.order_by(*order)).all()
    if not found:
        raise Unknown
    return found


def is_helped(session: Session, application_id: UUID) -> bool:
    """Whether an application has or had a mentor. The caller may know of the application."""
    wanted = select(Pair.id).where(Pair.application_id == application_id)
    return session.scalar(wanted.limit(1)) is not None


def helped_pair(
    session: Session, application_id: UUID, pair_id: UUID, viewer: Actor, *, lock: bool = False
) -> Pair:
    """One pair for whoever fills in for the applicant.

    Raises:
        Unknown: there is none, or the viewer does not fill in.
    """
    wanted = and_(Pair.id == pair_id, Pair.application_id == application_id)
    return _one(session, rules.notes, viewer, wanted, lock=lock)


def _one(session: Session, who: Rule, viewer: Actor, wanted: Any, *, lock: bool) -> Pair:
    statement = _pairs(who, viewer).where(wanted)
    if lock:
        statement = statement.with_for_update(of=Pair).execution_options(populate_existing=True)
    found: Pair | None = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def _pairs(who: Rule, viewer: Actor) -> Select[Pair]:
    return (
        select(Pair)
        .join(Pair.mentor)
        .join(Pair.application)
        .where(who.where(viewer))
        .options(*_around(), selectinload(Pair.entries))
    )


def _around() -> list[LoaderOption]:
    """What pages and mails say of a pair."""
    return [
        contains_eager(Pair.mentor).joinedload(Mentor.stage, innerjoin=True),
        contains_eager(Pair.application).options(
            joinedload(Application.organisation),
            joinedload(Application.author, innerjoin=True),
            joinedload(Application.call, innerjoin=True).selectinload(Call.funders),
        ),
    ]

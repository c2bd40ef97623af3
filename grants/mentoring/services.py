"""Keep the list of mentors, pair, end, and write hours down."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.models import Stage
from grants.juries.queries import in_turn, must_not_know
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.mentoring import queries, rules
from grants.mentoring.models import HoursGiven, Mentor, Pair
from grants.outbox.services import announce
from grants.people import services as people

MENTOR_PAGE = "/parrainages/{pair_id}"


@dataclass(frozen=True)
class Details:
    """What an officer writes about a mentor; unknown skills are left out."""

    name: str
    email: str
    hours: int
    phone: str = ""
    skills: Collection[str] = ()


def add_mentor(
    session: Session, stage_id: UUID, details: Details, *, actor: Actor, now: datetime
) -> Mentor:
    """Put somebody on a stage's list. Nobody is told before a pair is made.

    Locks the stage. Announces `mentoring.mentor_added`.

    Raises:
        Unknown: there is no such stage of mentoring that the actor manages.
        Refused: `mentoring.mentor.known`: the list has that address; `mentoring.mentor.full`.
    """
    stage = _locked(session, stage_id, actor)
    if len(queries.mentors(session, stage)) >= queries.MENTORS_MAX:
        raise Refused("mentoring.mentor.full", field="email", most=queries.MENTORS_MAX)
    mentor = Mentor(stage_id=stage.id)
    _write(session, stage, mentor, details)
    session.add(mentor)
    session.flush()
    _tell(session, "mentoring.mentor_added", stage, mentor.id, actor=actor, now=now)
    return mentor


def change_mentor(
    session: Session,
    stage_id: UUID,
    mentor_id: UUID,
    details: Details,
    *,
    actor: Actor,
    now: datetime,
) -> Mentor:
    """Change what the list says of a mentor; the address stays once they help somebody.

    Locks the stage. Announces `mentoring.mentor_changed`.

    Raises:
        Unknown: no such stage or mentor of the actor's.
        Refused: `mentoring.mentor.known`, `mentoring.mentor.address_stays`.
    """
    stage = _locked(session, stage_id, actor)
    mentor = queries.mentor(session, stage, mentor_id)
    if _address(details) != mentor.email and _helps(session, mentor):
        raise Refused("mentoring.mentor.address_stays", field="email")
    _write(session, stage, mentor, details)
    session.flush()
    _tell(session, "mentoring.mentor_changed", stage, mentor.id, actor=actor, now=now)
    return mentor


def remove_mentor(
    session: Session, stage_id: UUID, mentor_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take somebody off the list who never helped anybody.

    Locks the stage. Announces `mentoring.mentor_removed`.

    Raises:
        Unknown: no such stage or mentor of the actor's.
        Refused: `mentoring.mentor.helps`.
    """
    stage = _locked(session, stage_id, actor)
    mentor = queries.mentor(session, stage, mentor_id)
    if _helps(session, mentor):
        raise Refused("mentoring.mentor.helps", name=mentor.name)
    session.delete(mentor)
    session.flush()
    _tell(session, "mentoring.mentor_removed", stage, mentor_id, actor=actor, now=now)


def pair(
    session: Session,
    stage_id: UUID,
    application_id: UUID,
    mentor_id: UUID,
    *,
    actor: Actor,
    now: datetime,
) -> Pair:
    """Let a mentor help an application; the same pair twice is one, another mentor takes over.

    Locks the stage, and waits for blind seats of its call. Announces `mentoring.paired`, on which
    the applicant is written to, `mentoring.mentor_told`, on which the mentor is, with a one-time
    link for whoever has no account yet; and `mentoring.ended` for the pair that it replaces.

    Raises:
        Unknown: no such stage, mentor, or selected application for the actor.
        Refused: `mentoring.pair.own`: the mentor carries the application;
            `mentoring.pair.not_selected`: it is no longer in the running;
            `mentoring.pair.recused`: the mentor must see nothing of it.
    """
    stage = _locked(session, stage_id, actor)
    application = queries.selected(session, stage, application_id, actor)
    mentor = queries.mentor(session, stage, mentor_id)
    standing = _standing(session, stage, application_id)
    if standing and standing.mentor_id == mentor.id:
        return standing
    if application.state not in queries.SELECTED:
        raise Refused("mentoring.pair.not_selected", field="mentor")
    if queries.carries(session, application, mentor.email):
        raise Refused("mentoring.pair.own", field="mentor", name=mentor.name)
    in_turn(session, stage.call_id)
    if must_not_know(session, application_id, mentor.email):
        raise Refused("mentoring.pair.recused", field="mentor", name=mentor.name)
    if standing:
        _end(session, stage, standing, actor=actor, now=now)
    made = Pair(
        stage_id=stage.id,
        mentor_id=mentor.id,
        application_id=application_id,
        paired_by=actor.id,
        paired_at=now,
    )
    session.add(made)
    session.flush()
    _announce_pair(session, stage, made, mentor, actor=actor, now=now)
    return made


def end_pair(
    session: Session, stage_id: UUID, application_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """End what stands for an application; its hours stay. Nothing standing changes nothing.

    Locks the stage. Announces `mentoring.ended`.

    Raises:
        Unknown: no such stage or application for the actor.
    """
    stage = _locked(session, stage_id, actor)
    queries.selected(session, stage, application_id, actor)
    if standing := _standing(session, stage, application_id):
        _end(session, stage, standing, actor=actor, now=now)


def log(
    session: Session,
    pair_id: UUID,
    *,
    held_on: date,
    minutes: int,
    done: str,
    application_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> HoursGiven:
    """Write down one time that a mentor gave: as the mentor, or for `application_id` as its side.

    Locks the pair. Announces `mentoring.logged`.

    Raises:
        Unknown: there is no such pair of the actor's.
        Refused: `mentoring.pair.ended`, `mentoring.log.future`; `mentoring.log.twice`: the same
            day and length is written down already.
    """
    found = _own(session, pair_id, application_id, actor)
    if found.ended_at is not None:
        raise Refused("mentoring.pair.ended", ended_at=found.ended_at)
    if held_on > paris_date(now):
        raise Refused("mentoring.log.future", field="held_on")
    if any((one.held_on, one.minutes) == (held_on, minutes) for one in found.entries):
        raise Refused("mentoring.log.twice", field="minutes", held_on=held_on)
    entry = HoursGiven(
        pair_id=found.id,
        held_on=held_on,
        minutes=minutes,
        done=done.strip(),
        by_mentor=application_id is None,
        logged_by=actor.id,
        logged_at=now,
    )
    session.add(entry)
    session.flush()
    _tell_of(session, "mentoring.logged", found, actor=actor, now=now, minutes=minutes)
    return entry


def strike(
    session: Session,
    pair_id: UUID,
    given_id: UUID,
    *,
    application_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Take away what one's own side wrote down. Locks the pair. Announces `mentoring.struck`.

    Raises:
        Unknown: no such pair of the actor's, or no such line of their side.
        Refused: `mentoring.pair.ended`.
    """
    found = _own(session, pair_id, application_id, actor)
    entry = next((one for one in found.entries if one.id == given_id), None)
    if entry is None or entry.by_mentor is not (application_id is None):
        raise Unknown
    if found.ended_at is not None:
        raise Refused("mentoring.pair.ended", ended_at=found.ended_at)
    session.delete(entry)
    session.flush()
    _tell_of(session, "mentoring.struck", found, actor=actor, now=now, minutes=entry.minutes)


def _own(session: Session, pair_id: UUID, application_id: UUID | None, actor: Actor) -> Pair:
    if application_id is None:
        return queries.own_pair(session, pair_id, actor, lock=True)
    return queries.helped_pair(session, application_id, pair_id, actor, lock=True)


def _locked(session: Session, stage_id: UUID, actor: Actor) -> Stage:
    """The stage, locked: officers pair one after the other."""
    session.execute(select(Stage.id).where(Stage.id == stage_id).with_for_update(key_share=True))
    return queries.stage(session, stage_id, actor, who=rules.manages)


def _address(details: Details) -> str:
    return details.email.strip().lower()


def _write(session: Session, stage: Stage, mentor: Mentor, details: Details) -> None:
    address = _address(details)
    twin = select(Mentor.id).where(Mentor.stage_id == stage.id, Mentor.email == address)
    known = session.scalar(twin)
    if known is not None and known != mentor.id:
        raise Refused("mentoring.mentor.known", field="email")
    mentor.name, mentor.email = details.name.strip(), address
    mentor.phone, mentor.hours = details.phone.strip(), details.hours
    mentor.skills = [one.key for one in queries.skills_of(stage) if one.key in details.skills]


def _helps(session: Session, mentor: Mentor) -> bool:
    return session.scalar(select(Pair.id).where(Pair.mentor_id == mentor.id).limit(1)) is not None


def _standing(session: Session, stage: Stage, application_id: UUID) -> Pair | None:
    return session.scalars(
        select(Pair).where(
            Pair.stage_id == stage.id,
            Pair.application_id == application_id,
            Pair.ended_at.is_(None),
        )
    ).one_or_none()


def _end(session: Session, stage: Stage, standing: Pair, *, actor: Actor, now: datetime) -> None:
    standing.ended_at = now
    session.flush()
    subject = standing.application_id
    _tell(session, "mentoring.ended", stage, subject, actor=actor, now=now, pair=standing.id)


def _announce_pair(
    session: Session, stage: Stage, made: Pair, mentor: Mentor, *, actor: Actor, now: datetime
) -> None:
    payload = {"next": MENTOR_PAGE.format(pair_id=made.id), "name": mentor.name}
    link = people.invite(session, mentor.email, payload=payload, now=now)
    facts = {"pair": made.id, "link": link.id}
    for kind in ("mentoring.paired", "mentoring.mentor_told"):
        _tell(session, kind, stage, made.application_id, actor=actor, now=now, **facts)


def _tell(
    session: Session,
    kind: str,
    stage: Stage,
    subject: UUID,
    *,
    actor: Actor,
    now: datetime,
    **facts: UUID,
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=stage.call.lead_id,
        subject=subject,
        stage=str(stage.id),
        call=str(stage.call_id),
        **{name: str(value) for name, value in facts.items()},
    )


def _tell_of(
    session: Session, kind: str, found: Pair, *, actor: Actor, now: datetime, minutes: int
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=found.application.call.lead_id,
        subject=found.application_id,
        pair=str(found.id),
        minutes=minutes,
    )

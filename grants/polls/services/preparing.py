"""Before anybody votes: the poll's rule and window, its candidates and what is shown of them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Cents
from grants.outbox.services import announce
from grants.polls import queries
from grants.polls.models import KEPT_DAYS, Candidate, Poll, PollRule

CANDIDATES_MIN = 2


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an officer decides of a poll. The window is [opens_at, closes_at[."""

    slug: str
    title_fr: str
    title_en: str = ""
    intro_fr: str = ""
    intro_en: str = ""
    prize_fr: str = ""
    prize_en: str = ""
    rule: PollRule
    most: int | None = None
    points_total: int | None = None
    points_on_one: int | None = None
    budget_cents: Cents | None = None
    opens_at: datetime
    closes_at: datetime
    kept_days: int = KEPT_DAYS


@dataclass(frozen=True, kw_only=True)
class Card:
    """What the public reads of a candidate."""

    title: str
    applicant: str
    summary: str
    cost_cents: Cents


def create(
    session: Session, stage_id: UUID, settings: Settings, *, actor: Actor, now: datetime
) -> Poll:
    """Prepare the poll of a stage. Announces `poll.prepared`.

    Raises:
        Unknown: there is no such stage of a public vote, or the actor does not manage its call.
        Refused: `poll.twice`, `poll.slug_taken`, `poll.window`, `poll.rule_incomplete`.
    """
    stage = queries.stage(session, stage_id, actor)
    if session.scalar(select(exists().where(Poll.stage_id == stage_id))):
        raise Refused("poll.twice")
    _check(session, settings, poll_id=None)
    poll = Poll(stage_id=stage.id, **_columns(settings))
    session.add(poll)
    session.flush()
    announce(session, "poll.prepared", by=actor, at=now, funder=stage.call.lead_id, subject=poll.id)
    return poll


def settle(
    session: Session, poll_id: UUID, settings: Settings, *, actor: Actor, now: datetime
) -> Poll:
    """Change what was decided, until the poll opens. Locks the poll. Announces `poll.settled`.

    Raises:
        Unknown: there is none, or the actor does not manage it.
        Refused: `poll.opened`: people vote already; and as `create`.
    """
    poll = _preparing(session, poll_id, actor, now)
    _check(session, settings, poll_id=poll.id)
    for name, value in _columns(settings).items():
        setattr(poll, name, value)
    session.flush()
    _tell(session, "poll.settled", poll, actor=actor, now=now)
    return poll


def add(
    session: Session, poll_id: UUID, chosen: Collection[UUID], *, actor: Actor, now: datetime
) -> int:
    """Let applications stand, with a card made of title, applicant and summary; how many.

    Locks the poll. What is not eligible, or hidden from the actor, is left out.

    Raises:
        Unknown: there is none, or the actor does not manage it.
        Refused: `poll.opened`.
    """
    poll = _preparing(session, poll_id, actor, now)
    last = session.scalar(
        select(func.coalesce(func.max(Candidate.position), 0)).where(Candidate.poll_id == poll.id)
    )
    standing = [one for one in queries.eligible(session, poll, actor) if one.id in chosen]
    for position, application in enumerate(standing, start=int(last or 0) + 1):
        holder = application.organisation or application.author
        session.add(
            Candidate(
                poll_id=poll.id,
                application_id=application.id,
                position=position,
                title=application.title,
                applicant=holder.name,
                summary=application.summary,
                cost_cents=application.requested,
            )
        )
    session.flush()
    return len(standing)


def describe(
    session: Session, poll_id: UUID, candidate_id: UUID, card: Card, *, actor: Actor, now: datetime
) -> Candidate:
    """Choose what the public reads of a candidate, until the poll opens. Locks the poll.

    Raises:
        Unknown: there is none that the actor manages and may know of.
        Refused: `poll.opened`.
    """
    candidate = _candidate(_preparing(session, poll_id, actor, now), candidate_id)
    for name, value in asdict(card).items():
        setattr(candidate, name, value)
    session.flush()
    return candidate


def show_picture(
    session: Session,
    poll_id: UUID,
    candidate_id: UUID,
    stored_file_id: UUID | None,
    alt: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Show a picture on the card, or none; `alt` says it to whoever does not see it.

    Raises:
        Unknown: there is none that the actor manages and may know of.
        Refused: `poll.opened`.
    """
    candidate = _candidate(_preparing(session, poll_id, actor, now), candidate_id)
    candidate.picture_id, candidate.picture_alt = stored_file_id, alt
    session.flush()


def remove(
    session: Session, poll_id: UUID, candidate_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a candidate off the list, until the poll opens. Locks the poll. Raises as `describe`."""
    session.delete(_candidate(_preparing(session, poll_id, actor, now), candidate_id))
    session.flush()


def publish(session: Session, poll_id: UUID, *, actor: Actor, now: datetime) -> Poll:
    """Show the poll, which then opens and closes by itself. Draws the order of the candidates.

    Locks the poll. Announces `poll.published`.

    Raises:
        Unknown: there is none, or the actor does not manage it.
        Refused: `poll.publish.twice`, `poll.publish.past`, `poll.publish.few`,
            `poll.publish.dear`: a project costs more than a ballot may spend.
    """
    poll = queries.locked(session, poll_id, actor)
    everyone = session.scalars(select(Candidate).where(Candidate.poll_id == poll.id)).all()
    if poll.published_at is not None:
        raise Refused("poll.publish.twice")
    if poll.closes_at <= now:
        raise Refused("poll.publish.past")
    if len(everyone) < CANDIDATES_MIN:
        raise Refused("poll.publish.few", least=CANDIDATES_MIN)
    if poll.budget_cents is not None:
        for one in everyone:
            if not 0 < one.cost_cents <= poll.budget_cents:
                raise Refused("poll.publish.dear", budget_cents=poll.budget_cents)
    drawn = list(everyone)
    secrets.SystemRandom().shuffle(drawn)
    for position, one in enumerate(drawn, start=1):
        one.position = position
    poll.published_at = now
    session.flush()
    _tell(session, "poll.published", poll, actor=actor, now=now)
    return poll


def cancel(
    session: Session,
    poll_id: UUID,
    candidate_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Candidate:
    """Take a published candidate out of the vote: it stays on the page, and counts no more.

    Ballots keep what they gave to others. Locks the poll. Announces `poll.candidate_cancelled`.

    Raises:
        Unknown: there is none that the actor manages and may know of.
        Refused: `poll.cancel.draft`, `poll.cancel.counted`, `poll.cancel.reason`.
    """
    poll = queries.locked(session, poll_id, actor)
    candidate = _candidate(poll, candidate_id)
    if poll.published_at is None:
        raise Refused("poll.cancel.draft")
    if poll.closed_at is not None:
        raise Refused("poll.cancel.counted")
    if not reason.strip():
        raise Refused("poll.cancel.reason", field="reason")
    if candidate.cancelled_at is None:
        candidate.cancelled_at, candidate.cancel_reason = now, reason.strip()
        session.flush()
        _tell(session, "poll.candidate_cancelled", poll, actor=actor, now=now)
    return candidate


def _preparing(session: Session, poll_id: UUID, actor: Actor, now: datetime) -> Poll:
    poll = queries.locked(session, poll_id, actor)
    if poll.published_at is not None and poll.opens_at <= now:
        raise Refused("poll.opened", opens_at=poll.opens_at)
    return poll


def _candidate(poll: Poll, candidate_id: UUID) -> Candidate:
    for one in poll.candidates:
        if one.id == candidate_id:
            return one
    raise Unknown


def _check(session: Session, settings: Settings, *, poll_id: UUID | None) -> None:
    if settings.closes_at <= settings.opens_at:
        raise Refused("poll.window", field="closes_at")
    if settings.rule is PollRule.POINTS and not settings.points_total:
        raise Refused("poll.rule_incomplete", field="points_total")
    if settings.rule is PollRule.BUDGET and not settings.budget_cents:
        raise Refused("poll.rule_incomplete", field="budget_cents")
    taken = exists().where(Poll.slug == settings.slug, Poll.id != poll_id)
    if session.scalar(select(taken)):
        raise Refused("poll.slug_taken", field="slug")


def _columns(settings: Settings) -> dict[str, object]:
    """What is stored: figures of another rule than the one chosen are not kept."""
    columns = asdict(settings)
    if settings.rule is not PollRule.APPROVAL:
        columns["most"] = None
    if settings.rule is not PollRule.POINTS:
        columns["points_total"] = columns["points_on_one"] = None
    if settings.rule is not PollRule.BUDGET:
        columns["budget_cents"] = None
    columns["title_en"] = settings.title_en or settings.title_fr
    return columns


def _tell(session: Session, kind: str, poll: Poll, *, actor: Actor, now: datetime) -> None:
    funder = poll.stage.call.lead_id
    announce(session, kind, by=actor, at=now, funder=funder, subject=poll.id)

"""After the vote: announce the results, note what makes the act executory, take note of it."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications import queries as applications
from grants.applications import services as writing
from grants.applications.rules import is_author_side
from grants.decisions import queries
from grants.decisions.models import Acknowledgement, Deliberation
from grants.decisions.services.committing import commit
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce


def announce_results(
    session: Session, deliberation_id: UUID, *, actor: Actor, now: datetime
) -> Deliberation:
    """Tell every applicant at once what was decided, and let the public read the awards.

    Locks the deliberation. Announces `deliberation.announced`, then one `decision.announced`
    per application, on which its letter is written and its mail sent. Twice is once.

    Raises:
        Unknown: the actor does not record decisions for that funder.
        Refused: `deliberation.announce.not_adopted`, `deliberation.withdrawn`.
    """
    deliberation = queries.locked_deliberation(session, deliberation_id, viewer=actor)
    if not deliberation.adopted:
        raise Refused("deliberation.announce.not_adopted")
    if deliberation.announced_at is not None:
        return deliberation
    _refuse_withdrawn(deliberation)
    deliberation.announced_at = now
    session.flush()
    tell = partial(announce, session, by=actor, at=now, funder=deliberation.funder_id)
    tell("deliberation.announced", subject=deliberation.id)
    for application_id in sorted({one.application_id for one in deliberation.decisions}):
        tell("decision.announced", subject=application_id, deliberation=str(deliberation.id))
    return deliberation


def make_executory(
    session: Session, deliberation_id: UUID, *, on: date, actor: Actor, now: datetime
) -> Deliberation:
    """Note that the act was transmitted and published on one day: executory from then on.

    The short way of `note_formalities`, with its locks, announcements and refusals.
    """
    return note_formalities(
        session, deliberation_id, transmitted_on=on, published_on=on, actor=actor, now=now
    )


def note_formalities(
    session: Session,
    deliberation_id: UUID,
    *,
    transmitted_on: date | None = None,
    published_on: date | None = None,
    receipt: str = "",
    actor: Actor,
    now: datetime,
) -> Deliberation:
    """Note when the act reached the prefect (`receipt`: what came back) and was published.

    With both it is executory, on the later of the two (CGCT L2131-1): its awards are committed
    in the ledger on that day. A day that is None leaves what was noted before. Locks the
    deliberation, then (in the ledger) the envelopes. Announces `deliberation.made_executory`
    when it becomes so. The same again changes nothing.

    Raises:
        Unknown: the actor does not record decisions for that funder.
        Refused: a day before the vote or still to come; the act was not adopted, or is
            executory already since another day; `deliberation.withdrawn`.
    """
    deliberation = queries.locked_deliberation(session, deliberation_id, viewer=actor)
    if not deliberation.adopted:
        raise Refused("deliberation.announce.not_adopted")
    _refuse_withdrawn(deliberation)
    named = {"transmitted_on": transmitted_on, "published_on": published_on}
    days = {name: day for name, day in named.items() if day is not None}
    for name, day in days.items():
        _refuse_day(deliberation, name, day, now)
    changed = {name: day for name, day in days.items() if getattr(deliberation, name) != day}
    if deliberation.made_executory_on is not None:
        if changed:
            raise Refused("deliberation.executory_already", on=deliberation.made_executory_on)
        return deliberation
    for name, day in changed.items():
        setattr(deliberation, name, day)
    deliberation.receipt = receipt.strip() or deliberation.receipt
    if deliberation.transmitted_on and deliberation.published_on:
        _become_executory(session, deliberation, actor=actor, now=now)
    session.flush()
    return deliberation


def _refuse_withdrawn(deliberation: Deliberation) -> None:
    if deliberation.withdrawn_on is not None:
        raise Refused("deliberation.withdrawn", on=deliberation.withdrawn_on)


def _refuse_day(deliberation: Deliberation, name: str, day: date, now: datetime) -> None:
    if day < deliberation.voted_on:
        raise Refused(
            "deliberation.executory_before_vote", field=name, voted_on=deliberation.voted_on
        )
    if day > paris_date(now):
        raise Refused("deliberation.executory_to_come", field=name)


def _become_executory(
    session: Session, deliberation: Deliberation, *, actor: Actor, now: datetime
) -> None:
    """Write the day, on which PostgreSQL writes the warrants; commit what they allow."""
    days = (deliberation.transmitted_on, deliberation.published_on)
    on = max(day for day in days if day is not None)
    deliberation.made_executory_on = on
    session.flush()
    announce(
        session,
        "deliberation.made_executory",
        by=actor,
        at=now,
        funder=deliberation.funder_id,
        subject=deliberation.id,
        on=on.isoformat(),
    )
    # Last: what the ledger locks, others wait for.
    commit(session, deliberation, deliberation.decisions, actor=actor, now=now)


def acknowledge(
    session: Session,
    application_id: UUID,
    deliberation_id: UUID,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep the instant at which the applicant first took note of a decision.

    Locks the application, whose outcome its pages may show from then on. Announces
    `decision.acknowledged` the first time; later ones change nothing.

    Raises:
        Unknown: not the actor's application, or nothing announced about it.
    """
    application = applications.readable(session, application_id, viewer=actor)
    announced = queries.announced_for(session, application_id)
    known = {one.deliberation.id: one.deliberation for one in announced}
    if deliberation_id not in known or not is_author_side.holds(actor, application):
        raise Unknown
    kept = session.execute(
        insert(Acknowledgement)
        .values(
            id=new_id(),
            deliberation_id=deliberation_id,
            application_id=application_id,
            person_id=actor.id,
            read_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Acknowledgement.id)
    ).scalar_one_or_none()
    if kept is not None:
        writing.acknowledge(session, application_id, actor=actor, now=now)
        announce(
            session,
            "decision.acknowledged",
            by=actor,
            at=now,
            funder=known[deliberation_id].funder_id,
            subject=application_id,
            deliberation=str(deliberation_id),
        )

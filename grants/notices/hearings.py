"""What hearings have to tell: convocations with their entry of calendar, questions before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.calls.models import Call, CallFunder, Jury
from grants.juries.hearings.models import Convocation, Hearing, HearingFeedback, HearingPlan
from grants.juries.hearings.telling import instants, told_of, whole_day
from grants.juries.models import Recusal, Seat
from grants.notices.about import (
    Notice,
    Recipient,
    about_application,
    as_recipient,
    with_facts,
)
from grants.notices.calendars import Appointment, uid_of
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.people.models import Funder, Person

APPLICANT_PAGE = "/dossiers/{id}/audition"
JUROR_PAGE = "/jury/{id}/auditions"


def convoked(session: Session, message: Message, site: Site) -> Notice:
    """To the applicant: when and where they are heard, or that they are not any more."""
    convocation = _current(session, message)
    if convocation is None:
        return Notice([])
    notice = about_application(session, message, site, APPLICANT_PAGE)
    plan = session.scalar(select(HearingPlan).where(HearingPlan.jury_id == convocation.jury_id))
    told = convocation.told
    bring = plan.bring if plan else ""
    notice = with_facts(notice, bring=bring, **_facts(convocation, told))
    title = f"Audition — {notice.facts['application'].title}"
    return _dated(notice, convocation, site, title, at=message.at, told=told)


def member_convoked(session: Session, message: Message, site: Site) -> Notice:
    """To a member of the jury: one day of hearings, or that the day is free again."""
    convocation = _current(session, message)
    if convocation is None:
        return Notice([])
    seat = session.get_one(Seat, convocation.seat_id)
    hidden = _hidden_hours(session, seat)
    lines = [one for one in convocation.told["lines"] if one not in hidden]
    if not lines:
        return Notice([])
    told = whole_day(lines)
    jury = _jury(session, convocation.jury_id)
    person = session.get(Person, seat.person_id) if seat.person_id else None
    recipient = as_recipient(person) if person else Recipient(seat.email, name=seat.name)
    facts = {
        "jury": jury,
        "call": jury.call,
        "service": _service(jury.call),
        "day": convocation.day,
        "lines": [
            {"starts_at": instants(one)[0], "ends_at": instants(one)[1], "place": one["place"]}
            for one in told["lines"]
        ],
        "url": site.page(JUROR_PAGE.format(id=jury.id)),
        **_facts(convocation, told),
    }
    is_there = person is None or person.disabled_at is None
    notice = Notice([recipient] if is_there else [], facts)
    title = f"Auditions — {jury.name_fr}"
    return _dated(notice, convocation, site, title, at=message.at, told=told)


def _hidden_hours(session: Session, seat: Seat) -> list[dict[str, Any]]:
    """The hearings that a member was recused from since they were told of the day, as told."""
    statement = (
        select(Hearing)
        .join(Recusal, Recusal.application_id == Hearing.application_id)
        .where(Hearing.jury_id == seat.jury_id, Recusal.person_id == seat.person_id)
    )
    return [told_of(one) for one in session.scalars(statement)]


def asked_before(session: Session, message: Message, site: Site) -> Notice:
    """To the applicant: that the jury has questions, and until when it reads a reply."""
    notice = about_application(session, message, site, APPLICANT_PAGE)
    asked = session.scalars(
        select(HearingFeedback).where(
            HearingFeedback.jury_id == UUID(message.payload["jury"]),
            HearingFeedback.application_id == message.subject_id,
        )
    ).one()
    return with_facts(notice, due_on=asked.due_on)


def _current(session: Session, message: Message) -> Convocation | None:
    """The convocation that a message is about, unless a later one has taken its place."""
    found = session.get(Convocation, UUID(message.payload["convocation"]))
    return found if found and found.sequence == message.payload["sequence"] else None


def _facts(convocation: Convocation, told: dict[str, Any]) -> dict[str, object]:
    starts_at, ends_at = instants(told)
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place": told["place"],
        "is_change": convocation.sequence > 0,
    }


def _dated(
    notice: Notice,
    convocation: Convocation,
    site: Site,
    title: str,
    *,
    at: datetime,
    told: dict[str, Any],
) -> Notice:
    service: Funder | None = notice.facts["service"]
    call: Call = notice.facts["call"]
    starts_at, ends_at = instants(told)
    entry = Appointment(
        uid=uid_of(convocation.id, urlsplit(site.base_url).hostname or "localhost"),
        sequence=convocation.sequence,
        starts_at=starts_at,
        ends_at=ends_at,
        place=str(told["place"]),
        title=title,
        url=str(notice.facts["url"]),
        organiser=call.contact_email,
        organiser_name=service.name if service else call.title_fr,
        is_cancelled=convocation.is_cancelled,
        written_at=at,
    )
    return replace(notice, calendar=entry.to)


def _jury(session: Session, jury_id: UUID) -> Jury:
    whole = joinedload(Jury.call).selectinload(Call.funders).joinedload(CallFunder.funder)
    return session.scalars(select(Jury).where(Jury.id == jury_id).options(whole)).one()


def _service(call: Call) -> Funder | None:
    lead = call.lead
    return lead.funder if lead else None

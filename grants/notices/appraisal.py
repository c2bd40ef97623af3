"""What appraisal has to tell: complements, opinions, conversations, the digest of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application, ComplementRequest
from grants.appraisal.links import PATH, token_of
from grants.appraisal.models import DigestPreference, OpinionRequest, Pace, ThreadMessage
from grants.appraisal.queries.digest import news
from grants.calls.models import Call, CallFunder
from grants.juries.models import Recusal
from grants.juries.queries import kept_from
from grants.kernel.access import FunderRole
from grants.notices.about import (
    APPLICANTS,
    APPLICATION_PAGE,
    Notice,
    Recipient,
    about_application,
    as_recipient,
    with_facts,
)
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.people.models import FunderMember, OrganisationMember, Person

COMPLEMENTS_PAGE = "/dossiers/{id}/complements"
THREAD_PAGE = "/dossiers/{id}/echanges"
OFFICER_PAGE = "/instruction/dossiers/{id}"
PREFERENCES_PAGE = "/compte/courriels"


def complement_asked(session: Session, message: Message, site: Site) -> Notice:
    """To the applicant: what is missing, and until when."""
    notice = about_application(session, message, site, APPLICATION_PAGE)
    request = _request(session, message)
    return with_facts(notice, due_on=request.due_on, count=len(request.items))


def complement_received(session: Session, message: Message, site: Site) -> Notice:
    """To the applicant: the proof that the complements were sent, when, and which."""
    notice = about_application(session, message, site, COMPLEMENTS_PAGE)
    request = _request(session, message)
    documents = [
        one
        for value in request.after.values()
        if isinstance(value, list)
        for one in value
        if isinstance(one, dict) and "sha256" in one
    ]
    return with_facts(
        notice, answered_at=request.answered_at, count=len(request.items), documents=documents
    )


def opinion_asked(session: Session, message: Message, site: Site) -> Notice:
    """To the expert: the question, and the link that is the key."""
    asked = session.get_one(OpinionRequest, UUID(message.payload["opinion"]))
    if not asked.is_awaited:
        return Notice([])
    notice = about_application(session, message, site, APPLICATION_PAGE)
    facts = {
        "call": notice.facts["call"],
        "service": notice.facts["service"],
        "question": asked.question,
        "due_on": asked.due_on,
        "url": site.page(f"{PATH}{token_of(site.secret_key, asked.id)}"),
    }
    return Notice([Recipient(asked.email, name=asked.name)], facts, bears_secret=True)


def message_written(session: Session, message: Message, site: Site) -> Notice:
    """To those of the other side who want to know at once; the others read of it once a day."""
    written = session.get_one(ThreadMessage, UUID(message.payload["message"]))
    page = OFFICER_PAGE + "/echanges" if written.by_applicant else THREAD_PAGE
    notice = about_application(session, message, site, page)
    application = notice.facts["application"]
    side = _officers(session, application) if written.by_applicant else _applicants(application)
    people = session.scalars(
        select(Person)
        .join(DigestPreference, DigestPreference.person_id == Person.id)
        .where(
            Person.id.in_(side),
            Person.disabled_at.is_(None),
            DigestPreference.pace == Pace.AT_ONCE,
            Person.id != written.author_id,
            Person.id.not_in(
                select(Recusal.person_id).where(Recusal.application_id == application.id)
            ),
        )
        .order_by(Person.email)
    ).all()
    facts = {**notice.facts, "preferences_url": site.page(PREFERENCES_PAGE)}
    return Notice([as_recipient(one) for one in people], facts)


def digest(session: Session, message: Message, site: Site) -> Notice:
    """To one person: what is new about their files since the last digest."""
    person = session.get_one(Person, message.subject_id)
    found = news(
        session,
        person.id,
        since=datetime.fromisoformat(message.payload["since"]),
        until=datetime.fromisoformat(message.payload["until"]),
    )
    if not found or person.disabled_at is not None:
        return Notice([])
    files = _files(session, {one.application_id for one in found})
    lines: list[dict[str, Any]] = []
    for application in files:
        mine = {one.what: one.many for one in found if one.application_id == application.id}
        is_officer = application.id in _read_as_officer(session, person.id, files)
        page = OFFICER_PAGE if is_officer else APPLICATION_PAGE
        lines.append(
            {
                "application": application,
                "counts": mine,
                "url": site.page(page.format(id=application.id)),
            }
        )
    facts = {"lines": lines, "preferences_url": site.page(PREFERENCES_PAGE)}
    return Notice([as_recipient(person)], facts)


def _request(session: Session, message: Message) -> ComplementRequest:
    """The request that a message names; the latest for one that was announced without."""
    if named := message.payload.get("request"):
        return session.get_one(ComplementRequest, UUID(named))
    latest = select(ComplementRequest).where(ComplementRequest.application_id == message.subject_id)
    order = ComplementRequest.asked_at.desc(), ComplementRequest.id.desc()
    return session.scalars(latest.order_by(*order).limit(1)).one()


def _officers(session: Session, application: Application) -> Any:
    """Its referent; every officer where there is none, or none who may know of it."""
    mine = [one for one in (application.referent_id,) if one is not None]
    if mine and not kept_from(session, application.id, mine, ())[0]:
        return mine
    return _members(application)


def _members(application: Application) -> Any:
    funders = select(CallFunder.funder_id).where(CallFunder.call_id == application.call_id)
    return select(FunderMember.person_id).where(
        FunderMember.funder_id.in_(funders), FunderMember.role == FunderRole.OFFICER
    )


def _applicants(application: Application) -> Any:
    return select(Person.id).where(
        or_(
            Person.id == application.author_id,
            Person.id.in_(
                select(OrganisationMember.person_id).where(
                    OrganisationMember.organisation_id == application.organisation_id,
                    OrganisationMember.role.in_(APPLICANTS),
                )
            ),
        )
    )


def _files(session: Session, ids: set[UUID]) -> Sequence[Application]:
    statement = select(Application).where(Application.id.in_(sorted(ids)))
    loaded = statement.options(joinedload(Application.call, innerjoin=True))
    return session.scalars(loaded.order_by(Application.number)).all()


def _read_as_officer(session: Session, person_id: UUID, files: Sequence[Application]) -> set[UUID]:
    """Those of the files that the person follows for a funder, rather than as their applicant."""
    theirs = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .join(CallFunder, CallFunder.call_id == Call.id)
        .join(FunderMember, FunderMember.funder_id == CallFunder.funder_id)
        .where(
            FunderMember.person_id == person_id,
            Application.id.in_([one.id for one in files]),
        )
    )
    return set(session.scalars(theirs))

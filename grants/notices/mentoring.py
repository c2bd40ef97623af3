"""What a mentor and an applicant are told when they are paired."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.juries.models import Recusal
from grants.mentoring.models import Mentor, Pair
from grants.notices.about import Notice, Recipient, about_application, as_recipient, with_facts
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.people.models import OneTimeLink, Person

APPLICANT_PAGE = "/dossiers/{id}/parrainage"
MENTOR_PAGE = "/parrainages/{id}"


def applicant_told(session: Session, message: Message, site: Site) -> Notice:
    """To the applicant: that a mentor helps them, and where to find who."""
    notice = about_application(session, message, site, APPLICANT_PAGE)
    return notice if _standing(session, message) else replace(notice, recipients=[])


def mentor_told(session: Session, message: Message, site: Site) -> Notice:
    """To the mentor: whom they help; whoever has no account yet comes in by a one-time link."""
    pair = _standing(session, message)
    notice = about_application(session, message, site, APPLICANT_PAGE)
    if pair is None:
        return replace(notice, recipients=[])
    mentor: Mentor = pair.mentor
    person = session.scalars(select(Person).where(Person.email == mentor.email)).one_or_none()
    if person is None or person.confirmed_at is None:
        link = session.get_one(OneTimeLink, UUID(message.payload["link"]))
        facts = {"url": site.link(link.id, link.purpose), "expires_at": link.expires_at}
        there = Recipient(mentor.email, name=mentor.name)
        return replace(with_facts(notice, **facts), recipients=[there], bears_secret=True)
    page = site.page(MENTOR_PAGE.format(id=pair.id))
    is_told = person.disabled_at is None and not _is_recused(session, person, pair)
    to = [as_recipient(person)] if is_told else []
    return replace(with_facts(notice, url=page, expires_at=None), recipients=to)


def _standing(session: Session, message: Message) -> Pair | None:
    """The pair that a message is about, unless it ended meanwhile."""
    wanted = select(Pair).where(Pair.id == UUID(message.payload["pair"]))
    pair = session.scalars(wanted.options(joinedload(Pair.mentor))).one()
    return pair if pair.ended_at is None else None


def _is_recused(session: Session, person: Person, pair: Pair) -> bool:
    wanted = select(Recusal.id).where(
        Recusal.person_id == person.id, Recusal.application_id == pair.application_id
    )
    return session.scalar(wanted) is not None

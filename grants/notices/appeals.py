"""What appeals have to tell: to whoever appeals, and to those who answer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from grants.appeals.models import Appeal
from grants.notices.about import Notice, about_application, officers_of, with_facts
from grants.notices.giving import Site
from grants.outbox.models import Message

DECISION_PAGE = "/dossiers/{id}/decision"
OFFICE_PAGE = "/instruction/recours/{id}"


def filed(session: Session, message: Message, site: Site) -> Notice:
    """To the applicant: the receipt, and the day on which silence means no (CRPA R112-5)."""
    notice = about_application(session, message, site, DECISION_PAGE)
    return with_facts(notice, appeal=_appeal(session, message))


def answered(session: Session, message: Message, site: Site) -> Notice:
    """To the applicant: that an answer is there, never which one."""
    return about_application(session, message, site, DECISION_PAGE)


def to_answer(session: Session, message: Message, site: Site) -> Notice:
    """To the officers of the authority: an appeal is there, to be answered by a day."""
    appeal = _appeal(session, message)
    notice = about_application(session, message, site, DECISION_PAGE)
    facts = {**notice.facts, "appeal": appeal}
    facts["url"] = site.page(OFFICE_PAGE.format(id=appeal.id))
    return Notice(officers_of(session, appeal.funder_id), facts)


def _appeal(session: Session, message: Message) -> Appeal:
    return session.get_one(Appeal, UUID(message.payload["appeal"]))

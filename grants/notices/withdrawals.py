"""What withdrawals have to tell: to beneficiaries, never how much; and to the officers."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from grants.notices.about import Notice, about_application, officers_of, with_facts
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.withdrawals.models import Withdrawal

PAGE = "/dossiers/{{id}}/retraits/{withdrawal}"
DECISION_PAGE = "/dossiers/{id}/decision"
OFFICE_PAGE = "/instruction/retraits/{id}"


def to_beneficiary(session: Session, message: Message, site: Site) -> Notice:
    """That something happened to an award, and where to read it: never which, nor how much."""
    found = _withdrawal(session, message)
    path = PAGE.format(withdrawal=found.id)
    notice = about_application(session, message, site, path)
    return with_facts(notice, withdrawal=found, step=message.kind.partition(".")[2])


def to_officers(session: Session, message: Message, site: Site) -> Notice:
    """To the officers of the authority: the beneficiary answered, or gives up."""
    found = _withdrawal(session, message)
    notice = about_application(session, message, site, DECISION_PAGE)
    facts = {**notice.facts, "withdrawal": found, "step": message.kind.partition(".")[2]}
    facts["url"] = site.page(OFFICE_PAGE.format(id=found.id))
    return replace(notice, recipients=officers_of(session, found.funder_id), facts=facts)


def act_withdrawn(session: Session, message: Message, site: Site) -> Notice:
    """To the applicant: the act that decided fell, and it will be decided again."""
    return about_application(session, message, site, DECISION_PAGE)


def _withdrawal(session: Session, message: Message) -> Withdrawal:
    return session.get_one(Withdrawal, UUID(message.payload["withdrawal"]))

"""What beneficiaries are told of their bank details, and of what a payment waits for."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.kernel.access import OrganisationRole
from grants.notices.about import (
    Notice,
    Recipient,
    about_application,
    officers_of,
    with_facts,
)
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.payments.models import BankDetails, Claim

CLAIMS_PAGE = "/dossiers/{id}/versements"
OFFICE_PAGE = "/instruction/versements/{id}"
PURSE = (OrganisationRole.REPRESENTATIVE, OrganisationRole.TREASURER)


def account_changed(session: Session, message: Message, site: Site) -> Notice:
    """To whoever gave the former account, at the address of that time, and to the purse.

    Somebody who took over a mailbox, or an account here, does not change where money goes
    without the others reading it.
    """
    details = session.scalars(
        select(BankDetails)
        .where(BankDetails.id == UUID(message.payload["details"]))
        .options(joinedload(BankDetails.replaces), joinedload(BankDetails.depositor))
    ).one()
    notice = about_application(session, message, site, CLAIMS_PAGE, PURSE)
    former = details.replaces
    known = {one.address.lower() for one in notice.recipients}
    if former is not None and former.depositor_email.lower() not in known:
        old = Recipient(former.depositor_email)
        notice = replace(notice, recipients=[*notice.recipients, old])
    return with_facts(
        notice,
        digits=details.iban_last4,
        former=former.iban_last4 if former else "",
        who=details.depositor.name,
    )


def asked_for(session: Session, message: Message, site: Site) -> Notice:
    """To the beneficiary: what is missing, since when the sixty days wait, and where to answer."""
    claim = _claim(session, message)
    notice = about_application(session, message, site, CLAIMS_PAGE, PURSE)
    if claim.pause is None:  # answered meanwhile
        return Notice([])
    return with_facts(notice, instalment=claim.instalment, pause=claim.pause)


def request_answered(session: Session, message: Message, site: Site) -> Notice:
    """To the officers of the authority: what was asked for came, and until when one pays."""
    claim = _claim(session, message)
    notice = about_application(session, message, site, CLAIMS_PAGE, PURSE)
    facts = {**notice.facts, "instalment": claim.instalment, "due_on": claim.due_on}
    facts["url"] = site.page(OFFICE_PAGE.format(id=claim.id))
    return Notice(officers_of(session, claim.funder_id), facts)


def _claim(session: Session, message: Message) -> Claim:
    return session.scalars(
        select(Claim)
        .where(Claim.id == UUID(message.payload["claim"]))
        .options(joinedload(Claim.instalment), selectinload(Claim.pauses))
    ).one()

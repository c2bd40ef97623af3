"""What beneficiaries are told of their bank details."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.kernel.access import OrganisationRole
from grants.notices.about import Notice, Recipient, about_application, with_facts
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.payments.models import BankDetails

CLAIMS_PAGE = "/dossiers/{id}/versements"
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

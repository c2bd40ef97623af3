"""What whoever fills in is told: receipt, closing that nears, outage, infected document."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.applications.deadlines import APPEAL_MONTHS, implicit_refusal_on
from grants.applications.models import Application, ApplicationState
from grants.applications.queries import deposit_of
from grants.calls.models import Call, CallFunder, FormRevision
from grants.calls.outages import Extension
from grants.calls.revisions import differences
from grants.files.models import StoredFile
from grants.kernel.access import OrganisationRole
from grants.notices.about import (
    APPLICATION_PAGE,
    Notice,
    about_application,
    applicant_side,
    as_recipient,
    with_facts,
)
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.people.models import Person

RECEIPT_PAGE = "/dossiers/{id}/recepisse"
PROOF_PAGE = "/recepisse/{code}"
LIST_PAGE = "/dossiers"
FILLING = (OrganisationRole.REPRESENTATIVE, OrganisationRole.EDITOR)


def received(session: Session, message: Message, site: Site) -> Notice:
    """To the applicant: the proof of deposit, with all that the law wants in it."""
    notice = about_application(session, message, site, RECEIPT_PAGE)
    application = notice.facts["application"]
    deposit = deposit_of(session, application.id)
    return with_facts(
        notice,
        deposit=deposit,
        proof_url=site.page(PROOF_PAGE.format(code=deposit.code)) if deposit else "",
        implicit_on=implicit_refusal_on(application),
        appeal_months=APPEAL_MONTHS,
    )


def reminded(session: Session, message: Message, site: Site) -> Notice:
    """To whoever fills in: the call closes soon and nothing was submitted."""
    notice = about_application(session, message, site, APPLICATION_PAGE, FILLING)
    return with_facts(notice, occasion=message.payload["occasion"])


def rebased(session: Session, message: Message, site: Site) -> Notice:
    """To whoever fills in: the form changed, and how."""
    notice = about_application(session, message, site, APPLICATION_PAGE, FILLING)
    before = session.get_one(FormRevision, UUID(message.payload["before"]))
    after = session.get_one(FormRevision, UUID(message.payload["after"]))
    return with_facts(notice, changes=differences(before.form, after.form).told)


def outage_made_good(session: Session, message: Message, site: Site) -> Notice:
    """To everyone with a draft: the site was away, the call closes that much later."""
    extension = session.get_one(Extension, UUID(message.payload["extension"]))
    call = (
        session.scalars(
            select(Call)
            .where(Call.id == extension.call_id)
            .options(joinedload(Call.funders).joinedload(CallFunder.funder))
        )
        .unique()
        .one()
    )
    drafts = session.scalars(
        select(Application)
        .where(
            Application.call_id == call.id,
            Application.state == ApplicationState.DRAFT,
            Application.is_test.is_(False),
        )
        .options(joinedload(Application.author))
        .order_by(Application.started_at, Application.id)
    ).all()
    once = {one.address: one for draft in drafts for one in applicant_side(session, draft, FILLING)}
    facts = {
        "call": call,
        "service": call.lead.funder if call.lead else None,
        "extension": extension,
        "minutes": message.payload["minutes"],
        "url": site.page(LIST_PAGE),
    }
    return Notice(list(once.values()), facts)


def infected(session: Session, message: Message, site: Site) -> Notice:
    """To whoever deposited a document in which a virus was found."""
    stored = session.get_one(StoredFile, message.subject_id)
    person = session.get(Person, stored.uploaded_by)
    recipients = [as_recipient(person)] if person and person.disabled_at is None else []
    return Notice(recipients, {"file": stored, "url": site.page(LIST_PAGE)})

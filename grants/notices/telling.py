"""For each kind of message, whom to tell and which facts: the whole list of mails is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.applications.models import Application
from grants.calls.alerts.links import Use
from grants.calls.alerts.models import CallAlert
from grants.calls.models import BY_BALLOTS, Call, CallFunder, Jury
from grants.decisions.models import Decision, Deliberation
from grants.juries.models import InterestsDeclaration, Seat
from grants.juries.queries import left_to
from grants.kernel.access import OrganisationRole
from grants.notices import (
    agreements,
    appeals,
    appraisal,
    councils,
    filling,
    finance,
    followup,
    hearings,
    mentoring,
    paying,
    polls,
    running,
    withdrawals,
)
from grants.notices.about import APPLICANTS, Notice, Recipient, Telling
from grants.notices.about import about_application as _about_application
from grants.notices.about import as_recipient as _person
from grants.notices.about import with_facts as _with
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.payments.models import Claim, PaymentOrder
from grants.people.models import (
    Funder,
    OneTimeLink,
    Organisation,
    OrganisationMember,
    Person,
)
from grants.vault.models import OrganisationDocument

DECISION_PAGE = "/dossiers/{id}/decision"
DECLARATION_PAGE = "/jury/declaration"
CLAIMS_PAGE = "/dossiers/{id}/versements"
ORGANISATION_PAGE = "/compte/structures/{id}"
DOCUMENTS_PAGE = "/compte/structures/{id}/documents"
QUEUE_PAGE = "/jury/{id}"
CALL_PAGE = "/appels/{slug}"

_purse = (OrganisationRole.REPRESENTATIVE, OrganisationRole.TREASURER)


def by_link(session: Session, message: Message, site: Site) -> Notice:
    """To whoever asked for a link, or was invited by one."""
    link = session.get_one(OneTimeLink, UUID(message.payload["link"]))
    person = session.get(Person, link.person_id) if link.person_id else None
    recipient = _person(person) if person else Recipient(link.email, name=_proposed_name(link))
    facts = {
        "url": site.link(link.id, link.purpose),
        "expires_at": link.expires_at,
        "name": recipient.name,
    }
    return Notice([recipient], facts, bears_secret=True)


def invited_member(session: Session, message: Message, site: Site) -> Notice:
    """To whoever is asked to act for an organisation."""
    notice = by_link(session, message, site)
    organisation = session.get_one(Organisation, message.subject_id)
    return _with(notice, organisation=organisation.name, inviter=_name_of(session, message))


def invited_officer(session: Session, message: Message, site: Site) -> Notice:
    """To whoever is asked to work for a funder."""
    notice = by_link(session, message, site)
    funder = session.get_one(Funder, message.subject_id)
    return _with(notice, funder=funder.name, inviter=_name_of(session, message))


def reminded_juror(session: Session, message: Message, site: Site) -> Notice:
    """To a member who has files to finish: how many, never which; nobody when none is left."""
    seat = session.scalars(
        select(Seat)
        .where(Seat.id == message.subject_id)
        .options(
            joinedload(Seat.jury).joinedload(Jury.stage),
            joinedload(Seat.jury)
            .joinedload(Jury.call)
            .selectinload(Call.funders)
            .joinedload(CallFunder.funder),
        )
    ).one()
    left = left_to(session, seat.id)
    person = session.get(Person, seat.person_id)
    if not left or person is None or person.disabled_at is not None:
        return Notice([])
    call, page = seat.jury.call, QUEUE_PAGE.format(id=seat.jury_id)
    facts = {
        "jury": seat.jury,
        "call": call,
        "left": left,
        "service": next(one.funder for one in call.funders if one.is_lead),
        "url": site.page(f"{page}/bulletin" if seat.jury.rule in BY_BALLOTS else page),
    }
    return Notice([_person(person)], facts)


def invited_juror(session: Session, message: Message, site: Site) -> Notice:
    """To whoever is offered a seat on a jury."""
    notice = by_link(session, message, site)
    seat = session.get_one(Seat, message.subject_id)
    jury = session.scalars(
        select(Jury).where(Jury.id == seat.jury_id).options(joinedload(Jury.call))
    ).one()
    return _with(notice, name=seat.name, jury=jury, call=jury.call)


def interests_lapsing(session: Session, message: Message, site: Site) -> Notice:
    """To a member of a jury: the declaration of interests is soon to be renewed."""
    declaration = session.get_one(InterestsDeclaration, message.subject_id)
    person = session.get_one(Person, declaration.person_id)
    facts = {"lapses_on": declaration.lapses_on, "url": site.page(DECLARATION_PAGE)}
    return Notice([_person(person)], facts)


def decided(session: Session, message: Message, site: Site) -> Notice:
    """To the applicant: that a decision is there, never which one."""
    return _about_application(session, message, site, DECISION_PAGE)


def claim_answered(session: Session, message: Message, site: Site) -> Notice:
    """To the beneficiary: the claim was certified, or sent back and why."""
    claim = session.scalars(
        select(Claim)
        .where(Claim.id == UUID(message.payload["claim"]))
        .options(joinedload(Claim.instalment))
    ).one()
    notice = _about_application(session, message, site, CLAIMS_PAGE, _purse)
    return _with(notice, instalment=claim.instalment, reason=claim.refusal_reason)


def paid(session: Session, message: Message, site: Site) -> Notice:
    """To the beneficiary: how much was paid, when, under which reference."""
    order = session.scalars(
        select(PaymentOrder)
        .where(PaymentOrder.id == UUID(message.payload["order"]))
        .options(joinedload(PaymentOrder.claim).joinedload(Claim.instalment))
    ).one()
    notice = _about_application(session, message, site, CLAIMS_PAGE, _purse)
    return _with(notice, order=order, instalment=order.claim.instalment)


def alert_asked(session: Session, message: Message, site: Site) -> Notice:
    """To whoever typed an address: whether it is theirs, and whether they want these mails."""
    alert = _alert(session, message)
    if alert is None:
        return Notice([])
    stop_url = site.alert_link(alert.id, Use.STOP)
    facts = {
        "url": site.alert_link(alert.id, Use.CONFIRM),
        "stop_url": stop_url,
        "like": session.get(Call, alert.like_call_id) if alert.like_call_id else None,
        "is_confirmed": alert.confirmed_at is not None,
    }
    recipient = Recipient(alert.email, alert.locale)
    return Notice([recipient], facts, bears_secret=True, stop_url=stop_url)


def alert_due(session: Session, message: Message, site: Site) -> Notice:
    """To whoever waits for such a call: that it is open, until when, and how to hear no more."""
    alert = _alert(session, message)
    if alert is None or alert.confirmed_at is None:
        return Notice([])  # stopped since
    call = session.scalars(
        select(Call)
        .where(Call.id == UUID(message.payload["call"]))
        .options(selectinload(Call.funders).joinedload(CallFunder.funder))
    ).one()
    stop_url = site.alert_link(alert.id, Use.STOP)
    facts = {
        "call": call,
        "funders": ", ".join(one.funder.name for one in call.funders),
        "url": site.page(CALL_PAGE.format(slug=call.slug)),
        "stop_url": stop_url,
    }
    recipient = Recipient(alert.email, alert.locale)
    return Notice([recipient], facts, bears_secret=True, stop_url=stop_url)


def _alert(session: Session, message: Message) -> CallAlert | None:
    return session.get(CallAlert, message.subject_id)


def document_ending(session: Session, message: Message, site: Site) -> Notice:
    """To those who act for an organisation: a document that it keeps is soon no longer good."""
    document = session.get_one(OrganisationDocument, UUID(message.payload["document"]))
    if not document.is_in_force:
        return Notice([])  # replaced since
    organisation = session.get_one(Organisation, document.organisation_id)
    facts = {
        "document": document,
        "organisation": organisation.name,
        "url": site.page(DOCUMENTS_PAGE.format(id=organisation.id)),
    }
    return Notice(_members(session, organisation.id, tuple(OrganisationRole)), facts)


def handed_over(session: Session, message: Message, site: Site) -> Notice:
    """To whoever represents an organisation from now on, and to the others who do."""
    organisation = session.get_one(Organisation, message.subject_id)
    successor = session.get_one(Person, UUID(message.payload["person"]))
    facts = {
        "organisation": organisation.name,
        "successor": successor.name,
        "former": _name_of(session, message),
        "url": site.page(ORGANISATION_PAGE.format(id=organisation.id)),
    }
    return Notice(_members(session, organisation.id, APPLICANTS), facts)


TELLINGS: Mapping[str, Telling] = {
    "person.confirmation_asked": Telling("confirmation", by_link),
    "person.sign_up_repeated": Telling("sign_up_repeated", by_link),
    "person.sign_in_link_asked": Telling("sign_in_link", by_link),
    "person.reset_asked": Telling("reset", by_link),
    "organisation.member_invited": Telling("member_invitation", invited_member),
    "funder.member_invited": Telling("officer_invitation", invited_officer),
    "juror.invited": Telling("juror_invitation", invited_juror),
    "interests.lapsing": Telling("interests_lapsing", interests_lapsing),
    "juror.reminded": Telling("juror_reminder", reminded_juror),
    "application.submitted": Telling("receipt", filling.received),
    "application.complement_asked": Telling("complement", appraisal.complement_asked),
    "application.complement_answered": Telling("complement_receipt", appraisal.complement_received),
    "opinion.asked": Telling("opinion", appraisal.opinion_asked),
    "opinion.reminded": Telling("opinion_reminder", appraisal.opinion_asked),
    "message.written": Telling("message", appraisal.message_written),
    "digest.due": Telling("digest", appraisal.digest),
    "application.declared_inadmissible": Telling("decision", decided),
    "decision.announced": Telling("decision", decided),
    "appeal.filed": Telling("appeal_receipt", appeals.filed),
    "appeal.to_answer": Telling("appeal_office", appeals.to_answer),
    "appeal.answered": Telling("appeal_answer", appeals.answered),
    "withdrawal.notified": Telling("withdrawal", withdrawals.to_beneficiary),
    "withdrawal.decided": Telling("withdrawal", withdrawals.to_beneficiary),
    "withdrawal.dropped": Telling("withdrawal", withdrawals.to_beneficiary),
    "withdrawal.claimed": Telling("withdrawal", withdrawals.to_beneficiary),
    "withdrawal.carried_out": Telling("withdrawal", withdrawals.to_beneficiary),
    "withdrawal.asked": Telling("withdrawal_office", withdrawals.to_officers),
    "withdrawal.observed": Telling("withdrawal_office", withdrawals.to_officers),
    "decision.annulled": Telling("act_annulled", withdrawals.act_withdrawn),
    "decision.withdrawn": Telling("act_withdrawn", withdrawals.act_withdrawn),
    "agreement.sent": Telling("agreement", agreements.told),
    "agreement.countersigned": Telling("agreement", agreements.told),
    "agreement.code_asked": Telling("agreement_code", agreements.code),
    "claim.certified": Telling("claim_certified", claim_answered),
    "claim.refused": Telling("claim_refused", claim_answered),
    "claim.clock_stopped": Telling("claim_stopped", paying.asked_for),
    "claim.request_answered": Telling("claim_request_answered", paying.request_answered),
    "payment_order.paid": Telling("payment", paid),
    "bank_details.change_asked": Telling("account_changed", paying.account_changed),
    "organisation.handed_over": Telling("handed_over", handed_over),
    "organisation_document.ending": Telling("document_ending", document_ending),
    "application.reminded": Telling("reminder", filling.reminded),
    "application.rebased": Telling("form_changed", filling.rebased),
    "call.outage_made_good": Telling("outage", filling.outage_made_good),
    "file.infected": Telling("infected", filling.infected),
    "poll.link_asked": Telling("poll_link", polls.link_asked),
    "hearing.convoked": Telling("hearing", hearings.convoked),
    "hearing.released": Telling("hearing_released", hearings.convoked),
    "hearing.member_convoked": Telling("hearing_day", hearings.member_convoked),
    "hearing.member_released": Telling("hearing_day_released", hearings.member_convoked),
    "hearing.feedback_released": Telling("hearing_questions", hearings.asked_before),
    "mentoring.paired": Telling("mentoring", mentoring.applicant_told),
    "mentoring.mentor_told": Telling("mentoring_mentor", mentoring.mentor_told),
    "report.reminded": Telling("report_reminder", followup.report_reminded),
    "report.returned": Telling("report_ruled", followup.report_ruled),
    "report.accepted": Telling("report_ruled", followup.report_ruled),
    "advance.reminded": Telling("advance_part", followup.part_told),
    "advance.asked": Telling("advance_part", followup.part_told),
    "council_meeting.member_called": Telling("council_call", councils.called),
    "payments.due": Telling("payments_due", finance.payments_due),
    "payment_setting.proposed": Telling("setting_proposed", finance.setting_proposed),
    "site.broken": Telling("site_broken", running.broken),
    "alert.asked": Telling("alert_confirmation", alert_asked),
    "alert.due": Telling("alert", alert_due),
}
"""Which messages of the outbox become which mails."""


def decisions_about(
    session: Session, deliberation_id: UUID, application_id: UUID
) -> Sequence[Decision]:
    """What one deliberation decided for one application, with all that a letter says of it."""
    return session.scalars(
        select(Decision)
        .where(
            Decision.deliberation_id == deliberation_id,
            Decision.application_id == application_id,
        )
        .options(
            joinedload(Decision.deliberation).options(
                joinedload(Deliberation.funder), joinedload(Deliberation.council_session)
            ),
            joinedload(Decision.application).options(
                joinedload(Application.organisation),
                joinedload(Application.author),
                joinedload(Application.call),
            ),
        )
        .order_by(Decision.position)
    ).all()


def _members(
    session: Session, organisation_id: UUID, roles: Sequence[OrganisationRole]
) -> list[Recipient]:
    """Those who hold `roles` for an organisation, each once."""
    people = session.scalars(
        select(Person)
        .join(OrganisationMember, OrganisationMember.person_id == Person.id)
        .where(
            OrganisationMember.organisation_id == organisation_id,
            OrganisationMember.role.in_(roles),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.email)
    )
    return [_person(one) for one in {person.id: person for person in people}.values()]


def _proposed_name(link: OneTimeLink) -> str:
    return str(link.payload.get("name") or "")


def _name_of(session: Session, message: Message) -> str:
    """The name of whoever acted; empty when the software did."""
    person = session.get(Person, message.actor_id)
    return person.name if person else ""

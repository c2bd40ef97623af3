"""My payments: the instalments of an award, and asking to be paid one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import MultipleFileField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from grants.applications import queries as applications
from grants.applications.rules import is_author_side
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.payments import queries, services
from grants.payments.bank import BankAccount, read_account
from grants.payments.models import Claim, Instalment, Method
from grants.payments.rules import may_claim
from grants.payments.steps import steps
from grants.web.account.fields import typed
from grants.web.applicant.unread import to_decision
from grants.web.decisions import what
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.payment_words import claim_due, tasks
from grants.web.payments import CLAIM_STATES, deposited, how_paid
from grants.web.requests import current_actor, now, vault
from grants.web.routes import Audience, allow

bp = Blueprint("claims", __name__, url_prefix="/<uuid:application_id>/versements")


class ClaimForm(Form):
    """What is needed to pay one instalment; which boxes are shown depends on how it is paid."""

    holder = StringField(_l("Holder of the account"), [Length(max=120)])
    iban = StringField(
        "IBAN",
        [Length(max=60)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    reference = StringField(_l("Reference"), [Length(max=120)])
    message = TextAreaField(_l("Message to the service in charge"), [Length(max=2000)])
    documents = MultipleFileField(_l("Documents"))
    by_transfer = False

    def validate_holder(self, field: StringField) -> None:
        """Told beside the IBAN, where both are missing."""
        if self.by_transfer and not typed(field):
            raise ValidationError(_("Write the name of the holder of the account."))

    def validate_iban(self, field: StringField) -> None:
        """An account, where the payment goes to one."""
        if self.by_transfer and not typed(field):
            raise ValidationError(_("Write the IBAN of the account to pay to."))


class AnswerForm(Form):
    """An answer to what the service asks for."""

    message = TextAreaField(_l("Your answer"), [Length(max=2000)])
    documents = MultipleFileField(_l("Documents"))


@bp.get("")
@allow(Audience.APPLICANT, is_author_side)
def index(session: Session, application_id: UUID) -> ResponseReturnValue:
    """What I am awarded, in which instalments, and where each one stands."""
    viewer = current_actor()
    application = applications.own(session, application_id, viewer)
    plans = queries.plans_for_applicant(session, application_id, viewer=viewer)
    if not plans and (way := to_decision(session, application_id)):
        return way
    return render_template(
        "applicant/claims/index.html",
        application=application,
        plans=[(plan, lines_of(plan)) for plan in plans],
        what=what,
        states=CLAIM_STATES,
        may_claim=may_claim.holds(viewer, application),
    )


def lines_of(plan: queries.AwardPlan) -> list[dict[str, object]]:
    """Each instalment, its claims, whether it may be claimed now, and what it waits for."""
    lines: list[dict[str, object]] = []
    waits_for: str | None = None
    for one in plan.instalments:
        live = queries.live_claim(one)
        lines.append(
            {
                "instalment": one,
                "live": live,
                "is_open": live is None and waits_for is None and not one.is_closed,
                "tasks": []
                if is_paid(live) or one.is_closed
                else tasks(steps(one, live, None, waits_for=waits_for)),
                "due": due_of(live),
            }
        )
        if waits_for is None and not is_paid(live) and not one.is_closed:
            waits_for = one.label
    return lines


def is_paid(claim: Claim | None) -> bool:
    """Whether nothing more is to come of it."""
    return claim is not None and claim.state == "paid"


def due_of(claim: Claim | None) -> tuple[str, str] | None:
    """How a claim stands to its clock; None before it, and once it is paid."""
    if claim is None or is_paid(claim):
        return None
    return claim_due(claim, today=paris_date(now()))


@bp.get("/<uuid:instalment_id>")
@allow(Audience.APPLICANT, may_claim)
def new(session: Session, application_id: UUID, instalment_id: UUID) -> ResponseReturnValue:
    """The form of a claim."""
    return page(claimable(session, application_id, instalment_id), ClaimForm(formdata=None))


@bp.post("/<uuid:instalment_id>")
@allow(Audience.APPLICANT, may_claim)
def create(session: Session, application_id: UUID, instalment_id: UUID) -> ResponseReturnValue:
    """Ask to be paid."""
    form = ClaimForm()
    instalment = claimable(session, application_id, instalment_id)
    form.by_transfer = instalment.method is Method.TRANSFER
    if form.validate():
        with attempt(session, form) as tried:
            actor = current_actor()
            services.submit_claim(
                session,
                instalment_id,
                account=account_of(form, instalment),
                holder=form.holder.data or "",
                reference=form.reference.data or "",
                message=form.message.data or "",
                documents=deposited(
                    session, form.documents.data or [], field="documents", actor=actor
                ),
                vault=vault(),
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("Your claim is sent. You will be told by e-mail of each step."), "success")
            return redirect(url_for(".index", application_id=application_id), 303)
        instalment = claimable(session, application_id, instalment_id)
    return page(instalment, form), form.status


@bp.get("/demandes/<uuid:claim_id>")
@allow(Audience.APPLICANT, may_claim)
def asked(session: Session, application_id: UUID, claim_id: UUID) -> ResponseReturnValue:
    """What is asked for before a payment goes on, and the form of the answer."""
    waits = waiting(session, application_id, claim_id)
    if waits[1].pause is None:
        return redirect(url_for(".index", application_id=application_id), 303)
    return answer_page(session, application_id, waits, AnswerForm(formdata=None))


@bp.post("/demandes/<uuid:claim_id>")
@allow(Audience.APPLICANT, may_claim)
def answer(session: Session, application_id: UUID, claim_id: UUID) -> ResponseReturnValue:
    """Answer what was asked for: the sixty days go on."""
    form, actor = AnswerForm(), current_actor()
    waits = waiting(session, application_id, claim_id)
    if form.validate():
        with attempt(session, form) as tried:
            services.answer_request(
                session,
                claim_id,
                message=form.message.data or "",
                documents=deposited(
                    session, form.documents.data or [], field="documents", actor=actor
                ),
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("Your answer is sent: the time to pay you runs again."), "success")
            return redirect(url_for(".index", application_id=application_id), 303)
        waits = waiting(session, application_id, claim_id)
    return answer_page(session, application_id, waits, form), form.status


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.APPLICANT, is_author_side)
def download(session: Session, application_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """A document that I gave with a claim."""
    applications.own(session, application_id, current_actor())
    return send(queries.claim_file(session, file_id, viewer=current_actor()).stored_file)


def claimable(session: Session, application_id: UUID, instalment_id: UUID) -> Instalment:
    """The instalment, if it belongs to the application in the address."""
    found = queries.claimable(session, instalment_id, viewer=current_actor())
    if found.decision.application_id != application_id:
        raise Unknown
    return found


def waiting(session: Session, application_id: UUID, claim_id: UUID) -> tuple[Instalment, Claim]:
    """A claim of the application in the address, with its instalment and what it waits for."""
    viewer = current_actor()
    if not may_claim.holds(viewer, applications.own(session, application_id, viewer)):
        raise Unknown
    plans = queries.plans_for_applicant(session, application_id, viewer=viewer)
    parts = (part for plan in plans for part in plan.instalments)
    found = next(((part, one) for part in parts for one in part.claims if one.id == claim_id), None)
    if found is None:
        raise Unknown
    return found


def answer_page(
    session: Session, application_id: UUID, waits: tuple[Instalment, Claim], form: AnswerForm
) -> str:
    """What is asked for, and the form of the answer, as a page."""
    part, claim = waits
    return render_template(
        "applicant/claims/answer.html",
        application=applications.own(session, application_id, current_actor()),
        part=part,
        claim=claim,
        form=form,
    )


def account_of(form: ClaimForm, instalment: Instalment) -> BankAccount | None:
    """The account, when this instalment goes through a bank."""
    if instalment.method is not Method.TRANSFER:
        return None
    return read_account(form.iban.data or "")


def page(instalment: Instalment, form: ClaimForm) -> str:
    """The form as a page."""
    return render_template(
        "applicant/claims/new.html",
        instalment=instalment,
        application=instalment.decision.application,
        funder=instalment.decision.deliberation.funder,
        how_paid=how_paid,
        form=form,
    )

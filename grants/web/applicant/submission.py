"""Check one's answers, submit, keep the receipt; or withdraw."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications import answers, deadlines, queries, rules, services
from grants.applications.lifecycle import call_is_open
from grants.applications.models import Application, ApplicationState
from grants.calls.form import Problem
from grants.kernel.errors import Refused
from grants.web.answers import tell
from grants.web.applicant.applications import address_of, answers_of, label_of
from grants.web.applicant.forms import ATTESTATIONS, SubmitForm, WithdrawForm
from grants.web.downloads import send
from grants.web.forms import CONFLICT, INVALID, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("submission", __name__, url_prefix="/<uuid:application_id>")

TO_MEND = {"application.submit.incomplete", "application.submit.unconfirmed"}


@bp.get("/verification")
@allow(Audience.APPLICANT, rules.is_author_side)
def check(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Everything on one page, before certifying it."""
    return check_page(session, application_id)


@bp.get("/depot")
@allow(Audience.APPLICANT, rules.is_author_side)
def certify(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The word of whoever represents the applicant, named; then the button that submits."""
    return certify_page(session, application_id, SubmitForm())


@bp.post("/depot")
@allow(Audience.APPLICANT, rules.may_submit)
def submit(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Submit. One small request: the documents are here since long."""
    form = SubmitForm()
    if not form.validate():
        return certify_page(session, application_id, form, status=INVALID)
    actor = current_actor()
    certificate = services.Certificate(
        signatory=(form.signatory.data or "").strip() or actor.name,
        quality=(form.quality.data or "").strip(),
        attestations=ATTESTATIONS,
    )
    try:
        made = services.submit(
            session, application_id, certificate=certificate, actor=actor, now=now()
        )
    except Refused as refusal:  # raised before anything is written: no savepoint needed
        form.refuse(refusal)
        status = INVALID if refusal.code in TO_MEND else CONFLICT
        return check_page(session, application_id, form, status=status)
    if made.is_test:
        flash(_("The try is complete: it could be submitted. Nothing was."), "success")
        return redirect(url_for("applicant.applications.show", application_id=application_id), 303)
    return redirect(url_for(".receipt", application_id=application_id), 303)


@bp.get("/recepisse")
@allow(Audience.APPLICANT, rules.is_author_side)
def receipt(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The acknowledgement of receipt that the law asks for (CRPA, R112-5)."""
    application, deposit = queries.receipt(session, application_id, current_actor())
    document = answers.document(application)
    return render_template(
        "applicant/submission/receipt.html",
        application=application,
        call=application.call,
        service=application.call.lead.funder if application.call.lead else None,
        deposit=deposit,
        label=lambda key: label_of(document, Problem("", field_key=key)),
        implicit_on=deadlines.implicit_refusal_on(application),
        appeal_months=deadlines.APPEAL_MONTHS,
    )


@bp.get("/recepisse.pdf")
@allow(Audience.APPLICANT, rules.is_author_side)
def copy(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The whole application as it was deposited, to keep or print."""
    return send(queries.copy_of(session, application_id, current_actor()))


@bp.get("/retrait")
@allow(Audience.APPLICANT, rules.is_author_side)
def withdrawal(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Ask once more before withdrawing."""
    return withdraw_page(session, application_id, WithdrawForm())


@bp.post("/retrait")
@allow(Audience.APPLICANT, rules.may_submit)
def withdraw(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Withdraw: nobody examines it any more."""
    form = WithdrawForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.withdraw(session, application_id, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("Your application is withdrawn."), "success")
            return redirect(
                url_for("applicant.applications.show", application_id=application_id), 303
            )
    return withdraw_page(session, application_id, form), form.status


def check_page(
    session: Session, application_id: UUID, form: SubmitForm | None = None, *, status: int = 200
) -> ResponseReturnValue:
    """The answers to read again, and what stands in the way.

    A refusal is told where it was met, though the draft lapsed a moment before.
    """
    actor = current_actor()
    application = queries.own(session, application_id, actor)
    if application.state is not ApplicationState.DRAFT and form is None:
        return elsewhere(application)
    page = render_template(
        "applicant/submission/check.html",
        application=application,
        call=application.call,
        sections=answers_of(application),
        problems=in_the_way(application),
        form=form,
        change=lambda section, line: address_of(
            application, Problem("", section_key=section, field_key=line)
        ),
        is_open=takes(application),
        may_submit=rules.may_submit.holds(actor, application),
    )
    return page, status


def certify_page(
    session: Session, application_id: UUID, form: SubmitForm, *, status: int = 200
) -> ResponseReturnValue:
    """Who certifies what; only for whoever may submit something that is ready."""
    actor = current_actor()
    application = queries.own(session, application_id, actor)
    if application.state is not ApplicationState.DRAFT:
        return elsewhere(application)
    ready = takes(application) and rules.may_submit.holds(actor, application)
    if not ready or in_the_way(application):
        return redirect(url_for(".check", application_id=application_id), 303)
    if form.signatory.data is None:
        form.signatory.data = actor.name
    page = render_template(
        "applicant/submission/certify.html",
        application=application,
        call=application.call,
        form=form,
        documents=sum(len(files) for files in answers.attached(application).values()),
    )
    return page, status


def elsewhere(application: Application) -> ResponseReturnValue:
    """Where what is no draft any more is to be seen."""
    where = ".receipt" if application.submitted_at else "applicant.applications.show"
    return redirect(url_for(where, application_id=application.id), 303)


def takes(application: Application) -> bool:
    """Whether the call takes this application at this instant, grace and late access included."""
    return call_is_open(application, now()) is None


def in_the_way(application: Application) -> list[tuple[str, str, str]]:
    """What must be mended or confirmed first: address, question, sentence."""
    document = answers.document(application)
    found = [
        (address_of(application, one), label_of(document, one), tell(one))
        for one in answers.missing(application)
    ]
    for key in answers.unconfirmed(application):
        section = next(one for one in document.sections if key in {f.key for f in one.fields})
        problem = Problem("", section_key=section.key, field_key=key)
        words = _("Taken from your earlier application: say whether it is still true.")
        found.append((address_of(application, problem), label_of(document, problem), words))
    return found


def withdraw_page(session: Session, application_id: UUID, form: WithdrawForm) -> str:
    """What withdrawing means."""
    application = queries.own(session, application_id, current_actor())
    return render_template(
        "applicant/submission/withdrawal.html", application=application, form=form
    )

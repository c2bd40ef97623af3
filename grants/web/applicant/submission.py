"""Check one's answers, submit, keep the receipt; or withdraw."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications import answers, deadlines, queries, rules, services
from grants.applications.models import ApplicationState
from grants.calls import queries as calls
from grants.calls.form import FormDocument, Problem
from grants.kernel.errors import Refused
from grants.web import wording
from grants.web.answers import name_of, tell
from grants.web.applicant.applications import answers_of
from grants.web.applicant.forms import SubmitForm, WithdrawForm
from grants.web.forms import CONFLICT, INVALID, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("submission", __name__, url_prefix="/<uuid:application_id>")


@bp.get("/verification")
@allow(Audience.APPLICANT, rules.is_author_side)
def check(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Everything on one page, before submitting."""
    return check_page(session, application_id, SubmitForm())


@bp.post("/depot")
@allow(Audience.APPLICANT, rules.may_submit)
def submit(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Submit. One small request: the documents are here since long."""
    form = SubmitForm()
    if not form.validate():
        return check_page(session, application_id, form, status=INVALID)
    try:
        services.submit(session, application_id, actor=current_actor(), now=now())
    except Refused as refusal:  # raised before anything is written: no savepoint needed
        form.refuse(refusal)
        incomplete = refusal.code == "application.submit.incomplete"
        status = INVALID if incomplete else CONFLICT
        return check_page(session, application_id, form, status=status)
    return redirect(url_for(".receipt", application_id=application_id), 303)


@bp.get("/recepisse")
@allow(Audience.APPLICANT, rules.is_author_side)
def receipt(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The acknowledgement of receipt that the law asks for (CRPA, R112-5)."""
    application = queries.receipt(session, application_id, current_actor())
    return render_template(
        "applicant/submission/receipt.html",
        application=application,
        call=application.call,
        service=application.call.lead.funder if application.call.lead else None,
        implicit_on=deadlines.implicit_refusal_on(application),
        appeal_months=deadlines.APPEAL_MONTHS,
    )


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
    session: Session, application_id: UUID, form: SubmitForm, *, status: int = 200
) -> ResponseReturnValue:
    """The answers to read again, what stands in the way, and the applicant's word."""
    actor = current_actor()
    application = queries.own(session, application_id, actor)
    if application.state is not ApplicationState.DRAFT:
        where = ".receipt" if application.submitted_at else "applicant.applications.show"
        return redirect(url_for(where, application_id=application_id), 303)
    problems = [
        (change_url(application_id, one), label_of(answers.document(application), one), tell(one))
        for one in answers.missing(application)
    ]
    page = render_template(
        "applicant/submission/check.html",
        application=application,
        call=application.call,
        sections=answers_of(application),
        problems=problems,
        form=form,
        change=lambda section, line: change_url(
            application_id, Problem("", section_key=section, field_key=line)
        ),
        is_open=application.call.is_open(now()),
        days=calls.days_left(application.call.closes_at, now()),
        may_submit=rules.may_submit.holds(actor, application),
    )
    return page, status


def change_url(application_id: UUID, problem: Problem) -> str:
    """Where an answer is changed; saving there leads back here."""
    return url_for(
        "applicant.sections.show",
        application_id=application_id,
        section_key=problem.section_key,
        back="check",
        _anchor=name_of(problem.field_key),
    )


def label_of(document: FormDocument, problem: Problem) -> str:
    """The question that a problem is about."""
    field = document.field(problem.field_key)
    return wording.localized(field, "label") if field else problem.field_key


def withdraw_page(session: Session, application_id: UUID, form: WithdrawForm) -> str:
    """What withdrawing means."""
    application = queries.own(session, application_id, current_actor())
    return render_template(
        "applicant/submission/withdrawal.html", application=application, form=form
    )

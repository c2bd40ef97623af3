"""What the authority means to take back of my award: read it, answer it; or give it up myself."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, MultipleFileField, TextAreaField
from wtforms.validators import Length

from grants.applications import queries as applications
from grants.applications.rules import is_author_side, may_submit
from grants.kernel.errors import Forbidden, Unknown
from grants.payments import queries as payments
from grants.web.account.fields import required, typed
from grants.web.applicant.unread import to_decision
from grants.web.decisions import what
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.payments import deposited
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.withdrawals import REASONS, for_beneficiary
from grants.withdrawals import queries, services

bp = Blueprint("withdrawals", __name__, url_prefix="/<uuid:application_id>/retraits")
TOO_LONG = _l("This text is too long.")
GIVE_UP = "/renoncer/<uuid:decision_id>"


class ObservationsForm(Form):
    """What I answer, with what proves it."""

    observations = TextAreaField(
        _l("What you answer"),
        [*required(_l("Write your answer.")), Length(max=10_000, message=TOO_LONG)],
        render_kw={"rows": 10},
    )
    hearing_asked = BooleanField(_l("I also ask to be heard"))
    documents = MultipleFileField(_l("Documents"))


class GiveUpForm(Form):
    """Why I give an award up, and which part of it."""

    grounds = TextAreaField(
        _l("Why you give it up"),
        [*required(_l("Say why, in a few words.")), Length(max=10_000, message=TOO_LONG)],
        render_kw={"rows": 5},
    )
    keep_paid = BooleanField(_l("Only what is not paid yet"))


@bp.get("/<uuid:withdrawal_id>")
@allow(Audience.APPLICANT, is_author_side)
def show(session: Session, application_id: UUID, withdrawal_id: UUID) -> ResponseReturnValue:
    """What is held against us, until when we may answer, and what was decided."""
    mine(session, application_id, withdrawal_id)
    if way := to_decision(session, application_id):
        return way
    return page(session, application_id, withdrawal_id, ObservationsForm(formdata=None))


@bp.post("/<uuid:withdrawal_id>")
@allow(Audience.APPLICANT, may_submit)
def observe(session: Session, application_id: UUID, withdrawal_id: UUID) -> ResponseReturnValue:
    """Answer."""
    mine(session, application_id, withdrawal_id)
    form, actor = ObservationsForm(), current_actor()
    if form.validate():
        with attempt(session, form) as tried:
            services.observe(
                session,
                withdrawal_id,
                observations=typed(form.observations),
                hearing_asked=bool(form.hearing_asked.data),
                documents=deposited(
                    session, form.documents.data or [], field="documents", actor=actor
                ),
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("Your answer is sent to the service."), "success")
            here = url_for(".show", application_id=application_id, withdrawal_id=withdrawal_id)
            return redirect(here, 303)
    return page(session, application_id, withdrawal_id, form), form.status


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.APPLICANT, is_author_side)
def download(session: Session, application_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """A document that I gave with an answer."""
    applications.own(session, application_id, current_actor())
    found = queries.withdrawal_file(session, file_id, viewer=current_actor())
    mine(session, application_id, found.withdrawal_id)
    return send(found.stored_file)


@bp.get(GIVE_UP)
@allow(Audience.APPLICANT, may_submit)
def give_up(session: Session, application_id: UUID, decision_id: UUID) -> ResponseReturnValue:
    """The form by which we give an award up."""
    return give_up_page(session, application_id, decision_id, GiveUpForm(formdata=None))


@bp.post(GIVE_UP)
@allow(Audience.APPLICANT, may_submit)
def ask(session: Session, application_id: UUID, decision_id: UUID) -> ResponseReturnValue:
    """Say that we give it up: the service accepts."""
    form = GiveUpForm()
    one = award(session, application_id, decision_id)
    if form.validate():
        with attempt(session, form) as tried:
            made = services.give_up(
                session,
                one.decision.id,
                grounds=typed(form.grounds),
                keep_paid=bool(form.keep_paid.data),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The service is told that you give this award up."), "success")
            here = url_for(".show", application_id=application_id, withdrawal_id=made.id)
            return redirect(here, 303)
    return give_up_page(session, application_id, decision_id, form), form.status


def mine(session: Session, application_id: UUID, withdrawal_id: UUID) -> None:
    """Make sure that the withdrawal is about the application in the address."""
    found = queries.own(session, withdrawal_id, viewer=current_actor())
    if found.application_id != application_id:
        raise Unknown


def award(session: Session, application_id: UUID, decision_id: UUID) -> payments.AwardPlan:
    """One award of the application that we took note of."""
    viewer = current_actor()
    plans = payments.plans_for_applicant(session, application_id, viewer=viewer)
    found = next((one for one in plans if one.decision.id == decision_id), None)
    if found is None:
        raise Unknown
    if not may_submit.holds(viewer, applications.own(session, application_id, viewer)):
        raise Forbidden
    return found


def page(
    session: Session, application_id: UUID, withdrawal_id: UUID, form: ObservationsForm
) -> str:
    """One withdrawal as a page."""
    viewer = current_actor()
    found = queries.own(session, withdrawal_id, viewer=viewer)
    if found.application_id != application_id:
        raise Unknown
    signs = may_submit.holds(viewer, applications.own(session, application_id, viewer))
    return render_template(
        "applicant/withdrawals/show.html",
        withdrawal=found,
        unit=found.decision.unit,
        words=what(found.decision),
        reasons=REASONS,
        state=for_beneficiary(found),
        back=sum(one.amount for one in found.recoveries),
        may_answer=found.state == "notified" and not found.observed_at and signs,
        form=form,
    )


def give_up_page(
    session: Session, application_id: UUID, decision_id: UUID, form: GiveUpForm
) -> str:
    """The form as a page."""
    one = award(session, application_id, decision_id)
    return render_template(
        "applicant/withdrawals/give_up.html",
        application=one.decision.application,
        decision=one.decision,
        words=what(one.decision),
        form=form,
    )

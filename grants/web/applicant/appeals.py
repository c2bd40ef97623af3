"""Contesting a decision before the authority that made it (recours gracieux)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import MultipleFileField, TextAreaField
from wtforms.validators import InputRequired, Length

from grants.appeals import queries, services
from grants.appeals.clocks import appeal_until
from grants.applications import queries as applications
from grants.applications.rules import is_author_side, may_submit
from grants.decisions.queries import announced_for
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Unknown
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.payments import deposited
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("appeals", __name__, url_prefix="/<uuid:application_id>/recours")


class AppealForm(Form):
    """Why one contests, and what proves it."""

    grounds = TextAreaField(
        _l("Why you contest this decision"),
        [
            InputRequired(_l("Say why you contest the decision.")),
            Length(max=10_000, message=_l("This text is too long.")),
        ],
        render_kw={"rows": 10},
    )
    documents = MultipleFileField(_l("Documents"))


@bp.get("/<uuid:deliberation_id>")
@allow(Audience.APPLICANT, may_submit)
def new(session: Session, application_id: UUID, deliberation_id: UUID) -> ResponseReturnValue:
    """The form of an appeal, and until when it may be filed."""
    return page(session, application_id, deliberation_id, AppealForm(formdata=None))


@bp.post("/<uuid:deliberation_id>")
@allow(Audience.APPLICANT, may_submit)
def create(session: Session, application_id: UUID, deliberation_id: UUID) -> ResponseReturnValue:
    """File it."""
    form, actor = AppealForm(), current_actor()
    if form.validate():
        with attempt(session, form) as tried:
            services.file_appeal(
                session,
                application_id,
                deliberation_id,
                grounds=form.grounds.data or "",
                documents=deposited(
                    session, form.documents.data or [], field="documents", actor=actor
                ),
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("Your appeal is filed. Its receipt is on its way to you by e-mail."), "success")
            return redirect(url_for("applicant.decisions.show", application_id=application_id), 303)
    return page(session, application_id, deliberation_id, form), form.status


@bp.post("/<uuid:appeal_id>/retrait")
@allow(Audience.APPLICANT, may_submit)
def withdraw(session: Session, application_id: UUID, appeal_id: UUID) -> ResponseReturnValue:
    """Take it back."""
    mine(session, application_id, appeal_id)
    services.withdraw_appeal(session, appeal_id, actor=current_actor(), now=now())
    flash(_("Your appeal is taken back."), "success")
    return redirect(url_for("applicant.decisions.show", application_id=application_id), 303)


@bp.post("/<uuid:appeal_id>/lecture")
@allow(Audience.APPLICANT, is_author_side)
def acknowledge(session: Session, application_id: UUID, appeal_id: UUID) -> ResponseReturnValue:
    """Take note of the answer: the instant is kept, and the delay before the court runs from it."""
    mine(session, application_id, appeal_id)
    services.acknowledge_answer(session, appeal_id, actor=current_actor(), now=now())
    return redirect(url_for("applicant.decisions.show", application_id=application_id), 303)


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.APPLICANT, is_author_side)
def download(session: Session, application_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """A document that I gave with an appeal."""
    applications.own(session, application_id, current_actor())
    found = queries.appeal_file(session, file_id, viewer=current_actor())
    mine(session, application_id, found.appeal_id)
    return send(found.stored_file)


def mine(session: Session, application_id: UUID, appeal_id: UUID) -> None:
    """Make sure that the appeal is about the application in the address."""
    found = queries.own_appeal(session, appeal_id, viewer=current_actor())
    if found.application_id != application_id:
        raise Unknown


def page(session: Session, application_id: UUID, deliberation_id: UUID, form: AppealForm) -> str:
    """The form as a page."""
    viewer = current_actor()
    application = applications.own(session, application_id, viewer)
    told = {one.deliberation.id: one for one in announced_for(session, application_id)}
    one = told.get(deliberation_id)
    if one is None or one.read_at is None:
        raise Unknown
    if not may_submit.holds(viewer, application):
        raise Forbidden
    until = appeal_until(paris_date(one.read_at))
    return render_template(
        "applicant/appeals/new.html",
        application=application,
        act=one.deliberation,
        until=until,
        is_late=paris_date(now()) > until,
        form=form,
    )

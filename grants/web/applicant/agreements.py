"""The agreement on my award: read, then signed with a code."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.agreements import queries, services
from grants.agreements.models import ActState, Side
from grants.applications import queries as applications
from grants.applications.rules import is_author_side, may_submit
from grants.kernel.errors import Unknown
from grants.web.agreements import METHODS, SIDES, STATES, title
from grants.web.applicant.unread import to_decision
from grants.web.downloads import send
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.signing import SignForm, signed

bp = Blueprint("agreements", __name__, url_prefix="/<uuid:application_id>/convention")


@bp.get("")
@allow(Audience.APPLICANT, is_author_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """What was sent to be signed, and what is signed."""
    applications.own(session, application_id, current_actor())
    if way := to_decision(session, application_id):
        return way
    return page(session, application_id, SignForm(formdata=None, data={"name": _my_name()}))


@bp.post("/<uuid:act_id>/code")
@allow(Audience.APPLICANT, may_submit)
def ask_code(session: Session, application_id: UUID, act_id: UUID) -> ResponseReturnValue:
    """Have a code mailed to oneself."""
    mine(session, application_id, act_id)
    services.ask_code(session, act_id, Side.BENEFICIARY, actor=current_actor(), now=now())
    flash(_("The code is on its way to you by e-mail. It is good for fifteen minutes."))
    return redirect(url_for(".show", application_id=application_id), 303)


@bp.post("/<uuid:act_id>/signature")
@allow(Audience.APPLICANT, may_submit)
def sign(session: Session, application_id: UUID, act_id: UUID) -> ResponseReturnValue:
    """Sign it."""
    mine(session, application_id, act_id)
    form = SignForm()
    if signed(session, form, act_id, Side.BENEFICIARY):
        flash(_("You have signed. The authority signs in its turn."), "success")
        return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, form), form.status


@bp.get("/<uuid:act_id>/document")
@allow(Audience.APPLICANT, is_author_side)
def document(session: Session, application_id: UUID, act_id: UUID) -> ResponseReturnValue:
    """The PDF that is signed."""
    applications.own(session, application_id, current_actor())
    return send(
        queries.document_of(session, act_id, viewer=current_actor(), of_application=application_id)
    )


@bp.get("/<uuid:act_id>/preuve")
@allow(Audience.APPLICANT, is_author_side)
def proof(session: Session, application_id: UUID, act_id: UUID) -> ResponseReturnValue:
    """The page that proves its signatures."""
    applications.own(session, application_id, current_actor())
    return send(
        queries.proof_of(session, act_id, viewer=current_actor(), of_application=application_id)
    )


def mine(session: Session, application_id: UUID, act_id: UUID) -> None:
    """Make sure that the act is about the application in the address."""
    act = queries.locked_act(session, act_id, viewer=current_actor(), as_beneficiary=True)
    if act.application_id != application_id:
        raise Unknown


def page(session: Session, application_id: UUID, form: SignForm) -> str:
    """The agreements as a page."""
    viewer = current_actor()
    application = applications.own(session, application_id, viewer)
    found = queries.agreements_about(session, application_id, viewer=viewer)
    return render_template(
        "applicant/agreements/show.html",
        application=application,
        agreements=found,
        to_sign=ActState.SENT,
        states=STATES,
        sides=SIDES,
        methods=METHODS,
        title=title,
        form=form,
        may_sign=may_submit.holds(viewer, application),
    )


def _my_name() -> str:
    return current_actor().name

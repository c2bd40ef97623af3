"""The versions of the form: what the next one changes, before it is put in force."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.calls import queries, rules, workbench
from grants.calls.revisions import Aspect, Differences, differences
from grants.calls.services import revising
from grants.web.forms import attempt
from grants.web.officer.workshop.parts import SeenForm
from grants.web.officer.workshop.settings import rights
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("versions", __name__, url_prefix="/versions")

ASPECTS = {
    Aspect.LABEL: _l("its words"),
    Aspect.HELP: _l("its help"),
    Aspect.TYPE: _l("the type of its answer"),
    Aspect.REQUIRED: _l("it becomes required"),
    Aspect.OPTIONAL: _l("it becomes optional"),
    Aspect.LIMITS: _l("its limits"),
    Aspect.CHOICES: _l("its options"),
    Aspect.CONDITION: _l("its condition"),
    Aspect.ASKED_OF: _l("who is asked"),
    Aspect.SECTION: _l("its section"),
    Aspect.OTHER: _l("who reads it, or how it is kept"),
}


@bp.get("")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The version in force, the one being written, and what differs."""
    return page(session, call_id, SeenForm())


@bp.post("/publier")
@allow(Audience.OFFICER, rules.leads)
def publish(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Put the next version in force; drafts follow, their authors are told."""
    form = SeenForm()
    if form.validate():
        with attempt(session, form) as tried:
            revising.publish_revision(
                session, call_id, seen=form.seen.data or "", actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The new version is in force. Drafts follow, and their authors are told."))
            return redirect(url_for(".show", call_id=call_id), 303)
    return page(session, call_id, form), form.status


@bp.post("/abandonner")
@allow(Audience.OFFICER, rules.leads)
def drop(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Give up the version being written."""
    form = SeenForm()
    if form.validate():
        with attempt(session, form) as tried:
            revising.drop(session, call_id, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("The version being written is given up."), "success")
            return redirect(url_for(".show", call_id=call_id), 303)
    return page(session, call_id, form), form.status


def page(session: Session, call_id: UUID, form: SeenForm) -> str:
    """The page of versions."""
    call = queries.written(session, call_id, viewer=current_actor())
    newest = workbench.newest_revision(session, call_id)
    current = call.current_revision
    found = Differences((), (), ())
    if current is not None and current.id != newest.id:
        found = differences(current.form, newest.form)
    return render_template(
        "officer/workshop/versions.html",
        call=call,
        form=form,
        current=current,
        newest=newest,
        is_begun=current is not None and current.id != newest.id,
        found=found,
        aspects=ASPECTS,
        **rights(call),
    )

"""Who has not finished reading, and one button that writes to them all."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.juries import queries, rules, services
from grants.juries.lifecycle import jury_scores
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence

bp = Blueprint("reminders", __name__, url_prefix="/jurys/<uuid:jury_id>/relance")


@bp.get("")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Who would receive the reminder."""
    return page(session, jury_id, Form())


@bp.post("")
@allow(Audience.OFFICER, rules.manages)
def send(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Write to them."""
    form = Form()
    with attempt(session, form) as tried:
        count = services.remind_members(session, jury_id, actor=current_actor(), now=now())
    if tried.refused:
        return page(session, jury_id, form), form.status
    flash(
        ngettext("%(num)s member is reminded.", "%(num)s members are reminded.", count), "success"
    )
    return redirect(url_for(".show", jury_id=jury_id), 303)


def page(session: Session, jury_id: UUID, form: Form) -> str:
    """The list and the button."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    owing = queries.unfinished(session, jury, actor)
    refusal = jury_scores(jury, now())
    return render_template(
        "officer/juries/reminders.html",
        jury=jury,
        form=form,
        owing=owing,
        now=now(),
        may_send=rules.manages.holds(actor, jury),
        to_write=[one for one in owing if not one.was_reminded_on(now())],
        why_not=sentence(refusal) if refusal else "",
    )

"""Who helps one's project: whom to reach, and the hours given."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.mentoring import queries, rules
from grants.web.forms import Form
from grants.web.mentoring.forms import LogForm, duration
from grants.web.mentoring.hours import taken_away, written_down
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow

bp = Blueprint("mentoring", __name__, url_prefix="/<uuid:application_id>/parrainage")


@bp.get("")
@allow(Audience.APPLICANT, rules.is_helped)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """One's mentor, and those before."""
    return page(session, application_id)


@bp.post("/<uuid:pair_id>/heures")
@allow(Audience.APPLICANT, rules.notes)
def log(session: Session, application_id: UUID, pair_id: UUID) -> ResponseReturnValue:
    """Write down one time that one was given."""
    queries.helped_pair(session, application_id, pair_id, current_actor())
    form = LogForm()
    if written_down(session, pair_id, form, application_id=application_id):
        return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, form), form.status


@bp.post("/<uuid:pair_id>/heures/<uuid:given_id>/retrait")
@allow(Audience.APPLICANT, rules.notes)
def strike(
    session: Session, application_id: UUID, pair_id: UUID, given_id: UUID
) -> ResponseReturnValue:
    """Take away what one's side wrote."""
    form = Form()
    if taken_away(session, pair_id, given_id, form, application_id=application_id):
        return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, failed=form), form.status


def page(
    session: Session,
    application_id: UUID,
    form: LogForm | None = None,
    failed: Form | None = None,
) -> str:
    """The mentors of an application as a page; what is typed goes to the one who helps now."""
    actor = current_actor()
    pairs = queries.help_for(session, application_id, actor)
    return render_template(
        "applicant/mentoring/show.html",
        application=pairs[0].application,
        pairs=pairs,
        form=form or LogForm(formdata=None),
        failed=failed or form,
        may_note=rules.notes.holds(actor, pairs[0]),
        duration=duration,
    )

"""Who helps one's project: whom to reach, and the hours given."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.mentoring import queries, rules, services
from grants.web.forms import Form, attempt
from grants.web.mentoring.forms import LogForm, duration
from grants.web.requests import current_actor, now
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
    if form.validate() and form.held_on.data:
        with attempt(session, form) as tried:
            services.log(
                session,
                pair_id,
                held_on=form.held_on.data,
                minutes=form.minutes.data or 0,
                done=form.done.data or "",
                application_id=application_id,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The hours are written down."), "success")
            return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, form), form.status


@bp.post("/<uuid:pair_id>/heures/<uuid:given_id>/retrait")
@allow(Audience.APPLICANT, rules.notes)
def strike(
    session: Session, application_id: UUID, pair_id: UUID, given_id: UUID
) -> ResponseReturnValue:
    """Take away what one's side wrote."""
    form = Form()
    with attempt(session, form) as tried:
        services.strike(
            session,
            pair_id,
            given_id,
            application_id=application_id,
            actor=current_actor(),
            now=now(),
        )
    if tried.refused:
        return page(session, application_id, failed=form), form.status
    flash(_("The line is taken away."), "success")
    return redirect(url_for(".show", application_id=application_id), 303)


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

"""The projects that one helps: whom to reach, and the hours given."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.mentoring import queries, rules, services
from grants.web.forms import Form, attempt
from grants.web.mentoring.forms import LogForm, duration
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

PER_PAGE = 50

bp = Blueprint("mentor", __name__, url_prefix="/parrainages")


@bp.get("")
@allow(Audience.SIGNED_IN, rules.helps)
def index(session: Session) -> ResponseReturnValue:
    """Whom one helps or helped."""
    statement = queries.own_pairs(current_actor())
    page = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template("mentoring/index.html", page=page, duration=duration)


@bp.get("/<uuid:pair_id>")
@allow(Audience.SIGNED_IN, rules.helps)
def show(session: Session, pair_id: UUID) -> ResponseReturnValue:
    """One project, the people who carry it, and the hours."""
    return page_about(session, pair_id, LogForm(formdata=None))


@bp.post("/<uuid:pair_id>/heures")
@allow(Audience.SIGNED_IN, rules.helps)
def log(session: Session, pair_id: UUID) -> ResponseReturnValue:
    """Write down one time that one gave."""
    queries.own_pair(session, pair_id, current_actor())
    form = LogForm()
    if form.validate() and form.held_on.data:
        with attempt(session, form) as tried:
            services.log(
                session,
                pair_id,
                held_on=form.held_on.data,
                minutes=form.minutes.data or 0,
                done=form.done.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The hours are written down."), "success")
            return redirect(url_for(".show", pair_id=pair_id), 303)
    return page_about(session, pair_id, form), form.status


@bp.post("/<uuid:pair_id>/heures/<uuid:given_id>/retrait")
@allow(Audience.SIGNED_IN, rules.helps)
def strike(session: Session, pair_id: UUID, given_id: UUID) -> ResponseReturnValue:
    """Take away what one wrote."""
    form = Form()
    with attempt(session, form) as tried:
        services.strike(session, pair_id, given_id, actor=current_actor(), now=now())
    if tried.refused:
        return page_about(session, pair_id, LogForm(formdata=None), form), form.status
    flash(_("The line is taken away."), "success")
    return redirect(url_for(".show", pair_id=pair_id), 303)


def page_about(session: Session, pair_id: UUID, form: LogForm, failed: Form | None = None) -> str:
    """One project as a page."""
    pair = queries.own_pair(session, pair_id, current_actor())
    return render_template(
        "mentoring/show.html", pair=pair, form=form, failed=failed or form, duration=duration
    )

"""The projects that one helps: whom to reach, and the hours given."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.mentoring import queries, rules
from grants.web.forms import Form
from grants.web.mentoring.forms import LogForm, duration
from grants.web.mentoring.hours import taken_away, written_down
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor
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
    if written_down(session, pair_id, form):
        return redirect(url_for(".show", pair_id=pair_id), 303)
    return page_about(session, pair_id, form), form.status


@bp.post("/<uuid:pair_id>/heures/<uuid:given_id>/retrait")
@allow(Audience.SIGNED_IN, rules.helps)
def strike(session: Session, pair_id: UUID, given_id: UUID) -> ResponseReturnValue:
    """Take away what one wrote."""
    form = Form()
    if taken_away(session, pair_id, given_id, form):
        return redirect(url_for(".show", pair_id=pair_id), 303)
    return page_about(session, pair_id, LogForm(formdata=None), form), form.status


def page_about(session: Session, pair_id: UUID, form: LogForm, failed: Form | None = None) -> str:
    """One project as a page."""
    pair = queries.own_pair(session, pair_id, current_actor())
    return render_template(
        "mentoring/show.html", pair=pair, form=form, failed=failed or form, duration=duration
    )

"""What one can read, on one jury."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.juries import queries, rules, services
from grants.web.forms import attempt
from grants.web.juror.people_forms import ProfileForm
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("profiles", __name__, url_prefix="/<uuid:jury_id>/profil")


@bp.get("")
@allow(Audience.JUROR, rules.holds)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Skills, languages, territories and load."""
    return page(session, jury_id, ProfileForm())


@bp.post("")
@allow(Audience.JUROR, rules.holds)
def save(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Change them."""
    actor, form = current_actor(), ProfileForm()
    form.offer(queries.own_seat(session, jury_id, actor).jury.call)
    if form.validate():
        with attempt(session, form) as tried:
            services.describe_oneself(session, jury_id, form.profile(), actor=actor, now=now())
        if not tried.refused:
            flash(_("Saved. The service sees it at once."), "success")
            return redirect(url_for("juror.queue.show", jury_id=jury_id), 303)
    return page(session, jury_id, form), form.status


def page(session: Session, jury_id: UUID, form: ProfileForm) -> str:
    """The profile as a page."""
    seat = queries.own_seat(session, jury_id, current_actor())
    form.offer(seat.jury.call, seat)
    return render_template("juror/profiles/show.html", seat=seat, form=form)

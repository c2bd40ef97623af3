"""The general declaration of interests, asked for before anything is shown, then every year."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.juries import rules, services
from grants.juries.queries import interests as queries
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.web.account.entering import local_path
from grants.web.forms import attempt
from grants.web.juror.people_forms import LINES_SPARE, DeclarationForm
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("declarations", __name__, url_prefix="/declaration")


@bp.get("")
@allow(Audience.SIGNED_IN, rules.is_invited)
def show(session: Session) -> ResponseReturnValue:
    """What one declared last, to renew or to correct."""
    form = DeclarationForm()
    form.take_up(queries.own_declaration(session, current_actor()))
    return page(session, form)


@bp.post("")
@allow(Audience.SIGNED_IN, rules.is_invited)
def save(session: Session) -> ResponseReturnValue:
    """Declare for a year; or ask for more lines, everything typed kept."""
    form = DeclarationForm()
    if "more" in request.form:
        form.room(LINES_SPARE * 2)
        return page(session, form)
    if form.well_filled():
        with attempt(session, form) as tried:
            services.declare_interests(
                session,
                interests=form.declared(),
                family=form.family.data or "",
                nothing=bool(form.nothing.data),
                charter=bool(form.charter.data),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("Your declaration is recorded. You may read your files for a year."), "success")
            return redirect(onwards() or url_for("juror.juries.index"), 303)
    return page(session, form), form.status


def onwards() -> str | None:
    """Where the reader was going."""
    return local_path(request.args.get("next"))


def page(session: Session, form: DeclarationForm) -> str:
    """The declaration as a page, for whoever sits or is asked to sit."""
    actor = current_actor()
    if not queries.sits_or_is_asked(session, actor):
        raise Unknown
    last = queries.own_declaration(session, actor)
    form.room()
    return render_template(
        "juror/declarations/show.html",
        form=form,
        last=last,
        in_force=last is not None and last.lapses_on > paris_date(now()),
        onwards=onwards(),
    )

"""A seat offered: the charter to read, then to accept, or a word to decline."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.juries import queries, rules, services
from grants.juries.queries import interests
from grants.web.forms import attempt
from grants.web.juror.forms import DeclineForm
from grants.web.juror.people_forms import AcceptForm
from grants.web.juror.words import ROLES
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("invitations", __name__, url_prefix="/invitations/<uuid:seat_id>")


@bp.get("")
@allow(Audience.SIGNED_IN, rules.is_invited)
def show(session: Session, seat_id: UUID) -> ResponseReturnValue:
    """What the jury is, and its charter; nothing of any application."""
    return page(session, seat_id, AcceptForm())


@bp.post("/accepter")
@allow(Audience.SIGNED_IN, rules.is_invited)
def accept(session: Session, seat_id: UUID) -> ResponseReturnValue:
    """Take the seat, the charter with it."""
    actor, form = current_actor(), AcceptForm()
    form.offer(queries.invitation(session, seat_id, actor).jury.call)
    if form.validate():
        with attempt(session, form) as tried:
            seat = services.accept(
                session,
                seat_id,
                charter=form.charter.data,
                steps_back=form.steps_back.data,
                profile=form.profile(),
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(
                _("Welcome to the jury. Here is what you have to read.")
                if interests.is_declared(session, actor, now=now())
                else _("Welcome to the jury. One thing remains before you read: your interests."),
                "success",
            )
            return redirect(url_for("juror.queue.show", jury_id=seat.jury_id), 303)
    return page(session, seat_id, form), form.status


@bp.get("/refuser")
@allow(Audience.SIGNED_IN, rules.is_invited)
def ask_decline(session: Session, seat_id: UUID) -> ResponseReturnValue:
    """Whether one really declines, and why."""
    return decline_page(session, seat_id, DeclineForm())


@bp.post("/refuser")
@allow(Audience.SIGNED_IN, rules.is_invited)
def decline(session: Session, seat_id: UUID) -> ResponseReturnValue:
    """Decline."""
    form = DeclineForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.decline(
                session,
                seat_id,
                reason=form.reason.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("Your answer is sent. Thank you for letting us know."), "success")
            return redirect(url_for("juror.juries.index"), 303)
    return decline_page(session, seat_id, form), form.status


def page(session: Session, seat_id: UUID, form: AcceptForm) -> str:
    """The invitation with its charter."""
    seat = queries.invitation(session, seat_id, current_actor())
    form.offer(seat.jury.call, seat)
    return render_template(
        "juror/invitations/show.html",
        seat=seat,
        form=form,
        roles=ROLES,
        closes_office=queries.closes_office(session, seat.jury, current_actor()),
        helped=len(queries.helped_by(session, seat.jury, current_actor())),
    )


def decline_page(session: Session, seat_id: UUID, form: DeclineForm) -> str:
    """The question before declining."""
    seat = queries.invitation(session, seat_id, current_actor())
    return render_template("juror/invitations/ask_decline.html", seat=seat, form=form)

"""What whoever leads a meeting does: open it, move on, time it, note it, close it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.kernel.errors import Unknown
from grants.sittings import rules, services
from grants.sittings.services import Timer
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sittings.forms import NoteForm, sent_id
from grants.web.sittings.room import act, page

bp = Blueprint("holding", __name__, url_prefix="/<uuid:sitting_id>")


@bp.post("/ouverture")
@allow(Audience.SIGNED_IN, rules.leads)
def begin(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Open the meeting, and the discussion with it."""
    return act(
        session,
        sitting_id,
        lambda: services.open_sitting(session, sitting_id, actor=current_actor(), now=now()),
        _("The meeting is open."),
    )


@bp.post("/cloture")
@allow(Audience.SIGNED_IN, rules.leads)
def end(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Close the meeting."""
    return act(
        session,
        sitting_id,
        lambda: services.close_sitting(session, sitting_id, actor=current_actor(), now=now()),
        _("The meeting is closed. Its minutes are ready to be read over."),
    )


@bp.post("/suite")
@allow(Audience.SIGNED_IN, rules.leads)
def move(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Go on to the next application, or back, or to the one that was chosen."""
    return act(
        session,
        sitting_id,
        lambda: services.move(
            session,
            sitting_id,
            forward=request.form.get("way") != "back",
            to=sent_id("to"),
            since=sent_id("since"),
            actor=current_actor(),
            now=now(),
        ),
    )


@bp.post("/chronometre")
@allow(Audience.SIGNED_IN, rules.leads)
def time(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Start or stop the timer, or set it back to zero."""
    asked = request.form.get("act", "")
    wanted = Timer(asked) if asked in {one.value for one in Timer} else Timer.STOP
    return act(
        session,
        sitting_id,
        lambda: services.set_timer(session, sitting_id, wanted, actor=current_actor(), now=now()),
    )


@bp.post("/notes")
@allow(Audience.SIGNED_IN, rules.leads)
def note(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Keep what the minutes will say of a point, or of the whole where none is named."""
    form, item_id = NoteForm(), sent_id("item")
    if request.form.get("item") and item_id is None:
        raise Unknown
    if form.validate():
        with attempt(session, form) as tried:
            services.write_note(
                session, sitting_id, item_id, form.note.data or "", actor=current_actor()
            )
        if not tried.refused:
            flash(_("The note is kept."), "success")
            on_minutes = request.form.get("from") == "minutes"
            target = "sittings.minutes.show" if on_minutes else "sittings.room.show"
            return redirect(url_for(target, sitting_id=sitting_id), 303)
    return page(session, sitting_id, note_form=form), form.status

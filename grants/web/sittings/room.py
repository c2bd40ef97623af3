"""The meeting itself: a page, the part of it that changes, the question asked each second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.juries.phases import sight_of
from grants.sittings import queries, rules
from grants.sittings.queries import Room
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.scores import ROLES, points
from grants.web.sittings import words
from grants.web.sittings.forms import MotionForm, NoteForm

bp = Blueprint("room", __name__, url_prefix="/<uuid:sitting_id>")


@bp.get("")
@allow(Audience.SIGNED_IN, rules.sees)
def show(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """The meeting as one may see it now."""
    return page(session, sitting_id)


@bp.get("/ecran")
@allow(Audience.SIGNED_IN, rules.sees)
def screen(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """What changes on the page, for its script."""
    room = queries.room(session, sitting_id, current_actor())
    return render_template("sittings/screen.html", **shown(room))


@bp.get("/pouls")
@allow(Audience.SIGNED_IN, rules.sees)
def pulse(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Whether the screen has to be drawn again: a few bytes, or 304."""
    beat = queries.pulse(session, sitting_id, current_actor())
    tag = f"{beat.stamp}.{beat.voted}.{beat.over}"
    if tag in request.if_none_match:
        answer = Response(status=304)
    else:
        answer = jsonify(stamp=beat.stamp, voted=beat.voted, over=beat.over)
    answer.set_etag(tag)
    return answer


def page(
    session: Session,
    sitting_id: UUID,
    form: Form | None = None,
    *,
    motion_form: MotionForm | None = None,
    note_form: NoteForm | None = None,
) -> str:
    """The page, with what was typed and refused."""
    room = queries.room(session, sitting_id, current_actor())
    noted = room.item.note if room.item else room.sitting.note
    return render_template(
        "sittings/show.html",
        form=form or motion_form or note_form,
        motion_form=motion_form or MotionForm(formdata=None),
        note_form=note_form or NoteForm(formdata=None, note=noted),
        **shown(room),
    )


def shown(room: Room) -> dict[str, Any]:
    """What both templates need."""
    seconds = words.elapsed(room.sitting, now())
    return {
        "room": room,
        "sitting": room.sitting,
        "jury": room.jury,
        "state": words.STATES[room.sitting.state],
        "revises": sight_of(room.jury, now()).revises,
        "counted": words.counted(room.participation),
        "arithmetic": words.arithmetic,
        "outcomes": words.OUTCOMES,
        "modes": words.MODES,
        "choices": words.CHOICES,
        "roles": ROLES,
        "points": points,
        "seconds": seconds,
        "clock": words.clock(seconds),
        "home": home(room.jury.id, follows=room.seat is None),
    }


def home(jury_id: UUID, *, follows: bool) -> str:
    """The page of the jury's meetings, on the reader's side."""
    return url_for("officer.sittings.index" if follows else "juror.sittings.index", jury_id=jury_id)


def act(
    session: Session, sitting_id: UUID, perform: Callable[[], object], told: str = ""
) -> ResponseReturnValue:
    """Do something of one button, and come back to the meeting; a refusal is told there."""
    form = Form()
    with attempt(session, form) as tried:
        perform()
    if tried.refused:
        return page(session, sitting_id, form), form.status
    if told:
        flash(told, "success")
    return redirect(url_for("sittings.room.show", sitting_id=sitting_id), 303)

"""Texts put to the vote, votes, and their end."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.juries.rules import sits
from grants.kernel.errors import Unknown
from grants.sittings import rules, services
from grants.sittings.models import Choice
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sittings.forms import ITEM, MotionForm
from grants.web.sittings.members import seat
from grants.web.sittings.room import act, page

bp = Blueprint("motions", __name__, url_prefix="/<uuid:sitting_id>/motions")


@bp.post("")
@allow(Audience.SIGNED_IN, rules.leads)
def put(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Put a text to the vote."""
    form = MotionForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.put_motion(
                session,
                sitting_id,
                text=form.text.data or "",
                is_secret=bool(form.is_secret.data),
                on_item=form.scope.data == ITEM,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            return redirect(url_for("sittings.room.show", sitting_id=sitting_id), 303)
    return page(session, sitting_id, motion_form=form), form.status


@bp.post("/<uuid:motion_id>/vote")
@allow(Audience.JUROR, sits)
def vote(session: Session, sitting_id: UUID, motion_id: UUID) -> ResponseReturnValue:
    """Vote for oneself, or for whom one represents."""
    asked = request.form.get("choice", "")
    if asked not in {one.value for one in Choice}:
        raise Unknown
    return act(
        session,
        sitting_id,
        lambda: services.cast_vote(
            session,
            sitting_id,
            motion_id,
            seat("seat"),
            Choice(asked),
            actor=current_actor(),
            now=now(),
        ),
        _("Your vote is counted."),
    )


@bp.post("/<uuid:motion_id>/cloture")
@allow(Audience.SIGNED_IN, rules.leads)
def close(session: Session, sitting_id: UUID, motion_id: UUID) -> ResponseReturnValue:
    """End a vote and say what came of it."""
    return act(
        session,
        sitting_id,
        lambda: services.close_motion(
            session, sitting_id, motion_id, actor=current_actor(), now=now()
        ),
    )

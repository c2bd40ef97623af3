"""The scores of a jury compared, for its chair: everything but how each juror marks."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.juries import queries, rules, services
from grants.juries.models import Seat, SeatRole
from grants.kernel.errors import Unknown
from grants.web import comparing
from grants.web.juror.rankings import waiting
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("comparisons", __name__, url_prefix="/<uuid:jury_id>/comparaison")


@bp.get("")
@allow(Audience.JUROR, rules.presides)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The figures of each application, and of the jury as a whole."""
    return page(session, jury_id, "juror/comparisons/show.html")


@bp.get("/certitude")
@allow(Audience.JUROR, rules.presides)
def certainty(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """How sure each rank is, as a picture and in words."""
    return page(session, jury_id, "juror/comparisons/certainty.html")


@bp.post("/calcul")
@allow(Audience.JUROR, rules.presides)
def ask(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Have the figures of a large jury worked out."""
    actor = current_actor()
    own = seat(session, jury_id)
    if waiting(session, own):
        raise Unknown
    jury = queries.jury(session, jury_id, actor, who=rules.chairs)
    line = comparing.funding_line(session, jury, actor)
    job_id = services.ask_figures(
        session, jury_id, places=line.places, actor=actor, now=now(), as_chair=True
    )
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def seat(session: Session, jury_id: UUID) -> Seat:
    """The chair's seat; members get nothing here, not even that it exists."""
    found = queries.own_seat(session, jury_id, current_actor())
    if found.role is not SeatRole.CHAIR:
        raise Unknown
    return found


def page(session: Session, jury_id: UUID, template: str) -> str:
    """One of the two pages; a chair's own scores come first, as everyone's."""
    actor, own = current_actor(), seat(session, jury_id)
    if waiting(session, own):
        return render_template("juror/comparisons/waits.html", jury=own.jury)
    jury = queries.jury(session, jury_id, actor, who=rules.chairs)
    sight = comparing.look(session, jury, actor)
    if sight.figures is None:
        return render_template("juror/comparisons/ask.html", jury=jury, sight=sight)
    found, names = comparing.shown_page(session, sight, sight.figures)
    return render_template(
        template,
        **comparing.told(sight, sight.figures, found, names),
        jurors=None,
        link=None,
    )

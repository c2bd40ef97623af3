"""What one has to read for a jury, in an order of one's own."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.juries import queries, rules
from grants.juries.lifecycle import jury_prefers, jury_reads
from grants.juries.models import SeatRole
from grants.juries.phases import sight_of
from grants.web.juror.phases import shown_phases
from grants.web.juror.words import STATES, points
from grants.web.paging import Page, asked_page
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence

PER_PAGE = 50

bp = Blueprint("queue", __name__, url_prefix="/<uuid:jury_id>")


@bp.get("")
@allow(Audience.JUROR, rules.sits)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The queue: how far one is, and each application with its state."""
    actor, number = current_actor(), asked_page()
    seat = queries.own_seat(session, jury_id, actor)
    state = request.args.get("state", "")
    queue = queries.queue(
        session,
        seat,
        actor,
        words=request.args.get("q", ""),
        state=state if state in STATES else "",
        number=number,
        per_page=PER_PAGE,
    )
    refusal, sight = jury_reads(seat.jury, now()), sight_of(seat.jury, now())
    return render_template(
        "juror/queue/show.html",
        seat=seat,
        jury=seat.jury,
        queue=queue,
        page=Page(rows=queue.lines, number=number, per_page=PER_PAGE, total=queue.found),
        states=STATES,
        points=points,
        why_not=sentence(refusal) if refusal else "",
        scores=sight.scores,
        votes=queries.by_ballots(seat.jury),
        prefers=jury_prefers(seat.jury, now()) is None,
        sees_ranking=sight.shows_others or seat.role is SeatRole.CHAIR,
        phases=shown_phases(seat.jury, now()),
    )


@bp.get("/dossiers/<uuid:application_id>/suivant")
@allow(Audience.JUROR, rules.reads)
def following(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Leave a file as it is and open the next one that is not finished."""
    actor = current_actor()
    sheet = queries.sheet(session, jury_id, application_id, actor, now=now())
    other = queries.next_to_score(session, sheet.assignment, actor)
    if other is None:
        flash(_("No other file waits for you."), "info")
        return redirect(url_for(".show", jury_id=jury_id), 303)
    return redirect(url_for("juror.reviews.show", jury_id=jury_id, application_id=other), 303)


@bp.get("/suite")
@allow(Audience.JUROR, rules.sits)
def resume(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Go on where one stopped: the first application that is not finished."""
    actor = current_actor()
    seat = queries.own_seat(session, jury_id, actor)
    following = queries.first_to_score(session, seat, actor)
    if following is None:
        flash(_("You have read everything that was given to you."), "success")
        return redirect(url_for(".show", jury_id=jury_id), 303)
    return redirect(url_for("juror.reviews.show", jury_id=jury_id, application_id=following), 303)

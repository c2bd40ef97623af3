"""The ranking of a jury for those who sit on it: for the chair at any time, once closed for all."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.juries import queries, rules, services
from grants.juries.models import Seat, SeatRole
from grants.juries.phases import sight_of
from grants.kernel.errors import Unknown
from grants.polls import queries as polls
from grants.web.ballot_words import how_it_ranks, pairs
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.juror.words import points
from grants.web.paging import Page, asked_page
from grants.web.requests import current_actor, now, store
from grants.web.routes import Audience, allow
from grants.web.tracks import asked_track

PER_PAGE = 50

bp = Blueprint("rankings", __name__, url_prefix="/<uuid:jury_id>/classement")


@bp.get("")
@allow(Audience.JUROR, rules.sits)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The ranking, without what one is recused from."""
    return page(session, own_view(session, jury_id), Form())


@bp.get("/dossier-scelle")
@allow(Audience.JUROR, rules.sits)
def bundle(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The file from which anyone computes the ranking again, once the jury is closed."""
    seat = own_view(session, jury_id)
    if seat.jury.closed_at is None:
        raise Unknown
    return send(queries.bundle(session, jury_id, current_actor()))


@bp.post("/cloture")
@allow(Audience.JUROR, rules.presides)
def close(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Close the jury, as its chair."""
    seat, form = own_view(session, jury_id), Form()
    with attempt(session, form) as tried:
        services.close_jury(session, jury_id, store=store(), actor=current_actor(), now=now())
    if tried.refused:
        return page(session, seat, form), form.status
    flash(_("The jury is closed; its ranking will not change any more."), "success")
    return redirect(url_for(".show", jury_id=jury_id), 303)


@bp.post("/discussion")
@allow(Audience.JUROR, rules.presides)
def discuss(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Open the discussion, as the chair."""
    seat, form = own_view(session, jury_id), Form()
    with attempt(session, form) as tried:
        services.open_discussion(session, jury_id, actor=current_actor(), now=now())
    if tried.refused:
        return page(session, seat, form), form.status
    flash(_("The discussion is open: members see each other’s scores."), "success")
    return redirect(url_for(".show", jury_id=jury_id), 303)


def own_view(session: Session, jury_id: UUID) -> Seat:
    """The seat, if it gives a right to the ranking: everyone's from the discussion on.

    Others' scores stay hidden until one's own are in: a chair waits like everyone.
    """
    seat = queries.own_seat(session, jury_id, current_actor())
    if seat.role is not SeatRole.CHAIR and not sight_of(seat.jury, now()).shows_others:
        raise Unknown
    return seat


def waiting(session: Session, seat: Seat) -> bool:
    """Whether the ranking stays hidden from this member, whose own part is not in yet."""
    if not queries.by_ballots(seat.jury):
        return unread(session, seat)
    desk = queries.ballot_desk(session, seat.jury_id, current_actor())
    return alone(seat) and bool(desk.lines) and not desk.is_final


def alone(seat: Seat) -> bool:
    """Whether members do not know yet what the others say."""
    return seat.jury.stage.hide_others and not sight_of(seat.jury, now()).shows_others


def unread(session: Session, seat: Seat) -> bool:
    """Whether others' scores stay hidden from this member, whose own are not in yet."""
    if not alone(seat):
        return False
    own = queries.queue(session, seat, current_actor(), per_page=1)
    return own.done < own.of_all


def page(session: Session, seat: Seat, form: Form) -> str:
    """The ranking as a page."""
    actor, number = current_actor(), asked_page()
    waits = waiting(session, seat)
    tracks = queries.tracks_ranked(session, seat.jury)
    track = asked_track(tracks)
    found = (
        queries.RankingPage([], 0)
        if waits
        else queries.ranking(
            session,
            seat.jury,
            actor,
            number=number,
            per_page=PER_PAGE,
            by_track=bool(tracks),
            track=track,
        )
    )
    return render_template(
        "juror/rankings/show.html",
        seat=seat,
        jury=seat.jury,
        votes=polls.giving(session, seat.jury.call_id, seat.jury.prize_fr),
        waits=waits,
        presides=seat.role is SeatRole.CHAIR,
        leads=seat.role is SeatRole.CHAIR and not seat.jury.closed_at,
        page=Page(rows=found.lines, number=number, per_page=PER_PAGE, total=found.of_all),
        tracks=tracks,
        track=track,
        found=found,
        how_it_ranks=how_it_ranks(seat.jury),
        pairs=pairs(found),
        sees_scores=not (queries.by_ballots(seat.jury) and unread(session, seat)),
        recused=bool(actor.recused_from),
        points=points,
        form=form,
        sees_bundle=bool(seat.jury.closed_at) and queries.sees_bundle(session, seat.jury.id, actor),
    )

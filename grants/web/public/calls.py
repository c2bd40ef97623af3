"""The calls: which are open, and all that one must know before applying to one."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.calls import queries
from grants.calls.award import AwardRule
from grants.calls.queries import Moment
from grants.calls.rules import is_public
from grants.reporting import figures
from grants.web import calls as telling
from grants.web.paging import asked_page, page_of
from grants.web.requests import now
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("calls", __name__, url_prefix="/appels")

AHEAD_MAX = 100
PAST_PER_PAGE = 20


@bp.get("")
@allow(Audience.PUBLIC, ANYONE)
def index(session: Session) -> ResponseReturnValue:
    """Open and coming calls as cards, then those that are over. Three statements."""
    ahead = queries.cards(now(), Moment.OPEN, Moment.UPCOMING).limit(AHEAD_MAX)
    cards = session.execute(ahead).all()
    past = page_of(
        session,
        queries.cards(now(), Moment.PAST),
        number=asked_page(),
        per_page=PAST_PER_PAGE,
    )
    return render_template(
        "public/calls/index.html",
        open_calls=[one for one in cards if one.moment == Moment.OPEN],
        upcoming=[one for one in cards if one.moment == Moment.UPCOMING],
        past=past,
        days_left=queries.days_left,
        telling=telling,
    )


@bp.get("/<slug>")
@allow(Audience.PUBLIC, is_public)
def show(session: Session, slug: str) -> ResponseReturnValue:
    """One call: eligibility, dates, documents, questions, how it is judged. Two statements."""
    call = queries.published(session, slug)
    moment = telling.moment_of(call, now())
    return render_template(
        "public/calls/show.html",
        call=call,
        form_document=call.current_revision.form if call.current_revision else None,
        moment=moment,
        outcomes=figures.outcomes(session, call.id) if moment == Moment.PAST else None,
        days=queries.days_left(call.closes_at, now()),
        dates=telling.calendar(call, now()),
        award=AwardRule.parse(call.award_rule),
        telling=telling,
    )

"""The front page."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.calls import queries
from grants.calls.queries import Moment
from grants.decisions import queries as decisions
from grants.decisions.queries import PublishedResult
from grants.web.calls import closing
from grants.web.public.filters import themes_of
from grants.web.public.words import worth
from grants.web.requests import now
from grants.web.routes import ANYONE, Audience, allow
from grants.web.wording import localized

bp = Blueprint("home", __name__)

CALLS_MAX = 6
RESULTS_MAX = 6


@bp.get("/")
@allow(Audience.PUBLIC, ANYONE)
def show(session: Session) -> ResponseReturnValue:
    """What this is for, which calls are open, who was chosen lately. Two statements."""
    calls = session.execute(queries.cards(now(), Moment.OPEN).limit(CALLS_MAX)).all()
    results = decisions.published_results(session, limit=RESULTS_MAX)
    return render_template(
        "public/home/show.html",
        calls=calls,
        results=[_card(one) for one in results],
        days_left=queries.days_left,
        closing=closing,
        worth=worth,
        themes_of=themes_of,
    )


def _card(result: PublishedResult) -> dict[str, object]:
    return {
        "title": result.title,
        "holder": result.organisation_name or "",
        "call_title": localized(result, "call_title"),
        "amount": result.amount,
        "unit": result.unit,
        "url": url_for("public.results.index", appel=result.call_slug),
    }

"""The calls: which are open, and all that one must know before applying to one."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import null
from sqlalchemy.orm import Session

from grants.applications import queries as applications
from grants.calls import discovery, queries
from grants.calls.discovery import Filters
from grants.calls.queries import Moment
from grants.calls.rules import is_public
from grants.web import calls as telling
from grants.web.paging import Page, asked_page
from grants.web.public import filters as asking
from grants.web.public.alerts import AlertForm
from grants.web.public.call_page import facts
from grants.web.public.words import worth
from grants.web.requests import now, visitor
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("calls", __name__, url_prefix="/appels")

PER_PAGE = 24


@bp.get("")
@allow(Audience.PUBLIC, ANYONE)
def index(session: Session) -> ResponseReturnValue:
    """Calls as one looks for them: what one can still do first. Three statements, or four."""
    filters = asking.asked()
    closed = discovery.closed_to(session, filters.applicant)
    tally = discovery.tally(session, filters, now=now(), closed=closed)
    number = asked_page()
    cut = discovery.found(filters, now=now(), closed=closed)
    rows = session.execute(cut.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    page = Page(rows=rows, number=number, per_page=PER_PAGE, total=_total(filters, tally))
    offered = discovery.offered(session)
    return render_template(
        "public/calls/index.html",
        page=page,
        groups=[(one, [row for row in rows if row.moment == one]) for one in Moment],
        filters=filters,
        asked=asking.told(filters, offered),
        offered=offered,
        tabs=_tabs(filters, tally),
        address=asking.address(filters),
        asking=asking,
        alert_form=AlertForm.about(filters),
        bad_amount=bool(request.args.get("montant", "").strip()) and filters.amount is None,
        days_left=queries.days_left,
        telling=telling,
        worth=worth,
    )


def _total(filters: Filters, tally: dict[Moment, int]) -> int:
    return tally[Moment(filters.moment)] if filters.moment else sum(tally.values())


def _tabs(
    filters: Filters, tally: dict[Moment, int]
) -> list[tuple[str, int, dict[str, str], bool]]:
    """The moments as (words, how many, address, whether it is this one)."""
    rest = asking.address(filters, moment=False)
    here = asking.address(filters).get("etat", "")
    counts = {"": sum(tally.values())} | {code: tally[one] for code, one in asking.MOMENTS.items()}
    return [
        (str(words), counts[code], {**rest, "etat": code} if code else rest, code == here)
        for code, words in asking.MOMENT_WORDS.items()
    ]


@bp.get("/<slug>")
@allow(Audience.PUBLIC, is_public)
def show(session: Session, slug: str) -> ResponseReturnValue:
    """One call: for whom, how much, when, with which documents, judged how."""
    who = visitor()
    begun = applications.draft_beside_call(who) if who else null()
    call, draft = queries.published_beside(session, slug, begun)
    return render_template("public/calls/show.html", draft=draft, **facts(session, call))

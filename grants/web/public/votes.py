"""Public votes: their pages, their results, their receipts."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.applications.proof import as_code
from grants.files.models import StoredFile
from grants.kernel.errors import Unknown
from grants.polls import counting, queries, voters
from grants.polls.models import Poll
from grants.web.downloads import send
from grants.web.paging import asked_page, page_of
from grants.web.public.ballots import BallotForm, CodeForm, rule_in_words
from grants.web.requests import now
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("votes", __name__, url_prefix="/votes")

PER_PAGE = 20


@bp.get("")
@allow(Audience.PUBLIC, ANYONE)
def index(session: Session) -> ResponseReturnValue:
    """Votes that are open, to come or over."""
    found = page_of(session, queries.public_list(), number=asked_page(), per_page=PER_PAGE)
    return render_template("public/votes/index.html", page=found, moment=moment)


@bp.get("/<slug>")
@allow(Audience.PUBLIC, ANYONE)
def show(session: Session, slug: str) -> ResponseReturnValue:
    """The projects; the ballot while one may vote; the results once counted."""
    return page(queries.published(session, slug), BallotForm.blank())


@bp.get("/<slug>/recu")
@allow(Audience.PUBLIC, ANYONE)
def ask_receipt(session: Session, slug: str) -> ResponseReturnValue:
    """Where the code of a receipt is typed."""
    return receipt_page(queries.published(session, slug), CodeForm(formdata=None))


@bp.post("/<slug>/recu")
@allow(Audience.PUBLIC, ANYONE)
def check_receipt(session: Session, slug: str) -> ResponseReturnValue:
    """Whether a ballot of that receipt is in the urn. Not an address: it is the ballot's key."""
    poll, form = queries.published(session, slug), CodeForm()
    if not form.validate():
        return receipt_page(poll, form), form.status
    code = as_code(form.code.data or "")
    is_in = bool(code) and queries.holds(session, poll.id, voters.receipt_of(code or ""))
    return receipt_page(poll, form, is_in=is_in)


@bp.get("/<slug>/bulletins.txt")
@allow(Audience.PUBLIC, ANYONE)
def receipts(session: Session, slug: str) -> ResponseReturnValue:
    """The SHA-256 of the receipt of every ballot counted, one a line."""
    poll = counted(session, slug)
    lines = "".join(f"{one}\n" for one in queries.receipts(session, poll.id))
    return Response(lines, mimetype="text/plain")


@bp.get("/<slug>/resultats.json")
@allow(Audience.PUBLIC, ANYONE)
def results(session: Session, slug: str) -> ResponseReturnValue:
    """The sealed result, for whoever wants to compute its seal again."""
    poll = counted(session, slug)
    return {
        "results": poll.results,
        "ballots_sha256": poll.ballots_sha256,
        "sha256": poll.results_sha256,
    }


@bp.get("/<slug>/images/<uuid:candidate_id>")
@allow(Audience.PUBLIC, ANYONE)
def picture(session: Session, slug: str, candidate_id: UUID) -> ResponseReturnValue:
    """The picture of a candidate."""
    poll = queries.published(session, slug)
    shown = {one.id: one.picture_id for one in poll.candidates}.get(candidate_id)
    stored = session.get(StoredFile, shown) if shown else None
    if stored is None:
        raise Unknown
    return send(stored)


def counted(session: Session, slug: str) -> Poll:
    """A poll whose results are there.

    Raises:
        Unknown: nothing is shown before the closing.
    """
    poll = queries.published(session, slug)
    if poll.results is None:
        raise Unknown
    return poll


def moment(poll: Poll) -> str:
    """Where a vote stands: upcoming, open, counting or counted."""
    if poll.closed_at is not None:
        return "counted"
    if now() < poll.opens_at:
        return "upcoming"
    return "open" if poll.is_open(now()) else "counting"


def page(poll: Poll, form: BallotForm) -> str:
    """The page of a vote."""
    return render_template(
        "public/votes/show.html",
        poll=poll,
        form=form,
        moment=moment(poll),
        rule=rule_in_words(poll),
        winners=counting.winners(poll.results) if poll.results else [],
    )


def receipt_page(poll: Poll, form: CodeForm, *, is_in: bool | None = None) -> str:
    """The page where receipts are checked; `is_in` None before anything was asked."""
    return render_template("public/votes/check.html", poll=poll, form=form, is_in=is_in)

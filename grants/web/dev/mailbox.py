"""The local mailbox: every mail that the embedded default did not send anywhere."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.kernel.errors import Unknown
from grants.web.maildir import Maildir
from grants.web.paging import Page, asked_page
from grants.web.requests import settings
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")

PER_PAGE = 50


def maildir() -> Maildir:
    """Where `laureat up` keeps the mails."""
    return Maildir(settings().var / "mailbox")


@bp.get("", strict_slashes=False)
@allow(Audience.PUBLIC, ANYONE)
def index(_session: Session) -> ResponseReturnValue:
    """Mails, newest first; those to or about something when `q` is given."""
    wanted, number = request.args.get("q", "").strip(), asked_page()
    kept = maildir()
    keys = kept.found(wanted) if wanted else kept.keys()
    rows = list(kept.letters(keys[(number - 1) * PER_PAGE : number * PER_PAGE]))
    page = Page(rows=rows, number=number, per_page=PER_PAGE, total=len(keys))
    return render_template("dev/mailbox/index.html", page=page)


@bp.get("/<key>")
@allow(Audience.PUBLIC, ANYONE)
def show(_session: Session, key: str) -> ResponseReturnValue:
    """One mail, as text."""
    letter = maildir().letter(key)
    if letter is None:
        raise Unknown
    return render_template("dev/mailbox/show.html", letter=letter)

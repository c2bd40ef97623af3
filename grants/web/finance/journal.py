"""The journal of a book: every entry, numbered and chained, latest first."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.ledger import queries, rules
from grants.web.finance.books import chosen
from grants.web.finance.words import OPERATION_WORDS
from grants.web.routes import Audience, allow

PER_PAGE = 50
NUMBER = re.compile(r"[1-9][0-9]{0,17}")

bp = Blueprint("journal", __name__, url_prefix="/journal")


@bp.get("")
@allow(Audience.FINANCE, rules.can_read)
def index(session: Session) -> ResponseReturnValue:
    """One page of entries, found by their number and never by counting."""
    book, books = chosen(session)
    asked = request.args.get("before", "")
    before = int(asked) if NUMBER.fullmatch(asked) else None
    found = queries.journal(session, book.id, before=before, limit=PER_PAGE + 1) if book else []
    return render_template(
        "finance/journal/index.html",
        book=book,
        books=books,
        entries=found[:PER_PAGE],
        older=found[PER_PAGE - 1].number if len(found) > PER_PAGE else None,
        newer=before is not None,
        words=OPERATION_WORDS,
    )

"""The envelopes of a year, as a picture and as a table."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.decisions.queries import held_by_envelope
from grants.ledger import queries, rules
from grants.ledger.report import WHEN_NOT_ZERO, totals
from grants.web.finance.books import chosen
from grants.web.finance.words import SECTIONS, UNITS
from grants.web.routes import Audience, allow

bp = Blueprint("envelopes", __name__, url_prefix="/enveloppes")


@bp.get("")
@allow(Audience.FINANCE, rules.can_read)
def index(session: Session) -> ResponseReturnValue:
    """What each envelope received, and where it stands."""
    book, books = chosen(session)
    lines = queries.envelopes(session, [book.funder_id], book.year) if book else []
    return render_template(
        "finance/envelopes/index.html",
        book=book,
        books=books,
        lines=lines,
        held=held_by_envelope(session, [one.id for one in lines]),
        totals=totals(lines),
        late=[name for name in WHEN_NOT_ZERO if any(getattr(one, name) for one in lines)],
        sections=SECTIONS,
        units=UNITS,
    )

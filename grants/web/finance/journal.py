"""The journal of a book: every entry, numbered and chained, latest first; and each of them."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.decisions.queries import award_names
from grants.decisions.queries.recused import recused_awards
from grants.kernel.errors import Unknown
from grants.ledger import queries, rules
from grants.ledger.queries import JournalEntry
from grants.web.finance.dating import chosen_on
from grants.web.finance.tables import Cell, quantity, table_file
from grants.web.finance.words import OPERATION_WORDS, STAGE_WORDS
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow

PER_PAGE = 50
NUMBER = re.compile(r"[1-9][0-9]{0,17}")

bp = Blueprint("journal", __name__, url_prefix="/journal")


@bp.get("")
@allow(Audience.FINANCE, rules.can_read)
def index(session: Session) -> ResponseReturnValue:
    """One page of entries, found by their number and never by counting."""
    book, books, on = chosen_on(session)
    asked = request.args.get("before", "")
    before = int(asked) if NUMBER.fullmatch(asked) else None
    found = (
        queries.journal(session, book.id, before=before, on=on.day, limit=PER_PAGE + 1)
        if book
        else []
    )
    return render_template(
        "finance/journal/index.html",
        book=book,
        books=books,
        on=on,
        entries=found[:PER_PAGE],
        older=found[PER_PAGE - 1].number if len(found) > PER_PAGE else None,
        newer=before is not None,
        words=OPERATION_WORDS,
    )


@bp.get("/journal.<any(csv, xlsx):style>")
@allow(Audience.FINANCE, rules.can_read)
def sheet(session: Session, style: str) -> ResponseReturnValue:
    """The whole journal as a file, one line per posting."""
    book, _books, on = chosen_on(session)
    if book is None:
        raise Unknown
    heads = [_("No."), _("Date"), _("Operation"), _("Reason"), _("Envelope"), _("Stage")]
    heads += [_("Amount"), _("Unit"), _("Award"), _("Hash")]
    rows: list[list[Cell]] = [
        [
            *(one.number, one.booked_on, str(OPERATION_WORDS[one.operation]), one.reason),
            *(leg.envelope, str(STAGE_WORDS[leg.stage]), quantity(leg.amount, leg.unit)),
            *(leg.unit.value, str(leg.award_id) if leg.award_id else None, one.hash),
        ]
        for one in _seen(session, queries.journal(session, book.id, on=on.day, limit=None))
        for leg in one.lines
    ]
    return table_file(style, f"journal-{book.year}", heads, rows)


@bp.get("/<uuid:book_id>/<int:number>")
@allow(Audience.FINANCE, rules.can_read)
def show(session: Session, book_id: UUID, number: int) -> ResponseReturnValue:
    """One entry: what it moved, where from and where to."""
    book = queries.readable_book(session, book_id, viewer=current_actor())
    if not 0 < number <= book.entries:
        raise Unknown
    (entry,) = _seen(session, [queries.journal_entry(session, book_id, number)])
    return render_template(
        "finance/journal/show.html",
        book=book,
        entry=entry,
        names=award_names(session, (leg.award_id for leg in entry.lines), viewer=current_actor()),
        words=OPERATION_WORDS,
        stage_words=STAGE_WORDS,
    )


def _seen(session: Session, entries: list[JournalEntry]) -> list[JournalEntry]:
    """The entries without the awards of which the viewer must see nothing."""
    hidden = recused_awards(session, viewer=current_actor())
    if not hidden:
        return entries
    return [
        replace(
            one,
            lines=tuple(
                replace(leg, award_id=None) if leg.award_id in hidden else leg for leg in one.lines
            ),
        )
        for one in entries
    ]

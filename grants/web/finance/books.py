"""Which book a page of finance is about: the one in the address, else the latest."""

from __future__ import annotations

from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from grants.kernel.errors import Unknown
from grants.ledger import queries
from grants.ledger.queries import BookLine
from grants.web.requests import current_actor


def chosen(session: Session) -> tuple[BookLine | None, list[BookLine]]:
    """The book that the address names by `book`, and all those to choose from. One statement.

    Without a choice it is the latest year that holds something; None when no book is open.

    Raises:
        Unknown: the address names no book, or none that the reader may know of.
    """
    books = queries.books(session, viewer=current_actor())
    asked = request.args.get("book", "")
    if not asked:
        used = [one for one in books if one.entries] or books
        return (used[0] if used else None), books
    try:
        wanted = UUID(asked)
    except ValueError:
        raise Unknown from None
    for one in books:
        if one.id == wanted:
            return one, books
    raise Unknown

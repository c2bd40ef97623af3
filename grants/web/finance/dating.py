"""The day as of which a page of finance is read, from the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import request
from sqlalchemy.orm import Session

from grants.ledger.queries import BookLine
from grants.web.finance.books import chosen

FORMATS = ("%d/%m/%Y", "%Y-%m-%d")
YEARS = range(1900, 3000)


@dataclass(frozen=True)
class AsOf:
    """The day asked for, as typed and as read; `wrong` when it is none."""

    text: str
    day: date | None

    @property
    def wrong(self) -> bool:
        """Whether something was typed that is no day."""
        return bool(self.text) and self.day is None

    @property
    def kept(self) -> dict[str, str]:
        """What links carry along."""
        return {"on": self.day.isoformat()} if self.day else {}


def as_of() -> AsOf:
    """The day that the address asks for; none means now."""
    text = request.args.get("on", "").strip()[:10]
    return AsOf(text, next((day for one in FORMATS if (day := _read(text, one))), None))


def _read(text: str, pattern: str) -> date | None:
    try:
        found = datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        return None
    return found if found.year in YEARS else None


def chosen_on(session: Session) -> tuple[BookLine | None, list[BookLine], AsOf]:
    """The book and the day that the address names. One statement."""
    return *chosen(session), as_of()

"""The trial balance of a year: every stage of every envelope, and what they add up to."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger import queries, rules
from grants.ledger.queries import TrialLine
from grants.web.finance.dating import chosen_on
from grants.web.finance.tables import quantity, table_file
from grants.web.finance.words import STAGE_WORDS, UNITS
from grants.web.routes import Audience, allow

bp = Blueprint("trial", __name__, url_prefix="/balance")


@bp.get("")
@allow(Audience.FINANCE, rules.can_read)
def show(session: Session) -> ResponseReturnValue:
    """What left and reached each stage up to a day, and what stood there."""
    book, books, on = chosen_on(session)
    lines = queries.trial_balance(session, book.id, on.day) if book else []
    return render_template(
        "finance/trial.html",
        book=book,
        books=books,
        on=on,
        lines=[one for one in lines if one.stages],
        sums=sums(lines),
        words=STAGE_WORDS,
        units=UNITS,
    )


@bp.get("/balance.<any(csv, xlsx):style>")
@allow(Audience.FINANCE, rules.can_read)
def sheet(session: Session, style: str) -> ResponseReturnValue:
    """The same as a file."""
    book, _books, on = chosen_on(session)
    if book is None:
        raise Unknown
    heads = [_("Envelope"), _("Unit"), _("Stage"), _("Out"), _("In"), _("Balance")]
    rows = [
        [one.line.label, one.line.unit.value, str(STAGE_WORDS[stage])]
        + [quantity(n, one.line.unit) for n in (turned.taken, turned.given, turned.balance)]
        for one in queries.trial_balance(session, book.id, on.day)
        for stage, turned in one.stages
    ]
    return table_file(style, f"balance-{book.year}", heads, rows)


def sums(lines: list[TrialLine]) -> list[tuple[Unit, int, int]]:
    """Unit by unit, all that left and all that was reached: the same, if the books are whole."""
    found = []
    for unit in Unit:
        turned = [two for one in lines if one.line.unit is unit for _stage, two in one.stages]
        if turned:
            found.append((unit, sum(two.taken for two in turned), sum(two.given for two in turned)))
    return found

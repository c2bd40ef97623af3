"""The envelopes of a year, as a picture and as a table; and the book of each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.decisions.queries import award_names, held_by_envelope
from grants.decisions.queries.recused import recused_awards
from grants.kernel.errors import Unknown
from grants.ledger import queries, rules
from grants.ledger.operations import Kind, Stage
from grants.ledger.queries import EnvelopeLine, LegRow, TrialLine
from grants.ledger.report import WHEN_NOT_ZERO, totals
from grants.web.finance.dating import AsOf, as_of, chosen_on
from grants.web.finance.tables import Cell, quantity, table_file
from grants.web.finance.words import (
    AUTHORISATION_WORDS,
    OPERATION_WORDS,
    SECTIONS,
    STAGE_WORDS,
    UNITS,
)
from grants.web.paging import NUMBER
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow

bp = Blueprint("envelopes", __name__, url_prefix="/enveloppes")
PER_PAGE = 50
DENSE = 200
"""An envelope that fewer than one posting in so many concerns is read by its accounts."""
HELD = ("voted", "available", "reserved", "committed", "ordered", "paid", *WHEN_NOT_ZERO)


@bp.get("")
@allow(Audience.FINANCE, rules.can_read)
def index(session: Session) -> ResponseReturnValue:
    """What each envelope received, and where it stands or stood on a day."""
    book, books, on = chosen_on(session)
    every = queries.lines_on(session, book.id, on.day) if book else []
    lines = [one for one in every if one.kind is Kind.ANNUAL]
    return render_template(
        "finance/envelopes/index.html",
        book=book,
        books=books,
        on=on,
        lines=lines,
        held=held_by_envelope(session, [one.id for one in lines]) if on.day is None else {},
        totals=totals(lines),
        late=[name for name in WHEN_NOT_ZERO if any(getattr(one, name) for one in lines)],
        sections=SECTIONS,
        units=UNITS,
    )


@bp.get("/enveloppes.<any(csv, xlsx):style>")
@allow(Audience.FINANCE, rules.can_read)
def sheet(session: Session, style: str) -> ResponseReturnValue:
    """The same as a file, authorisations included."""
    book, _books, on = chosen_on(session)
    if book is None:
        raise Unknown
    heads = [_l("Envelope"), _l("Section of the budget"), _l("Unit")]
    words = [STAGE_WORDS[Stage(name)] for name in HELD]
    rows = [
        [one.label, str(_section(one)), one.unit.value]
        + [quantity(getattr(one, name), one.unit) for name in HELD]
        for one in queries.lines_on(session, book.id, on.day)
    ]
    return table_file(style, f"enveloppes-{book.year}", [*heads, *words], rows)


@bp.get("/<uuid:envelope_id>/livre")
@allow(Audience.FINANCE, rules.can_read)
def book(session: Session, envelope_id: UUID) -> ResponseReturnValue:
    """Every posting of one envelope, or of one of its stages, latest first."""
    one, stage, on = _trial(session, envelope_id), _stage(), as_of()
    asked = request.args.get("before", "")
    before = int(asked) if NUMBER.fullmatch(asked) else None
    rows = _rows(session, one, stage, on, before=before, limit=PER_PAGE + 1)
    numbers = list(dict.fromkeys(row.number for row in rows))
    shown = [row for row in rows if row.number in numbers[:PER_PAGE]]
    return render_template(
        "finance/envelopes/book.html",
        line=one.line,
        stages=one.stages,
        stage=stage,
        on=on,
        rows=shown,
        names=award_names(session, (row.award_id for row in shown), viewer=current_actor()),
        older=numbers[PER_PAGE - 1] if len(numbers) > PER_PAGE else None,
        newer=before is not None,
        section=_section(one.line),
        stage_words=_stage_words(one.line),
        words=OPERATION_WORDS,
    )


@bp.get("/<uuid:envelope_id>/livre.<any(csv, xlsx):style>")
@allow(Audience.FINANCE, rules.can_read)
def book_sheet(session: Session, envelope_id: UUID, style: str) -> ResponseReturnValue:
    """The same as a file, whole."""
    one, stage, on = _trial(session, envelope_id), _stage(), as_of()
    heads = [_("No."), _("Date"), _("Operation"), _("Reason"), _("Stage"), _("Amount"), _("Award")]
    rows = _cells(_rows(session, one, stage, on, before=None, limit=None), one.line)
    return table_file(style, f"livre-{one.line.year}", heads, rows)


def _cells(rows: list[LegRow], line: EnvelopeLine) -> Iterator[list[Cell]]:
    for one in rows:
        words = str(OPERATION_WORDS[one.operation]), one.reason, str(STAGE_WORDS[one.stage])
        award = str(one.award_id) if one.award_id else None
        yield [one.number, one.booked_on, *words, quantity(one.amount, line.unit), award]


def _rows(
    session: Session,
    one: TrialLine,
    stage: Stage | None,
    on: AsOf,
    *,
    before: int | None,
    limit: int | None,
) -> list[LegRow]:
    hidden = recused_awards(session, viewer=current_actor())
    legs = sum(turned.legs for at, turned in one.stages if stage in {None, at})
    entries = queries.book(session, one.line.book_id).last_number
    rows = queries.leg_rows(
        session,
        one.line,
        stage=stage,
        on=on.day,
        before=before,
        sparse=legs * DENSE < entries,
        limit=limit,
    )
    return [replace(row, award_id=None) if row.award_id in hidden else row for row in rows]


def _trial(session: Session, envelope_id: UUID) -> TrialLine:
    """The envelope as it stood on the day asked for.

    Raises:
        Unknown: there is none that the viewer may know of.
    """
    place = queries.places(session, [envelope_id]).get(envelope_id)
    if place is None or not rules.can_read.holds(current_actor(), place):
        raise Unknown
    [found] = queries.trial_balance(session, place.book_id, as_of().day, envelope_id=envelope_id)
    return found


def _stage() -> Stage | None:
    asked = request.args.get("stage", "")
    return next((one for one in Stage if one.value == asked), None)


def _stage_words(line: EnvelopeLine) -> Mapping[Stage, object]:
    """What an authorisation carries is drawn into its years."""
    if line.kind is Kind.ANNUAL:
        return STAGE_WORDS
    return {**STAGE_WORDS, Stage.CARRIED: _("Drawn into the years")}


def _section(line: EnvelopeLine) -> object:
    words = AUTHORISATION_WORDS if line.kind is Kind.AUTHORISATION else SECTIONS
    return words[line.section]

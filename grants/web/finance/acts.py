"""The acts of a budget: credits given, taken back or moved, under a number and a date."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import StringField, ValidationError

from grants.calls.form.numbers import typed_decimal
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger import queries, rules, services
from grants.ledger.queries import BookLine, EnvelopeLine
from grants.ledger.rules import MOST
from grants.ledger.services import CreditLine
from grants.web.account.fields import stripped
from grants.web.finance.act_forms import ActForm
from grants.web.finance.dating import chosen_on
from grants.web.finance.tables import Cell, quantity, table_file
from grants.web.finance.words import ACT_WORDS, MARKS
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("acts", __name__, url_prefix="/actes")
PREFIX = "amount-"


@bp.get("")
@allow(Audience.FINANCE, rules.can_read)
def index(session: Session) -> ResponseReturnValue:
    """The acts of a year up to a day, the latest first."""
    book, books, on = chosen_on(session)
    return render_template(
        "finance/acts/index.html",
        book=book,
        books=books,
        on=on,
        acts=queries.acts(session, book.id, on.day) if book else [],
        keeps=bool(book) and rules.keeps_books.holds(current_actor(), book),
        kinds=ACT_WORDS,
    )


@bp.get("/actes.<any(csv, xlsx):style>")
@allow(Audience.FINANCE, rules.can_read)
def sheet(session: Session, style: str) -> ResponseReturnValue:
    """The same as a file, in euros."""
    book, _books, on = chosen_on(session)
    if book is None:
        raise Unknown
    heads = [_("Number"), _("Date"), _("Which act"), _("What it decides")]
    heads += [_("Given, in euros"), _("Taken back, in euros")]
    rows: list[list[Cell]] = [
        [
            *(one.number, one.dated_on, str(ACT_WORDS[one.kind]), one.label),
            *(quantity(one.given, Unit.EUR), quantity(one.taken, Unit.EUR)),
        ]
        for one in queries.acts(session, book.id, on.day)
    ]
    return table_file(style, f"actes-{book.year}", heads, rows)


@bp.get("/<uuid:act_id>")
@allow(Audience.FINANCE, rules.can_read)
def show(session: Session, act_id: UUID) -> ResponseReturnValue:
    """One act, and what it did to each envelope."""
    act = queries.readable_act(session, act_id, viewer=current_actor())
    return render_template(
        "finance/acts/show.html",
        act=act,
        book=queries.readable_book(session, act.book_id, viewer=current_actor()),
        lines=queries.act(session, act_id),
        kinds=ACT_WORDS,
    )


@bp.get("/annees/<uuid:book_id>/nouvel-acte")
@allow(Audience.FINANCE, rules.keeps_books)
def new(session: Session, book_id: UUID) -> ResponseReturnValue:
    """The form of an act: one amount for each envelope that it touches."""
    book = kept_book(session, book_id)
    lines = _lines(session, book)
    form = _form_of(lines)
    form.on.data = paris_date(now())
    return render_template("finance/acts/new.html", form=form, book=book, lines=lines)


@bp.post("/annees/<uuid:book_id>/nouvel-acte")
@allow(Audience.FINANCE, rules.keeps_books)
def create(session: Session, book_id: UUID) -> ResponseReturnValue:
    """Record it and book what it does."""
    book = kept_book(session, book_id)
    lines = _lines(session, book)
    form = _form_of(lines)
    if form.validate():
        credit = [CreditLine(one.id, _quantity(form, one)) for one in lines]
        with attempt(session, form) as tried:
            act = services.record_act(
                session, book_id, form.facts(), credit, actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The act is recorded and its credits are booked."), "success")
            return redirect(url_for(".show", act_id=act.id), 303)
    page = render_template("finance/acts/new.html", form=form, book=book, lines=lines)
    return page, form.status


def kept_book(session: Session, book_id: UUID) -> BookLine:
    """A book that the actor keeps.

    Raises:
        Unknown, Forbidden: they may not know of it, or keep no books.
    """
    book = queries.readable_book(session, book_id, viewer=current_actor())
    rules.keeps_books.require(current_actor(), book)
    return book


def _lines(session: Session, book: BookLine) -> list[EnvelopeLine]:
    return queries.envelopes(session, [book.funder_id], book.year)


def _form_of(lines: Sequence[EnvelopeLine]) -> Any:
    """The form with a box for each envelope, counted in its unit."""
    boxes: dict[str, Any] = {
        f"{PREFIX}{one.id}": StringField(
            one.label,
            filters=[stripped],
            validators=[readable_amount(one.unit)],
            render_kw={"inputmode": "text", "autocomplete": "off"},
        )
        for one in lines
    }
    form = type("ActOfLines", (ActForm,), boxes)()
    for one in lines:
        form[f"{PREFIX}{one.id}"].mark = MARKS[one.unit]
    return form


def readable_amount(unit: Unit) -> Any:
    """A validator of an optional amount of that unit, with a sign in front or none."""

    def check(_form: object, field: Any) -> None:
        text = str(field.data or "").replace("−", "-")
        if not text:
            return
        value = typed_decimal(text.lstrip("+-"), decimals=2 if unit is Unit.EUR else 0)
        if not isinstance(value, Decimal):
            raise ValidationError(_("Write an amount like 1 234,56 or −1 234,56."))
        if value * unit.scale > MOST:
            raise ValidationError(_("This amount is too large."))

    return check


def _quantity(form: Any, line: EnvelopeLine) -> int:
    text = str(form[f"{PREFIX}{line.id}"].data or "").replace("−", "-")
    if not text:
        return 0
    value = typed_decimal(text.lstrip("+-"), decimals=2)
    amount = int(Decimal(str(value)) * line.unit.scale)
    return -amount if text.startswith("-") else amount

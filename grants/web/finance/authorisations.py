"""Authorisations (AE, AP): what they hold, and what they promise to the coming years."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from grants.kernel.money import Unit
from grants.ledger import queries, rules, services
from grants.ledger.operations import Section
from grants.web.account.fields import options, required, stripped, typed
from grants.web.finance.acts import kept_book
from grants.web.finance.dating import chosen_on
from grants.web.finance.words import AUTHORISATION_WORDS
from grants.web.forms import Form, WholeField, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("authorisations", __name__, url_prefix="/autorisations")


class AuthorisationForm(Form):
    """An authorisation to open, from the year of its book to its last."""

    label = StringField(
        _l("Name of the programme"),
        filters=[stripped],
        validators=[
            *required(_l("Write the name of the programme.")),
            Length(max=120, message=_l("This name is too long.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    section = RadioField(
        _l("Which authorisation"),
        choices=options(AUTHORISATION_WORDS),
        default=Section.OPERATING.value,
        validators=[InputRequired(_l("Choose a section."))],
    )
    last_year = WholeField(
        _l("Last year that pays"),
        validators=[
            InputRequired(_l("Write a year in four digits.")),
            NumberRange(2000, 2100, _l("Write a year in four digits.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    nature_account = StringField(
        _l("Account by nature (M57)"),
        filters=[stripped],
        validators=[Length(max=12, message=_l("This account is too long."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


@bp.get("")
@allow(Audience.FINANCE, rules.can_read)
def index(session: Session) -> ResponseReturnValue:
    """The authorisations of a funder, now or on a day, and their promises as a picture."""
    book, books, on = chosen_on(session)
    lines = queries.authorisations(session, book.funder_id, on.day) if book else []
    promised = queries.promised(session, [one.id for one in lines], on.day)
    years = sorted({year for ones in promised.values() for year in ones})
    totals = {year: sum(ones.get(year, 0) for ones in promised.values()) for year in years}
    return render_template(
        "finance/authorisations/index.html",
        book=book,
        books=books,
        on=on,
        lines=lines,
        promised=promised,
        years=years,
        totals=totals,
        most=max(totals.values(), default=0),
        keeps=bool(book) and rules.keeps_books.holds(current_actor(), book),
        kinds=AUTHORISATION_WORDS,
    )


@bp.get("/annees/<uuid:book_id>/nouvelle")
@allow(Audience.FINANCE, rules.keeps_books)
def new(session: Session, book_id: UUID) -> ResponseReturnValue:
    """The form of an authorisation to open."""
    book = kept_book(session, book_id)
    return render_template("finance/authorisations/new.html", form=AuthorisationForm(), book=book)


@bp.post("/annees/<uuid:book_id>/nouvelle")
@allow(Audience.FINANCE, rules.keeps_books)
def create(session: Session, book_id: UUID) -> ResponseReturnValue:
    """Open it, without a ceiling yet: an act votes that."""
    book = kept_book(session, book_id)
    form = AuthorisationForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.open_envelope(
                session,
                book_id,
                label=typed(form.label),
                unit=Unit.EUR,
                section=Section(typed(form.section)),
                nature_account=form.nature_account.data,
                last_year=form.last_year.data,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The authorisation is open. Give it its ceiling by an act."), "success")
            return redirect(url_for("finance.acts.new", book_id=book_id), 303)
    page = render_template("finance/authorisations/new.html", form=form, book=book)
    return page, form.status

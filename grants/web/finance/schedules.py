"""What awards of several years are promised year by year: read line by line, and rescheduled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import StringField

from grants.agreements import queries as agreements
from grants.calls.form.numbers import typed_decimal
from grants.decisions.queries import award_names
from grants.decisions.queries.recused import recused_awards
from grants.kernel.access import FunderRole
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger import queries, rules, services
from grants.ledger.operations import Kind
from grants.ledger.queries import EnvelopeLine, Year
from grants.web.account.fields import stripped, typed
from grants.web.finance.acts import readable_amount
from grants.web.finance.dating import as_of
from grants.web.finance.forms import a_key, a_reason, an_act_day
from grants.web.finance.tables import Cell, quantity, table_file
from grants.web.forms import Form, attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("schedules", __name__)
PER_PAGE = 50
PREFIX = "year_"
YEAR = re.compile(r"[0-9]{4}")
OPENS = (FunderRole.OFFICER, FunderRole.ELECTED, FunderRole.AUDITOR)
"""Who opens the page of an agreement."""


class ScheduleForm(Form):
    """The day and the reason of another schedule; a box for each year is added to it."""

    on = an_act_day()
    reason = a_reason(
        _l("Why the years change"),
        description=_l("For example: amendment 1 to the agreement, works put off to 2020."),
        missing=_l("Write why the years change."),
    )
    key = a_key()


@bp.get("/autorisations/<uuid:envelope_id>/promesses")
@allow(Audience.FINANCE, rules.can_read)
def index(session: Session, envelope_id: UUID) -> ResponseReturnValue:
    """The promises that make up a year of an authorisation, or all of its years."""
    viewer, on = current_actor(), as_of()
    line = queries.readable_line(session, envelope_id, viewer=viewer)
    if line.kind is not Kind.AUTHORISATION:
        raise Unknown
    asked = request.args.get("year", "")
    year = int(asked) if YEAR.fullmatch(asked) else None
    hidden = recused_awards(session, viewer=viewer)
    statement = queries.promises(line.id, year=year, on=on.day, hidden=hidden)
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    names = award_names(session, [one.award_id for one in found.rows], viewer=viewer)
    return render_template(
        "finance/schedules/index.html", line=line, year=year, on=on, page=found, names=names
    )


@bp.get("/attributions/<uuid:award_id>/echeancier")
@allow(Audience.FINANCE, rules.can_read)
def show(session: Session, award_id: UUID) -> ResponseReturnValue:
    """The years of an award now or on a day, what made them, and the form of other years."""
    place, years = _readable(session, award_id)
    form = _form_of(place, years)
    if not form.is_submitted():
        form.on.data = paris_date(now())
        form.key.data = str(uuid4())
    return _page(session, award_id, place, years, form)


@bp.get("/attributions/<uuid:award_id>/echeancier.<any(csv, xlsx):style>")
@allow(Audience.FINANCE, rules.can_read)
def sheet(session: Session, award_id: UUID, style: str) -> ResponseReturnValue:
    """The years of an award as a file."""
    place, years = _readable(session, award_id)
    heads = [_("Year"), _("Promised"), _("Drawn"), _("Left to draw"), _("Unit")]
    rows: list[list[Cell]] = [
        [
            one.year,
            *(quantity(n, place.unit) for n in (one.planned, one.drawn, one.left)),
            place.unit.value,
        ]
        for one in years
    ]
    return table_file(style, f"echeancier-{str(award_id)[:8]}", heads, rows)


@bp.post("/attributions/<uuid:award_id>/echeancier")
@allow(Audience.FINANCE, rules.keeps_books)
def reschedule(session: Session, award_id: UUID) -> ResponseReturnValue:
    """Promise the award's whole amount to other years."""
    place, years = _readable(session, award_id)
    rules.keeps_books.require(current_actor(), place)
    form = _form_of(place, years)
    if form.validate():
        with attempt(session, form) as tried:
            services.reschedule(
                session,
                award_id,
                _wanted(form, place),
                key=f"reschedule:{current_actor().id}:{form.key.data or uuid4()}",
                on=form.on.data or paris_date(now()),
                reason=typed(form.reason),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The payment credits are promised to these years."), "success")
            return redirect(url_for(".show", award_id=award_id), 303)
    return _page(session, award_id, place, years, form), form.status


def _readable(session: Session, award_id: UUID) -> tuple[EnvelopeLine, list[Year]]:
    """The authorisation on which an award lies, and the award's years on the day asked for.

    Raises:
        Unknown: it lies on none that the viewer may know of.
    """
    home = queries.authorisation_of(session, award_id)
    if home is None or award_id in recused_awards(session, viewer=current_actor()):
        raise Unknown
    line = queries.readable_line(session, home, viewer=current_actor())
    return line, queries.schedule_of(session, award_id, as_of().day)


def _page(
    session: Session, award_id: UUID, place: EnvelopeLine, years: list[Year], form: Any
) -> str:
    viewer, on = current_actor(), as_of()
    statement = queries.promises_of(award_id, on.day)
    return render_template(
        "finance/schedules/show.html",
        award_id=award_id,
        name=award_names(session, [award_id], viewer=viewer).get(award_id),
        place=place,
        on=on,
        years=years,
        whole=sum(one.planned for one in years),
        page=page_of(session, statement, number=asked_page(), per_page=PER_PAGE),
        agreement=agreements.number_for(session, award_id, viewer=viewer),
        form=form,
        opens=place.funder_id in viewer.funders_as(*OPENS),
        keeps=on.day is None and rules.keeps_books.holds(viewer, place),
    )


def _form_of(place: EnvelopeLine, years: list[Year]) -> Any:
    """The form with a box for each year of the authorisation, holding what it is promised."""
    planned: Mapping[int, int] = {one.year: one.planned for one in years}
    boxes = {
        f"{PREFIX}{year}": StringField(
            str(year),
            filters=[stripped],
            default=_written(planned.get(year, 0)),
            validators=[readable_amount(Unit.EUR)],
            render_kw={"inputmode": "decimal", "autocomplete": "off"},
        )
        for year in _span(place)
    }
    return type("ScheduleOfYears", (ScheduleForm,), boxes)()


def _wanted(form: Any, place: EnvelopeLine) -> dict[int, int]:
    found = {year: str(form[f"{PREFIX}{year}"].data or "") for year in _span(place)}
    return {
        year: int(Decimal(str(typed_decimal(text, decimals=2))) * 100)
        for year, text in found.items()
        if text
    }


def _span(place: EnvelopeLine) -> range:
    return range(place.year, (place.last_year or place.year) + 1)


def _written(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}" if cents else ""

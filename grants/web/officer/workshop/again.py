"""The same call again: its next edition, or a file for another authority."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from grants.calls import queries, rules, workbench
from grants.calls.exchange import exported
from grants.calls.models import Call
from grants.calls.services.copying import clone
from grants.calls.shifting import Shift, next_edition, shifted_instant
from grants.kernel.clock import paris_date
from grants.web.forms import Form, attempt
from grants.web.officer.call_forms import slug_field
from grants.web.officer.workshop.settings import rights
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("again", __name__)


class EditionForm(Form):
    """Where the next edition is found, and how its dates follow."""

    slug = slug_field()
    by = RadioField(
        _l("Move the dates"),
        choices=[
            SelectChoice(Shift.WEEKDAYS.value, _l("by 52 weeks, keeping the days of the week")),
            SelectChoice(Shift.YEAR.value, _l("by a year, keeping the days of the month")),
        ],
        default=Shift.WEEKDAYS.value,
    )


@bp.get("/suite")
@allow(Audience.OFFICER, rules.leads)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """What comes along in the next edition, and what does not."""
    call = written(session, call_id)
    year = paris_date(call.opens_at).year
    return page(call, EditionForm(data={"slug": next_edition(call.slug, year)}))


@bp.post("/suite")
@allow(Audience.OFFICER, rules.leads)
def make(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Make the next edition, as a draft."""
    call = written(session, call_id)
    form = EditionForm()
    if form.validate():
        with attempt(session, form) as tried:
            made = clone(
                session,
                call_id,
                slug=form.slug.data or "",
                by=Shift(form.by.data),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The next edition is ready to be read again. Choose its envelopes."))
            return redirect(url_for("officer.workshop.overview.show", call_id=made.id), 303)
        call = written(session, call_id)
    return page(call, form), form.status


@bp.get("/export.yaml")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def export(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The call as one file: no person in it, no secret, no envelope."""
    call = queries.written(session, call_id, viewer=current_actor())
    revision = workbench.newest_revision(session, call_id)
    answer = Response(exported(call, revision.form, revision.document), mimetype="text/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{call.slug}.yaml"'
    return answer


def written(session: Session, call_id: UUID) -> Call:
    """The call, for its author.

    Raises:
        Forbidden: the reader is not an officer of the lead funder.
    """
    call = queries.written(session, call_id, viewer=current_actor())
    rules.leads.require(current_actor(), call)
    return call


def page(call: Call, form: EditionForm) -> str:
    """The page of the next edition, with the window that each way of moving dates gives."""
    windows = {
        by.value: (
            shifted_instant(call.opens_at, by),
            shifted_instant(call.closes_at, by) if call.closes_at else None,
        )
        for by in Shift
    }
    return render_template(
        "officer/workshop/again.html", call=call, form=form, windows=windows, **rights(call)
    )

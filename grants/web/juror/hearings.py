"""A member's hearings: when they can come, and whom they hear."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from grants.calls.models import StageKind
from grants.juries import queries as juries
from grants.juries import rules
from grants.juries.hearings import queries, services
from grants.juries.hearings.models import HearingPlan
from grants.juries.hearings.queries import PlanLine
from grants.juries.hearings.slots import halves_of
from grants.juries.hearings.world import hours_of, plan_of
from grants.juries.models import Seat
from grants.kernel.errors import Unknown
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.juror.hearing_words import STANDS, half, weekday
from grants.web.paging import Page, asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

PER_PAGE = 100

bp = Blueprint("hearings", __name__, url_prefix="/<uuid:jury_id>/auditions")


class AvailabilityForm(Form):
    """Half-days at which one can come."""

    halves = SelectMultipleField(
        _l("I can come"),
        description=_l("Tick nothing if you can come at no time."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, plan: HearingPlan) -> AvailabilityForm:
        """What the jury asks about."""
        asked = halves_of(hours_of(plan))
        self.halves.choices = [SelectChoice(one, half(one)) for one in asked]
        return self


@bp.get("")
@allow(Audience.JUROR, rules.sits)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """One's days of hearings, and when one can come."""
    seat = hearing_seat(session, jury_id)
    return page(session, seat, plan_of(session, jury_id), None)


@bp.post("/disponibilites")
@allow(Audience.JUROR, rules.sits)
def say(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Say when one can come."""
    seat = hearing_seat(session, jury_id)
    plan, form = plan_of(session, jury_id), AvailabilityForm()
    form.halves.choices = []
    if plan:
        form.offer(plan)
    if form.validate():
        with attempt(session, form) as tried:
            services.say_availability(
                session, jury_id, form.halves.data or [], actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The service knows when you can come."), "success")
            return redirect(url_for(".show", jury_id=jury_id), 303)
    return page(session, seat, plan, form), form.status


@bp.get("/dossiers/<uuid:application_id>/reponse")
@allow(Audience.JUROR, rules.sits)
def document(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """The document of an applicant's reply."""
    actor = current_actor()
    return send(queries.reply_document(session, jury_id, application_id, actor, who="juror"))


def hearing_seat(session: Session, jury_id: UUID) -> Seat:
    """One's seat on a jury that hears.

    Raises:
        Unknown: one has none there, or the jury hears nobody.
    """
    seat = juries.own_seat(session, jury_id, current_actor())
    if seat.jury.stage.kind is not StageKind.HEARING:
        raise Unknown
    return seat


def page(
    session: Session, seat: Seat, plan: HearingPlan | None, form: AvailabilityForm | None
) -> str:
    """The hearings as a page."""
    said = queries.own_availability(session, seat)
    statement = queries.own_plan(seat, current_actor())
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    if form is None:
        form = AvailabilityForm(formdata=None, halves=said or [])
    if plan:
        form.offer(plan)
    return render_template(
        "juror/hearings/show.html",
        jury=seat.jury,
        plan=plan,
        form=form,
        said=said,
        page=Page([PlanLine(*row) for row in found.rows], found.number, PER_PAGE, found.total),
        stands=STANDS,
        weekday=weekday,
    )

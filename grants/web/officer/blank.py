"""A call made out of nothing: what must be said before its workshop opens."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from grants.calls import queries, rules
from grants.calls.models import PREFIX_PATTERN, CallKind
from grants.calls.services.blank import Beginnings, make_blank
from grants.kernel.clock import paris_date
from grants.kernel.money import Unit
from grants.web import calls as telling
from grants.web.forms import attempt
from grants.web.officer.call_forms import WindowForm, lead_field, offer_leads, slug_field
from grants.web.officer.calls import require_maker
from grants.web.officer.workshop import words
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("blank", __name__, url_prefix="/appels/page-blanche")

UNITS = (
    (Unit.EUR.value, _l("Euros")),
    (Unit.SQUARE_METRE.value, _l("Square metres")),
    (Unit.HOUR.value, _l("Hours")),
)


class BlankForm(WindowForm):
    """Title, sort, lead and dates; the address and the numbers follow from the title."""

    title_fr = StringField(
        _l("Title of the call"),
        description=_l("With its edition when it comes back every year: “Courts-circuits 2019”."),
        validators=[InputRequired(_l("Write the title of the call.")), Length(max=150)],
    )
    title_en = StringField(
        _l("Title in English"),
        description=_l("Left empty, the French one is shown."),
        validators=[Length(max=150)],
    )
    kind = SelectField(_l("What it is"))
    unit = SelectField(_l("What it gives is counted in"), choices=words.offered(UNITS))
    lead = lead_field()
    slug = slug_field(
        _l("Left empty, it is taken from the title: /appels/courts-circuits-2019."),
        may_be_empty=True,
    )
    number_prefix = StringField(
        _l("Beginning of the applications’ numbers"),
        description=_l("Left empty, it is taken from the title: CC gives CC-2019-0001."),
        validators=[
            Optional(),
            Length(max=12),
            Regexp(PREFIX_PATTERN, message=_l("Only capitals, digits and hyphens.")),
        ],
    )


@bp.get("")
@allow(Audience.OFFICER, rules.leads)
def new(session: Session) -> ResponseReturnValue:
    """The little that a call cannot begin without."""
    require_maker()
    return page(filled(session))


@bp.post("")
@allow(Audience.OFFICER, rules.leads)
def create(session: Session) -> ResponseReturnValue:
    """Make it, and open its workshop."""
    form = filled(session)
    if form.validate():
        opens_at, closes_at = form.window
        begun = Beginnings(
            title_fr=words.one_line(form.title_fr.data),
            title_en=words.one_line(form.title_en.data),
            kind=CallKind(form.kind.data),
            unit=Unit(form.unit.data),
            opens_at=opens_at,
            closes_at=closes_at,
            slug=form.slug.data or "",
            number_prefix=form.number_prefix.data or "",
        )
        with attempt(session, form) as tried:
            call = make_blank(
                session, UUID(form.lead.data), begun, actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The call is begun. Write its form here."), "success")
            return redirect(url_for("officer.workshop.outline.show", call_id=call.id), 303)
    return page(form), form.status


def filled(session: Session) -> BlankForm:
    """The form, with the authorities that the reader works for."""
    form = BlankForm(data={"opens_at": paris_date(now())})
    form.kind.choices = words.offered((kind.value, telling.KINDS[kind]) for kind in CallKind)
    offer_leads(form.lead, queries.led_funders(session, viewer=current_actor()))
    return form


def page(form: BlankForm) -> str:
    """The page."""
    return render_template("officer/calls/blank.html", form=form)

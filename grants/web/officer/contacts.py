"""Contact points: who receives the files of which places and sectors, as they come in."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from grants.appraisal import rules
from grants.appraisal.queries import sorting
from grants.appraisal.services import contact_points
from grants.appraisal.services.contact_points import Written
from grants.web.forms import Form, attempt
from grants.web.officer.sorting import funders
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow

bp = Blueprint("contacts", __name__, url_prefix="/contacts")
PLACE = re.compile(r"\d[0-9AB]\d{0,3}")
SECTOR = re.compile(r"[a-z][a-z0-9_-]{0,39}")
MANY = 60


class ContactForm(Form):
    """What a contact point says."""

    label = StringField(
        _l("Name of the contact point"),
        description=_l("For example: Mulhouse basin, food sector."),
        validators=[
            InputRequired(_l("Give the contact point a name.")),
            Length(max=120, message=_l("Write %(max)d characters at most.")),
        ],
    )
    person = SelectField(_l("Officer"))
    communes = StringField(
        _l("Places"),
        description=_l("INSEE codes, or their beginnings: 68224, 67. Nothing: everywhere."),
    )
    sectors = StringField(
        _l("Sectors"),
        description=_l("Keys of tracks or themes: food, digital. Nothing: all of them."),
    )

    def validate_communes(self, control: StringField) -> None:
        """Refuse what is no code, instead of leaving it out."""
        require(PLACE, parts((control.data or "").upper()))

    def validate_sectors(self, control: StringField) -> None:
        """Refuse what is no key."""
        require(SECTOR, parts((control.data or "").lower()))

    @property
    def written(self) -> Written:
        """What was typed, once it is valid."""
        return Written(
            label=self.label.data or "",
            person_id=UUID(self.person.data),
            communes=parts((self.communes.data or "").upper()),
            sectors=parts((self.sectors.data or "").lower()),
        )


class NewContactForm(ContactForm):
    """The same for a new one, of one of my authorities."""

    funder = SelectField(_l("Authority"))


@bp.get("")
@allow(Audience.OFFICER, rules.reads_contact_points)
def index(session: Session) -> ResponseReturnValue:
    """The contact points, in the order in which they are tried."""
    return page(session, NewContactForm())


@bp.post("")
@allow(Audience.OFFICER, rules.keeps_contact_points)
def add(session: Session) -> ResponseReturnValue:
    """Add one."""
    form = offered(session, NewContactForm())
    if form.validate():
        with attempt(session, form) as tried:
            contact_points.add(session, UUID(form.funder.data), form.written, actor=current_actor())
        if not tried.refused:
            flash(_("The contact point is added: it takes the files to come."), "success")
            return redirect(url_for(".index"), 303)
    return page(session, form), form.status


@bp.get("/<uuid:rule_id>")
@allow(Audience.OFFICER, rules.keeps_contact_points)
def edit(session: Session, rule_id: UUID) -> ResponseReturnValue:
    """One of them, to be written anew."""
    rule = sorting.contact_point(session, rule_id, current_actor())
    kept = {
        "label": rule.label,
        "person": str(rule.person_id),
        "communes": ", ".join(rule.communes),
        "sectors": ", ".join(rule.sectors),
    }
    return edit_page(rule, offered(session, ContactForm(data=kept)))


@bp.post("/<uuid:rule_id>")
@allow(Audience.OFFICER, rules.keeps_contact_points)
def change(session: Session, rule_id: UUID) -> ResponseReturnValue:
    """Write it anew."""
    rule = sorting.contact_point(session, rule_id, current_actor())
    form = offered(session, ContactForm())
    if form.validate():
        with attempt(session, form) as tried:
            contact_points.change(session, rule_id, form.written, actor=current_actor())
        if not tried.refused:
            flash(_("The contact point is changed: it takes the files to come."), "success")
            return redirect(url_for(".index"), 303)
    return edit_page(rule, form), form.status


@bp.post("/<uuid:rule_id>/ordre")
@allow(Audience.OFFICER, rules.keeps_contact_points)
def move(session: Session, rule_id: UUID) -> ResponseReturnValue:
    """Try it sooner or later than its neighbour."""
    down = request.form.get("direction") == "down"
    contact_points.move(session, rule_id, down=down, actor=current_actor())
    return redirect(url_for(".index", _anchor=f"r-{rule_id}"), 303)


@bp.post("/<uuid:rule_id>/retrait")
@allow(Audience.OFFICER, rules.keeps_contact_points)
def remove(session: Session, rule_id: UUID) -> ResponseReturnValue:
    """Remove one, unless files that came by it are in hand."""
    form = Form()
    with attempt(session, form) as tried:
        contact_points.remove(session, rule_id, actor=current_actor())
    if tried.refused:
        return page(session, NewContactForm(formdata=None), refused=form), form.status
    flash(_("The contact point is removed."), "success")
    return redirect(url_for(".index"), 303)


def page(session: Session, form: NewContactForm, *, refused: Form | None = None) -> str:
    """The contact points, with the form of a new one."""
    actor = current_actor()
    return render_template(
        "officer/contacts/index.html",
        points=sorting.contact_points(session, actor),
        in_hand=sorting.in_hand(session, actor),
        mine={one for one, _name in sorting.own_funders(session, actor)},
        form=offered(session, form),
        refused=refused,
    )


def edit_page(rule: Any, form: ContactForm) -> str:
    """One contact point."""
    return render_template("officer/contacts/edit.html", rule=rule, form=form)


def offered(session: Session, form: Any) -> Any:
    """The form, with the authorities and the officers to choose from."""
    if "funder" in form:
        form.funder.choices = funders(session)
    form.person.choices = [
        (str(one), name) for one, name in sorting.officers(session, current_actor())
    ]
    return form


def parts(typed: str) -> list[str]:
    """The codes in a line of text, each once."""
    return [one for one in dict.fromkeys(re.split(r"[\s,;]+", typed.strip())) if one]


def require(pattern: re.Pattern[str], written: list[str]) -> None:
    """Refuse the first part that is no code, and more of them than one can read.

    Raises:
        ValidationError: with the part.
    """
    wrong = next((one for one in written if not pattern.fullmatch(one)), None)
    if wrong is not None:
        raise ValidationError(_("“%(text)s” is not a code that can stand here.", text=wrong[:40]))
    if len(written) > MANY:
        raise ValidationError(_("Write %(max)d codes at most.", max=MANY))

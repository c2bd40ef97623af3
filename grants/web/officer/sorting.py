"""Labels, contact points, the workload: how an authority shares out its files."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import InputRequired, Length

from grants.appraisal import rules
from grants.appraisal.queries import sorting
from grants.appraisal.services import labels, referents
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("sorting", __name__)
TONES = (
    ("neutral", _l("Grey")),
    ("info", _l("Blue")),
    ("success", _l("Green")),
    ("warning", _l("Orange")),
    ("danger", _l("Red")),
)
PLACE = re.compile(r"\d[0-9AB]\d{0,3}")
SECTOR = re.compile(r"[a-z][a-z0-9_-]{0,39}")
MANY = 60


class LabelForm(Form):
    """A new label."""

    funder = SelectField(_l("Authority"))
    name = StringField(
        _l("Label of files"),
        validators=[
            InputRequired(_l("Give the label a name.")),
            Length(max=40, message=_l("Write %(max)d characters at most.")),
        ],
    )
    tone = SelectField(_l("Colour"), choices=[SelectChoice(*one) for one in TONES])


class ContactForm(Form):
    """A new contact point."""

    funder = SelectField(_l("Authority"))
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


@bp.get("/charge")
@allow(Audience.OFFICER, rules.reads_contact_points)
def workload(session: Session) -> ResponseReturnValue:
    """Who follows how much."""
    loads = sorting.workload(session, current_actor(), now=now())
    most = max((one.open for one in loads), default=0)
    return render_template("officer/sorting/workload.html", loads=loads, most=most or 1)


@bp.get("/contacts")
@allow(Audience.OFFICER, rules.reads_contact_points)
def contacts(session: Session) -> ResponseReturnValue:
    """The contact points, in the order in which they are tried."""
    return contacts_page(session, ContactForm())


@bp.post("/contacts")
@allow(Audience.OFFICER, rules.keeps_contact_points)
def add_contact(session: Session) -> ResponseReturnValue:
    """Add one."""
    form = ContactForm()
    offer(session, form)
    if form.validate():
        with attempt(session, form) as tried:
            referents.add_contact_point(
                session,
                UUID(form.funder.data),
                label=form.label.data or "",
                person_id=UUID(form.person.data),
                communes=found(PLACE, (form.communes.data or "").upper()),
                sectors=found(SECTOR, (form.sectors.data or "").lower()),
                actor=current_actor(),
            )
        if not tried.refused:
            flash(_("The contact point is added: it takes the files to come."), "success")
            return redirect(url_for(".contacts"), 303)
    return contacts_page(session, form), form.status


@bp.post("/contacts/<uuid:rule_id>/retrait")
@allow(Audience.OFFICER, rules.keeps_contact_points)
def remove_contact(session: Session, rule_id: UUID) -> ResponseReturnValue:
    """Remove one; its files stay where they are."""
    referents.remove_contact_point(session, rule_id, actor=current_actor())
    flash(_("The contact point is removed."), "success")
    return redirect(url_for(".contacts"), 303)


@bp.get("/etiquettes")
@allow(Audience.OFFICER, rules.reads_labels)
def index(session: Session) -> ResponseReturnValue:
    """The labels."""
    return labels_page(session, LabelForm())


@bp.post("/etiquettes")
@allow(Audience.OFFICER, rules.keeps_labels)
def make(session: Session) -> ResponseReturnValue:
    """Make one."""
    form = LabelForm()
    form.funder.choices = funders(session)
    if form.validate():
        with attempt(session, form) as tried:
            labels.make_label(
                session,
                UUID(form.funder.data),
                name=form.name.data or "",
                tone=form.tone.data,
                actor=current_actor(),
            )
        if not tried.refused:
            return redirect(url_for(".index"), 303)
    return labels_page(session, form), form.status


@bp.post("/etiquettes/<uuid:label_id>/retrait")
@allow(Audience.OFFICER, rules.keeps_labels)
def drop(session: Session, label_id: UUID) -> ResponseReturnValue:
    """Take one away, off every file."""
    labels.drop_label(session, label_id, actor=current_actor())
    flash(_("The label is gone."), "success")
    return redirect(url_for(".index"), 303)


def contacts_page(session: Session, form: ContactForm) -> str:
    """The contact points, with the form of a new one."""
    offer(session, form)
    points = sorting.contact_points(session, current_actor())
    return render_template("officer/sorting/contacts.html", points=points, form=form)


def labels_page(session: Session, form: LabelForm) -> str:
    """The labels, with the form of a new one."""
    form.funder.choices = funders(session)
    rows = sorting.labels(session, current_actor())
    return render_template("officer/sorting/labels.html", rows=rows, form=form)


def offer(session: Session, form: ContactForm) -> None:
    """The authorities and the officers to choose from."""
    form.funder.choices = funders(session)
    form.person.choices = [
        (str(one), name) for one, name in sorting.officers(session, current_actor())
    ]


def funders(session: Session) -> list[tuple[str, str]]:
    """The authorities that one is an officer of."""
    return [(str(one), name) for one, name in sorting.own_funders(session, current_actor())]


def found(pattern: re.Pattern[str], typed: str) -> list[str]:
    """The codes in a line of text, each once; what is none is left out."""
    parts = re.split(r"[\s,;]+", typed.strip())
    return list(dict.fromkeys(one for one in parts if pattern.fullmatch(one)))[:MANY]

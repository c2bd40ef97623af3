"""Labels and the workload: how an authority sorts and shares out its files."""

from __future__ import annotations

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
from grants.appraisal.services import labels
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


@bp.get("/charge")
@allow(Audience.OFFICER, rules.reads_contact_points)
def workload(session: Session) -> ResponseReturnValue:
    """Who follows how much."""
    loads = sorting.workload(session, current_actor(), now=now())
    most = max((one.open for one in loads), default=0)
    return render_template("officer/sorting/workload.html", loads=loads, most=most or 1)


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


def labels_page(session: Session, form: LabelForm) -> str:
    """The labels, with the form of a new one."""
    form.funder.choices = funders(session)
    rows = sorting.labels(session, current_actor())
    return render_template("officer/sorting/labels.html", rows=rows, form=form)


def funders(session: Session) -> list[tuple[str, str]]:
    """The authorities that one is an officer of."""
    return [(str(one), name) for one, name in sorting.own_funders(session, current_actor())]

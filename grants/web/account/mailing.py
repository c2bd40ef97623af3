"""How often one is written to about the files one follows."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag

from grants.appraisal.models import Pace
from grants.appraisal.queries.file import preference
from grants.appraisal.services.conversing import choose_pace
from grants.web.forms import Form
from grants.web.requests import current_actor
from grants.web.routes import SIGNED_IN, Audience, allow

bp = Blueprint("mailing", __name__, url_prefix="/courriels")
PACES = (
    SelectChoice(Pace.DAILY.value, _l("Once a day, when something is new")),
    SelectChoice(Pace.AT_ONCE.value, _l("At each message")),
    SelectChoice(Pace.NEVER.value, _l("Never: I look at the site myself")),
)


class PaceForm(Form):
    """How often."""

    pace = RadioField(_l("When somebody writes to you about a file"), choices=PACES)


@bp.get("")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def show(session: Session) -> ResponseReturnValue:
    """What one chose."""
    form = PaceForm()
    kept = preference(session, current_actor())
    form.pace.data = (kept.pace if kept else Pace.DAILY).value
    return render_template("account/mailing/show.html", form=form)


@bp.post("")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def save(session: Session) -> ResponseReturnValue:
    """Choose."""
    form = PaceForm()
    if form.validate():
        choose_pace(session, Pace(form.pace.data), actor=current_actor())
        flash(_("Your choice is kept."), "success")
        return redirect(url_for(".show"), 303)
    return render_template("account/mailing/show.html", form=form), form.status

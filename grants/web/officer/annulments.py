"""An executory act that was annulled: each award with its effect, then one signature."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from grants.decisions import queries as decisions
from grants.decisions import rules
from grants.kernel.clock import paris_date
from grants.web.account.fields import required, stripped, typed
from grants.web.decisions import what
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.withdrawals import STATES, a_day
from grants.withdrawals import queries, services

bp = Blueprint(
    "annulments", __name__, url_prefix="/deliberations/<uuid:deliberation_id>/annulation"
)
TOO_LONG = _l("This text is too long.")


class AnnulmentForm(Form):
    """Who annulled the act, under which reference, when and why."""

    by = StringField(
        _l("Court or authority"),
        filters=[stripped],
        description=_l("For example the administrative court, or the prefect."),
        validators=[*required(_l("Write who annulled it.")), Length(max=200, message=TOO_LONG)],
    )
    reference = StringField(
        _l("Number of the judgment or decision"),
        filters=[stripped],
        validators=[*required(_l("Write its number.")), Length(max=120, message=TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )
    on = a_day(_l("Day of the judgment or decision"))
    reason = TextAreaField(
        _l("What was held against the act"),
        validators=[
            *required(_l("Say why: the beneficiaries read it.")),
            Length(max=10_000, message=TOO_LONG),
        ],
        render_kw={"rows": 5},
    )
    seen = HiddenField()


@bp.get("")
@allow(Audience.OFFICER, rules.may_announce)
def show(session: Session, deliberation_id: UUID) -> ResponseReturnValue:
    """What the annulment would do to each award, or did."""
    form = AnnulmentForm(formdata=None, data={"on": paris_date(now())})
    return page(session, deliberation_id, form)


@bp.post("")
@allow(Audience.OFFICER, rules.may_announce)
def annul(session: Session, deliberation_id: UUID) -> ResponseReturnValue:
    """Note it, and withdraw every award of the act. Twice is once."""
    form = AnnulmentForm()
    if form.validate():
        facts = services.Pronounced(
            by=typed(form.by),
            reference=typed(form.reference),
            on=form.on.data or paris_date(now()),
            reason=typed(form.reason),
            seen=typed(form.seen),
        )
        with attempt(session, form) as tried:
            services.annul_act(session, deliberation_id, facts, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("The act is annulled: its awards are withdrawn."), "success")
            return redirect(url_for(".show", deliberation_id=deliberation_id), 303)
    return page(session, deliberation_id, form), form.status


def page(session: Session, deliberation_id: UUID, form: AnnulmentForm) -> str:
    """The act, its awards with the effect on each, and the form that signs."""
    viewer = current_actor()
    found = decisions.deliberation(session, deliberation_id, viewer=viewer)
    rules.may_announce.require(viewer, found)
    hidden = viewer.recused_from
    annulment = queries.annulment_of(session, found.id)
    stops = [] if annulment else queries.stops(session, found.id, hidden=hidden)
    form.seen.data = queries.stops_fingerprint(stops)
    taken = queries.taken_by(session, annulment) if annulment else []
    return render_template(
        "officer/withdrawals/annul.html",
        deliberation=found,
        form=form,
        annulment=annulment,
        stops=stops,
        taken=[one for one in taken if one.application_id not in hidden],
        what=what,
        states=STATES,
    )

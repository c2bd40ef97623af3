"""The closings of a jury: their bundles, and how two officers open it again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from grants.juries import queries, rules, services
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("reopenings", __name__, url_prefix="/jurys/<uuid:jury_id>")


class ReopeningForm(Form):
    """Why a closed jury should open again."""

    reason = TextAreaField(
        _l("Why the jury should be opened again"),
        description=_l("Kept with both rankings, and read by whoever audits the jury."),
        validators=[InputRequired(_l("Say why.")), Length(max=4000)],
        render_kw={"rows": 3},
    )


@bp.get("/clotures")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Every closing with its seal and file, and the requests to open the jury again."""
    return page(session, jury_id, ReopeningForm(formdata=None))


@bp.get("/clotures/dossier-scelle")
@allow(Audience.OFFICER, rules.follows)
def bundle(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The file from which anyone computes the ranking again; the latest unless one is asked."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    version = request.args.get("version", 0, type=int)
    return send(queries.bundle(session, jury.id, actor, version=version))


@bp.post("/clotures/reouverture")
@allow(Audience.OFFICER, rules.manages)
def ask(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Ask another officer to open the jury again."""
    form = ReopeningForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.ask_reopening(
                session, jury_id, reason=form.reason.data or "", actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(
                _("Your request is recorded. Another officer answers it on this page."), "success"
            )
            return redirect(url_for(".show", jury_id=jury_id), 303)
    return page(session, jury_id, form), form.status


@bp.post("/clotures/accord")
@allow(Audience.OFFICER, rules.manages)
def grant(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Open the jury again, as the second person."""
    form = ReopeningForm(formdata=None)
    with attempt(session, form) as tried:
        services.grant_reopening(session, jury_id, actor=current_actor(), now=now())
    if tried.refused:
        return page(session, jury_id, form), form.status
    flash(_("The jury is open again. Its earlier ranking stays below, with its file."), "success")
    return redirect(url_for(".show", jury_id=jury_id), 303)


@bp.post("/clotures/refus")
@allow(Audience.OFFICER, rules.manages)
def refuse(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Leave the jury closed."""
    form = ReopeningForm(formdata=None)
    with attempt(session, form) as tried:
        services.refuse_reopening(session, jury_id, actor=current_actor(), now=now())
    if tried.refused:
        return page(session, jury_id, form), form.status
    flash(_("The jury stays closed."), "success")
    return redirect(url_for(".show", jury_id=jury_id), 303)


def page(session: Session, jury_id: UUID, form: Form) -> str:
    """The closings as a page."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    requests = queries.reopenings(session, jury.id)
    pending = next((one for one in requests if not one.settled), None)
    return render_template(
        "officer/reopenings/show.html",
        jury=jury,
        form=form,
        closings=queries.closings(session, jury.id),
        requests=requests,
        pending=pending,
        mine=pending is not None and pending.asked_by == actor.id,
        decided=queries.decided(session, jury.id),
        may_manage=rules.manages.holds(actor, jury),
        sees_bundle=queries.sees_bundle(session, jury.id, actor),
    )

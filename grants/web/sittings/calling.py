"""The meetings of one jury, and calling the next; shared by the service's and members' sides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.sittings import queries, services
from grants.sittings.services import Order
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.sittings.forms import MeetingForm
from grants.web.sittings.words import STATES


def listing(
    session: Session, jury: Jury, form: MeetingForm, *, template: str, may_call: bool, **more: Any
) -> str:
    """The meetings of a jury that the viewer has read."""
    return render_template(
        template,
        jury=jury,
        sittings=queries.sittings_of(session, jury.id, current_actor()),
        states=STATES,
        may_call=may_call and not jury.closed_at,
        form=form,
        **more,
    )


def call(session: Session, jury_id: UUID, form: MeetingForm) -> ResponseReturnValue | None:
    """Call a meeting; None when the form has to be shown again."""
    if not form.validate():
        return None
    with attempt(session, form) as tried:
        sitting = services.prepare(
            session,
            jury_id,
            meets_at=form.meets_at,
            place=form.place.data or "",
            convened_by=form.convened_by.data or "",
            order=Order(form.order.data),
            actor=current_actor(),
            now=now(),
        )
    if tried.refused:
        return None
    flash(_("The meeting is prepared; check its agenda."), "success")
    return redirect(url_for("sittings.agenda.show", sitting_id=sitting.id), 303)

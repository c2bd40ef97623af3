"""Hours of a mentoring written down or taken away, by either side: one idea for both pages."""

from __future__ import annotations

from uuid import UUID

from flask import flash
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.mentoring import services
from grants.web.forms import Form, attempt
from grants.web.mentoring.forms import LogForm
from grants.web.requests import current_actor, now


def written_down(
    session: Session, pair_id: UUID, form: LogForm, *, application_id: UUID | None = None
) -> bool:
    """Write down one time that was given: by the mentor, or for `application_id` by its side.

    Whether it is done, and told; otherwise the form says why not.

    Raises:
        Unknown: there is no such pair of the actor's.
    """
    if not (form.validate() and form.held_on.data):
        return False
    with attempt(session, form) as tried:
        services.log(
            session,
            pair_id,
            held_on=form.held_on.data,
            minutes=form.minutes.data or 0,
            done=form.done.data or "",
            application_id=application_id,
            actor=current_actor(),
            now=now(),
        )
    if not tried.refused:
        flash(_("The hours are written down."), "success")
    return not tried.refused


def taken_away(
    session: Session,
    pair_id: UUID,
    given_id: UUID,
    form: Form,
    *,
    application_id: UUID | None = None,
) -> bool:
    """Take away what one's own side wrote. Answers and raises as `written_down`."""
    with attempt(session, form) as tried:
        services.strike(
            session,
            pair_id,
            given_id,
            application_id=application_id,
            actor=current_actor(),
            now=now(),
        )
    if not tried.refused:
        flash(_("The line is taken away."), "success")
    return not tried.refused

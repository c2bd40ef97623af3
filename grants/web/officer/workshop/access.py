"""Access codes: let one late applicant in, with a reason that is kept."""

from __future__ import annotations

from datetime import UTC
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms.validators import InputRequired

from grants.calls import queries, rules
from grants.calls.services import letting_in
from grants.web.forms import Form, attempt
from grants.web.officer.call_forms import day_field, last_instant, time_field
from grants.web.officer.workshop.setting_forms import _text
from grants.web.officer.workshop.settings import rights
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("access", __name__, url_prefix="/acces")


class AccessForm(Form):
    """For whom, why, until when."""

    given_to = _text(
        _l("For whom"),
        120,
        needed=_l("Say for whom the code is."),
        hint=_l("The organisation, or the person who applies. Applicants never see it."),
    )
    reason = _text(
        _l("Reason"),
        500,
        rows=2,
        needed=_l("Write why: it may be asked for one day."),
        hint=_l("For example: documents lost in the outage of 3 October."),
    )
    expires_at = day_field(
        _l("Last day"), validators=[InputRequired(_l("Write a date, for example 30/11/2018."))]
    )
    expires_time = time_field(
        _l("Time"), description=_l("Leave empty for midnight at the end of that day.")
    )

    def validate_expires_time(self, _field: object) -> None:
        """Refuse a time that the clocks skip."""
        if self.expires_at.data:
            last_instant(self.expires_at.data, self.expires_time.data)


@bp.get("")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The codes given, and to whom."""
    return page(session, call_id, AccessForm())


@bp.post("")
@allow(Audience.OFFICER, rules.leads)
def give(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Make a code, shown this once."""
    rules.leads.require(current_actor(), queries.written(session, call_id, viewer=current_actor()))
    form = AccessForm()
    if form.validate():
        with attempt(session, form) as tried:
            until = last_instant(cast(Any, form.expires_at.data), form.expires_time.data)
            code = letting_in.give_code(
                session,
                call_id,
                given_to=(form.given_to.data or "").strip(),
                reason=(form.reason.data or "").strip(),
                expires_at=until.astimezone(UTC),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            return page(session, call_id, AccessForm(formdata=None), code=code)
    return page(session, call_id, form), form.status


@bp.post("/<uuid:code_id>/revoquer")
@allow(Audience.OFFICER, rules.leads)
def revoke(session: Session, call_id: UUID, code_id: UUID) -> ResponseReturnValue:
    """Take a code back."""
    form = Form()
    if form.validate():
        with attempt(session, form) as tried:
            letting_in.revoke_code(session, call_id, code_id, actor=current_actor(), now=now())
        if not tried.refused:
            return redirect(url_for(".show", call_id=call_id), 303)
    return page(session, call_id, AccessForm(formdata=None), problem=form), form.status


def page(
    session: Session,
    call_id: UUID,
    form: AccessForm,
    *,
    code: str = "",
    problem: Form | None = None,
) -> str:
    """The page of codes."""
    call = queries.written(session, call_id, viewer=current_actor())
    return render_template(
        "officer/workshop/access.html",
        call=call,
        form=form,
        problem=problem or form,
        code=code,
        codes=letting_in.codes(session, call_id),
        may_give=rules.leads.holds(current_actor(), call) and call.state in {"published", "closed"},
        now=now(),
        **rights(call),
    )

"""Who funds the call, and out of which envelopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.calls import queries, rules
from grants.calls.models import Call
from grants.calls.services import funding
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.ledger import queries as ledger
from grants.web.forms import Form, attempt
from grants.web.officer.workshop.setting_forms import ChoiceForm
from grants.web.officer.workshop.settings import rights
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("funding", __name__, url_prefix="/financement")


@bp.get("")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The funders of the call and the envelopes that its awards draw on."""
    return page(session, call_id)


@bp.post("/financeurs")
@allow(Audience.OFFICER, rules.leads)
def add_funder(session: Session, call_id: UUID) -> ResponseReturnValue:
    """One more authority takes part."""
    return add(session, call_id, funding.add_funder, "funder")


@bp.post("/financeurs/<uuid:funder_id>/retirer")
@allow(Audience.OFFICER, rules.leads)
def drop_funder(session: Session, call_id: UUID, funder_id: UUID) -> ResponseReturnValue:
    """It no longer does."""
    return act(session, call_id, Form(), funding.drop_funder, funder_id)


@bp.post("/enveloppes")
@allow(Audience.OFFICER, rules.leads)
def link(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The awards may draw on one more envelope."""
    return add(session, call_id, funding.link_envelope, "envelope")


@bp.post("/enveloppes/<uuid:envelope_id>/retirer")
@allow(Audience.OFFICER, rules.leads)
def unlink(session: Session, call_id: UUID, envelope_id: UUID) -> ResponseReturnValue:
    """They no longer may."""
    return act(session, call_id, Form(), funding.unlink_envelope, envelope_id)


def add(
    session: Session, call_id: UUID, verb: Callable[..., None], what: str
) -> ResponseReturnValue:
    """Add what was chosen among those offered."""
    call = queries.written(session, call_id, viewer=current_actor())
    rules.leads.require(current_actor(), call)
    form = offers(session, call)[what]
    typed = form.chosen.data or ""
    if typed and typed not in {one.value for one in form.chosen.choices}:
        raise Unknown  # no authority or envelope of theirs, whatever it is
    if not form.validate():
        return page(session, call_id, form), form.status
    return act(session, call_id, form, verb, UUID(form.chosen.data))


def act(
    session: Session, call_id: UUID, form: Form, verb: Callable[..., None], one: UUID
) -> ResponseReturnValue:
    """Do it and come back; refused, say why on the page."""
    rules.leads.require(current_actor(), queries.written(session, call_id, viewer=current_actor()))
    if form.validate():
        with attempt(session, form) as tried:
            verb(session, call_id, one, actor=current_actor(), now=now())
        if not tried.refused:
            return redirect(url_for(".show", call_id=call_id), 303)
    return page(session, call_id, form), form.status


def page(session: Session, call_id: UUID, form: Form | None = None) -> str:
    """The page of funders and envelopes."""
    call = queries.written(session, call_id, viewer=current_actor())
    lines = ledger.envelope_lines(session, [one.envelope_id for one in call.envelopes])
    allowed = rights(call)
    return render_template(
        "officer/workshop/funding.html",
        call=call,
        form=form,
        lines=list(lines.values()),
        offers=offers(session, call) if allowed["may_write"] else {},
        **allowed,
    )


def offers(session: Session, call: Call) -> dict[str, Any]:
    """The authorities and envelopes that may still be added."""
    names = {one.id: one.name for one in queries.possible_partners(session)}
    theirs = {part.funder_id for part in call.funders}
    used = {one.envelope_id for one in call.envelopes}
    year = paris_date(now()).year
    lines = {
        one.id: f"{names.get(one.funder_id, '')} {one.year} — {one.label}"
        for one in ledger.envelopes(session, sorted(theirs))
        if one.unit is call.unit and one.year >= year and one.id not in used
    }
    others = {key: name for key, name in names.items() if key not in theirs}
    pressed = (request.endpoint or "").rpartition(".")[2]
    return {
        "funder": choice(_("Add an authority"), others, is_sent=pressed == "add_funder"),
        "envelope": choice(_("Add an envelope"), lines, is_sent=pressed == "link"),
    }


def choice(label: str, choices: dict[UUID, str], *, is_sent: bool) -> ChoiceForm:
    """The form of one list; only the one that was sent shows what came with the request."""
    form = ChoiceForm() if is_sent else ChoiceForm(formdata=None)
    return form.offer(label, choices)

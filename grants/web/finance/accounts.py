"""Changes of bank details: looked at, agreed to or turned down by a second person."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import Length

from grants.kernel.bank import printed
from grants.payments import queries, rules, services
from grants.payments.holders import matches
from grants.payments.models import DetailsState
from grants.web.forms import Form, attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now, vault
from grants.web.routes import Audience, allow

bp = Blueprint("accounts", __name__, url_prefix="/coordonnees")
PER_PAGE = 50


class AnswerForm(Form):
    """How the change was made sure of, or why it is turned down."""

    reason = TextAreaField(_l("How you made sure, or why not"), [Length(max=2000)])


@bp.get("")
@allow(Audience.FINANCE, rules.can_read_details)
def index(session: Session) -> ResponseReturnValue:
    """The changes of account that wait for a second person."""
    statement = queries.details_waiting(viewer=current_actor())
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template("finance/accounts/index.html", page=found)


@bp.get("/<uuid:details_id>")
@allow(Audience.FINANCE, rules.can_read_details)
def show(session: Session, details_id: UUID) -> ResponseReturnValue:
    """One change: the new account and the former one, by their last four characters."""
    return page(session, details_id, AnswerForm(formdata=None))


@bp.post("/<uuid:details_id>/afficher")
@allow(Audience.FINANCE, rules.can_read_details)
def reveal(session: Session, details_id: UUID) -> ResponseReturnValue:
    """Both accounts in full, for this answer only; that they were looked at is kept."""
    fresh, former = services.show_details(
        session, details_id, vault=vault(), actor=current_actor(), now=now()
    )
    shown = (printed(fresh), printed(former) if former else "")
    return page(session, details_id, AnswerForm(formdata=None), shown=shown)


@bp.post("/<uuid:details_id>")
@allow(Audience.FINANCE, rules.can_read_details)
def answer(session: Session, details_id: UUID) -> ResponseReturnValue:
    """Agree to the change, or turn it down."""
    form = AnswerForm()
    agrees = request.form.get("verdict") == "agree"
    verb = services.agree_to_change if agrees else services.refuse_change
    if form.validate():
        with attempt(session, form) as tried:
            verb(
                session,
                details_id,
                reason=form.reason.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            told = _("Payments go to the new account from now on.")
            flash(told if agrees else _("The change is turned down."), "success")
            return redirect(url_for(".index"), 303)
    return page(session, details_id, form), form.status


def page(
    session: Session, details_id: UUID, form: AnswerForm, *, shown: tuple[str, str] | None = None
) -> str:
    """One change as a page; `shown` are the account numbers in full, once asked for."""
    viewer = current_actor()
    found = queries.details(session, details_id, viewer=viewer)
    return render_template(
        "finance/accounts/show.html",
        details=found,
        form=form,
        shown=shown,
        differs=not matches(found.holder, found.beneficiary),
        waits=found.state is DetailsState.PENDING and found.replaces_id is not None,
        mine=found.deposited_by == viewer.id,
    )

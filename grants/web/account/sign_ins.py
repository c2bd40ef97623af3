"""Where one is signed in, and how to close a browser left open elsewhere."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.people import queries, rules, services
from grants.web.account.entering import browser_name
from grants.web.identity import presented_hash
from grants.web.requests import current_actor, now
from grants.web.routes import SIGNED_IN, Audience, allow

bp = Blueprint("sign_ins", __name__, url_prefix="/connexions")


@bp.get("")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def index(session: Session) -> ResponseReturnValue:
    """Every browser in which the person is signed in."""
    return render_template(
        "account/sign_ins/index.html",
        sign_ins=queries.sign_ins(session, viewer=current_actor(), now=now()),
        here=presented_hash(),
        browser_name=browser_name,
    )


@bp.post("/<uuid:sign_in_id>/fermer")
@allow(Audience.SIGNED_IN, rules.is_own_sign_in)
def end(session: Session, sign_in_id: UUID) -> ResponseReturnValue:
    """Sign that browser out."""
    services.end_session(session, sign_in_id, actor=current_actor(), now=now())
    flash(_("That browser is signed out."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/fermer-les-autres")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def end_others(session: Session) -> ResponseReturnValue:
    """Sign every other browser out."""
    services.end_other_sessions(session, but=presented_hash(), actor=current_actor(), now=now())
    flash(_("Your other browsers are signed out."), "success")
    return redirect(url_for(".index"), 303)

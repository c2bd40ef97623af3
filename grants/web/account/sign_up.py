"""Asking for an account, and opening it behind the link received."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.kernel.errors import Unknown
from grants.people import queries, services
from grants.people.models import Purpose
from grants.web.account.entering import link_id, local_path, mailed, open_account_by
from grants.web.account.fields import typed
from grants.web.account.forms import ConfirmForm, SignUpForm
from grants.web.requests import now
from grants.web.routes import ANYONE, Audience, allow
from grants.web.wording import language

bp = Blueprint("sign_up", __name__)

MAILED = {
    "account": _l("We have just written to you. Open our e-mail to choose your password."),
    "link": _l(
        "If this address has an account, we have just written to it. "
        "Open our e-mail and follow its link to sign in."
    ),
    "reset": _l(
        "If this address has an account, we have just written to it. "
        "Open our e-mail and follow its link to choose another password."
    ),
}


@bp.get("/creer")
@allow(Audience.PUBLIC, ANYONE)
def show(_session: Session) -> ResponseReturnValue:
    """The form of a new account."""
    form = SignUpForm(next=local_path(request.args.get("next")))
    return render_template("account/sign_up/show.html", form=form)


@bp.post("/creer")
@allow(Audience.PUBLIC, ANYONE)
def create(session: Session) -> ResponseReturnValue:
    """Write to the address; the answer never tells whether it has an account already."""
    form = SignUpForm()
    if not form.validate():
        return render_template("account/sign_up/show.html", form=form), form.status
    services.sign_up(
        session,
        name=typed(form.name),
        email=typed(form.email),
        locale=language(),
        destination=local_path(form.next.data),
        address=request.remote_addr or "",
        now=now(),
    )
    return mailed("account")


@bp.get("/courriel-envoye/<kind>")
@allow(Audience.PUBLIC, ANYONE)
def check_mail(_session: Session, kind: str) -> ResponseReturnValue:
    """Look in your mailbox, and what to do when nothing comes."""
    if kind not in MAILED:
        raise Unknown
    return render_template("account/sign_up/check_mail.html", kind=kind, words=MAILED[kind])


@bp.get("/confirmation/<token>")
@allow(Audience.PUBLIC, ANYONE)
def confirm(session: Session, token: str) -> ResponseReturnValue:
    """Where the confirmation link leads: a name to check, a password to choose."""
    link = services.usable_link(session, link_id(token), Purpose.CONFIRM, now=now())
    person = queries.person_under(session, link.email)
    form = ConfirmForm(name=person.name if person else "")
    return render_template("account/sign_up/confirm.html", form=form, email=link.email)


@bp.post("/confirmation/<token>")
@allow(Audience.PUBLIC, ANYONE)
def open_account(session: Session, token: str) -> ResponseReturnValue:
    """Open the account, and go in."""
    link = services.usable_link(session, link_id(token), Purpose.CONFIRM, now=now())
    form = ConfirmForm()
    if inside := open_account_by(session, link, form, services.confirm):
        return inside
    page = render_template("account/sign_up/confirm.html", form=form, email=link.email)
    return page, form.status

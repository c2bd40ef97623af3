"""Being told of calls that open: ask, confirm, stop. No account, and nothing before a yes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.calls import discovery, queries
from grants.calls.alerts import services
from grants.calls.alerts.links import Use, alert_id_of
from grants.calls.discovery import Filters
from grants.kernel.errors import Unknown
from grants.web.account.fields import email_field, typed
from grants.web.forms import Form
from grants.web.public import filters as asking
from grants.web.requests import now, settings
from grants.web.routes import ANYONE, Audience, allow
from grants.web.wording import language

bp = Blueprint("alerts", __name__, url_prefix="/alertes")


class AlertForm(Form):
    """An address. `watched`: what is waited for, as hidden boxes of the page."""

    email = email_field()
    watched: dict[str, str]

    @classmethod
    def about(cls, filters: Filters, like: str = "") -> AlertForm:
        """The form of whoever waits for what these filters find, or for a call like one."""
        form = cls()
        form.watched = {"comme": like} if like else asking.address(filters, moment=False)
        return form


class StopForm(Form):
    """Nothing but a button."""


@bp.get("")
@allow(Audience.PUBLIC, ANYONE)
def new(session: Session) -> ResponseReturnValue:
    """What one would be told of, and where to write to."""
    like = request.args.get("comme", "")
    return _page(session, AlertForm.about(asking.asked(), like), like)


@bp.post("")
@allow(Audience.PUBLIC, ANYONE)
def ask(session: Session) -> ResponseReturnValue:
    """Write to the address, to be confirmed; the answer is the same whatever it already watches."""
    like = request.form.get("comme", "")
    filters = asking.asked(request.form)
    form = AlertForm.about(filters, like)
    if not form.validate():
        return _page(session, form, like), form.status
    services.ask(
        session,
        typed(form.email),
        filters=filters,
        like_call_id=_titled(session, like).id if like else None,
        locale=language(),
        address=request.remote_addr or "",
        now=now(),
    )
    return redirect(url_for(".check_mail"), 303)


@bp.get("/courriel-envoye")
@allow(Audience.PUBLIC, ANYONE)
def check_mail(_session: Session) -> ResponseReturnValue:
    """Look in your mailbox."""
    return render_template("public/alerts/check_mail.html")


@bp.get("/confirmation/<token>")
@allow(Audience.PUBLIC, ANYONE)
def confirm(session: Session, token: str) -> ResponseReturnValue:
    """Where the first mail leads: one more click, since mail filters open links by themselves."""
    alert = services.waiting(session, _alert_id(Use.CONFIRM, token))
    return render_template("public/alerts/confirm.html", alert=alert, form=StopForm())


@bp.post("/confirmation/<token>")
@allow(Audience.PUBLIC, ANYONE)
def begin(session: Session, token: str) -> ResponseReturnValue:
    """Begin to write."""
    services.confirm(session, _alert_id(Use.CONFIRM, token), now=now())
    return render_template("public/alerts/confirmed.html")


@bp.get("/arret/<token>")
@allow(Audience.PUBLIC, ANYONE)
def stopping(_session: Session, token: str) -> ResponseReturnValue:
    """Where every mail's last link leads: one button. Shows nothing of the alert."""
    _alert_id(Use.STOP, token)
    return render_template("public/alerts/stop.html", form=StopForm())


@bp.post("/arret/<token>")
@allow(Audience.PUBLIC, ANYONE)
def stop(session: Session, token: str) -> ResponseReturnValue:
    """Stop, asked by the button or by the mailbox itself (RFC 8058): whoever holds the token may.

    No cookie comes with what a mailbox sends, hence no CSRF token: see `create_app`.
    """
    services.stop(session, _alert_id(Use.STOP, token), now=now())
    return render_template("public/alerts/stopped.html")


def _alert_id(use: Use, token: str) -> UUID:
    return alert_id_of(settings().secret_key, use, token)


def _titled(session: Session, slug: str) -> Any:
    call = queries.titled(session, slug)
    if call is None:
        raise Unknown
    return call


def _page(session: Session, form: AlertForm, like: str) -> str:
    filters = Filters() if like else asking.asked(request.values)
    asked = asking.told(filters, discovery.offered(session))
    return render_template(
        "public/alerts/new.html",
        form=form,
        like=_titled(session, like) if like else None,
        lines=[words for words, _ in asked],
    )

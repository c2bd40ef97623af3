"""A password lost, and a password changed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.people import queries, services
from grants.people.models import Purpose
from grants.web.account.entering import arrive, browser, link_id, mailed
from grants.web.account.fields import typed
from grants.web.account.forms import ForgottenForm, PasswordForm, ResetForm
from grants.web.forms import attempt
from grants.web.identity import presented_hash
from grants.web.requests import current_actor, now
from grants.web.routes import ANYONE, SIGNED_IN, Audience, allow

bp = Blueprint("passwords", __name__)


@bp.get("/mot-de-passe-oublie")
@allow(Audience.PUBLIC, ANYONE)
def forgotten(_session: Session) -> ResponseReturnValue:
    """The form of whoever has lost their password."""
    return render_template("account/passwords/forgotten.html", form=ForgottenForm())


@bp.post("/mot-de-passe-oublie")
@allow(Audience.PUBLIC, ANYONE)
def ask_reset(session: Session) -> ResponseReturnValue:
    """Write to the address, if it has an account; the page does not say."""
    form = ForgottenForm()
    if not form.validate():
        return render_template("account/passwords/forgotten.html", form=form), form.status
    services.request_reset(session, typed(form.email), address=request.remote_addr or "", now=now())
    return mailed("reset")


@bp.get("/mot-de-passe/<token>")
@allow(Audience.PUBLIC, ANYONE)
def choose(session: Session, token: str) -> ResponseReturnValue:
    """Where the reset link leads."""
    services.usable_link(session, link_id(token), Purpose.RESET, now=now())
    return render_template("account/passwords/choose.html", form=ResetForm())


@bp.post("/mot-de-passe/<token>")
@allow(Audience.PUBLIC, ANYONE)
def reset(session: Session, token: str) -> ResponseReturnValue:
    """Keep the new password, close every other browser, and go in."""
    link = services.usable_link(session, link_id(token), Purpose.RESET, now=now())
    form = ResetForm()
    form.about = (link.email,)
    if form.validate():
        with attempt(session, form) as tried:
            entered = services.reset_password(
                session, link.id, password=typed(form.password), user_agent=browser(), now=now()
            )
        if not tried.refused:
            flash(_("Your password is changed. Your other browsers are signed out."), "success")
            return arrive(entered)
    return render_template("account/passwords/choose.html", form=form), form.status


@bp.get("/mot-de-passe")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def edit(session: Session) -> ResponseReturnValue:
    """The form of whoever wants another password."""
    return page(session, PasswordForm())


@bp.post("/mot-de-passe")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def change(session: Session) -> ResponseReturnValue:
    """Change it, and close every other browser."""
    form = PasswordForm()
    form.needs_current = has_password(session)
    form.about = (current_actor().name, current_actor().email)
    if form.validate():
        with attempt(session, form) as tried:
            services.change_password(
                session,
                current=typed(form.current),
                password=typed(form.password),
                but=presented_hash(),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("Your password is changed. Your other browsers are signed out."), "success")
            return redirect(url_for("account.profile.show"), 303)
    return page(session, form), form.status


def page(session: Session, form: PasswordForm) -> str:
    """The page of a change; the current password is asked of whoever has one."""
    return render_template(
        "account/passwords/edit.html", form=form, has_password=has_password(session)
    )


def has_password(session: Session) -> bool:
    """Whether the person signs in by password, or by links only."""
    return queries.profile(session, viewer=current_actor()).password_hash is not None

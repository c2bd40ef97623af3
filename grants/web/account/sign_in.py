"""Signing in by password or by link, and out."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    after_this_request,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.kernel.errors import Refused
from grants.people import services
from grants.people.models import Purpose
from grants.people.services import Entered
from grants.web.account.entering import arrive, browser, link_id, local_path, mailed
from grants.web.account.fields import typed
from grants.web.account.forms import ButtonForm, SignInForm
from grants.web.identity import forget_cookie, presented_hash
from grants.web.pages import AREAS
from grants.web.requests import current_actor, database, now, visitor
from grants.web.routes import ANYONE, SIGNED_IN, Audience, allow

bp = Blueprint("sign_in", __name__)

INVALID, TOO_MANY = 422, 429
ARRIVALS = (
    Audience.OFFICER,
    Audience.FINANCE,
    Audience.ADMIN,
    Audience.JUROR,
    Audience.APPLICANT,
)
"""Whose pages a person sees first, when they may see several."""


@bp.get("/entrer")
@allow(Audience.PUBLIC, ANYONE)
def show(_session: Session) -> ResponseReturnValue:
    """The way in; someone already inside goes on."""
    wanted = local_path(request.args.get("next"))
    if visitor() is not None:
        return redirect(wanted or url_for(".arrival"), 303)
    form = SignInForm(next=wanted)
    return page(form)


@bp.post("/entrer")
@allow(Audience.PUBLIC, ANYONE)
def enter(session: Session) -> ResponseReturnValue:
    """Check the password, or send a link to whoever prefers one."""
    form = SignInForm()
    by_link = request.form.get("way") == "link"
    if form.validate() and not by_link and not form.password.data:
        form.password.errors = [_("Write your password, or ask for a link by e-mail.")]
    if form.errors:
        return page(form), INVALID
    wanted = local_path(form.next.data)
    if by_link:
        services.request_link(
            session,
            typed(form.email),
            destination=wanted,
            address=request.remote_addr or "",
            now=now(),
        )
        return mailed("link")
    try:
        token = services.sign_in_with_password(
            session,
            typed(form.email),
            typed(form.password),
            address=request.remote_addr or "",
            user_agent=browser(),
            now=now(),
        )
    except Refused as refusal:
        return refuse(form, refusal)
    return arrive(Entered(token, wanted))


def refuse(form: SignInForm, refusal: Refused) -> ResponseReturnValue:
    """Say no without saying why, and count it once this request's transaction is undone."""
    form.refuse(refusal)
    if refusal.code == "people.too_many_attempts":
        return page(form), TOO_MANY
    email, address = typed(form.email), request.remote_addr or ""

    @after_this_request
    def count(answer: Response) -> Response:
        with database().transaction() as session:
            services.record_failure(session, email, address=address, now=now())
        return answer

    return page(form), INVALID


def page(form: SignInForm) -> str:
    """The page of the way in."""
    return render_template("account/sign_in/show.html", form=form)


@bp.get("/lien/<token>")
@allow(Audience.PUBLIC, ANYONE)
def link(session: Session, token: str) -> ResponseReturnValue:
    """Where a sign-in link leads: one more click, since mail filters open links by themselves."""
    services.usable_link(session, link_id(token), Purpose.SIGN_IN, now=now())
    return render_template("account/sign_in/link.html", form=ButtonForm())


@bp.post("/lien/<token>")
@allow(Audience.PUBLIC, ANYONE)
def enter_by_link(session: Session, token: str) -> ResponseReturnValue:
    """Spend the link."""
    entered = services.sign_in_with_link(session, link_id(token), user_agent=browser(), now=now())
    return arrive(entered)


@bp.get("/arrivee")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def arrival(_session: Session) -> ResponseReturnValue:
    """To the person's own pages, whatever they come for."""
    actor = current_actor()
    endpoints = {audience: endpoint for audience, endpoint, *_rest in AREAS}
    first = next(one for one in ARRIVALS if one.includes(actor, writing=False))
    only_helps = first is Audience.APPLICANT and not actor.organisations
    if only_helps and actor.is_mentor:
        return redirect(url_for("mentor.index"), 303)
    return redirect(url_for(endpoints[first]), 303)


@bp.post("/sortir")
@allow(Audience.PUBLIC, ANYONE)
def leave(session: Session) -> ResponseReturnValue:
    """Sign out of this browser; harmless when already out."""
    if token_hash := presented_hash():
        services.sign_out(session, token_hash, now=now())
    return forget_cookie(make_response(redirect("/", 303)))

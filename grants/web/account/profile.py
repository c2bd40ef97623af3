"""What a person says of themselves."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.people import queries, services
from grants.people.models import Person
from grants.web.account.fields import typed
from grants.web.account.forms import ProfileForm
from grants.web.pages import LANGUAGE_COOKIE
from grants.web.requests import current_actor, now, settings
from grants.web.routes import SIGNED_IN, Audience, allow

bp = Blueprint("profile", __name__)
YEAR_SECONDS = 31_536_000


@bp.get("")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def show(session: Session) -> ResponseReturnValue:
    """The person's own account."""
    person = queries.profile(session, viewer=current_actor())
    return page(person, ProfileForm(obj=person))


@bp.post("")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def update(session: Session) -> ResponseReturnValue:
    """Keep what changed; the pages follow the language chosen."""
    form = ProfileForm()
    if not form.validate():
        return page(queries.profile(session, viewer=current_actor()), form), form.status
    services.update_profile(
        session,
        name=typed(form.name),
        phone=typed(form.phone),
        locale=typed(form.locale),
        actor=current_actor(),
        now=now(),
    )
    flash(_("Your account is up to date."), "success")
    answer = make_response(redirect(url_for(".show"), 303))
    answer.set_cookie(
        LANGUAGE_COOKIE,
        form.locale.data,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        secure=settings().secure_cookies,
        httponly=True,
    )
    return answer


def page(person: Person, form: ProfileForm) -> str:
    """The page of one's own account."""
    return render_template("account/profile/show.html", person=person, form=form)

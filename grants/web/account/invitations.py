"""Where an invitation leads: accept it with one's account, or open one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.people import queries, services
from grants.people.models import OneTimeLink, Purpose
from grants.web.account.entering import link_id, local_path, open_account_by
from grants.web.account.forms import ConfirmForm
from grants.web.account.words import FUNDER_ROLE_HINTS, ORGANISATION_ROLE_HINTS
from grants.web.requests import current_actor, now, visitor
from grants.web.routes import ANYONE, SIGNED_IN, Audience, allow

bp = Blueprint("invitations", __name__, url_prefix="/invitation")


@bp.get("/<token>")
@allow(Audience.PUBLIC, ANYONE)
def show(session: Session, token: str) -> ResponseReturnValue:
    """What one is invited to; for a stranger without account, the form of a new one."""
    link = services.usable_link(session, link_id(token), Purpose.INVITATION, now=now())
    return page(session, link, token, ConfirmForm(name=link.payload.get("name", "")))


@bp.post("/<token>/accepter")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def accept(session: Session, token: str) -> ResponseReturnValue:
    """Take it up with the account that is signed in."""
    destination = services.accept_invitation(
        session, link_id(token), actor=current_actor(), now=now()
    )
    flash(_("The invitation is accepted."), "success")
    return redirect(local_path(destination) or url_for("account.sign_in.arrival"), 303)


@bp.post("/<token>")
@allow(Audience.PUBLIC, ANYONE)
def open_account(session: Session, token: str) -> ResponseReturnValue:
    """Take it up by opening an account."""
    link = services.usable_link(session, link_id(token), Purpose.INVITATION, now=now())
    form = ConfirmForm()
    inside = open_account_by(session, link, form, services.accept_as_new)
    return inside or (page(session, link, token, form), form.status)


def page(session: Session, link: OneTimeLink, token: str, form: ConfirmForm) -> str:
    """The page of an invitation, for whoever holds its link."""
    actor = visitor()
    person = queries.person_under(session, link.email)
    return render_template(
        "account/invitations/show.html",
        form=form,
        link=link,
        token=token,
        host=queries.inviting(session, link),
        roles=role_words(link),
        is_invited=actor is not None and actor.email == link.email,
        has_account=person is not None and person.confirmed_at is not None,
        here=url_for(".show", token=token),
    )


def role_words(link: OneTimeLink) -> list[str]:
    """What the invited person would do."""
    words = {role.value: text for role, text in ORGANISATION_ROLE_HINTS.items()}
    if "funder" in link.payload:
        words = {role.value: text for role, text in FUNDER_ROLE_HINTS.items()}
    return [str(words[role]) for role in link.payload.get("roles", ())]

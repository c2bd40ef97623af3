"""What the pages of entry share: where to go afterwards, the cookie, the links' tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from grants.people import links
from grants.people.models import OneTimeLink
from grants.people.services import Entered
from grants.web.account.fields import typed
from grants.web.account.forms import ConfirmForm
from grants.web.forms import attempt
from grants.web.identity import sign_in_cookie
from grants.web.requests import now, settings

LOCAL = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]{0,2000}")


def local_path(wanted: str | None) -> str | None:
    """A page of this site, or None: nobody is sent elsewhere by an address that we wrote."""
    return wanted if wanted and LOCAL.fullmatch(wanted) else None


def arrive(entered: Entered) -> Response:
    """Give the browser its token and send it where it was going, or to the person's own pages."""
    wanted = local_path(entered.destination) or url_for("account.sign_in.arrival")
    return sign_in_cookie(make_response(redirect(wanted, 303)), entered.token)


def open_account_by(
    session: Session, link: OneTimeLink, form: ConfirmForm, verb: Callable[..., Entered]
) -> Response | None:
    """Open the account that a link is for, with what was typed, and go in.

    None when something is to be mended first: the form says what.
    """
    form.about = (link.email,)
    if not form.validate():
        return None
    with attempt(session, form) as tried:
        entered = verb(
            session,
            link.id,
            name=typed(form.name),
            password=typed(form.password),
            user_agent=browser(),
            now=now(),
        )
    return None if tried.refused else arrive(entered)


def link_id(token: str) -> UUID:
    """The link that an address names.

    Raises:
        Refused: `people.link_unusable`: the signature is not ours.
    """
    return links.link_id_of(settings().secret_key, token)


def browser() -> str:
    """What the browser says it is, for its owner to recognise in the list of sign-ins."""
    return str(request.user_agent.string)


def browser_name(user_agent: str) -> str:
    """A browser and a system in words, as far as they can be told."""
    names = [
        ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"),
        ("Chrome", "Chrome"), ("Safari", "Safari"),
    ]  # fmt: skip
    systems = [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
        ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
    ]  # fmt: skip
    name = next((word for mark, word in names if mark in user_agent), None)
    system = next((word for mark, word in systems if mark in user_agent), None)
    if name and system:
        return str(_("%(browser)s on %(system)s", browser=name, system=system))
    return name or system or str(_("Unknown browser"))


def mailed(kind: str) -> Answer:
    """Send to the page that says to look in one's mailbox; the same whoever asked."""
    return redirect(url_for("account.sign_up.check_mail", kind=kind), 303)

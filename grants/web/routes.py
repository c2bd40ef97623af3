"""What every route must say: for whom it is, and under which rule. And its transaction.

A route without this declaration stops the start-up (`refuse_undeclared`): deny by default.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, Protocol

from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import true
from sqlalchemy.orm import Session

from grants.kernel.access import Actor, FunderRole, Rule
from grants.kernel.errors import Unknown
from grants.web.identity import identify
from grants.web.requests import database

P = ParamSpec("P")
SAFE = {"GET", "HEAD", "OPTIONS"}
REFUSAL = 400

ANYONE = Rule("anyone", lambda _actor, _row: True, lambda _actor: true())
SIGNED_IN = Rule("is signed in", lambda _actor, _row: True, lambda _actor: true())


class Audience(StrEnum):
    """Whom a page is for. What a person may do there, the domain's rules say."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    APPLICANT = "applicant"
    JUROR = "juror"
    OFFICER = "officer"
    SIGNATORY = "signatory"
    FINANCE = "finance"
    ADMIN = "admin"

    def includes(self, actor: Actor | None, *, writing: bool) -> bool:
        """Whether the page exists for this person; an auditor reads and never writes."""
        if self is Audience.PUBLIC:
            return True
        if actor is None:
            return False
        if self is Audience.JUROR:
            return bool(actor.juries)
        if self is Audience.ADMIN and actor.is_operator:
            return True
        if self in READERS:
            return bool(actor.funders_as(*(WRITERS[self] if writing else READERS[self])))
        return True


WRITERS = {
    Audience.OFFICER: (FunderRole.OFFICER,),
    # An elected member, who reads the office, signs there for the authority.
    Audience.SIGNATORY: (FunderRole.OFFICER, FunderRole.ELECTED),
    Audience.FINANCE: (FunderRole.FINANCE, FunderRole.APPROVER),
    Audience.ADMIN: (FunderRole.ADMINISTRATOR,),
}
READERS = {
    Audience.OFFICER: (FunderRole.OFFICER, FunderRole.ELECTED, FunderRole.AUDITOR),
    Audience.SIGNATORY: (FunderRole.OFFICER, FunderRole.ELECTED),
    Audience.FINANCE: (FunderRole.FINANCE, FunderRole.APPROVER, FunderRole.AUDITOR),
    Audience.ADMIN: (FunderRole.ADMINISTRATOR, FunderRole.AUDITOR),
}


OFFICE = frozenset({Audience.OFFICER, Audience.SIGNATORY, Audience.FINANCE, Audience.ADMIN})
"""Where one works for a funder: a blind seat on a jury closes its files there."""


class Declared(Protocol):
    """A view that says for whom it is and under which rule."""

    audience: Audience
    rule: Rule


def allow(
    audience: Audience, rule: Rule
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Declare a view's audience and rule, and give it the request's one transaction.

    The view receives `session` first: read-only for GET and HEAD (statement by statement: see
    `Database.glancing`), writing otherwise. The transaction commits when the answer's status is
    below 400 and rolls back in every other case, unless the view said `keep_changes()`: a draft
    is saved even when an answer has to be mended.
    The audience is checked here; `rule` names what the queries and services it calls enforce.
    """

    def decorate(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def guarded(**arguments: Any) -> ResponseReturnValue:
            writing = request.method not in SAFE
            doors = database()
            door = doors.transaction() if writing else doors.glancing()
            with door as session:
                identify(session, writing=writing)
                actor = g.actor
                if not audience.includes(actor, writing=writing):
                    if actor is None:
                        return sign_in_first()
                    if audience is Audience.JUROR and actor.to_declare:
                        return declare_first()
                    raise Unknown
                if actor is not None and audience in OFFICE:
                    g.actor = actor.in_office()
                answer = make_response(view(session, **arguments))
                if writing and answer.status_code >= REFUSAL and not g.get("kept"):
                    session.rollback()
            return answer

        guarded.audience, guarded.rule = audience, rule  # type: ignore[attr-defined]
        return guarded

    return decorate


def declare(audience: Audience, rule: Rule) -> Callable[[Any], Any]:
    """Mark a view that needs no transaction of ours (static files, health)."""

    def mark(view: Any) -> Any:
        view.audience, view.rule = audience, rule
        return view

    return mark


def sign_in_first() -> Response:
    """Send a stranger to the sign-in page, and back here afterwards when that is a page."""
    back = request.full_path.rstrip("?") if request.method == "GET" else page_of_form()
    answer = redirect(url_for("account.sign_in.show", next=back), 303)
    return make_response(answer)


def declare_first() -> Response:
    """Send a member of a jury to their declaration of interests, and back here afterwards.

    Whatever the page asked for was: nothing is told of what is there.
    """
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return make_response(redirect(url_for("juror.declarations.show", next=back), 303))


def page_of_form() -> str | None:
    """The page that a form was sent to, when that address can be opened too."""
    adapter = current_app.url_map.bind_to_environ(request.environ)
    return request.path if adapter.test(request.path, "GET") else None


def refuse_undeclared(app: Flask) -> None:
    """Stop the start-up when a route does not declare its audience and rule.

    Raises:
        RuntimeError: naming every such endpoint.
    """
    undeclared = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not isinstance(getattr(app.view_functions[rule.endpoint], "audience", None), Audience)
        or not isinstance(getattr(app.view_functions[rule.endpoint], "rule", None), Rule)
    )
    if undeclared:
        raise RuntimeError(f"routes without audience and rule: {', '.join(undeclared)}")


def audience_of(view: Callable[..., object]) -> Audience:
    """The audience that a view declared."""
    found: Audience = view.audience  # type: ignore[attr-defined]
    return found


__all__ = ["ANYONE", "SIGNED_IN", "Audience", "Session", "allow", "declare", "refuse_undeclared"]

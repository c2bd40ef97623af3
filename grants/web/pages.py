"""What every template may use: wording, assets, the areas of the site, the language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf

from grants.kernel.access import Actor
from grants.web import dictionary, tracing, wording
from grants.web.calls import closing
from grants.web.menus import site_menu
from grants.web.requests import now, settings, visitor
from grants.web.routes import Audience

LANGUAGES = ("fr", "en")
LANGUAGE_COOKIE = "lang"
STATIC = Path(__file__).parent / "static"

AREAS = (
    (Audience.PUBLIC, "public.calls.index", "public", _l("Calls for projects")),
    (Audience.APPLICANT, "applicant.applications.index", "applicant", _l("My applications")),
    (Audience.JUROR, "juror.juries.index", "juror", _l("My juries")),
    (Audience.OFFICER, "officer.calls.index", "officer", _l("Appraisal")),
    (Audience.FINANCE, "finance.envelopes.index", "finance", _l("Finance")),
    (Audience.ADMIN, "admin.people.index", "admin", _l("Administration")),
)


@dataclass(frozen=True)
class Area:
    """One entry of the main navigation."""

    label: str
    url: str
    active: bool


def register(app: Flask) -> None:
    """Install filters, globals and the language."""
    filters: dict[str, Callable[..., str]] = {
        "amount": wording.amount,
        "money": wording.money,
        "number": wording.number,
        "day": wording.day,
        "short_day": wording.short_day,
        "instant": wording.instant,
        "hour": wording.time_of_day,
        "moment": wording.moment,
        "closing": closing,
        "text": wording.localized,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(asset=asset, csrf_token=generate_csrf, site_menu=site_menu)
    app.jinja_env.globals.update(dictionary.FOR_TEMPLATES | tracing.FOR_TEMPLATES)
    app.context_processor(shared)
    app.before_request(settle_language)
    app.after_request(remember_language)
    app.teardown_request(forget_language)


def choose_language() -> str:
    """French, unless the address or the cookie asks for English."""
    asked = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return asked if asked in LANGUAGES else "fr"


def settle_language() -> None:
    """Choose once what the whole answer is written in."""
    wording.of_request.set(choose_language())


def forget_language(_error: BaseException | None) -> None:
    """The next request of this thread may be somebody else's."""
    wording.of_request.set(None)


def remember_language(answer: Response) -> Response:
    """Keep the language that the address asked for."""
    asked = request.args.get("lang")
    if asked in LANGUAGES and request.cookies.get(LANGUAGE_COOKIE) != asked:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            asked,
            max_age=31_536_000,
            samesite="Lax",
            secure=settings().secure_cookies,
            httponly=True,
        )
    return answer


def shared() -> dict[str, object]:
    """The variables of every page."""
    return {
        "actor": visitor(),
        "areas": areas(visitor()),
        "now": now(),
        "settings": settings(),
        "language": wording.language(),
        "in_language": in_language,
        "remaining": remaining,
    }


def remaining(until: datetime) -> str:
    """How long is left until an instant, by this site's clock."""
    return wording.remaining(max(0, int((until - now()).total_seconds())))


def areas(actor: Actor | None) -> list[Area]:
    """The parts of the site that exist for this person.

    Organisations have their entry for whoever acts for one, or may only be here to apply: those
    who work for an authority or sit on a jury find theirs in the menu of their account.
    """
    current = _area_of((request.blueprint or "").split(".")[0], actor)
    found = [
        Area(str(label), url_for(endpoint), current == blueprint)
        for audience, endpoint, blueprint, label in AREAS
        if audience.includes(actor, writing=False)
        or (audience is Audience.JUROR and actor is not None and actor.to_declare)
    ]
    if actor and (actor.organisations or not (actor.funders or actor.juries)):
        home = url_for("account.organisations.index")
        found.insert(2, Area(str(_l("My organisations")), home, request.path.startswith(home)))
    if actor and actor.is_mentor:
        helped = url_for("mentor.index")
        found.append(Area(str(_l("Projects that I help")), helped, current == "mentor"))
    return found


def _area_of(blueprint: str, actor: Actor | None) -> str:
    """The part of the site that a page belongs to; pages of several belong to its reader's."""
    if blueprint == "sittings":  # one page for members and for the office: where one came from
        return "juror" if actor and actor.juries else "officer"
    if blueprint in {"duties", "jobs"} and actor:  # for the office and for finance
        kinds = {Audience.OFFICER: "officer", Audience.FINANCE: "finance"}
        theirs = (area for one, area in kinds.items() if one.includes(actor, writing=False))
        return next(theirs, blueprint)
    return blueprint


def in_language(code: str) -> str:
    """This page's address in another language."""
    query = {**request.args.to_dict(), "lang": code}
    if request.method != "GET" or request.endpoint is None:
        return f"/?lang={code}"
    return url_for(request.endpoint, **{**(request.view_args or {}), **query})


def asset(name: str) -> str:
    """The address of a static file, changing with its content so that caches never lie."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]

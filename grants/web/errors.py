"""Every way of saying no, each with its page and its status. No page here needs the database."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from flask import Flask, g, render_template, request
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.web.sentences import remedy, sentence

log = structlog.get_logger()
PAGES = {400, 403, 404, 409, 413, 422, 429, 500, 503}
Answer = tuple[str, int] | tuple[str, int, dict[str, str]]


def register(app: Flask) -> None:
    """Give each refusal of the domain, and each failure, its page."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(Forbidden, lambda _error: page(HTTPStatus.FORBIDDEN))
    app.register_error_handler(Unknown, lambda _error: page(HTTPStatus.NOT_FOUND))
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(PoolTimeout, unavailable)
    app.register_error_handler(500, lambda _error: page(HTTPStatus.INTERNAL_SERVER_ERROR))


def refused(error: Refused) -> Answer:
    """409, or 429 when it was too often: what was refused, why, and what would unblock it."""
    often = error.code.endswith("too_many_attempts")
    log.info("refused", code=error.code, endpoint=request.endpoint)
    return page(
        HTTPStatus.TOO_MANY_REQUESTS if often else HTTPStatus.CONFLICT,
        sentence=sentence(error),
        remedy=remedy(error),
    )


def from_http(error: HTTPException) -> Answer | HTTPException:
    """What Werkzeug, Flask-WTF or a limit refused, in the house's words."""
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 -- a redirect raised as an exception is an answer
        return error
    return page(status if status in PAGES else (404 if status == 405 else 400))  # noqa: PLR2004


def unavailable(error: DBAPIError | PoolTimeout) -> Answer:
    """PostgreSQL does not answer: 503. Its text may hold values, so it is not logged."""
    log.error("database unavailable", kind=type(error).__name__)
    body, status = page(HTTPStatus.SERVICE_UNAVAILABLE)[:2]
    return body, status, {"Retry-After": "5"}


def page(status: int, **facts: str) -> Answer:
    """The page of one status, for whoever asked."""
    g.setdefault("actor", None)
    back = (
        request.referrer
        if request.referrer and request.referrer.startswith(request.host_url)
        else None
    )
    return render_template(f"errors/{int(status)}.html", back=back, **facts), int(status)

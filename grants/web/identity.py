"""Who sends this request: a cookie's token, looked up in one statement."""

from __future__ import annotations

import hashlib

from flask import Response, g, request
from sqlalchemy.orm import Session

from grants.people import queries
from grants.web.requests import now, settings


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host and to TLS; browsers refuse it on plain HTTP."""
    return "__Host-laureat-entree" if settings().secure_cookies else "laureat-entree"


def presented_hash() -> str | None:
    """The SHA-256 of the token that came with the request: all that the database knows of it."""
    token = request.cookies.get(cookie_name())
    return hashlib.sha256(token.encode()).hexdigest() if token else None


def identify(session: Session, *, writing: bool) -> None:
    """Put the actor, or None, in `g.actor`. One statement, and none without a cookie."""
    token_hash = presented_hash()
    g.actor = None
    if token_hash:
        g.actor = queries.identity(session, token_hash, now=now(), writing=writing)


def sign_in_cookie(response: Response, token: str) -> Response:
    """Give the browser its token: out of reach of scripts, gone when the browser closes."""
    response.set_cookie(
        cookie_name(),
        token,
        httponly=True,
        secure=settings().secure_cookies,
        samesite="Lax",
        path="/",
    )
    return response


def forget_cookie(response: Response) -> Response:
    """Take the token back."""
    response.delete_cookie(cookie_name(), path="/", secure=settings().secure_cookies)
    return response

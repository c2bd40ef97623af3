"""Headers on every answer, whoever made it."""

from __future__ import annotations

from flask import Flask, Response, abort, g, request

from grants.web.requests import PlainRequest

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Bootstrap draws its check marks as data: images in its CSS
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def register(app: Flask) -> None:
    """Set what is not set yet; a page shown to someone signed in is kept by no cache.

    And on the way in: no NUL, in a form, a query or an address.
    """
    app.request_class = PlainRequest

    @app.before_request
    def read_address() -> None:
        if "\x00" in request.path:  # nothing has such a name, and PostgreSQL refuses to look
            abort(404)

    @app.after_request
    def protect(answer: Response) -> Response:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if g.get("actor") is not None or "Set-Cookie" in answer.headers:
            answer.headers["Cache-Control"] = "no-store"
        return answer

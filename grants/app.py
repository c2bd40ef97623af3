"""The composition root of the web: the only module that knows every other one."""

from __future__ import annotations

import flask_bootstrap
from flask import Flask, Response, request
from flask_babel import Babel
from flask_wtf import CSRFProtect

from config import Settings
from grants import tables
from grants.agreements.signing import signing
from grants.db import Database
from grants.db.session import make_engine
from grants.files.store import FileStore
from grants.kernel.clock import Clock, site_clock
from grants.web import (
    account,
    admin,
    applicant,
    dev,
    duties,
    errors,
    finance,
    health,
    jobs,
    juror,
    mentoring,
    officer,
    pages,
    public,
    security,
    sittings,
)
from grants.web.compiled import compiled_templates
from grants.web.requests import Services
from grants.web.routes import ANYONE, Audience, declare, refuse_undeclared

AUDIENCES = (public, account, applicant, juror, officer, finance, admin)
YEAR_SECONDS = 31_536_000


def create_app(
    settings: Settings, database: Database | None = None, clock: Clock | None = None
) -> Flask:
    """The web application.

    Raises:
        RuntimeError: a route does not declare its audience and rule.
    """
    app = Flask(
        "grants",
        root_path=str(settings.root),
        template_folder="templates",
        static_folder=str(settings.root / "grants" / "web" / "static"),
    )
    app.config.from_mapping(settings.for_flask())
    signing(settings.signing, settings.secret_key)  # an unknown name stops here, not at a signature
    app.jinja_options |= {"autoescape": True, "bytecode_cache": compiled_templates()}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["laureat"] = Services(
        settings=settings,
        database=database or open_doors(str(settings.database_url)),
        store=FileStore(settings.storage, is_scanned=settings.clamd_url is not None),
        clock=clock or site_clock(settings.clock_file),
    )
    Babel(app, locale_selector=pages.choose_language)
    csrf = CSRFProtect(app)
    flask_bootstrap.Bootstrap5(app)
    pages.register(app)
    errors.register(app)
    security.register(app)
    for audience in AUDIENCES:
        app.register_blueprint(audience.bp)
    app.register_blueprint(health.bp)
    app.register_blueprint(jobs.bp)
    app.register_blueprint(duties.bp)
    app.register_blueprint(sittings.bp)
    app.register_blueprint(mentoring.bp)
    if settings.embedded:
        app.register_blueprint(dev.bp)
    _serve_files(app)
    # A mailbox that stops an alert for its owner holds the mail's token, and no cookie of ours.
    csrf.exempt(app.view_functions["public.alerts.stop"])
    refuse_undeclared(app)
    return app


def open_doors(url: str) -> Database:
    """The two doors of a web process; nothing is connected yet."""
    return Database(make_engine(url), readers=make_engine(url, read_only=True))


def _serve_files(app: Flask) -> None:
    """Static files are public, and change their address when they change their content."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_SECONDS
    for endpoint in ("static", "bootstrap.static"):
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = declare(Audience.PUBLIC, ANYONE)(
            lambda view=view, **arguments: app.ensure_sync(view)(**arguments)
        )
    app.after_request(_revalidate_modules)


def _revalidate_modules(answer: Response) -> Response:
    """A module that another one imports has no address of its own content: ask again each time."""
    if request.endpoint == "static" and request.path.endswith(".js") and "v" not in request.args:
        answer.cache_control.no_cache = True
        answer.cache_control.max_age = None
    return answer


__all__ = ["create_app", "tables"]

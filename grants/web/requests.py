"""What a view needs from its request: the actor, the instant, and what the app was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Request, current_app, g
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items

from config import Settings
from grants.db import Database
from grants.files.store import FileStore
from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.clock import Clock


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the composition root hands to the pages."""

    settings: Settings
    database: Database
    store: FileStore
    clock: Clock


class PlainValues(ImmutableMultiDict[str, Any]):
    """What came with a request, without NUL: no keyboard types it and PostgreSQL refuses it.

    The nameless parts that only machines send are left out.
    """

    def __init__(self, mapping: Any = None) -> None:
        pairs = iter_multi_items(mapping) if mapping else ()
        super().__init__([(plain(key), plain(value)) for key, value in pairs if key is not None])


class PlainRequest(Request):
    """A request whose form and query hold only what a text may hold, and no more than forms do."""

    parameter_storage_class = PlainValues

    @property
    def max_content_length(self) -> int | None:
        """Werkzeug bounds the texts that come beside documents; those that come alone, we do."""
        alone = self.mimetype == "application/x-www-form-urlencoded"
        return self.max_form_memory_size if alone else super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value


def plain(value: Any) -> Any:
    """A text without NUL; anything else, a file for example, as it is."""
    return value.replace("\x00", "") if isinstance(value, str) else value


def services() -> Services:
    """Everything the composition root handed over."""
    return cast(Services, current_app.extensions["laureat"])


def current_actor() -> Actor:
    """Who is signed in. Only for pages whose audience is not PUBLIC."""
    return cast(Actor, g.actor)


def visitor() -> Actor | None:
    """Who is signed in, or None; for public pages."""
    return cast("Actor | None", g.get("actor"))


def now() -> datetime:
    """The instant at which the request arrived: taken once, so that one answer has one time."""
    if "now" not in g:
        g.now = services().clock.now()
    return cast(datetime, g.now)


def database() -> Database:
    """The two doors."""
    return services().database


def keep_changes() -> None:
    """Let this request's transaction commit although its answer tells of something to mend."""
    g.kept = True


def store() -> FileStore:
    """Where documents are kept."""
    return services().store


def settings() -> Settings:
    """The deployment's settings."""
    return services().settings


def vault() -> Vault:
    """The lock of bank details, its keys derived from the installation's secret."""
    return Vault(settings().secret_key.encode())

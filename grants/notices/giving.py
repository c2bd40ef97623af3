"""What notices are given from above: addresses of the site, a renderer, a typesetter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from grants.calls.alerts import links as alerts
from grants.people.links import address_of
from grants.people.models import Purpose
from grants.polls import links as polls


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the site answers, and the secret with which it signs the links it mails.

    `signing` names the implementation of electronic signature. `repr` tells nothing of the secret.
    """

    base_url: str
    secret_key: str
    signing: str = "local"

    def __repr__(self) -> str:
        return f"Site({self.base_url})"

    def page(self, path: str) -> str:
        """The whole address of a page."""
        return f"{self.base_url.rstrip('/')}{path}"

    def link(self, link_id: UUID, purpose: Purpose) -> str:
        """The whole address of a one-time link."""
        return address_of(self.base_url, self.secret_key, link_id, purpose)

    def alert_link(self, alert_id: UUID, use: alerts.Use) -> str:
        """The whole address where an alert is confirmed, or stopped."""
        return self.page(alerts.path(self.secret_key, use, alert_id))

    def poll_link(self, slug: str, link_id: UUID) -> str:
        """The whole address where a voter's ballot is counted."""
        return self.page(polls.path(self.secret_key, slug, link_id))


@dataclass(frozen=True)
class Written:
    """One mail in one language: the same words as plain text and as HTML."""

    subject: str
    text: str
    html: str


class Renderer(Protocol):
    """Whoever turns facts into words, in a language."""

    def mail(self, kind: str, locale: str, facts: Mapping[str, Any]) -> Written:
        """The mail of that kind."""
        ...

    def letter(self, name: str, locale: str, facts: Mapping[str, Any]) -> str:
        """The HTML of a letter to typeset."""
        ...


class Typesetter(Protocol):
    """Whoever makes a PDF out of HTML."""

    def __call__(self, html: str) -> bytes:
        """The bytes of an accessible PDF."""
        ...

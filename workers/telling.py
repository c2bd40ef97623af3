"""What every task that writes to people shares: the templates, and where links lead."""

from __future__ import annotations

from functools import cache

from grants.notices.giving import Site
from workers.app import settings
from workers.rendering import Pages


@cache
def pages() -> Pages:
    """The templates, read once."""
    return Pages(settings().root)


def site() -> Site:
    """Where the links of mails lead."""
    return Site(
        base_url=str(settings().base_url),
        secret_key=settings().secret_key,
        signing=settings().signing,
    )

"""The officer makes a call out of a scheme and publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from grants.demo.browser import Page
from grants.demo.cast import Player
from grants.demo.theatre import Theatre, identifier

CALLS = "/instruction/appels"


def make(
    theatre: Theatre,
    officer: Player,
    scheme: str,
    *,
    edition: str,
    slug: str,
    opens: date,
    closes: date | None,
    choices: Mapping[str, str],
) -> str:
    """Prepare and publish a call; give its identifier.

    `choices` maps the lists of funders and envelopes to the words of the option wanted.
    """
    page = theatre.browser(officer).get(f"{CALLS}/nouveau/{scheme}")
    values = {
        "edition": edition,
        "slug": slug,
        "opens_at": f"{opens:%d/%m/%Y}",
        "closes_at": f"{closes:%d/%m/%Y}" if closes else "",
    }
    values |= {name: page.option(name, words) for name, words in choices.items()}
    page = page.send(values, to=f"nouveau/{scheme}")
    call_id = identifier(page.path)
    page.send(to="publier$")
    return call_id


def overview(theatre: Theatre, officer: Player, call_id: str) -> Page:
    """The call's own page."""
    return theatre.browser(officer).get(f"{CALLS}/{call_id}")

"""The officer makes a call out of a scheme and publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from grants.demo.browser import Page
from grants.demo.cast import Player
from grants.demo.theatre import Theatre, identifier

CALLS = "/instruction/appels"


def prepare(
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
    """Prepare a call out of a scheme; give its identifier.

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
    return identifier(page.send(values, to=f"nouveau/{scheme}").path)


def publish(theatre: Theatre, officer: Player, call_id: str) -> None:
    """Publish a prepared call: whoever looks for calls finds it."""
    overview(theatre, officer, call_id).send(to="publier$")


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
    """Prepare a call and publish it at once; give its identifier."""
    call_id = prepare(
        theatre,
        officer,
        scheme,
        edition=edition,
        slug=slug,
        opens=opens,
        closes=closes,
        choices=choices,
    )
    publish(theatre, officer, call_id)
    return call_id


def overview(theatre: Theatre, officer: Player, call_id: str) -> Page:
    """The call's own page."""
    return theatre.browser(officer).get(f"{CALLS}/{call_id}")


def jury(theatre: Theatre, officer: Player, call_id: str, words: str) -> str:
    """The address of the jury of the call whose name holds `words`."""
    return overview(theatre, officer, call_id).link_reading(r"/instruction/jurys/", words)

"""The public votes: an officer prepares and publishes, citizens vote by a link in their mailbox."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date

from grants.demo.cast import Candidate, Player
from grants.demo.moves import calls
from grants.demo.theatre import Theatre

CHOSEN = 2
"""How many projects one ballot approves of."""


def open_vote(
    theatre: Theatre,
    officer: Player,
    call_id: str,
    words: Mapping[str, str],
    *,
    first: date,
    last: date,
) -> str:
    """Prepare the vote of the call's stage, let everything eligible stand, publish; its page."""
    overview = calls.overview(theatre, officer, call_id)
    page = theatre.browser(officer).get(overview.link(r"/etapes/[^/]+/vote$"))
    typed = {"opens_at": f"{first:%d/%m/%Y}", "closes_at": f"{last:%d/%m/%Y}"}
    page = page.send({**words, **typed, "rule": "approval", "most": CHOSEN}, to="vote$")
    standing = page.form("candidats$").choices["applications"]
    page = page.send({"applications": standing}, to="candidats$")
    page.press("publication$")
    return f"/votes/{words['slug']}"


def vote(
    theatre: Theatre, voters: Sequence[Player], address: str, candidates: Sequence[Candidate]
) -> None:
    """Everybody fills a ballot in, gives an address, then follows the link that comes by mail."""
    titles = [one.title for one in candidates]
    theatre.everyone(lambda one: _fill(theatre, one, address, titles), voters)
    theatre.everyone(lambda one: _confirm(theatre, one, address), voters)


def _fill(theatre: Theatre, voter: Player, address: str, titles: Sequence[str]) -> None:
    """The same play every time, whatever order the projects were drawn in: chosen by title."""
    page = theatre.browser(voter).get(address)
    chance = random.Random(f"{voter.email} {address}")  # noqa: S311 -- a play, not a secret
    # Those that come first in the list of the play please more people.
    weights = range(len(titles) + 1, 1, -1)
    liked = {chance.choices(titles, weights)[0] for _draw in range(CHOSEN)}
    page = page.send(
        {"choice": [page.option("choice", one) for one in sorted(liked)]}, to="bulletin$"
    )
    page.send({"email": voter.email}, to="adresse$")


def _confirm(theatre: Theatre, voter: Player, address: str) -> None:
    link = theatre.mail_link(voter, rf"{address}/confirmation/")
    theatre.browser(voter).get(link).send(to="confirmation|^$")

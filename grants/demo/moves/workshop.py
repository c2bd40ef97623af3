"""The officer writes in the workshop of a call: sections, questions, conditions, the next year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from grants.demo.browser import Page
from grants.demo.cast import Player
from grants.demo.moves.calls import CALLS
from grants.demo.theatre import Theatre, identifier


def workshop(call_id: str) -> str:
    """The address of a call's workshop."""
    return f"{CALLS}/{call_id}/atelier"


def begin(
    theatre: Theatre, officer: Player, title: str, *, lead: str, opens: date, closes: date
) -> str:
    """Start from a blank page; give the call's identifier."""
    page = theatre.browser(officer).get(f"{CALLS}/page-blanche")
    page = page.send(
        {
            "title_fr": title,
            "lead": page.option("lead", lead),
            "opens_at": f"{opens:%d/%m/%Y}",
            "closes_at": f"{closes:%d/%m/%Y}",
        },
        to="page-blanche",
    )
    return identifier(page.path)


def link_envelope(theatre: Theatre, officer: Player, call_id: str, label: str) -> None:
    """Let the awards of the call draw on one more envelope."""
    page = theatre.browser(officer).get(f"{workshop(call_id)}/financement")
    page.send({"chosen": page.option("chosen", label)}, to="/enveloppes$")


def add_section(
    theatre: Theatre, officer: Player, call_id: str, key: str, words: Mapping[str, str]
) -> None:
    """Add a section at the end of the form."""
    page = theatre.browser(officer).get(f"{workshop(call_id)}/formulaire/rubriques/nouvelle")
    page.send({**words, "key": key}, to="rubriques/nouvelle")


def add_vote(
    theatre: Theatre,
    officer: Player,
    call_id: str,
    words: Mapping[str, str],
    *,
    first: date,
    last: date,
    after: int,
) -> None:
    """Add a stage where the public votes, just behind the first `after` ones."""
    page = theatre.browser(officer).get(f"{workshop(call_id)}/etapes/nouveau")
    days = {"starts_on": f"{first:%d/%m/%Y}", "ends_on": f"{last:%d/%m/%Y}"}
    page = page.send({**words, **days, "kind": "public_vote"}, to="etapes/nouveau", button="intent")
    moved = r"/etapes/[^/]+/deplacer$"
    stages = {one.action for one in page.forms if re.search(moved, one.action)}
    for _step in range(len(stages) - 1 - after):
        page = page.press(moved, reading=words["title_fr"], direction="up")


def add_question(
    theatre: Theatre,
    officer: Player,
    call_id: str,
    section: str,
    *,
    kind: str,
    words: Mapping[str, str],
) -> None:
    """Add a question of that type; `words` are the boxes of its page."""
    address = f"{workshop(call_id)}/formulaire/rubriques/{section}/questions/nouvelle"
    page = theatre.browser(officer).get(f"{address}?type={kind}")
    page.send(words, to="questions/nouvelle")


def ask_if(theatre: Theatre, officer: Player, call_id: str, key: str, other: str) -> None:
    """Show a question once another one, a yes or no, is answered yes."""
    address = f"{workshop(call_id)}/formulaire/questions/{key}/condition"
    page = theatre.browser(officer).get(address)
    page = page.send(to="condition$", button="to_text")
    page.send({"text": other}, to="condition$", button="save")


def work_out(theatre: Theatre, officer: Player, call_id: str, key: str, sum_of: str) -> None:
    """Let the software work an answer out."""
    page = theatre.browser(officer).get(f"{workshop(call_id)}/formulaire/questions/{key}/calcul")
    page.send({"rows-0-key": sum_of}, to="calcul$", button="save")


def check(theatre: Theatre, officer: Player, call_id: str) -> Page:
    """What stops the call from being published, and what is worth a look."""
    return theatre.browser(officer).get(f"{workshop(call_id)}/verification")


def prepare_again(theatre: Theatre, officer: Player, call_id: str, slug: str) -> str:
    """The next edition, its dates moved by 52 weeks; give its identifier."""
    page = theatre.browser(officer).get(f"{workshop(call_id)}/suite")
    return identifier(page.send({"slug": slug}, to="suite$").path)

"""A jury's meeting on its screens: called, opened, gone through, voted, closed, minutes signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from grants.demo.cast import Player
from grants.demo.theatre import Theatre
from grants.kernel.clock import PARIS


def call(
    theatre: Theatre, officer: Player, jury: str, *, at: datetime, place: str, convened_by: str
) -> str:
    """Call a meeting of the jury, everything on its agenda; give its address."""
    civil = at.astimezone(PARIS)
    typed = {
        "meets_on": f"{civil:%d/%m/%Y}",
        "meets_time": f"{civil:%H:%M}",
        "place": place,
        "convened_by": convened_by,
        "order": "rank",
    }
    page = theatre.browser(officer).get(f"{jury}/seance").send(typed, to="seance$")
    return page.path.removesuffix("/ordre-du-jour")


def open_it(
    theatre: Theatre, chair: Player, address: str, others: Sequence[Player], *, afar: Player
) -> None:
    """The chair puts the best ranked first and opens; each says that they are there."""
    browser = theatre.browser(chair)
    browser.get(f"{address}/ordre-du-jour").press("ordre-du-jour$", act="rank")
    browser.get(address).press("ouverture$")

    def arrive(member: Player) -> None:
        mode = "remote" if member is afar else "present"
        page = theatre.browser(member).get(address)
        page.press("presence$", reading=member.name, mode=mode)

    theatre.everyone(arrive, [chair, *others])


def discuss(theatre: Theatre, chair: Player, address: str, notes: Sequence[str]) -> None:
    """Every point in turn, with a note of the secretary for the first ones."""
    page = theatre.browser(chair).get(address).press("suite$", way="on")
    for note in notes:
        page = page.send({"note": note}, to="notes$").press("suite$", way="on")
    # The form of the note names the point on the screens, as long as there is one.
    while "item" in page.form("notes$").names:
        page = page.press("suite$", way="on")


def revise(theatre: Theatre, member: Player, jury_id: str, application: str, why: str) -> None:
    """A member changes a final score in the discussion: one point more on the first criterion."""
    page = theatre.browser(member).get(f"/jury/{jury_id}/dossiers/{application}")
    form = page.form(having="reason")
    name, mark = next(
        (name, value)
        for name, value in form.fields
        if name.startswith("mark_")
        and value.isdigit()
        and str(int(value) + 1) in form.choices[name]
    )
    page.send({"reason": why, name: str(int(mark) + 1)})


def put_to_vote(
    theatre: Theatre, chair: Player, address: str, members: Sequence[Player], text: str
) -> None:
    """A text about the whole: everyone votes for it by name, and the chair closes the vote."""
    browser = theatre.browser(chair)
    browser.get(address).send({"text": text, "scope": "whole"}, to="motions$")

    def favour(member: Player) -> None:
        theatre.browser(member).get(address).send(to="/vote$", button="for")

    theatre.everyone(favour, members)
    browser.get(address).press(r"/motions/[^/]+/cloture$")


def close(theatre: Theatre, chair: Player, address: str) -> None:
    """The chair closes the meeting."""
    theatre.browser(chair).get(address).press(r"/seances/[^/]+/cloture$")


def sign(theatre: Theatre, chair: Player, address: str) -> None:
    """The chair reads the minutes over and signs them."""
    theatre.browser(chair).get(f"{address}/proces-verbal").press("signature$")

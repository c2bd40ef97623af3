"""A bureau: its members, what the council delegates to it, its agenda, its room and its votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from grants.demo.browser import Page
from grants.demo.cast import Player
from grants.demo.theatre import Theatre
from grants.kernel.clock import PARIS

COUNCIL, SESSIONS = "/instruction/assemblee", "/instruction/seances"


@dataclass(frozen=True)
class Member:
    """Somebody who sits; with an account, they read the agenda on their own screen."""

    player: Player
    office: str = "member"
    signs_in: bool = False


@dataclass(frozen=True)
class Item:
    """A point of the agenda, and the applications that it decides upon."""

    object: str
    number: str
    draft: str
    applications: Sequence[str]
    rapporteur: Player
    concerned: Player | None = None
    figures: Mapping[str, str] = field(default_factory=dict)


def seat(theatre: Theatre, officer: Player, members: Sequence[Member], *, since: date) -> None:
    """Write the members of the bureau down."""
    page = theatre.browser(officer).get(f"{COUNCIL}/membres")
    for one in members:
        typed = {"name": one.player.name, "office": one.office, "since": f"{since:%d/%m/%Y}"}
        if one.signs_in:
            typed["person"] = page.option("person", one.player.name)
        page.send({**typed, "in_bureau": "y"}, to="membres$")


def delegate(
    theatre: Theatre, officer: Player, *, number: str, on: date, at_most: str, words: str
) -> None:
    """Note that the council lets its bureau decide upon grants and advances up to an amount."""
    page = theatre.browser(officer).get(f"{COUNCIL}/delegations")
    page.send(
        {
            "number": number,
            "body": "bureau",
            "object": words,
            "voted_on": f"{on:%d/%m/%Y}",
            "instruments": ["grant", "advance"],
            "amount_max": at_most,
        },
        to="delegations$",
    )


def entrust(
    theatre: Theatre, officer: Player, holder: Player, *, number: str, on: date, at_most: str
) -> None:
    """Record the order by which the president lets a vice-president sign the agreements."""
    page = theatre.browser(officer).get(f"{COUNCIL}/signatures")
    page.send(
        {
            "person": page.option("person", holder.name),
            "function": "le vice-président chargé de l’économie sociale et solidaire",
            "given_for": "la présidente",
            "number": number,
            "act_on": f"{on:%d/%m/%Y}",
            "executory_on": f"{on:%d/%m/%Y}",
            "ceiling": at_most,
        },
        to="signatures$",
    )


def call(
    theatre: Theatre, officer: Player, *, at: datetime, place: str, items: Sequence[Item], on: date
) -> str:
    """Plan a meeting of the bureau, write its agenda and call its members; give its address."""
    civil = at.astimezone(PARIS)
    browser = theatre.browser(officer)
    page = browser.get(f"{SESSIONS}/nouvelle").send(
        {
            "body": "bureau",
            "starts_on": f"{civil:%d/%m/%Y}",
            "starts_at": f"{civil:%H:%M}",
            "place": place,
        },
        to="nouvelle$",
    )
    address = page.path
    for one in items:
        page = browser.get(f"{address}/points/nouveau")
        page = page.send(
            {
                "object": one.object,
                "number": one.number,
                "draft": one.draft,
                "rapporteur": page.option("rapporteur", one.rapporteur.name),
                "applications": list(one.applications),
            },
            to="",
        )
    page.send({"on": f"{on:%d/%m/%Y}"}, to="convocation$")
    return address


def open_room(
    theatre: Theatre,
    officer: Player,
    address: str,
    present: Sequence[Player],
    *,
    at: str,
    proxy: tuple[Player, Player],
) -> None:
    """The first of those present opens and presides; one who is absent gave a written proxy."""
    page = theatre.browser(officer).get(f"{address}/salle")
    chair, *others = present
    page = page.send({"seat": page.option("seat", chair.name), "at": at}, to="ouverture$")
    seats = [page.option("seats", one.name) for one in others]
    page = page.send({"seats": seats, "at": at}, to="arrivees$")
    giver, holder = (page.option("seat", one.name) for one in proxy)
    page.send({"at": at, "seat": giver, "other": holder}, to="pouvoirs$")


def vote(
    theatre: Theatre, officer: Player, address: str, items: Sequence[Item], hours: Sequence[str]
) -> list[Page]:
    """Put every item to the vote by show of hands; the page of each deliberation."""
    browser, made = theatre.browser(officer), []
    room = browser.get(f"{address}/salle")
    for one, at in zip(items, hours, strict=True):
        page = browser.get(room.link_reading(r"/salle/points/", one.object))
        if one.concerned:
            page = page.send({"seat": page.option("seat", one.concerned.name)}, to="deport$")
        made.append(page.send({"number": one.number, "at": at, **one.figures}, to="/vote$"))
    return made


def close(theatre: Theatre, officer: Player, address: str, *, at: str) -> None:
    """End the meeting."""
    theatre.browser(officer).get(f"{address}/salle").send({"at": at}, to="cloture$")


def print_pack(theatre: Theatre, officer: Player, address: str) -> None:
    """Have the drafts, their tables and the register of recusals made as files."""
    theatre.browser(officer).get(address).press("/dossier$")

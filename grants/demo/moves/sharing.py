"""Envelopes shared out: named scenarios, a computed proposal, the one that is kept; who waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grants.demo.cast import Player
from grants.demo.moves.calls import CALLS
from grants.demo.theatre import Theatre


@dataclass(frozen=True)
class Share:
    """What a scenario gives to one application, or why it gives nothing."""

    amount: str = ""
    reason: str = ""


def begin(theatre: Theatre, officer: Player, call_id: str, name: str) -> str:
    """Begin a scenario from the applications as they stand; give its address."""
    page = theatre.browser(officer).get(f"{CALLS}/{call_id}/scenarios")
    return page.send({"name": name}, to="scenarios$").path


def share(
    theatre: Theatre,
    officer: Player,
    scenario: str,
    shares: Mapping[str, Share],
    *,
    envelope: str,
) -> None:
    """Write the lines of a scenario, by application."""
    browser = theatre.browser(officer)
    for application, one in shares.items():
        page = browser.get(f"{scenario}/dossiers/{application}")
        typed = {"outcome": "award" if one.amount else "refusal", "reason": one.reason}
        if one.amount:
            typed |= {"amount": one.amount, "envelope": page.option("envelope", envelope)}
        page.send(typed, to=application)


def compute(
    theatre: Theatre, officer: Player, scenario: str, name: str, *, envelope: str, floor: str
) -> None:
    """Have a proposal worked out: a floor for each project, the last one served in part."""
    page = theatre.browser(officer).get(f"{scenario}/calcul")
    page.send(
        {"name": name, "envelope": page.option("envelope", envelope), "floor": floor}, to="calcul$"
    )


def computed(theatre: Theatre, officer: Player, call_id: str, name: str) -> str:
    """The address of the proposal, once a worker has made it."""
    browser = theatre.browser(officer)
    found: list[str] = []

    def is_made() -> bool:
        links = browser.get(f"{CALLS}/{call_id}/scenarios").links
        found[:] = [link for link, words in links if words == name]
        return bool(found)

    theatre.wait_for("the computed proposal", is_made)
    return found[0]


def accept(theatre: Theatre, officer: Player, scenario: str) -> None:
    """Make its lines the proposals of the decision table."""
    theatre.browser(officer).get(scenario).press("accepter$")


def wait(theatre: Theatre, officer: Player, call_id: str, title: str, *, envelope: str) -> None:
    """Put a project at the end of the waiting list of an envelope."""
    page = theatre.browser(officer).get(f"{CALLS}/{call_id}/listes-d-attente")
    page.send(
        {
            "application": page.option("application", title),
            "envelope": page.option("envelope", envelope),
        },
        to="listes-d-attente$",
    )

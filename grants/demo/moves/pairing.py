"""Who reads what, worked out in the background, looked at, then applied."""

from __future__ import annotations

from grants.demo.cast import Player
from grants.demo.theatre import Theatre

READERS = 4
"""One more than the quorum: one member may be late."""


def ask(theatre: Theatre, officer: Player, jury: str) -> str:
    """Ask for a plan; give the address of the task that works it out."""
    page = theatre.browser(officer).get(f"{jury}/repartition/calcul")
    return page.send({"readers": READERS}, to="calcul$").path


def apply(theatre: Theatre, officer: Player, jury: str, task: str) -> None:
    """Wait for the plan and give everyone what it says."""
    browser = theatre.browser(officer)

    def is_made() -> bool:
        return bool(browser.get(task).all_links("repartition/calcul$"))

    theatre.wait_for("who reads what", is_made)
    browser.get(f"{jury}/repartition/calcul").send(to="calcul/appliquer$")

"""Hearings: when the jury hears, who can come, convocations, questions before, who came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from grants.demo.cast import Candidate, Player
from grants.demo.theatre import Theatre


def settle_hours(
    theatre: Theatre,
    officer: Player,
    jury: str,
    *,
    on: date,
    hours: tuple[str, str],
    place: str,
    counts_silent: bool = False,
) -> None:
    """Write down when and where a jury hears, twenty minutes each."""
    page = theatre.browser(officer).get(f"{jury}/auditions/contraintes")
    typed = {
        "days": f"{on:%d/%m/%Y}",
        "first": hours[0],
        "last": hours[1],
        "length": "20",
        "pause": "5",
        "places": place,
        "bring": "Cinq minutes de présentation, sans diaporama, puis les questions du jury.",
    }
    if counts_silent:
        typed["counts_silent"] = "y"
    page.send(typed, to="contraintes$")


def say_available(theatre: Theatre, member: Player, jury_id: str) -> None:
    """A member can come at every half-day that is asked about."""
    page = theatre.browser(member).get(f"/jury/{jury_id}/auditions")
    form = page.form("disponibilites")
    page.send({"halves": form.choices["halves"]}, to="disponibilites$")


def convoke(theatre: Theatre, officer: Player, jury: str) -> None:
    """Look at the plan that is worked out, keep it, and tell everybody."""
    page = theatre.browser(officer).get(f"{jury}/auditions/apercu")
    page = page.send(to="apercu$")
    page.press("convocations$")


def ask(
    theatre: Theatre, officer: Player, jury: str, application: str, text: str, *, due: date
) -> None:
    """Send the jury's questions to one applicant before the hearing."""
    page = theatre.browser(officer).get(f"{jury}/auditions/dossiers/{application}")
    page = page.send({"text": text, "due_on": f"{due:%d/%m/%Y}"}, to="questions$")
    page.press("questions/envoi$")


def confirm(theatre: Theatre, candidate: Candidate, application: str, reply: str = "") -> None:
    """An applicant comes before every jury, and replies to the questions that were asked."""
    page = theatre.enter(candidate.person).get(f"/dossiers/{application}/audition")
    for form in [one for one in page.forms if one.action.endswith("/presence")]:
        page = page.send({"coming": "confirmed"}, to=form.action)
    if reply:
        page.send({"reply": reply}, to="reponse$")


def mark_present(theatre: Theatre, officer: Player, jury: str, applications: Sequence[str]) -> None:
    """Note afterwards that every applicant came."""

    def mark(application: str) -> None:
        page = theatre.browser(officer).get(f"{jury}/auditions/dossiers/{application}")
        page.send({"attendance": "heard"}, to="presence$")

    theatre.everyone(mark, applications)

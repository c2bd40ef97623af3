"""The decision table, the deliberation, its announcement, and the applicant's acknowledgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from grants.demo.browser import Page
from grants.demo.cast import Candidate, Player
from grants.demo.theatre import Theatre

CALLS = "/instruction/appels"


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one application, in the words of the form."""

    outcome: str
    instrument: str = ""
    amount: str = ""
    envelope: str = ""
    label: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Session:
    """One vote: its number, object, day and figures."""

    number: str
    object: str
    held_on: date
    seats: int
    present: int
    represented: int
    votes_for: int
    abstentions: int = 0
    votes_against: int = 0
    not_taking_part: int = 0
    body: str = "council"


def propose(
    theatre: Theatre, officer: Player, table: str, proposals: Mapping[str, Proposal]
) -> Page:
    """Fill the decision table in: `proposals` by identifier of the application."""
    page = theatre.browser(officer).get(table)
    form = page.form("decision", having="lines-0-application_id")
    typed: dict[str, str] = {}
    for name, value in form.fields:
        if name.endswith("-application_id") and value in proposals:
            wanted, line = proposals[value], name.removesuffix("application_id")
            typed[f"{line}outcome"] = wanted.outcome
            typed[f"{line}label"] = wanted.label
            typed[f"{line}reason"] = wanted.reason
            if wanted.outcome == "award":
                typed[f"{line}instrument"] = wanted.instrument
                typed[f"{line}amount"] = wanted.amount
            if wanted.envelope and f"{line}envelope" in form.names:
                typed[f"{line}envelope"] = page.option(f"{line}envelope", wanted.envelope)
    return page.send(typed, to="decision")


def deliberate(
    theatre: Theatre, officer: Player, table: str, vote: Session, *, expect: int = 200
) -> Page:
    """Enter the deliberation on everything proposed; gives the page that answers."""
    page = theatre.browser(officer).get(table).send({"then": "vote"}, to="decision")
    return page.send(
        {
            "number": vote.number,
            "object": vote.object,
            "body": vote.body,
            "held_on": f"{vote.held_on:%d/%m/%Y}",
            "seats": vote.seats,
            "present": vote.present,
            "represented": vote.represented,
            "not_taking_part": vote.not_taking_part,
            "votes_for": vote.votes_for,
            "votes_against": vote.votes_against,
            "abstentions": vote.abstentions,
        },
        to="deliberation",
        expect=expect,
    )


def announce(theatre: Theatre, officer: Player, deliberation: str, *, executory_on: date) -> Page:
    """Some days later: note since when the act is executory, then tell everybody."""
    page = theatre.enter(officer).get(deliberation)
    day = f"{executory_on:%d/%m/%Y}"
    page = page.send({"transmitted_on": day, "published_on": day}, to="executoire$")
    return page.send(to="annonce$")


def plan(deliberation: Page) -> Page:
    """Plan the payments of every award as usual: 80 % then 20 % for a grant."""
    for address in deliberation.all_links(r"/versements/aides/"):
        deliberation.browser.get(address).send(to="/versements/aides/")
    return deliberation.browser.get(deliberation.path)


def take_note(theatre: Theatre, candidate: Candidate, application: str) -> Page:
    """The applicant reads the decision behind « J'ai pris connaissance »."""
    page = theatre.browser(candidate.person).get(f"/dossiers/{application}/decision")
    return page.send(to="/decision/")

"""An organisation puts its papers in order: documents, declarations, other public aid, members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from grants.demo.answers import PDF_TYPE, a_pdf
from grants.demo.cast import Candidate, Player
from grants.demo.theatre import Theatre, identifier

HOUSES = "/compte/structures"


@dataclass(frozen=True)
class Paper:
    """A document to keep, with its days."""

    kind: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Aid:
    """A public aid received from somebody else."""

    who: str
    amount: str
    on: date
    purpose: str
    regime: str = "de_minimis"


def house(theatre: Theatre, candidate: Candidate) -> str:
    """The address of the candidate's organisation."""
    listed = theatre.browser(candidate.person).get(HOUSES)
    return f"{HOUSES}/{identifier(listed.link(rf'{HOUSES}/[0-9a-f-]{{36}}$'))}"


def deposit(theatre: Theatre, candidate: Candidate, papers: Sequence[Paper]) -> None:
    """Deposit documents once, for every call to come."""
    address = f"{house(theatre, candidate)}/documents"
    page = theatre.browser(candidate.person).get(address)
    for one in papers:
        file = (f"{one.kind}.pdf", a_pdf(f"{candidate.organisation} - {one.kind}"), PDF_TYPE)
        page = page.send(
            {"kind": one.kind, "valid_from": _day(one.since), "valid_until": _day(one.until)},
            to="documents$",
            files={"file": file},
        )


def declare(theatre: Theatre, candidate: Candidate, aids: Sequence[Aid]) -> None:
    """Declare other public aid, then what the law asks to declare."""
    address = f"{house(theatre, candidate)}/declarations"
    page = theatre.browser(candidate.person).get(address)
    for one in aids:
        page = page.send(
            {
                "funder_name": one.who,
                "amount": one.amount,
                "granted_on": _day(one.on),
                "regime": one.regime,
                "purpose": one.purpose,
            },
            to="declarations/aides$",
        )
    for what in ("engagement-republicain", "impots", "cotisations", "aides-publiques"):
        page = page.send(to=f"declarations/{what}$")


def invite(theatre: Theatre, candidate: Candidate, colleague: Player) -> None:
    """Let a colleague fill applications in too; the colleague accepts."""
    address = f"{house(theatre, candidate)}/membres"
    page = theatre.browser(candidate.person).get(address)
    page.send({"email": colleague.email, "role": "editor"}, to="membres/inviter$")
    theatre.accept_invitation(colleague)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def declare_capital(
    theatre: Theatre, candidate: Candidate, *, whole: str, public: str, on: date
) -> None:
    """A cooperative declares its capital on a day, and what public holders have of it."""
    address = f"{house(theatre, candidate)}/groupe"
    page = theatre.browser(candidate.person).get(address)
    page.send({"held_on": _day(on), "total": whole, "public": public}, to="capital$")

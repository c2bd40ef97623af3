"""An officer's acts that other journeys show in a browser: done over HTTP, as the demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from grants.demo.moves import calls, deciding
from grants.demo.moves import judging as moves
from grants.demo.theatre import Theatre, identifier
from grants.kernel.access import FunderRole
from grants.people.models import Person
from journeys.houses import House
from journeys.judging import enter
from journeys.stage import Stage

CALLS = "/instruction/appels"


@dataclass(frozen=True)
class Someone:
    """A person with an account, as the theatre's players."""

    name: str
    email: str


@dataclass(frozen=True)
class Desk:
    """The officer of a house, signed in at this instant."""

    theatre: Theatre
    officer: Someone

    def publish(self, scheme: str, *, edition: str, slug: str, days: tuple[date, date], **choices):
        """Make a call out of a scheme and publish it; its identifier."""
        known = {"edition": edition, "slug": slug, "opens": days[0], "closes": days[1]}
        return UUID(calls.make(self.theatre, self.officer, scheme, **known, choices=choices))

    def receive(self, call_id: UUID) -> None:
        """Every application admissible, then in review."""
        moves.receive(self.theatre, self.officer, str(call_id))

    def share_out(self, jury_id: UUID) -> None:
        """Everyone reads everything."""
        moves.share_out(self.theatre, self.officer, f"/instruction/jurys/{jury_id}")

    def shortlist(self, call_id: UUID, drafts: Iterable[str]) -> None:
        """Let these go on."""
        chosen = [identifier(one) for one in drafts]
        moves.sort_out(self.theatre, self.officer, str(call_id), chosen, act="shortlist")

    def propose(self, call_id: UUID, proposals: Mapping[str, deciding.Proposal]) -> None:
        """Fill the decision table in, by address of the application."""
        wanted = {identifier(draft): one for draft, one in proposals.items()}
        deciding.propose(self.theatre, self.officer, f"{CALLS}/{call_id}/decision", wanted)

    def vote(self, call_id: UUID, vote: deciding.Session) -> None:
        """Record the vote on what is proposed, plan the payments, tell everybody the same day."""
        table = f"{CALLS}/{call_id}/decision"
        page = deciding.plan(deciding.deliberate(self.theatre, self.officer, table, vote))
        deciding.announce(self.theatre, self.officer, page.path, executory_on=vote.held_on)


@contextmanager
def a_desk(stage: Stage, house: House) -> Iterator[Desk]:
    """The desk of a house's officer, until the clock moves."""
    with stage.session() as session:
        person = session.get_one(Person, house.people[FunderRole.OFFICER])
        officer = Someone(person.name, person.email)
    with stage.theatre() as theatre:
        enter(stage, theatre, officer)
        yield Desk(theatre, officer)


def a_vote(number: str, what: str, held_on: date) -> deciding.Session:
    """A unanimous vote of 86."""
    figures = {"seats": 89, "present": 73, "represented": 13, "votes_for": 86}
    return deciding.Session(number, what, held_on, **figures)

"""Two authorities that have nothing to do with each other, each with one of everything.

`ours` and `theirs` are built alike; whoever is asked for by a role of the matrix works for, or
applies to, `ours` unless the role says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import update
from sqlalchemy.orm import Session

from build.appraisal import appraisal_under_way
from build.awards import answers_taken_in, decisions_taken, payments_half_made
from build.clock import NOW
from build.councils import council_at_work
from build.following import followed_up
from build.mentoring import mentoring_under_way
from build.people import (
    a_funder,
    a_funder_member,
    a_person,
    an_operator,
)
from build.polls import votes_of_the_public
from build.scenarios import scenarios_under_way
from build.sides import (
    PDF,
    SECRET,
    Side,
    a_purse,
    a_vault,
    an_applicant,
    applications_in_every_state,
    juries_at_work,
    links_by_mail,
    some_calls,
)
from build.telling import telling_under_way
from build.withdrawing import withdrawals_under_way
from grants.files.store import FileStore
from grants.kernel.access import FunderRole
from grants.outbox.models import Delivery
from grants.people.models import Person
from grants.people.services import start_sign_in


@dataclass
class World:
    """The two authorities, and those who belong to neither."""

    ours: Side
    theirs: Side
    stranger: Person
    operator: Person
    tokens: dict[str, str] = field(default_factory=dict)

    def person(self, role: str) -> Person:
        """Whoever plays a role of the matrix."""
        if role in {"stranger", "operator"}:
            return getattr(self, role)
        elsewhere = {
            "rival": "representative",
            "other_juror": "juror",
            "other_officer": "officer",
        }
        side = self.theirs if role in elsewhere else self.ours
        return side.people[elsewhere.get(role, role)]


def a_world(session: Session, store: FileStore) -> World:
    """Everything, committed by whoever holds the session."""
    world = World(
        ours=a_side(session, store, "Valbrune"),
        theirs=a_side(session, store, "Hautecombe"),
        stranger=a_person(session, name="Sacha Passante"),
        operator=an_operator(session),
    )
    # What years before the present announced was told then: no worker is behind with it.
    session.execute(
        update(Delivery).where(Delivery.due_at < NOW).values(sent_at=NOW, settled_at=NOW)
    )
    for role in ROLES[1:]:
        person = world.person(role)
        world.tokens[role] = start_sign_in(session, person.id, user_agent="test", now=NOW)
    session.flush()
    for row in session:
        session.refresh(row)
    session.expunge_all()  # to be read as they were built, long after this session
    return world


ROLES = (
    "nobody",
    "stranger",
    "representative",
    "treasurer",
    "editor",
    "rival",
    "juror",
    "chair",
    "recused",
    "other_juror",
    "officer",
    "other_officer",
    "finance",
    "approver",
    "administrator",
    "elected",
    "auditor",
    "operator",
)
FUNDER_ROLES = ("officer", "finance", "approver", "administrator", "elected", "auditor")


def a_side(session: Session, store: FileStore, name: str) -> Side:
    """One authority: a call with its juries, applications in every state, awards half paid."""
    side = Side(name)
    funder = a_funder(session, name=f"Métropole de {name}", key=name.lower())
    for role in FUNDER_ROLES:
        side.people[role] = a_funder_member(
            session, funder, FunderRole(role), name=f"{role.title()} {name}"
        )
    an_applicant(session, side)
    a_vault(session, store, side)
    a_purse(session, side, funder)
    some_calls(session, side, funder)
    applications_in_every_state(session, store, side)
    juries_at_work(session, store, side)
    decisions_taken(session, store, side, funder)
    payments_half_made(session, store, side)
    answers_taken_in(session, side, funder)
    followed_up(session, store, side, funder)
    scenarios_under_way(session, side, funder)
    telling_under_way(session, store, side)
    withdrawals_under_way(session, store, side)
    links_by_mail(session, side, funder)
    appraisal_under_way(session, side, funder, SECRET)
    votes_of_the_public(session, side, funder)
    mentoring_under_way(session, side)
    council_at_work(session, store, side, funder)
    session.flush()
    return side


__all__ = ["PDF", "ROLES", "SECRET", "Side", "World", "a_world"]

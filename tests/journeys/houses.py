"""Authorities with their people, their year and their envelopes, before a journey begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from build.ledger import a_book, an_envelope
from build.people import a_funder, a_funder_member
from grants.kernel.access import FunderRole
from grants.kernel.money import Unit
from grants.ledger.operations import Section
from grants.people.models import Funder, Person
from journeys.stage import Stage
from journeys.visitor import Visitor


@dataclass
class House:
    """One authority: its name, its envelope, and who works there, by role."""

    key: str
    name: str
    envelope: str
    people: dict[FunderRole, UUID] = field(default_factory=dict)
    funder_id: UUID | None = None
    envelope_id: UUID | None = None

    def visitor(self, stage: Stage, role: FunderRole, *, scripts: bool = True) -> Visitor:
        """Somebody of the house, at work."""
        return self.back(stage, stage.visitor(scripts=scripts), role)

    def back(self, stage: Stage, visitor: Visitor, role: FunderRole) -> Visitor:
        """The same browser, signed in again after some days."""
        return stage.enter(visitor, self.people[role])


def a_house(
    stage: Stage,
    key: str,
    name: str,
    *,
    envelope: str,
    voted: int,
    unit: Unit = Unit.EUR,
    section: Section | None = None,
    staff: House | None = None,
) -> House:
    """An authority with one envelope; its people, or those of `staff` who work for both."""
    house = House(key, name, envelope)
    with stage.session() as session:
        funder = a_funder(session, key=key, name=name)
        for role, first_name in NAMES.items():
            known = session.get_one(Person, staff.people[role]) if staff else None
            house.people[role] = a_funder_member(
                session, funder, role, person=known, name=f"{first_name} {key.title()}"
            ).id
        house.funder_id = funder.id
        house.envelope_id = an_envelope(
            session,
            a_book(session, session.get_one(Funder, funder.id)),
            label=envelope,
            unit=unit,
            section=section,
            voted=voted,
        ).id
    return house


NAMES = {
    FunderRole.ADMINISTRATOR: "Adélaïde",
    FunderRole.OFFICER: "Olive",
    FunderRole.FINANCE: "Fanny",
    FunderRole.APPROVER: "Arsène",
}

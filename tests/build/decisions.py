"""Decisions: a funder with its people, a call with its envelope, applications to decide upon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.applications import an_application
from build.calls import a_call
from build.clock import NOW
from build.people import a_funder, a_funder_member, acting_as, an_organisation
from grants.applications.models import Application, ApplicationState
from grants.calls.models import Call, CallEnvelope
from grants.decisions.models import (
    Body,
    CouncilSession,
    Delegation,
    Deliberation,
    Instrument,
    Outcome,
)
from grants.decisions.services import (
    Item,
    acknowledge,
    announce_results,
    delegate,
    deliberate,
    make_executory,
    open_session,
)
from grants.decisions.vote import Vote
from grants.kernel.access import SYSTEM, Actor, FunderRole
from grants.kernel.identity import new_id
from grants.kernel.money import Amount, Unit
from grants.ledger import queries as balances
from grants.ledger import services as ledger
from grants.ledger.operations import Section
from grants.people.models import Funder, OrganisationMember, Person

_serial = count(1)

PLAN_OF_2016 = Vote(seats=89, present=73, represented=13, votes_for=86)
"""The figures of the catalogue's deliberation."""

HELD_ON = date(2018, 9, 28)


@dataclass
class Scene:
    """One funder with its people, one call, one envelope, and applications in review."""

    funder: Funder
    people: dict[FunderRole, Person]
    actors: dict[FunderRole, Actor]
    call: Call
    envelope_id: object
    applications: list[Application]
    authors: list[Person]

    @property
    def officer(self) -> Actor:
        return self.actors[FunderRole.OFFICER]

    @property
    def finance(self) -> Actor:
        return self.actors[FunderRole.FINANCE]

    @property
    def approver(self) -> Actor:
        return self.actors[FunderRole.APPROVER]

    @property
    def author(self) -> Person:
        return self.authors[0]


def an_envelope(
    session: Session,
    funder: Funder,
    *,
    amount: int = 6_000_000,
    unit: Unit = Unit.EUR,
    section: Section | None = None,
    label: str | None = None,
    year: int = 2018,
) -> object:
    """An envelope with credits voted, by default 60 000 € of operating money; its id."""
    book = ledger.open_book(session, funder.id, year, actor=SYSTEM, now=NOW)
    in_money = Section.OPERATING if unit is Unit.EUR else Section.NONE
    envelope = ledger.open_envelope(
        session,
        book.id,
        label=label or f"Enveloppe {next(_serial)}",
        unit=unit,
        section=section or in_money,
        actor=SYSTEM,
        now=NOW,
    )
    ledger.book(
        session,
        "vote",
        [ledger.Movement(envelope.id, amount)],
        key=f"test-vote:{envelope.id}",
        on=date(year, 1, 2),
        reason="Budget primitif",
        actor=SYSTEM,
        now=NOW,
    )
    return envelope.id


def a_scene(
    session: Session,
    *,
    applications: int = 2,
    voted: int = 6_000_000,
    unit: Unit = Unit.EUR,
    section: Section | None = None,
    state: ApplicationState = ApplicationState.IN_REVIEW,
) -> Scene:
    """A call whose applications wait for their decision."""
    funder = a_funder(session)
    roles = (
        FunderRole.OFFICER,
        FunderRole.FINANCE,
        FunderRole.APPROVER,
        FunderRole.ELECTED,
        FunderRole.AUDITOR,
    )
    people = {role: a_funder_member(session, funder, role) for role in roles}
    envelope_id = an_envelope(session, funder, amount=voted, unit=unit, section=section)
    call = a_call(session, funders=[funder], unit=unit)
    draws_on(session, call, envelope_id, funder)
    rows = [_an_applicant(session, call, state, n) for n in range(1, applications + 1)]
    return Scene(
        funder=funder,
        people=people,
        actors={role: acting_as(session, person) for role, person in people.items()},
        call=call,
        envelope_id=envelope_id,
        applications=rows,
        authors=[row.author for row in rows],
    )


def draws_on(session: Session, call: Call, envelope_id: object, funder: Funder) -> None:
    """Let the awards of a call draw on an envelope."""
    session.add(
        CallEnvelope(
            call_id=call.id, envelope_id=envelope_id, funder_id=funder.id, position=next(_serial)
        )
    )
    session.flush()


def a_session(session: Session, scene: Scene, *, held_on: date = HELD_ON) -> CouncilSession:
    """The council of the funder, a few days ago."""
    return open_session(
        session,
        scene.funder.id,
        body=Body.COUNCIL,
        held_on=held_on,
        actor=scene.officer,
        now=NOW,
    )


def an_award(
    scene: Scene,
    nth: int = 0,
    *,
    amount: int | None = 1_000_000,
    instrument: Instrument = Instrument.GRANT,
    envelope_id: object = None,
    **given: object,
) -> Item:
    """10 000 € to the nth application, out of the scene's envelope."""
    drawn = instrument is not Instrument.TITLE
    return Item(
        application_id=scene.applications[nth].id,
        outcome=Outcome.AWARD,
        instrument=instrument,
        amount=Amount(amount) if drawn and amount is not None else None,
        envelope_id=(envelope_id or scene.envelope_id) if drawn else None,
        **given,
    )


def a_refusal(scene: Scene, nth: int = 1, reason: str = "Hors du périmètre de l’appel.") -> Item:
    """No, and why."""
    return Item(application_id=scene.applications[nth].id, outcome=Outcome.REFUSAL, reason=reason)


def a_deliberation(
    session: Session,
    scene: Scene,
    *items: Item,
    number: str | None = None,
    vote: Vote = PLAN_OF_2016,
    announced: bool = False,
    executory: bool | None = None,
    actor: Actor | None = None,
) -> Deliberation:
    """A deliberation by which the first application is awarded, unless `items` say otherwise.

    Executory, and its awards committed, when it is announced, unless told.
    """
    found = deliberate(
        session,
        a_session(session, scene).id,
        number=number or f"DEL2018_{next(_serial):03d}",
        object="Soutien aux initiatives du canal",
        vote=vote,
        items=items or (an_award(scene),),
        actor=actor or scene.officer,
        now=NOW,
    )
    if announced if executory is None else executory:
        make_executory(session, found.id, on=HELD_ON, actor=scene.officer, now=NOW)
    if announced:
        announce_results(session, found.id, actor=scene.officer, now=NOW)
    return found


def noted(session: Session, scene: Scene, deliberation: Deliberation) -> Deliberation:
    """The first applicant said to have read it."""
    reader = acting_as(session, scene.author)
    acknowledge(session, scene.applications[0].id, deliberation.id, actor=reader, now=NOW)
    return deliberation


def a_delegation(
    session: Session,
    funder: Funder,
    actor: Actor,
    *,
    body: Body = Body.BUREAU,
    amount_max: int | None = 1_000_000,
    **given: object,
) -> Delegation:
    """The council lets its bureau give grants of 10 000 € at most, from the first of the year."""
    values = {
        "number": "DEL2018_000",
        "object": "Délégations du conseil",
        "voted_on": date(2018, 1, 15),
        "instruments": [Instrument.GRANT],
    }
    return delegate(
        session,
        funder.id,
        body=body,
        amount_max=amount_max and Amount(amount_max),
        actor=actor,
        now=NOW,
        **{**values, **given},
    )


def standing(session: Session, envelope_id: object) -> dict[str, int]:
    """What an envelope holds, zeros left out."""
    line = balances.envelope_line(session, envelope_id)
    stages = ("available", "reserved", "committed", "ordered", "paid")
    return {one: getattr(line, one) for one in stages if getattr(line, one)}


def recused(actor: Actor, *applications: Application) -> Actor:
    """The same person, recused from these applications."""
    return replace(actor, recused_from=frozenset(one.id for one in applications))


def _an_applicant(session: Session, call: Call, state: ApplicationState, nth: int) -> Application:
    organisation = an_organisation(session, name=f"Coopérative n° {nth} / {new_id().hex[-6:]}")
    author = _representative(session, organisation)
    application = an_application(
        session,
        call,
        organisation=organisation,
        author=author,
        state=state,
        with_files=False,
        title=f"Projet {nth}",
    )
    application.author, application.organisation = author, organisation
    return application


def _representative(session: Session, organisation: object) -> Person:
    member = select(OrganisationMember.person_id).where(
        OrganisationMember.organisation_id == organisation.id
    )
    return session.get_one(Person, session.scalars(member).first())

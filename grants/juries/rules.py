"""Who may do what with a jury. Recusal outranks every seat and every role."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from grants.applications.models import Application
from grants.applications.rules import not_recused, was_submitted
from grants.calls.models import CallFunder, Jury, Stage
from grants.calls.rules import works_for
from grants.juries.models import Assignment, Seat, SeatRole
from grants.kernel.access import Actor, FunderRole, Rule, not_among
from grants.people.models import OrganisationMember


def _works_for(name: str, *roles: FunderRole) -> Rule:
    return works_for(name, *roles, call_of=lambda jury: jury.call, key=Jury.call_id)


# On a jury (its call and funders loaded).
manages = _works_for("is an officer of a funder of the jury's call", FunderRole.OFFICER)
follows = _works_for(
    "reads the jury's work for a funder",
    FunderRole.OFFICER,
    FunderRole.AUDITOR,
    FunderRole.ELECTED,
)
sits = Rule(
    "sits on the jury and accepted its charter",
    lambda actor, jury: jury.id in actor.juries,
    lambda actor: Jury.id.in_(sorted(actor.juries)) if actor.juries else false(),
)


def conceals(jury: Jury) -> bool:
    """Whether its members do not know who applies: until it closes. Its stage must be loaded."""
    return jury.stage.blind and jury.closed_at is None


is_blinded = Rule(
    "sits on the jury and must not know who applies",
    lambda actor, jury: jury.id in actor.juries and conceals(jury),
    lambda actor: and_(
        sits.where(actor),
        Jury.closed_at.is_(None),
        exists().where(Stage.id == Jury.stage_id, Stage.blind),
    ),
)

# On a seat.
is_invited = Rule(
    "is the person to whom the seat is offered",
    lambda actor, seat: (
        seat.person_id == actor.id or (seat.person_id is None and seat.email == actor.email)
    ),
    lambda actor: or_(
        Seat.person_id == actor.id, and_(Seat.person_id.is_(None), Seat.email == actor.email)
    ),
)
# `Actor.juries` is empty without a declaration of interests in force: nothing is read before.
holds = Rule(
    "holds the seat, accepted the charter and declared their interests",
    lambda actor, seat: (
        seat.person_id == actor.id and seat.accepted_at is not None and seat.jury_id in actor.juries
    ),
    lambda actor: (
        and_(
            Seat.person_id == actor.id,
            Seat.accepted_at.is_not(None),
            Seat.jury_id.in_(sorted(actor.juries)),
        )
        if actor.juries
        else false()
    ),
)
presides = Rule(
    "chairs the jury",
    lambda actor, seat: holds.holds(actor, seat) and seat.role is SeatRole.CHAIR,
    lambda actor: and_(holds.where(actor), Seat.role == SeatRole.CHAIR),
)

# On an assignment (its seat loaded; in SQL, joined).
reads = Rule(
    "reads the application for the jury, and is not recused",
    lambda actor, assignment: (
        holds.holds(actor, assignment.seat)
        and assignment.withdrawn_at is None
        and assignment.application_id not in actor.recused_from
    ),
    lambda actor: and_(
        holds.where(actor),
        Assignment.withdrawn_at.is_(None),
        not_among(Assignment.application_id, actor.recused_from),
    ),
)

# On a review: whoever holds its seat writes it. The seat is loaded.
writes = Rule(
    "writes the review",
    lambda actor, review: (
        holds.holds(actor, review.seat) and review.application_id not in actor.recused_from
    ),
    holds.where,
)


def own_side(person: UUID | InstrumentedAttribute[UUID | None]) -> ColumnElement[bool]:
    """Whether an application is that person's own or their organisation's: not theirs to judge."""
    member = exists().where(
        OrganisationMember.organisation_id == Application.organisation_id,
        OrganisationMember.person_id == person,
    )
    return or_(Application.author_id == person, member)


def chairs(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor chairs a jury. In SQL alone: a jury does not load its seats."""
    chaired = select(Seat.jury_id).where(presides.where(actor)).correlate(None)
    return Jury.id.in_(chaired)


def may_compare(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor may read a jury's figures: as its chair, or on the funders' side."""
    return or_(follows.where(actor), chairs(actor))


def may_close(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor may close a jury: as its chair, or as an officer of its call."""
    return or_(manages.where(actor), chairs(actor))


def _works_on(name: str, *roles: FunderRole) -> Rule:
    return Rule(
        name,
        lambda actor, application: bool(
            actor.funders_as(*roles) & {one.funder_id for one in application.call.funders}
        ),
        lambda actor: (
            Application.call_id.in_(
                select(CallFunder.call_id).where(
                    CallFunder.funder_id.in_(sorted(actor.funders_as(*roles)))
                )
            )
            if actor.funders_as(*roles)
            else false()
        ),
    )


# On an application (its call and funders loaded), whichever role one may meet it in.
steps_back = (
    _works_on("is an agent of a funder", *FunderRole) & was_submitted & not_recused
).named("works for a funder of the application's call, and is not recused")
imposes = (
    _works_on("may impose", FunderRole.OFFICER, FunderRole.ADMINISTRATOR)
    & was_submitted
    & not_recused
).named("may impose a recusal on an agent")

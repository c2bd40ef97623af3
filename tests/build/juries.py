"""Juries at work: seats taken, applications assigned, reviews written; the plain way, by rows."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from build.applications import an_application
from build.calls import a_call
from build.clock import NOW
from build.people import a_funder, a_funder_member, a_person, acting_as, an_organisation
from grants.applications.models import Application, ApplicationState, folded
from grants.calls.models import Call, Criterion, Jury
from grants.files.store import FileStore
from grants.juries import scoring
from grants.juries.affiliation import body_core
from grants.juries.models import (
    Assignment,
    ConflictHint,
    DeclaredInterest,
    HintKind,
    InterestKind,
    InterestsDeclaration,
    Mark,
    Recusal,
    RecusalOrigin,
    Review,
    ReviewState,
    Seat,
    SeatRole,
    Strength,
)
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.people.models import Person

_serial = count(1)


@dataclass
class Panel:
    """A jury in the middle of its work."""

    call: Call
    jury: Jury
    officer: Person
    seats: list[Seat]
    jurors: list[Person]
    applications: list[Application]
    criteria: list[Criterion] = field(default_factory=list)


@dataclass
class Desk:
    """A panel, with browsers for its first juror and its officer, and where their pages are."""

    panel: Panel
    juror: object
    officer: object

    @property
    def queue(self) -> str:
        return f"/jury/{self.panel.jury.id}"

    @property
    def sheet(self) -> str:
        return f"{self.queue}/dossiers/{self.panel.applications[0].id}"

    @property
    def office(self) -> str:
        return f"/instruction/jurys/{self.panel.jury.id}"


def a_panel(
    session: Session,
    *,
    jurors: int = 1,
    applications: int = 1,
    assigned: bool = True,
    document: dict[str, object] | None = None,
) -> Panel:
    """A published call in review, a jury of `jurors` who accepted; everyone reads everything."""
    funder = a_funder(session)
    call = a_call(session, funders=[funder], document=document)
    jury = session.scalars(select(Jury).where(Jury.call_id == call.id)).one()
    seats = [a_seat(session, jury) for _ in range(jurors)]
    panel = Panel(
        call=call,
        jury=jury,
        officer=a_funder_member(session, funder),
        seats=seats,
        jurors=[session.get_one(Person, seat.person_id) for seat in seats],
        applications=[an_application_in_review(session, call) for _ in range(applications)],
        criteria=list(criteria_of(session, jury)),
    )
    if assigned:
        for seat in seats:
            for application in panel.applications:
                an_assignment(session, seat, application)
    return panel


def criteria_of(session: Session, jury: Jury) -> Sequence[Criterion]:
    """The rubric, in its order."""
    wanted = select(Criterion).where(Criterion.jury_id == jury.id)
    return session.scalars(wanted.order_by(Criterion.position)).all()


def an_application_in_review(
    session: Session, call: Call, *, state: ApplicationState = ApplicationState.IN_REVIEW, **columns
) -> Application:
    """An application of an association, that a jury may be given."""
    nth = next(_serial)
    author = a_person(session)
    organisation = an_organisation(session, name=f"Association {nth}", representative=author)
    return an_application(
        session,
        call,
        organisation=organisation,
        author=author,
        state=state,
        with_files=False,
        **{"title": f"Projet {nth}", **columns},
    )


def a_seat(
    session: Session,
    jury: Jury,
    *,
    person: Person | None = None,
    accepted: bool = True,
    declared: bool = True,
    role: SeatRole = SeatRole.JUROR,
    **columns: object,
) -> Seat:
    """A place on a jury, taken by a new person unless told otherwise, interests declared."""
    person = person or a_person(session, name=f"Juré {next(_serial):03d}")
    answered = NOW - timedelta(days=5) if accepted else None
    seat = Seat(
        **{
            "jury_id": jury.id,
            "person_id": person.id if accepted else None,
            "email": person.email,
            "name": person.name,
            "role": role,
            "invited_at": NOW - timedelta(days=9),
            "accepted_at": answered,
            "charter_accepted_at": answered,
            **columns,
        }
    )
    session.add(seat)
    session.flush()
    if accepted and declared:
        # Good under every clock: benches and journeys have theirs.
        a_declaration(session, person, lapses_on=date(2100, 1, 1))
    return seat


def a_declaration(
    session: Session,
    person: Person,
    *lines: dict[str, object],
    at: datetime | None = None,
    **columns: object,
) -> InterestsDeclaration:
    """A declaration of interests in force, of nothing or of `lines` (kind, body, numbers…)."""
    said_at = at or NOW - timedelta(days=5)
    declaration = InterestsDeclaration(
        **{
            "person_id": person.id,
            "declared_at": said_at,
            "lapses_on": (said_at + timedelta(days=365)).date(),
            "nothing": not lines and not columns.get("family"),
            **columns,
        }
    )
    session.add(declaration)
    session.flush()
    for position, line in enumerate(lines, 1):
        known = {"kind": InterestKind.MANDATE, "core": body_core(folded(str(line["body"])))}
        session.add(
            DeclaredInterest(declaration_id=declaration.id, position=position, **known | line)
        )
    session.flush()
    return declaration


def a_hint(
    session: Session, seat: Seat, application: Application, **columns: object
) -> ConflictHint:
    """A suggested conflict that nobody has answered."""
    hint = ConflictHint(
        **{
            "jury_id": seat.jury_id,
            "seat_id": seat.id,
            "application_id": application.id,
            "kind": HintKind.OFFICER,
            "source": "camille besson",
            "strength": Strength.MEDIUM,
            "facts": {"name": "Camille Besson", "applicant": "Les Amis du Lac"},
            "found_at": NOW,
            **columns,
        }
    )
    session.add(hint)
    session.flush()
    return hint


def an_assignment(session: Session, seat: Seat, application: Application) -> Assignment:
    """One application given to one juror."""
    assignment = Assignment(jury_id=seat.jury_id, seat_id=seat.id, application_id=application.id)
    session.add(assignment)
    session.flush()
    session.refresh(assignment)
    return assignment


def a_review(
    session: Session,
    seat: Seat,
    application: Application,
    *values: int | None,
    state: ReviewState = ReviewState.FINAL,
    at: datetime = NOW,
    **columns: object,
) -> Review:
    """A review with these marks in the rubric's order; final by default, its total worked out."""
    jury = session.get_one(Jury, seat.jury_id)
    criteria = criteria_of(session, jury)
    review = Review(
        **{
            "jury_id": seat.jury_id,
            "seat_id": seat.id,
            "application_id": application.id,
            "state": ReviewState.DRAFT,
            **columns,
        }
    )
    session.add(review)
    session.flush()
    session.add_all(
        Mark(review_id=review.id, criterion_id=criterion.id, value=value)
        for criterion, value in zip(criteria, values, strict=False)
    )
    session.flush()
    if state is not ReviewState.DRAFT:
        marks = [
            scoring.WeighedMark(value, criterion.scale_max, criterion.weight)
            for criterion, value in zip(criteria, values, strict=False)
        ]
        review.state, review.finalised_at = state, at
        review.total = scoring.total(marks) if state is ReviewState.FINAL else None
        session.flush()
    return review


def a_recusal(
    session: Session, person: Person, application: Application, **columns: object
) -> Recusal:
    """A person who must see nothing of an application."""
    recusal = Recusal(
        **{
            "application_id": application.id,
            "person_id": person.id,
            "origin": RecusalOrigin.DECLARED,
            "reason": "Ma sœur préside l’association.",
            "declared_at": NOW,
            **columns,
        }
    )
    session.add(recusal)
    session.flush()
    session.expire_all()
    return recusal


def as_juror(session: Session, person: Person) -> Actor:
    """The actor that `person` is, with seats and recusals as the database knows them."""
    base = acting_as(session, person)
    juries = select(Seat.jury_id).where(Seat.person_id == person.id, Seat.accepted_at.is_not(None))
    declared = session.scalars(
        select(InterestsDeclaration.id).where(
            InterestsDeclaration.person_id == person.id,
            InterestsDeclaration.lapses_on > paris_date(NOW),
        )
    ).first()
    if declared is None:
        juries = juries.where(false())
    hidden = select(Recusal.application_id).where(Recusal.person_id == person.id)
    return Actor(
        id=base.id,
        name=base.name,
        email=base.email,
        locale=base.locale,
        is_operator=base.is_operator,
        funders=base.funders,
        organisations=base.organisations,
        juries=frozenset(session.scalars(juries)),
        recused_from=frozenset(session.scalars(hidden)),
    )


def a_store() -> FileStore:
    """Where the bundles of juries that a test closes are kept, away from its other documents."""
    return FileStore(Path(tempfile.gettempdir()) / "laureat-test-bundles")

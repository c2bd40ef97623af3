"""What an officer prepares a redacted copy of, and what became of it since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.applications.rules import is_officer
from grants.calls.models import Call, Jury, Stage
from grants.juries.models import Redaction
from grants.juries.queries.blind import Piece, pieces, redactions
from grants.juries.redacting import Mark, Text, known_names, merged, suggested, texts
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people.models import OrganisationMember, Person


@dataclass(frozen=True)
class Line:
    """One text with its marks: those kept, or those suggested while nobody has seen it.

    `is_stale`: it changed since it was seen; marks that still stand somewhere were moved there.
    """

    text: Text
    marks: tuple[Mark, ...]
    is_seen: bool
    is_stale: bool


@dataclass(frozen=True)
class Redactable:
    """All that blind jurors would read of an application. `is_begun`: there is a copy."""

    application: Application
    lines: list[Line]
    pieces: list[Piece]
    is_begun: bool

    @property
    def to_see(self) -> int:
        """How many texts are withheld until an officer has seen them."""
        return sum(self.is_begun and not (one.is_seen and not one.is_stale) for one in self.lines)

    @property
    def version(self) -> str:
        """The seal of the texts on a page; what is sent about others is refused."""
        return " ".join(one.text.sha256[:16] for one in self.lines)


def redactable(session: Session, application_id: UUID, viewer: Actor) -> Redactable:
    """An application's texts and documents as blind jurors would have them. Five statements.

    Raises:
        Unknown: there is none, or the viewer is not its officer.
    """
    call = joinedload(Application.call, innerjoin=True)
    application = session.scalars(
        select(Application)
        .where(Application.id == application_id, is_officer.where(viewer))
        .options(
            call.selectinload(Call.funders),
            joinedload(Application.revision, innerjoin=True),
            joinedload(Application.organisation),
            joinedload(Application.author, innerjoin=True),
        )
    ).one_or_none()
    if application is None:
        raise Unknown
    kept = redactions(session, application_id)
    names = names_of(session, application)
    found = texts(application.revision.form, application.answers)
    lines = [_line(one, kept.get(one.path), names) for one in found]
    return Redactable(application, lines, pieces(session, application), bool(kept))


def _line(text: Text, seen: Redaction | None, names: Sequence[str]) -> Line:
    if seen is not None and seen.text_sha256 == text.sha256:
        marks = merged(seen.marks, len(text.value))
        return Line(text, tuple(marks), is_seen=True, is_stale=False)
    marks = suggested(text.value, names)
    return Line(text, tuple(marks), is_seen=seen is not None, is_stale=seen is not None)


def names_of(session: Session, application: Application) -> list[str]:
    """What the applicant and those who act for it are called. One statement."""
    people = session.scalars(
        select(Person.name)
        .join(OrganisationMember, OrganisationMember.person_id == Person.id)
        .where(OrganisationMember.organisation_id == application.organisation_id)
    )
    side = application.organisation
    return known_names([side.name] if side else [], [application.author.name, *people])


def has_blind_stage(session: Session, call_id: UUID) -> bool:
    """Whether some jury of a call must not know who applies. The caller has read the call."""
    statement = select(func.count()).where(
        Stage.call_id == call_id, Stage.blind, Jury.stage_id == Stage.id
    )
    return bool(session.scalar(statement))

"""Check what was received: rule on admissibility, take notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from grants.applications import rules
from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import Application, ApplicationState, OfficerNote
from grants.applications.queries.one import locked, readable
from grants.applications.services.telling import tell
from grants.kernel.access import Actor
from grants.kernel.errors import Refused


class Reason(StrEnum):
    """Why an application cannot be considered. Values are stored."""

    LATE = "late"
    INCOMPLETE = "incomplete"
    APPLICANT_NOT_ELIGIBLE = "applicant_not_eligible"
    PROJECT_NOT_ELIGIBLE = "project_not_eligible"
    OUTSIDE_TERRITORY = "outside_territory"
    DUPLICATE = "duplicate"
    OTHER = "other"


def declare_admissible(
    session: Session, application_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Let an application go on to review. Twice is once.

    Where the call wants a second pair of eyes, someone else has confirmed the checklist first.
    Locks the application. Announces `application.declared_admissible`.

    Raises:
        Unknown: there is no such application, or the actor may not know of it.
        Forbidden: the actor is not an officer of its funders.
        Refused: `application.declare_admissible.from_<state>`, `…second_check_awaited`.
    """
    application = locked(session, application_id, actor)
    if application.state is ApplicationState.ADMISSIBLE:
        return
    rules.is_officer.require(actor, application)
    _require_second_check(application, actor, "declare_admissible")
    LIFECYCLE.move(application, "declare_admissible", actor=actor, now=now)
    application.admissible_at = now
    session.flush()
    _tell(session, application, "declared_admissible", actor, now)


def declare_inadmissible(
    session: Session,
    application_id: UUID,
    *,
    reasons: Sequence[Reason],
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Stop an application, saying why: the applicant reads the reasons and the note.

    Locks the application. Announces `application.declared_inadmissible`.

    Raises:
        Unknown: there is no such application, or the actor may not know of it.
        Forbidden: the actor is not an officer of its funders.
        Refused: `application.declare_inadmissible.reason_required`, `…note_required`,
            `…complement_awaited`, `…second_check_awaited`, or `…from_<state>`.
    """
    application = locked(session, application_id, actor)
    rules.is_officer.require(actor, application)
    _require_second_check(application, actor, "declare_inadmissible")
    if not reasons:
        raise Refused("application.declare_inadmissible.reason_required", field="reasons")
    if Reason.OTHER in reasons and not note.strip():
        raise Refused("application.declare_inadmissible.note_required", field="note")
    LIFECYCLE.move(application, "declare_inadmissible", actor=actor, now=now)
    application.inadmissible_at = now
    application.inadmissible_reasons = [Reason(one).value for one in reasons]
    application.inadmissible_note = note.strip()
    session.flush()
    _tell(session, application, "declared_inadmissible", actor, now)


def write_note(
    session: Session, application_id: UUID, *, text: str, actor: Actor, now: datetime
) -> OfficerNote:
    """Keep a note for colleagues. Nothing is announced: its text is private.

    Raises:
        Unknown: there is no such application, or the actor may not know of it.
        Forbidden: the actor is not an officer of its funders.
        Refused: `application.note.empty`.
    """
    application = readable(session, application_id, actor)
    rules.is_officer.require(actor, application)
    if not text.strip():
        raise Refused("application.note.empty", field="text")
    note = OfficerNote(
        application_id=application.id, author_id=actor.id, written_at=now, text=text.strip()
    )
    session.add(note)
    session.flush()
    return note


def _tell(session: Session, application: Application, what: str, by: Actor, at: datetime) -> None:
    funder_id = application.call.lead_id
    tell(session, f"application.{what}", application.id, funder_id, actor=by, now=at)


def _require_second_check(application: Application, actor: Actor, act: str) -> None:
    """Where the call asks it, whoever rules is not whoever confirmed the checklist."""
    if application.call.second_check and application.checked_by in {None, actor.id}:
        raise Refused(f"application.{act}.second_check_awaited")

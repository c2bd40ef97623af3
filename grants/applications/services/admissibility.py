"""Check what was received: ask for complements once, rule on admissibility, take notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.applications import answers, rules
from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import Application, ApplicationState, ComplementRequest, OfficerNote
from grants.applications.queries.one import locked, locked_own, readable
from grants.applications.services.telling import tell
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
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


def ask_complement(
    session: Session,
    application_id: UUID,
    *,
    items: Mapping[str, str],
    message: str,
    due_on: date,
    actor: Actor,
    now: datetime,
) -> ComplementRequest:
    """Ask the applicant, once, about precise questions: `items` are sentences by field key.

    They have the whole of `due_on`, in Paris. Locks the application. Announces
    `application.complement_asked`, on which the applicant is mailed.

    Raises:
        Unknown: there is no such application, or the actor may not know of it.
        Forbidden: the actor is not an officer of its funders.
        Refused: `application.ask_complement.nothing_asked`, `…due_date_is_past`,
            `…already_asked`, or `…from_<state>`.
    """
    application = locked(session, application_id, actor)
    rules.is_officer.require(actor, application)
    asked = _items(application, items)
    if not asked:
        raise Refused("application.ask_complement.nothing_asked", field="items")
    if due_on <= paris_date(now):
        raise Refused("application.ask_complement.due_date_is_past", field="due_on")
    LIFECYCLE.move(application, "ask_complement", actor=actor, now=now)
    application.complement_due_on = due_on
    request = ComplementRequest(
        application_id=application.id,
        asked_at=now,
        asked_by=actor.id,
        due_on=due_on,
        message=message.strip(),
        items=asked,
        before=_answers_of(application, asked),
    )
    application.complement = request
    session.flush()
    _tell(session, application, "complement_asked", actor, now)
    return request


def answer_complement(
    session: Session, application_id: UUID, *, answer: str, actor: Actor, now: datetime
) -> None:
    """Send the asked answers back to the officer; sending twice is sending once.

    Accepted after the due date too, as long as no officer has ruled. Locks the application.
    Announces `application.complement_answered`.

    Raises:
        Unknown: there is no such application, or the actor is not on the applicant's side.
        Forbidden: the actor does not represent the applicant.
        Refused: `application.answer_complement.incomplete`, or `…from_<state>`.
    """
    application = locked_own(session, application_id, actor)
    request = application.complement
    if (
        request is not None
        and request.answered_at is not None
        and application.state is not ApplicationState.INCOMPLETE
    ):
        return
    LIFECYCLE.move(application, "answer_complement", actor=actor, now=now)
    if request is None:
        raise ValueError("an incomplete application without a request for complements")
    request.answered_at = now
    request.answered_by = actor.id
    request.answer = answer.strip()
    session.flush()
    _tell(session, application, "complement_answered", actor, now)


def declare_admissible(
    session: Session, application_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Let an application go on to review. Twice is once.

    Locks the application. Announces `application.declared_admissible`.

    Raises:
        Unknown: there is no such application, or the actor may not know of it.
        Forbidden: the actor is not an officer of its funders.
        Refused: `application.declare_admissible.from_<state>`.
    """
    application = locked(session, application_id, actor)
    if application.state is ApplicationState.ADMISSIBLE:
        return
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
            `…complement_awaited`, or `…from_<state>`.
    """
    application = locked(session, application_id, actor)
    rules.is_officer.require(actor, application)
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


def _items(application: Application, items: Mapping[str, str]) -> list[dict[str, str]]:
    """The asked fields in the order of the form; unknown keys are nobody's question."""
    return [
        {"field_key": field.key, "message": items[field.key].strip()}
        for field in answers.document(application).fields()
        if field.key in items
    ]


def _answers_of(application: Application, items: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    keys = {item["field_key"] for item in items}
    return {key: value for key, value in application.answers.items() if key in keys}


def _tell(session: Session, application: Application, what: str, by: Actor, at: datetime) -> None:
    funder_id = application.call.lead_id
    tell(session, f"application.{what}", application.id, funder_id, actor=by, now=at)

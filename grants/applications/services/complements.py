"""Complements: precise questions asked, the legal clock stopped, the answers sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.applications import answers, rules
from grants.applications.deadlines import days_waited
from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import Application, ApplicationState, ComplementRequest
from grants.applications.queries.one import locked, locked_own
from grants.applications.services.drafting import name_of_applicant
from grants.applications.services.telling import tell
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused


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
    """Ask the applicant about precise questions: `items` are sentences by field key.

    They have the whole of `due_on`, in Paris; the legal clock stops meanwhile. Another request
    may follow once this one is answered. Locks the application. Announces
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
    session.add(request)
    application.complement = request
    session.flush()
    _tell(session, request, "complement_asked", application, actor=actor, now=now)
    return request


def answer_complement(
    session: Session, application_id: UUID, *, answer: str, actor: Actor, now: datetime
) -> None:
    """Send the asked answers back to the officer; sending twice is sending once.

    Accepted after the due date too, as long as no officer has ruled. The legal clock runs
    again. Locks the application. Announces `application.complement_answered`, on which the
    receipt is mailed.

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
    request.after = _answers_of(application, request.items)
    application.waited_days += days_waited(request.asked_at, now)
    application.checked_by = application.checked_at = None  # what was confirmed has changed
    answers.sum_up(application, name_of_applicant(application))
    session.flush()
    _tell(session, request, "complement_answered", application, actor=actor, now=now)


def _items(application: Application, items: Mapping[str, str]) -> list[dict[str, str]]:
    """The asked fields in the order of the form; unknown keys are nobody's question."""
    return [
        {"field_key": field.key, "message": items[field.key].strip()}
        for field in answers.document(application).fields()
        if field.key in items
    ]


def _answers_of(application: Application, items: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """What stands under the asked fields: answers, and documents by name and SHA-256."""
    keys = {item["field_key"] for item in items}
    kept = {key: value for key, value in application.answers.items() if key in keys}
    for key, files in answers.attached(application).items():
        if key in keys:
            kept[key] = [
                {"name": one.stored_file.name, "sha256": one.stored_file.sha256} for one in files
            ]
    return kept


def _tell(
    session: Session,
    request: ComplementRequest,
    what: str,
    application: Application,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    kind, funder_id = f"application.{what}", application.call.lead_id
    named = str(request.id)
    tell(session, kind, application.id, funder_id, actor=actor, now=now, request=named)

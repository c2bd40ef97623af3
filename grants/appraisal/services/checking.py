"""Go through the checklist of a file, then have somebody else go through it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application, ApplicationState
from grants.applications.queries import locked
from grants.applications.rules import is_officer
from grants.appraisal.checklist import checks, is_settled
from grants.appraisal.models import ChecklistLine, Verdict
from grants.appraisal.queries.file import judged
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce

NOTE_MAX = 1_000
CHECKED = frozenset({ApplicationState.SUBMITTED, ApplicationState.INCOMPLETE})


def judge(
    session: Session,
    application_id: UUID,
    *,
    verdicts: Mapping[str, tuple[Verdict | None, str]],
    actor: Actor,
    now: datetime,
) -> None:
    """Write down verdicts by line, each with its reason; None takes one back.

    What a second person had confirmed is to be confirmed again. Locks the application.

    Raises:
        Unknown: there is no such file for the actor.
        Forbidden: the actor is no officer of its funders.
        Refused: `checklist.reason_missing` (against what the software found, or not met),
            `checklist.note_too_long`, `checklist.ruled_already`.
    """
    application = _checkable(session, application_id, actor)
    before = judged(session, application_id)
    known = {one.key: one for one in checks(application, before)}
    changed = False
    for key, (verdict, typed) in verdicts.items():
        if key not in known:
            continue
        note = typed.strip()
        if len(note) > NOTE_MAX:
            raise Refused("checklist.note_too_long", field=f"note-{key}", max=NOTE_MAX)
        stands = before.get(key)
        if (stands.verdict, stands.note) == (verdict, note) if stands else verdict is None:
            continue
        if verdict is None:
            _take_back(session, application_id, key)
        else:
            _require_reason(known[key].computed, verdict, note, key)
            _keep(session, application_id, key, verdict, note, by=actor, at=now)
        changed = True
    if changed:
        application.checked_by = application.checked_at = None
    session.flush()


def confirm(session: Session, application_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Confirm, as a second person, that the checklist says what is; twice is once.

    Locks the application. Announces `application.checklist_confirmed`.

    Raises:
        Unknown: there is no such file for the actor.
        Forbidden: the actor is no officer of its funders.
        Refused: `checklist.not_settled`, `checklist.same_person`, `checklist.ruled_already`.
    """
    application = _checkable(session, application_id, actor)
    if application.checked_by is not None:
        return
    verdicts = judged(session, application_id)
    if not is_settled(checks(application, verdicts)):
        raise Refused("checklist.not_settled")
    if actor.id in {one.judged_by for one in verdicts.values()}:
        raise Refused("checklist.same_person")
    application.checked_by, application.checked_at = actor.id, now
    session.flush()
    announce(
        session,
        "application.checklist_confirmed",
        by=actor,
        at=now,
        funder=application.call.lead_id,
        subject=application.id,
        application=str(application.id),
    )


def _checkable(session: Session, application_id: UUID, actor: Actor) -> Application:
    application = locked(session, application_id, actor)
    is_officer.require(actor, application)
    if application.state not in CHECKED:
        raise Refused("checklist.ruled_already")
    return application


def _require_reason(computed: bool | None, verdict: Verdict, note: str, key: str) -> None:  # noqa: FBT001 -- what the software found
    against = computed is not None and computed is not (verdict is Verdict.MET)
    if not note and (verdict is Verdict.NOT_MET or against):
        raise Refused("checklist.reason_missing", field=f"note-{key}")


def _keep(
    session: Session,
    application_id: UUID,
    key: str,
    verdict: Verdict,
    note: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    facts = {"verdict": verdict, "note": note, "judged_by": by.id, "judged_at": at}
    row = insert(ChecklistLine).values(application_id=application_id, key=key, **facts)
    session.execute(row.on_conflict_do_update(index_elements=["application_id", "key"], set_=facts))


def _take_back(session: Session, application_id: UUID, key: str) -> None:
    session.execute(
        delete(ChecklistLine).where(
            ChecklistLine.application_id == application_id, ChecklistLine.key == key
        )
    )

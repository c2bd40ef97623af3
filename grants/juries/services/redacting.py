"""Prepare what blind jurors read: texts with words masked, documents without names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application, ApplicationFile
from grants.applications.rules import is_officer
from grants.files.services import deposit
from grants.files.store import FileStore
from grants.juries import queries
from grants.juries.models import RedactedFile, Redaction
from grants.juries.redacting import Mark, masked, merged
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce


def keep_redactions(
    session: Session,
    application_id: UUID,
    marks: Mapping[str, Sequence[Mark]],
    *,
    version: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what is masked in each text of an application, by path; all texts are then seen.

    The answers are left as they are. Locks the application. Announces `redaction.kept`.

    Raises:
        Unknown: the actor is not its officer.
        Refused: `redaction.stale`: the texts are not those that were shown (`version`).
    """
    _locked(session, application_id, actor)
    whole = queries.redactable(session, application_id, actor)
    if whole.version != version:
        raise Refused("redaction.stale")
    rows = []
    for text in (one.text for one in whole.lines):
        kept = merged(marks.get(text.path, ()), len(text.value))
        rows.append(
            {
                "id": new_id(),
                "application_id": application_id,
                "field_key": text.path,
                "is_title": text.is_title,
                "text_sha256": text.sha256,
                "marks": [list(one) for one in kept],
                "shown": masked(text.value, kept),
                "seen_by": actor.id,
                "seen_at": now,
            }
        )
    session.execute(delete(Redaction).where(Redaction.application_id == application_id))
    if rows:
        session.execute(insert(Redaction), rows)
    _tell(session, "redaction.kept", whole.application, actor=actor, now=now)


def replace_document(
    session: Session,
    store: FileStore,
    file_id: UUID,
    stream: BinaryIO,
    *,
    name: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Give blind jurors this document in place of the applicant's, which stays as it is.

    A second one replaces the first. Announces `redaction.document_replaced`.

    Raises:
        Unknown: no such document in force, or the actor is not its officer.
        Refused: as `files.services.deposit`.
    """
    application = _of_file(session, file_id, actor)
    stored = deposit(session, store, stream, name=name, actor=actor)
    values = {"stored_file_id": stored.id, "added_by": actor.id, "added_at": now}
    statement = insert(RedactedFile).values(id=new_id(), application_file_id=file_id, **values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["application_file_id"], set_=values)
    )
    _tell(session, "redaction.document_replaced", application, actor=actor, now=now)


def restore_document(session: Session, file_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Give blind jurors the applicant's own document again. Without a copy, changes nothing.

    Announces `redaction.document_restored`.

    Raises:
        Unknown: no such document in force, or the actor is not its officer.
    """
    application = _of_file(session, file_id, actor)
    gone = delete(RedactedFile).where(RedactedFile.application_file_id == file_id)
    if session.scalar(gone.returning(RedactedFile.id)) is not None:
        _tell(session, "redaction.document_restored", application, actor=actor, now=now)


def _locked(session: Session, application_id: UUID, actor: Actor) -> None:
    statement = select(Application.id).where(
        Application.id == application_id, is_officer.where(actor)
    )
    if session.scalar(statement.with_for_update(of=Application)) is None:
        raise Unknown


def _of_file(session: Session, file_id: UUID, actor: Actor) -> Application:
    wanted = select(ApplicationFile.application_id).where(
        ApplicationFile.id == file_id, ApplicationFile.removed_at.is_(None)
    )
    application_id = session.scalar(wanted)
    if application_id is None:
        raise Unknown
    _locked(session, application_id, actor)
    return queries.redactable(session, application_id, actor).application


def _tell(
    session: Session, kind: str, application: Application, *, actor: Actor, now: datetime
) -> None:
    funder = application.call.lead_id
    announce(session, kind, by=actor, at=now, funder=funder, subject=application.id)

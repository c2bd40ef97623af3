"""Attach documents to the fields of an application, and take them out."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from grants.applications import answers, rules
from grants.applications.models import Application, ApplicationFile
from grants.applications.queries.one import locked_own
from grants.applications.services.drafting import require_editable
from grants.calls.form import Field, FieldType
from grants.files import services as files
from grants.files.models import StoredFile
from grants.files.store import FileStore
from grants.kernel.access import Actor
from grants.kernel.errors import Forbidden, Refused, Unknown


def may_attach(
    session: Session, application_id: UUID, field_key: str, *, name: str, actor: Actor
) -> tuple[Application, Field]:
    """The application, locked, and the field, when one more document `name` may come into it.

    Raises:
        Unknown, Forbidden, Refused: as `attach`, the document itself aside.
    """
    application = locked_own(session, application_id, actor)
    field = _file_field(application, field_key)
    _require_change(application, field, actor, "attach")
    limit = field.limits.files_max
    if limit > 1 and len(answers.attached(application).get(field.key, ())) >= limit:
        raise Refused("application.attach.too_many", field=field.key, max=limit)
    _require_kind(field, name)
    return application, field


def attach(
    session: Session,
    store: FileStore,
    application_id: UUID,
    field_key: str,
    stream: BinaryIO,
    *,
    name: str,
    actor: Actor,
    now: datetime,
) -> ApplicationFile:
    """Deposit a document in a field.

    A field of one document replaces it; the old one stays as history. Locks the application.

    Raises:
        Unknown: no such application or field, or not the actor's.
        Forbidden: the actor may not fill it in.
        Refused: `application.attach.from_<state>`, `…too_many`, `…kind_refused`, or any
            refusal of `files.services.deposit`; all carry `field`.
    """
    application, field = may_attach(session, application_id, field_key, name=name, actor=actor)
    try:
        stored = files.deposit(session, store, stream, name=name, actor=actor)
    except Refused as refusal:
        raise Refused(refusal.code, field=field.key, **refusal.facts) from refusal
    return put_in(session, application, field, stored, actor=actor, now=now)


def put_in(
    session: Session,
    application: Application,
    field: Field,
    stored: StoredFile,
    *,
    actor: Actor,
    now: datetime,
) -> ApplicationFile:
    """Write that a stored document lies in a field; in one of one document it replaces the old.

    The caller has locked the application and asked `may_attach`.
    """
    present = answers.deposited(application).get(field.key, [])
    for old in present if field.limits.files_max == 1 else []:
        _remove(old, actor, now)
    attached = ApplicationFile(
        application_id=application.id,
        field_key=field.key,
        stored_file_id=stored.id,
        added_at=now,
        added_by=actor.id,
    )
    attached.stored_file = stored
    session.add(attached)
    _touch(application, now)
    session.flush()
    return attached


def detach(
    session: Session, application_id: UUID, file_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a document out of its field; it stays as history. Twice is once.

    Locks the application.

    Raises:
        Unknown: no such application, or not the actor's.
        Forbidden: the actor may not fill it in.
        Refused: `application.attach.from_<state>`.
    """
    application = locked_own(session, application_id, actor)
    for field_key, present in answers.deposited(application).items():
        for one in present:
            if one.id == file_id:
                _require_change(application, _file_field(application, field_key), actor, "attach")
                _remove(one, actor, now)
                _touch(application, now)
    session.flush()


def _require_change(application: Application, field: Field, actor: Actor, verb: str) -> None:
    rules.may_fill.require(actor, application)
    require_editable(application, verb)
    if field.key not in answers.editable_keys(application):
        raise Forbidden


def _file_field(application: Application, field_key: str) -> Field:
    field = answers.document(application).field(field_key)
    if field is None or field.type is not FieldType.FILE:
        raise Unknown
    return field


def _require_kind(field: Field, name: str) -> None:
    kinds = field.limits.kinds
    if kinds and PurePath(name).suffix.lower().lstrip(".") not in kinds:
        raise Refused(
            "application.attach.kind_refused", field=field.key, kinds=", ".join(kinds).upper()
        )


def _remove(file: ApplicationFile, actor: Actor, now: datetime) -> None:
    file.removed_at = now
    file.removed_by = actor.id


def _touch(application: Application, now: datetime) -> None:
    application.version += 1
    application.saved_at = now

"""Documents that arrive piece by piece, to go on after a cut where it happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications import rules
from grants.applications.filling import Upload
from grants.applications.models import Application, ApplicationFile
from grants.applications.services.attaching import attach, may_attach
from grants.files.inspection import ENDINGS, shown_name
from grants.files.models import SIZE_MAX
from grants.files.store import FileStore, TooLarge
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown

GIVEN_UP_AFTER = timedelta(days=1)
AT_ONCE_MAX = 20
"""Unfinished uploads of one application: beyond, the disk would be anyone's."""


def begin_upload(
    session: Session,
    application_id: UUID,
    field_key: str,
    *,
    name: str,
    size: int,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Announce a document that will come in pieces; return its token.

    What can be refused already is: before a byte of it has travelled. Locks the application.

    Raises:
        Unknown, Forbidden, Refused: as `attach`; and `files.too_large`, `files.empty`,
            `files.type_refused`, `files.name_has_path`, `application.attach.too_many_uploads`.
    """
    may_attach(session, application_id, field_key, name=name, actor=actor)
    _check_announced(name, size)
    begun = select(Upload.id).where(Upload.application_id == application_id).limit(AT_ONCE_MAX)
    if len(session.scalars(begun).all()) >= AT_ONCE_MAX:
        raise Refused("application.attach.too_many_uploads", field=field_key)
    upload = Upload(
        application_id=application_id,
        field_key=field_key,
        person_id=actor.id,
        name=shown_name(name),
        size=size,
        begun_at=now,
    )
    session.add(upload)
    session.flush()
    return upload.id


def arrived(session: Session, store: FileStore, upload_id: UUID, *, actor: Actor) -> int:
    """How many bytes of an upload of the actor's are here. One statement.

    Raises:
        Unknown: there is none, or it is not the actor's.
    """
    return store.arrived(str(_own(session, upload_id, actor, lock=False).id))


def receive_piece(
    session: Session,
    store: FileStore,
    upload_id: UUID,
    stream: BinaryIO,
    *,
    at: int,
    actor: Actor,
    now: datetime,
) -> tuple[int, ApplicationFile | None]:
    """Take one more piece, beginning at byte `at`; with the last one, attach the document.

    Returns how many bytes are here and, when it is whole, the attached document. Locks the
    upload, and with the last piece the application. A piece sent twice is written once.

    Raises:
        Unknown: there is no such upload, or it is not the actor's.
        Refused: `application.attach.piece_out_of_place` with `arrived`, where to go on from;
            with the last piece, whatever `attach` refuses: then nothing is kept.
    """
    upload = _own(session, upload_id, actor, lock=True)
    key = str(upload.id)
    here = store.arrived(key)
    if not 0 <= at <= here:
        raise Refused("application.attach.piece_out_of_place", arrived=here)
    try:
        here = store.append(key, stream, at=at, size_max=upload.size)
    except TooLarge as error:
        raise Refused("application.attach.piece_out_of_place", arrived=at) from error
    if here < upload.size:
        return here, None
    attached = _attach(session, store, upload, actor=actor, now=now)
    session.delete(upload)
    session.flush()
    return here, attached


def drop_upload(session: Session, store: FileStore, upload_id: UUID, *, actor: Actor) -> None:
    """Give an upload up. Twice is once; another's is untouched."""
    upload = session.scalar(
        select(Upload).where(Upload.id == upload_id, Upload.person_id == actor.id)
    )
    if upload is not None:
        session.delete(upload)
        session.flush()
        store.drop(str(upload_id))


def give_up_uploads(session: Session, store: FileStore, *, now: datetime) -> int:
    """Forget the uploads that nobody finished within a day; return how many."""
    left = session.scalars(
        select(Upload)
        .where(Upload.begun_at < now - GIVEN_UP_AFTER)
        .with_for_update(skip_locked=True)
    ).all()
    for upload in left:
        store.drop(str(upload.id))
        session.delete(upload)
    session.flush()
    return len(left)


def _attach(
    session: Session, store: FileStore, upload: Upload, *, actor: Actor, now: datetime
) -> ApplicationFile:
    key = str(upload.id)
    with store.part(key).open("rb") as whole:
        attached = attach(
            session,
            store,
            upload.application_id,
            upload.field_key,
            whole,
            name=upload.name,
            actor=actor,
            now=now,
        )
    store.drop(key)
    return attached


def _check_announced(name: str, size: int) -> None:
    """Refuse before the journey what would be refused after it."""
    ending = shown_name(name).rpartition(".")[2].lower()
    if ending not in ENDINGS:
        raise Refused("files.type_refused", ending=ending[:10])
    if size <= 0:
        raise Refused("files.empty")
    if size > SIZE_MAX:
        raise Refused("files.too_large", megabytes=SIZE_MAX // 1024 // 1024)


def _own(session: Session, upload_id: UUID, actor: Actor, *, lock: bool) -> Upload:
    statement = (
        select(Upload)
        .join(Application, Application.id == Upload.application_id)
        .where(Upload.id == upload_id, Upload.person_id == actor.id, rules.may_fill.where(actor))
    )
    if lock:
        statement = statement.with_for_update(of=Upload)
    found: Upload | None = session.scalar(statement)
    if found is None:
        raise Unknown
    return found

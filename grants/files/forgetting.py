"""Bytes that nothing speaks of any more leave the disk; those that anything names stay."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from grants.files.models import StoredFile
from grants.files.store import FileStore


def forget(session: Session, store: FileStore, file_id: UUID) -> bool:
    """Forget one document, unless something refers to it; tell whether it was forgotten.

    Its bytes leave the disk before the transaction ends, unless another document has the same.
    A crash in between leaves a row that nobody refers to, and this may be asked again: twice is
    once. One document a transaction: it locks its row, and its bytes against deposits
    (`holding`), so that nobody comes to name what is being removed. Announces nothing.
    """
    stored = session.get(StoredFile, file_id, with_for_update=True)
    if stored is None or session.scalar(select(or_(*_uses(file_id)))):
        return False
    session.execute(select(func.pg_advisory_xact_lock(_key(stored.sha256))))
    session.delete(stored)
    session.flush()  # PostgreSQL refuses here what a table that we forgot refers to
    if not session.scalar(select(exists().where(StoredFile.sha256 == stored.sha256))):
        store.forget(stored.sha256)
    return True


def holding(session: Session, sha256: str) -> None:
    """Keep these bytes on the disk until the transaction ends; deposits do not wait for each other.

    To be asked before they are given their name: whoever forgets the same bytes then waits, and
    finds the new row. One statement.
    """
    session.execute(select(func.pg_advisory_xact_lock_shared(_key(sha256))))


def _key(sha256: str) -> ColumnElement[int]:
    return func.hashtextextended(f"file:{sha256}", 0)


def _uses(file_id: UUID) -> list[ColumnElement[bool]]:
    """Whether each of the columns of the whole database that name documents names this one."""
    return [select(column).where(column == file_id).exists() for column in _naming()]


def _naming() -> list[Column[UUID]]:
    return [
        key.parent
        for table in StoredFile.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is StoredFile.__table__
    ]

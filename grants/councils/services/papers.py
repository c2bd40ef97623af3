"""The files of an agenda, kept item by item: a member reads those that do not concern them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.councils.models import Paper
from grants.files.models import StoredFile
from grants.kernel.identity import new_id


def keep_paper(
    session: Session,
    item_id: UUID,
    ending: str,
    stored: StoredFile,
    *,
    now: datetime,
) -> None:
    """Put a file where the one of that item and format stood. For workers: the job knew who."""
    statement = insert(Paper).values(
        id=new_id(), item_id=item_id, format=ending, stored_file_id=stored.id, made_at=now
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["item_id", "format"],
            set_={"stored_file_id": stored.id, "made_at": now},
        )
    )

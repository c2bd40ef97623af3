"""The proof of a deposit: for its applicant, and by its code for whoever holds a receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.applications import rules
from grants.applications.filling import Deposit
from grants.applications.models import Application
from grants.applications.proof import as_code
from grants.calls.models import Call, CallFunder
from grants.files.models import StoredFile
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people.models import Funder


class Proven(NamedTuple):
    """What a code says to anyone: that a deposit is true, never what it says."""

    code: str
    number: str
    received_at: datetime
    call_title_fr: str
    call_title_en: str
    funder: str
    answers_sha256: str
    files: list[Any]
    copy_sha256: str | None


def deposit_of(session: Session, application_id: UUID) -> Deposit | None:
    """The deposit of an application that the caller has read as its viewer. One statement."""
    statement = select(Deposit).where(Deposit.application_id == application_id)
    found: Deposit | None = session.scalars(
        statement.options(joinedload(Deposit.copy))
    ).one_or_none()
    return found


def copy_of(session: Session, application_id: UUID, viewer: Actor) -> StoredFile:
    """The copy in PDF of a deposit, for its applicant's side. One statement.

    Raises:
        Unknown: there is none (yet), or it is not the viewer's.
    """
    found = session.scalar(
        select(StoredFile)
        .join(Deposit, Deposit.copy_id == StoredFile.id)
        .join(Application, Application.id == Deposit.application_id)
        .where(Application.id == application_id, rules.is_author_side.where(viewer))
    )
    if found is None:
        raise Unknown
    return found


def proven(session: Session, typed: str) -> Proven | None:
    """What the code of a receipt proves; None when no deposit has it. One statement, or none."""
    code = as_code(typed)
    if code is None:
        return None
    found = session.execute(
        select(
            Deposit.code,
            Application.number,
            Deposit.received_at,
            Call.title_fr,
            Call.title_en,
            Funder.name,
            Deposit.answers_sha256,
            Deposit.files,
            StoredFile.sha256,
        )
        .join(Application, Application.id == Deposit.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(CallFunder, (CallFunder.call_id == Call.id) & CallFunder.is_lead)
        .join(Funder, Funder.id == CallFunder.funder_id)
        .outerjoin(StoredFile, StoredFile.id == Deposit.copy_id)
        .where(Deposit.code == code)
    ).one_or_none()
    return Proven(*found) if found else None

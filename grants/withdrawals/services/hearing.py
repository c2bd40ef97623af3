"""The beneficiary answers in writing, and is heard if they ask to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.applications import queries as applications
from grants.applications.rules import may_submit
from grants.files.models import StoredFile
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused
from grants.withdrawals import queries
from grants.withdrawals.models import Withdrawal, WithdrawalFile, WithdrawalState
from grants.withdrawals.services.telling import tell


def observe(
    session: Session,
    withdrawal_id: UUID,
    *,
    observations: str,
    hearing_asked: bool = False,
    documents: Sequence[StoredFile] = (),
    actor: Actor,
    now: datetime,
) -> Withdrawal:
    """Answer an intended withdrawal; `hearing_asked`: to be heard as well (CRPA L122-1).

    What comes after the deadline is taken as long as nothing is decided. Locks the withdrawal.
    Announces `withdrawal.observed`, on which the officers are told.

    Raises:
        Unknown: not the actor's.
        Forbidden: the actor does not sign for the applicant.
        Refused: `withdrawal.observations_missing`, `withdrawal.observed_already`,
            `withdrawal.not_open` once it is decided.
    """
    row = queries.own(session, withdrawal_id, viewer=actor, lock=True)
    if not may_submit.holds(actor, applications.own(session, row.application_id, actor)):
        raise Forbidden
    if row.state is not WithdrawalState.NOTIFIED:
        raise Refused("withdrawal.not_open")
    if row.observed_at is not None:
        raise Refused("withdrawal.observed_already", observed_at=row.observed_at)
    if not observations.strip():
        raise Refused("withdrawal.observations_missing", field="observations")
    row.observations, row.hearing_asked = observations.strip(), hearing_asked
    row.observed_by, row.observed_at = actor.id, now
    session.flush()
    session.add_all(
        WithdrawalFile(withdrawal_id=row.id, stored_file_id=one.id) for one in documents
    )
    session.flush()
    tell(session, "observed", row, actor=actor, now=now)
    return row


def hear(
    session: Session, withdrawal_id: UUID, *, on: date, note: str, actor: Actor, now: datetime
) -> Withdrawal:
    """Note that the beneficiary was heard, or did not come, and what was said.

    Locks the withdrawal. Announces `withdrawal.heard`.

    Raises:
        Unknown: there is none that the actor may read.
        Forbidden: the actor does not withdraw awards of the funder.
        Refused: `withdrawal.not_open`, `withdrawal.note_missing`, `withdrawal.day_to_come`,
            `withdrawal.before_notice`.
    """
    row = queries.locked(session, withdrawal_id, actor=actor)
    if row.state is not WithdrawalState.NOTIFIED:
        raise Refused("withdrawal.not_open")
    if not note.strip():
        raise Refused("withdrawal.note_missing", field="note")
    if on > paris_date(now):
        raise Refused("withdrawal.day_to_come", field="heard_on")
    if row.notified_on is not None and on < row.notified_on:
        raise Refused("withdrawal.before_notice", field="heard_on", notified_on=row.notified_on)
    row.heard_on, row.heard_note = on, note.strip()
    session.flush()
    tell(session, "heard", row, actor=actor, now=now)
    return row

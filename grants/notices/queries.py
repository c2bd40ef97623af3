"""Mails to send, and letters for those who may read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.applications.rules import is_author_side
from grants.decisions.models import Acknowledgement, Decision
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.notices.models import Letter, Mail, MailState
from grants.notices.rules import can_read_letter


def next_due(session: Session, *, now: datetime) -> Mail | None:
    """One mail whose time has come, locked; those that others are sending are passed over."""
    return session.scalar(
        select(Mail)
        .where(Mail.state == MailState.PENDING, Mail.next_at <= now)
        .order_by(Mail.next_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def letters_of(session: Session, deliberation_id: UUID, *, viewer: Actor) -> Sequence[Letter]:
    """The letters of one deliberation that the viewer may read, by number."""
    told = exists().where(
        Decision.deliberation_id == Letter.deliberation_id,
        Decision.application_id == Letter.application_id,
        can_read_letter.where(viewer),
    )
    return session.scalars(
        select(Letter)
        .where(Letter.deliberation_id == deliberation_id, told)
        .options(joinedload(Letter.stored_file))
        .order_by(Letter.number)
    ).all()


def letters_to(session: Session, application_id: UUID) -> dict[UUID, Letter]:
    """The letters about one application, by deliberation.

    The caller has checked that the reader may see the application.
    """
    found = session.scalars(select(Letter).where(Letter.application_id == application_id))
    return {one.deliberation_id: one for one in found}


def letter(session: Session, letter_id: UUID, *, viewer: Actor) -> Letter:
    """One letter with its document: for the funder, or the applicant who took note of it.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    told = exists().where(
        Decision.deliberation_id == Letter.deliberation_id,
        Decision.application_id == Letter.application_id,
        can_read_letter.where(viewer),
    )
    read = exists().where(
        Acknowledgement.deliberation_id == Letter.deliberation_id,
        Acknowledgement.application_id == Letter.application_id,
    )
    found = session.scalar(
        select(Letter)
        .join(Application, Application.id == Letter.application_id)
        .where(Letter.id == letter_id, told | (read & is_author_side.where(viewer)))
        .options(joinedload(Letter.stored_file))
    )
    if found is None:
        raise Unknown
    return found

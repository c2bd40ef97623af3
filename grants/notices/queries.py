"""Mails to send, and letters for those who may read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.applications.rules import is_author_side
from grants.calls.models import Call, CallFunder
from grants.decisions.models import Acknowledgement, Decision
from grants.decisions.rules import READERS
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.notices.models import Letter, LetterTemplate, Mail, MailState
from grants.notices.rules import can_read_letter, keeps_templates, reads_templates
from grants.people.models import Funder


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


def templates(*, viewer: Actor) -> Select[LetterTemplate]:
    """The texts of letters of the viewer's funders, in the order in which they are tried."""
    return (
        select(LetterTemplate)
        .where(reads_templates.where(viewer))
        .order_by(LetterTemplate.funder_id, LetterTemplate.position)
    )


def template_of(
    session: Session, template_id: UUID, *, viewer: Actor, lock: bool = False
) -> LetterTemplate:
    """One text of letters: to read, or locked for whoever keeps it.

    Raises:
        Unknown: there is none that the viewer may read, or keep.
    """
    rule = keeps_templates if lock else reads_templates
    statement = select(LetterTemplate).where(LetterTemplate.id == template_id, rule.where(viewer))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(statement)
    if found is None:
        raise Unknown
    return found


def funders_to_write_for(session: Session, *, viewer: Actor) -> Sequence[Funder]:
    """The authorities whose letters the viewer may read, by name."""
    theirs = sorted(viewer.funders_as(*READERS))
    statement = select(Funder).where(Funder.id.in_(theirs)).order_by(Funder.name, Funder.id)
    return session.scalars(statement).all()


def calls_to_write_for(session: Session, *, viewer: Actor) -> Sequence[Call]:
    """The hundred latest calls of those authorities."""
    theirs = sorted(viewer.funders_as(*READERS))
    shared = select(CallFunder.call_id).where(CallFunder.funder_id.in_(theirs))
    statement = select(Call).where(Call.id.in_(shared))
    return session.scalars(statement.order_by(Call.created_at.desc(), Call.id).limit(100)).all()

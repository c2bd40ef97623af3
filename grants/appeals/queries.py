"""Appeals, for the office that answers them and for whoever filed them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, case, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from grants.appeals.models import Appeal, AppealFile, AppealState
from grants.appeals.rules import can_read_appeal, may_answer
from grants.applications.models import Application
from grants.applications.rules import is_author_side
from grants.decisions.models import Acknowledgement, Decision, Deliberation, Proposal
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown


def appeals(*, viewer: Actor, open_only: bool = False) -> Select[Appeal]:
    """Every appeal that the viewer may read, those to answer first, by their day of silence."""
    waiting = case((Appeal.state == AppealState.FILED, 0), else_=1)
    statement = (
        select(Appeal)
        .where(can_read_appeal.where(viewer))
        .options(
            joinedload(Appeal.application, innerjoin=True).joinedload(Application.organisation),
            joinedload(Appeal.deliberation, innerjoin=True).joinedload(Deliberation.funder),
        )
        .order_by(waiting, Appeal.silence_on, Appeal.id)
    )
    return statement.where(Appeal.state == AppealState.FILED) if open_only else statement


def appeal(session: Session, appeal_id: UUID, *, viewer: Actor) -> Appeal:
    """One appeal with its documents, for the office. Two statements.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    found = session.scalar(
        _whole().where(Appeal.id == appeal_id, can_read_appeal.where(viewer)).options(_documents())
    )
    if found is None:
        raise Unknown
    return found


def locked_appeal(session: Session, appeal_id: UUID, *, viewer: Actor) -> Appeal:
    """One appeal, locked, for whoever may answer it.

    Raises:
        Unknown: there is none that the viewer may answer.
    """
    found = session.scalar(
        select(Appeal)
        .where(Appeal.id == appeal_id, may_answer.where(viewer))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found


def appeals_about(session: Session, application_id: UUID) -> Sequence[Appeal]:
    """The appeals about one application, oldest first, documents included.

    The caller has checked that the reader may see the application.
    """
    statement = select(Appeal).where(Appeal.application_id == application_id)
    return session.scalars(
        statement.options(_documents()).order_by(Appeal.filed_at, Appeal.id)
    ).all()


def own_appeal(session: Session, appeal_id: UUID, *, viewer: Actor, lock: bool = False) -> Appeal:
    """One appeal of the viewer's own application.

    Raises:
        Unknown: there is none, or it is somebody else's.
    """
    statement = (
        select(Appeal)
        .join(Application, Application.id == Appeal.application_id)
        .where(Appeal.id == appeal_id, is_author_side.where(viewer))
        .options(_documents())
    )
    if lock:
        statement = statement.with_for_update(key_share=True, of=Appeal).execution_options(
            populate_existing=True
        )
    found = session.scalar(statement)
    if found is None:
        raise Unknown
    return found


def read_at(session: Session, deliberation_id: UUID, application_id: UUID) -> datetime | None:
    """The instant at which the applicant took note of a decision; None when they did not yet."""
    return session.scalar(
        select(Acknowledgement.read_at).where(
            Acknowledgement.deliberation_id == deliberation_id,
            Acknowledgement.application_id == application_id,
        )
    )


def contested(session: Session, one: Appeal) -> Sequence[Decision]:
    """What the deliberation that an appeal contests decided for its application."""
    return session.scalars(
        select(Decision)
        .where(
            Decision.deliberation_id == one.deliberation_id,
            Decision.application_id == one.application_id,
        )
        .order_by(Decision.position)
    ).all()


def is_proposed(session: Session, one: Appeal) -> bool:
    """Whether the funder proposes something for the application already."""
    known = select(Proposal.id).where(
        Proposal.application_id == one.application_id, Proposal.funder_id == one.funder_id
    )
    return session.scalar(known.limit(1)) is not None


def appeal_file(session: Session, file_id: UUID, *, viewer: Actor) -> AppealFile:
    """A document of an appeal, for the office or for whoever gave it.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    office = exists().where(Appeal.id == AppealFile.appeal_id, can_read_appeal.where(viewer))
    applicant = exists().where(
        Appeal.id == AppealFile.appeal_id,
        Application.id == Appeal.application_id,
        is_author_side.where(viewer),
    )
    found = session.scalar(
        select(AppealFile)
        .where(AppealFile.id == file_id, office | applicant)
        .options(joinedload(AppealFile.stored_file))
    )
    if found is None:
        raise Unknown
    return found


def _whole() -> Select[Appeal]:
    return select(Appeal).options(
        joinedload(Appeal.application, innerjoin=True).options(
            joinedload(Application.organisation), joinedload(Application.call)
        ),
        joinedload(Appeal.deliberation, innerjoin=True).joinedload(Deliberation.funder),
    )


def _documents() -> ORMOption:
    return selectinload(Appeal.files).joinedload(AppealFile.stored_file)

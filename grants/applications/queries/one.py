"""One application at a time. What one may not read does not exist."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from grants.applications import rules
from grants.applications.filling import Deposit
from grants.applications.models import Application, ApplicationFile
from grants.applications.queries.present import Present, others_present
from grants.calls.models import Call, CallFunder
from grants.kernel.access import Actor, Rule
from grants.kernel.errors import Unknown


def readable(session: Session, application_id: UUID, viewer: Actor) -> Application:
    """One application with all that a page about it shows: two statements.

    Loads its call with funders, form, organisation, author, complement and documents.

    Raises:
        Unknown: there is none, or the viewer may not know of it.
    """
    statement = _visible(application_id, viewer, rules.can_read)
    return _found(session, statement.options(*_around(), *_funders(), *_files_apart()))


def received(session: Session, application_id: UUID, viewer: Actor) -> Application:
    """The same as `readable`, for the funders' pages only: two statements.

    Raises:
        Unknown: there is none, or the viewer does not read it for a funder of its call.
    """
    statement = _visible(application_id, viewer, rules.is_funder_side)
    return _found(session, statement.options(*_around(), *_funders(), *_files_apart()))


def own(session: Session, application_id: UUID, viewer: Actor) -> Application:
    """The same for its applicant's pages, without the funders: one statement.

    Raises:
        Unknown: there is none, or the viewer is not on the applicant's side.
    """
    return _found(session, _own(application_id, viewer))


def own_beside(
    session: Session, application_id: UUID, viewer: Actor, *, now: datetime
) -> tuple[Application, list[Present]]:
    """The same, with who else fills it in at this minute: one statement."""
    others = others_present(application_id, viewer, now).subquery()
    line = func.jsonb_build_array(
        others.c.section_key, others.c.person_id, others.c.name, others.c.seen_at
    )
    # As text: rows must be hashable to be made unique.
    there = select(cast(func.jsonb_agg(line), String)).scalar_subquery()
    statement = _own(application_id, viewer).add_columns(there)
    found = session.execute(statement).unique().one_or_none()
    if found is None:
        raise Unknown
    lines = json.loads(found[1] or "[]")
    return found[0], [
        Present(key, UUID(person), name, datetime.fromisoformat(seen))
        for key, person, name, seen in lines
    ]


def receipt(
    session: Session, application_id: UUID, viewer: Actor
) -> tuple[Application, Deposit | None]:
    """A submitted application with what its receipt says of the service in charge: one statement.

    And its deposit: None for what was submitted before deposits were kept.

    Raises:
        Unknown: there is none, it was never submitted, or it is not the viewer's.
    """
    statement = _visible(application_id, viewer, rules.is_author_side & rules.was_submitted)
    statement = statement.add_columns(Deposit).outerjoin(
        Deposit, Deposit.application_id == Application.id
    )
    found = session.execute(statement.options(*_around(), *_funders())).unique().one_or_none()
    if found is None:
        raise Unknown
    return found[0], found[1]


def whole(session: Session, application_id: UUID) -> Application:
    """An application with all that is said in it, for the software's own tasks: no viewer."""
    statement = select(Application).where(Application.id == application_id)
    return _found(session, statement.options(*_around(), *_funders(), *_files_apart()))


def locked(session: Session, application_id: UUID, viewer: Actor) -> Application:
    """The same as `readable`, its row locked and read afresh until the transaction ends.

    Documents are read behind the lock, so that none comes or goes unseen.

    Raises:
        Unknown: there is none, or the viewer may not know of it.
    """
    return _locked(session, application_id, viewer, rules.can_read)


def locked_own(session: Session, application_id: UUID, viewer: Actor) -> Application:
    """The same, for the applicant's side only.

    Raises:
        Unknown: there is none, or the viewer is not on the applicant's side.
    """
    return _locked(session, application_id, viewer, rules.is_author_side)


def locked_for_move(session: Session, application_id: UUID, actor: Actor) -> Application:
    """The same for other domains, whose transition says who may; recusal still hides it.

    Raises:
        Unknown: there is none, or the actor is recused from it.
    """
    return _locked(session, application_id, actor, rules.not_recused)


def locked_answers(session: Session, application_id: UUID, viewer: Actor) -> Application:
    """Answers to write to, locked: the application, its form and applicant; no document.

    One statement: saving is what applicants do most.

    Raises:
        Unknown: there is none, or the viewer is not on the applicant's side.
    """
    statement = _visible(application_id, viewer, rules.is_author_side)
    return _found(session, _for_update(statement.options(*_around())))


def attachment(session: Session, file_id: UUID, viewer: Actor) -> ApplicationFile:
    """A document in force or replaced, for whoever may read its application.

    Raises:
        Unknown: there is none, or the viewer may not know of it.
    """
    statement = (
        select(ApplicationFile)
        .join(ApplicationFile.application)
        .where(ApplicationFile.id == file_id, rules.can_read.where(viewer))
        .options(joinedload(ApplicationFile.stored_file, innerjoin=True))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def _visible(application_id: UUID, viewer: Actor, rule: Rule) -> Select[Any]:
    return select(Application).where(Application.id == application_id, rule.where(viewer))


def _own(application_id: UUID, viewer: Actor) -> Select[Any]:
    statement = _visible(application_id, viewer, rules.is_author_side)
    statement = statement.outerjoin(Application.files.and_(ApplicationFile.removed_at.is_(None)))
    statement = statement.outerjoin(ApplicationFile.stored_file)
    statement = statement.order_by(ApplicationFile.added_at, ApplicationFile.id)
    files = contains_eager(Application.files).contains_eager(ApplicationFile.stored_file)
    return statement.options(*_around(), files)


def _locked(session: Session, application_id: UUID, viewer: Actor, rule: Rule) -> Application:
    statement = _visible(application_id, viewer, rule)
    statement = statement.options(*_around(), *_funders(), *_files_apart())
    return _found(session, _for_update(statement))


def _for_update(statement: Select[Any]) -> Select[Any]:
    statement = statement.with_for_update(of=Application)
    return statement.execution_options(populate_existing=True)


def _around() -> tuple[ORMOption, ...]:
    return (
        joinedload(Application.call, innerjoin=True),
        joinedload(Application.revision, innerjoin=True),
        joinedload(Application.organisation),
        joinedload(Application.author, innerjoin=True),
        joinedload(Application.complement),
    )


def _funders() -> tuple[ORMOption, ...]:
    funders = joinedload(Application.call, innerjoin=True).joinedload(Call.funders)
    return (funders.joinedload(CallFunder.funder, innerjoin=True),)


def _files_apart() -> tuple[ORMOption, ...]:
    files = selectinload(Application.files.and_(ApplicationFile.removed_at.is_(None)))
    return (files.joinedload(ApplicationFile.stored_file, innerjoin=True),)


def _found(session: Session, statement: Select[Any]) -> Application:
    found: Application | None = session.scalars(statement).unique().one_or_none()
    if found is None:
        raise Unknown
    return found

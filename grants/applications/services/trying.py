"""Try a call as an applicant would, on a copy of its form; nothing of it ever counts.

A try is a draft that PostgreSQL keeps a draft: it has no number, no place, no file of anyone's.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from grants.applications.filling import DraftReminder, Presence, Upload
from grants.applications.models import Application, ApplicationFile, ApplicationState
from grants.applications.services.rebasing import rebase
from grants.calls import queries as calls
from grants.calls import workbench
from grants.calls.models import Call, CallState, FormRevision
from grants.kernel.access import Actor, FunderRole
from grants.kernel.errors import Forbidden, Refused
from grants.kernel.identity import new_id
from grants.outbox.services import announce


def try_call(
    session: Session, call_id: UUID, *, legal_form: str, actor: Actor, now: datetime
) -> UUID:
    """Begin a try of a call, or take up the actor's own; return the draft's identifier.

    It answers the form as it is written now, as an applicant of `legal_form` (INSEE code, "" a
    natural person); answers already tried are carried over. Locks the call. Announces nothing.

    Raises:
        Unknown: no such call, or the actor may not read it.
        Forbidden: the actor is not an officer of one of its funders.
        Refused: `application.try.archived`.
    """
    call = calls.locked(session, call_id, viewer=actor)
    _require_officer(call, actor)
    if call.state is CallState.ARCHIVED:
        raise Refused("application.try.archived")
    newest = workbench.newest_revision(session, call_id)
    trial = _mine(session, call_id, actor)
    if trial is None:
        trial = Application(
            id=new_id(),
            call_id=call_id,
            revision_id=_copy(session, newest).id,
            author_id=actor.id,
            state=ApplicationState.DRAFT,
            is_test=True,
            started_at=now,
            saved_at=now,
        )
        session.add(trial)
    elif trial.revision.document_hash != newest.document_hash:
        old = trial.revision
        rebase(trial, _copy(session, newest))
        session.flush()
        session.delete(old)
    trial.test_legal_form = legal_form
    session.flush()
    return trial.id


def empty_trials(session: Session, call_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Delete every try of a call, answers and documents with it; return how many there were.

    Locks the call. Announces `call.tries_emptied`, on which their bytes leave the disk.

    Raises: as `try_call`.
    """
    call = calls.locked(session, call_id, viewer=actor)
    _require_officer(call, actor)
    tries = Application.call_id == call_id, Application.is_test.is_(True)
    rows = session.execute(select(Application.id, Application.revision_id).where(*tries)).all()
    ids = [row.id for row in rows]
    stored = select(ApplicationFile.stored_file_id).where(ApplicationFile.application_id.in_(ids))
    files = sorted(str(one) for one in session.scalars(stored.distinct()))
    for model in (Presence, Upload, DraftReminder, ApplicationFile):
        session.execute(delete(model).where(model.application_id.in_(ids)))
    session.execute(delete(Application).where(Application.id.in_(ids)))
    copies = [row.revision_id for row in rows]
    session.execute(
        delete(FormRevision).where(FormRevision.id.in_(copies), FormRevision.number < 0)
    )
    session.flush()
    if ids:
        announce(
            session,
            "call.tries_emptied",
            by=actor,
            at=now,
            funder=call.lead_id,
            subject=call_id,
            files=files,
        )
    return len(ids)


def trial_of(session: Session, call_id: UUID, actor: Actor) -> UUID | None:
    """The actor's own try of a call, if there is one."""
    mine = Application.call_id == call_id, Application.author_id == actor.id
    return session.scalar(select(Application.id).where(*mine, Application.is_test.is_(True)))


def _mine(session: Session, call_id: UUID, actor: Actor) -> Application | None:
    return session.scalar(
        select(Application)
        .where(
            Application.call_id == call_id,
            Application.author_id == actor.id,
            Application.is_test.is_(True),
        )
        .options(
            joinedload(Application.call, innerjoin=True),
            joinedload(Application.revision, innerjoin=True),
            joinedload(Application.organisation),
            joinedload(Application.author, innerjoin=True),
        )
    )


def _copy(session: Session, revision: FormRevision) -> FormRevision:
    """The form as it is now, under a number below zero: the original may change meanwhile."""
    least = session.scalar(
        select(func.min(FormRevision.number)).where(FormRevision.call_id == revision.call_id)
    )
    copy = FormRevision(
        id=new_id(),
        call_id=revision.call_id,
        number=min(least or 0, 0) - 1,
        document=revision.document,
        document_hash=revision.document_hash,
    )
    session.add(copy)
    session.flush()
    return copy


def _require_officer(call: Call, actor: Actor) -> None:
    theirs = actor.funders_as(FunderRole.OFFICER)
    if not theirs & {one.funder_id for one in call.funders}:
        raise Forbidden

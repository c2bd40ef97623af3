"""Bring the drafts of a call to the form in force, and owe their authors what changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from grants.applications import answers
from grants.applications.models import Application, ApplicationState
from grants.applications.rebasing import rebased
from grants.applications.services.drafting import name_of_applicant
from grants.applications.services.telling import tell
from grants.calls.models import Call, CallFunder, FormRevision
from grants.kernel.access import SYSTEM


def rebase_drafts(session: Session, call_id: UUID, *, now: datetime) -> int:
    """Carry every open draft over to the call's form in force; return how many were.

    Answers to questions that stay are kept; what the new form has no room for is archived in
    the draft, never lost. What was submitted keeps its revision. Twice is once. Locks the
    drafts. Announces `application.rebased` for each, on which its authors are told.
    """
    revision = session.scalar(
        select(FormRevision)
        .join(Call, Call.current_revision_id == FormRevision.id)
        .where(Call.id == call_id)
    )
    if revision is None:
        return 0
    lead = select(CallFunder.funder_id).where(CallFunder.call_id == call_id, CallFunder.is_lead)
    funder_id = session.scalar(lead)
    drafts = session.scalars(_behind(call_id, revision.id)).all()
    for draft in drafts:
        before = draft.revision
        rebase(draft, revision)
        draft.version += 1
        session.flush()
        tell(
            session,
            "application.rebased",
            draft.id,
            funder_id,
            actor=SYSTEM,
            now=now,
            before=str(before.id),
            after=str(revision.id),
        )
    return len(drafts)


def rebase(draft: Application, revision: FormRevision) -> None:
    """Carry one draft over to a revision, in memory. Its revision and people must be loaded."""
    carried = rebased(draft.answers, draft.as_typed, draft.revision.form, revision.form)
    draft.answers, draft.as_typed = carried.answers, carried.as_typed
    draft.archived = {**draft.archived, **carried.archived}
    draft.revision = revision
    keys = {section.key for section in revision.form.sections}
    draft.sections = {key: mark for key, mark in draft.sections.items() if key in keys}
    answers.sum_up(draft, name_of_applicant(draft))


def _behind(call_id: UUID, revision_id: UUID) -> Select[Any]:
    """The drafts that still answer an older form, locked."""
    return (
        select(Application)
        .where(
            Application.call_id == call_id,
            Application.state == ApplicationState.DRAFT,
            Application.is_test.is_(False),
            Application.revision_id != revision_id,
        )
        .order_by(Application.id)
        .with_for_update(of=Application)
        .options(
            joinedload(Application.call, innerjoin=True),
            joinedload(Application.revision, innerjoin=True),
            joinedload(Application.organisation),
            joinedload(Application.author, innerjoin=True),
        )
        .execution_options(populate_existing=True)
    )

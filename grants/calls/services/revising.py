"""Changes the form of a published call: a next revision is written beside, then put in force."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls import queries, workbench
from grants.calls.lifecycle import has_a_form
from grants.calls.models import Call, CallState, FormRevision
from grants.calls.rules import leads
from grants.calls.services.editing import match_documents
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.outbox.services import announce


def begin(session: Session, call_id: UUID, *, actor: Actor, now: datetime) -> FormRevision:
    """Copy the form in force into a next revision, to be edited; twice is once.

    Nothing changes for applicants until it is published. Locks the call. Announces
    `call.revision_begun`.

    Raises:
        Unknown: no such call, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: `call.revise.from_<state>`: a draft's form is edited as it is, a closed call's
            form changes no more.
    """
    call = _revisable(session, call_id, actor)
    newest = workbench.newest_revision(session, call_id)
    if newest.frozen_at is None:
        return newest
    revision = FormRevision(
        id=new_id(),
        call_id=call.id,
        number=newest.number + 1,
        document=newest.document,
        document_hash=newest.document_hash,
    )
    session.add(revision)
    _tell(session, "call.revision_begun", call, revision, actor=actor, now=now)
    session.flush()
    return revision


def drop(session: Session, call_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Give up the next revision; without one, do nothing.

    Locks the call. Announces `call.revision_dropped`. Raises as `begin`.
    """
    call = _revisable(session, call_id, actor)
    newest = workbench.newest_revision(session, call_id)
    if newest.frozen_at is not None:
        return
    _tell(session, "call.revision_dropped", call, newest, actor=actor, now=now)
    session.delete(newest)
    session.flush()


def publish_revision(
    session: Session, call_id: UUID, *, seen: str, actor: Actor, now: datetime
) -> FormRevision:
    """Put the next revision in force: new drafts are asked its questions.

    `seen` is the hash of the form whose differences the author read. Drafts already begun
    follow when `call.form_revised`, announced here, is heard; what was submitted keeps its
    revision. The documents announced on the call's page become those of the new form. Locks
    the call.

    Raises:
        Unknown: no such call, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: `call.revise.from_<state>`, `…nothing_begun`, `…nothing_changed`,
            `…changed_meanwhile`, or a form that cannot be published (`call.publish.…`).
    """
    call = _revisable(session, call_id, actor)
    revision = workbench.newest_revision(session, call_id)
    if revision.frozen_at is not None:
        raise Refused("call.revise.nothing_begun")
    if revision.document_hash != seen:
        raise Refused("call.revise.changed_meanwhile")
    before = call.current_revision
    if before is not None and before.document_hash == revision.document_hash:
        raise Refused("call.revise.nothing_changed")
    call.current_revision = revision
    if refusal := has_a_form(call, now):
        raise refusal
    revision.frozen_at = now
    match_documents(session, call, revision.form)
    _tell(session, "call.form_revised", call, revision, actor=actor, now=now)
    session.flush()
    return revision


def _revisable(session: Session, call_id: UUID, actor: Actor) -> Call:
    call = queries.locked(session, call_id, viewer=actor)
    leads.require(actor, call)
    if call.state is not CallState.PUBLISHED:
        raise Refused(f"call.revise.from_{call.state}")
    return call


def _tell(
    session: Session, kind: str, call: Call, revision: FormRevision, *, actor: Actor, now: datetime
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=call.lead_id,
        subject=call.id,
        revision=str(revision.id),
        number=revision.number,
    )

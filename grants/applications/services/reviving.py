"""Make an outage good: the call closes later, and the drafts that lapsed meanwhile live again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import Application, ApplicationState
from grants.applications.services.telling import tell
from grants.calls import services as calls
from grants.calls.models import CallFunder
from grants.calls.outages import Extension
from grants.kernel.access import SYSTEM, Actor


def make_good(
    session: Session, call_id: UUID, *, outage_from: datetime, actor: Actor, now: datetime
) -> Extension:
    """Extend a call by a measured outage, and revive the drafts that lapsed since it closed.

    Locks the call. Announces `call.outage_made_good`, and `application.revived` for each draft.
    Raises as `grants.calls.services.make_good`.
    """
    extension = calls.make_good(session, call_id, outage_from=outage_from, actor=actor, now=now)
    revive = LIFECYCLE["revive"]
    newer = aliased(Application)
    another = exists().where(
        newer.call_id == Application.call_id,
        newer.state == ApplicationState.DRAFT,
        newer.organisation_id.is_not_distinct_from(Application.organisation_id),
        newer.author_id == Application.author_id,
    )
    revived = session.scalars(
        update(Application)
        .where(
            Application.call_id == call_id,
            Application.state.in_(revive.sources),
            Application.lapsed_at >= extension.closed_before,
            ~another,
        )
        .values(state=revive.target, lapsed_at=None)
        .returning(Application.id)
        .execution_options(synchronize_session=False)
    ).all()
    lead = select(CallFunder.funder_id).where(CallFunder.call_id == call_id, CallFunder.is_lead)
    funder_id = session.scalar(lead) if revived else None
    for application_id in sorted(revived):
        tell(session, "application.revived", application_id, funder_id, actor=SYSTEM, now=now)
    return extension

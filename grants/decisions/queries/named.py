"""How awards are called where the ledger knows them by their number only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.decisions.models import Decision
from grants.decisions.rules import can_read_decision
from grants.kernel.access import Actor
from grants.people.models import Organisation


@dataclass(frozen=True)
class AwardName:
    """Whom an award is for, and for what; `who` is the title again for a person."""

    who: str
    title: str


def award_names(
    session: Session, award_ids: Iterable[UUID | None], *, viewer: Actor
) -> dict[UUID, AwardName]:
    """The awards among these that the viewer may read, by id. One statement, or none."""
    wanted = sorted({one for one in award_ids if one is not None})
    if not wanted:
        return {}
    rows = session.execute(
        select(Decision.id, Organisation.name, Application.title, Application.number)
        .join(Application, Application.id == Decision.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(Decision.id.in_(wanted), can_read_decision.where(viewer))
    )
    return {
        row.id: AwardName(row.name or row.title or row.number or "", row.title or "")
        for row in rows
    }

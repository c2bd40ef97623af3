"""Awards of which a person must see nothing, because they stepped back from the application."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.decisions.models import Decision
from grants.kernel.access import Actor


def recused_awards(session: Session, *, viewer: Actor) -> frozenset[UUID]:
    """What was decided about the applications that the viewer is recused from.

    One statement, and none for whoever is recused from nothing.
    """
    if not viewer.recused_from:
        return frozenset()
    theirs = select(Decision.id).where(Decision.application_id.in_(sorted(viewer.recused_from)))
    return frozenset(session.scalars(theirs))

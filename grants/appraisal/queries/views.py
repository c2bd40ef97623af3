"""The searches that a person keeps under a name."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.appraisal import rules
from grants.appraisal.models import SavedView
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown


def views(session: Session, viewer: Actor, *, call_id: UUID | None = None) -> Sequence[SavedView]:
    """The viewer's own, by name: those of one call, or those across calls. One statement."""
    where = SavedView.call_id == call_id if call_id else SavedView.call_id.is_(None)
    statement = select(SavedView).where(rules.keeps_view.where(viewer), where)
    return session.scalars(statement.order_by(func.lower(SavedView.name), SavedView.id)).all()


def view(session: Session, view_id: UUID, viewer: Actor) -> SavedView:
    """One of the viewer's own.

    Raises:
        Unknown: there is none, or somebody else keeps it.
    """
    found = session.scalars(
        select(SavedView).where(SavedView.id == view_id, rules.keeps_view.where(viewer))
    ).one_or_none()
    if found is None:
        raise Unknown
    return found

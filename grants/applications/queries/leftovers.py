"""Drafts that a departed colleague began: they belong to the organisation, and stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications import rules
from grants.applications.models import Application, ApplicationState
from grants.calls.models import Call
from grants.kernel.access import Actor
from grants.people.models import OrganisationMember, Person

SHOWN_MAX = 50
UNFINISHED = (ApplicationState.DRAFT, ApplicationState.INCOMPLETE)


class LeftBehind(NamedTuple):
    """An unfinished application whose author no longer acts for the organisation."""

    id: UUID
    title: str
    title_fr: str
    title_en: str
    author: str
    saved_at: datetime | None


def left_behind(session: Session, organisation_id: UUID, viewer: Actor) -> Sequence[LeftBehind]:
    """The unfinished applications of departed members, last saved first; fifty at most.

    For whoever acts for the organisation; empty for others. `title_fr` and `title_en` are the
    call's. One statement.
    """
    still_there = select(OrganisationMember.id).where(
        OrganisationMember.organisation_id == organisation_id,
        OrganisationMember.person_id == Application.author_id,
    )
    rows = session.execute(
        select(
            Application.id,
            Application.title,
            Call.title_fr,
            Call.title_en,
            Person.name,
            Application.saved_at,
        )
        .join(Call, Call.id == Application.call_id)
        .join(Person, Person.id == Application.author_id)
        .where(
            Application.organisation_id == organisation_id,
            Application.state.in_(UNFINISHED),
            rules.is_author_side.where(viewer),
            ~still_there.exists(),
        )
        .order_by(Application.saved_at.desc(), Application.id)
        .limit(SHOWN_MAX)
    )
    return [LeftBehind(*row) for row in rows]

"""Which answers do not count, for many applications at once: pages ask one outlook at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.applications import answers
from grants.applications.models import Application
from grants.calls.models import FormRevision


class Hidden:
    """The keys hidden from applications, by a condition or by the applicant's legal form.

    Forms are read once each; nothing more is read for those that hide nothing.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._hides: dict[UUID, bool] = {}

    def of(self, revisions: Mapping[UUID, UUID]) -> dict[UUID, frozenset[str]]:
        """By application, the keys of what is not asked; `revisions` are theirs by application.

        Applications without anything hidden may be missing. One statement at most, and one for
        each form met for the first time.
        """
        concerned = [one for one, revision in revisions.items() if self._has_hidden(revision)]
        if not concerned:
            return {}
        return {one.id: answers.outlook(one).hidden for one in self._loaded(concerned)}

    def _has_hidden(self, revision_id: UUID) -> bool:
        if revision_id not in self._hides:
            found = self._session.get_one(FormRevision, revision_id)
            self._hides[revision_id] = found.form.hides
        return self._hides[revision_id]

    def _loaded(self, ids: Collection[UUID]) -> Collection[Application]:
        return self._session.scalars(
            select(Application)
            .where(Application.id.in_(ids))
            .options(
                joinedload(Application.organisation),
                joinedload(Application.call, innerjoin=True),
                joinedload(Application.revision, innerjoin=True),
            )
        ).all()

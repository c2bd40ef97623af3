"""Conflicts that names and addresses alone suggest, before anybody is invited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.calls.models import Jury
from grants.juries.queries.radar import Subject, meetings
from grants.juries.sifting import Found, sift
from grants.kernel.access import Actor, not_among
from grants.kernel.clock import paris_date
from grants.kernel.identity import new_id
from grants.people.models import Person


class Suspicion(NamedTuple):
    """What was found about one typed person, and over which application."""

    found: Found
    number: str
    title: str


def suspicions(
    session: Session,
    jury: Jury,
    typed: Sequence[tuple[str, str]],
    viewer: Actor,
    *,
    now: datetime,
) -> list[list[Suspicion]]:
    """For each (name, address), what links them to applications of the call.

    Of whoever has an account under that address, memberships count; what they declared does
    not: it is the business of juries on which they sit. Applications from which the viewer is
    recused are left out. The caller has checked that the viewer manages the jury.
    """
    addresses = [email.strip().lower() for _name, email in typed]
    accounts = session.execute(select(Person.email, Person.id).where(Person.email.in_(addresses)))
    known = {row.email: row.id for row in accounts}
    subjects = [
        Subject(new_id(), name, email, known.get(email))
        for (name, _typed), email in zip(typed, addresses, strict=True)
    ]
    found = sift(meetings(session, jury.call_id, subjects, declared=False), today=paris_date(now))
    titles = {
        row.id: (row.number, row.title)
        for row in session.execute(
            select(
                Application.id,
                func.coalesce(Application.number, "").label("number"),
                Application.title,
            )
            .where(Application.id.in_({one.application_id for one in found}))
            .where(not_among(Application.id, viewer.recused_from))
        )
    }
    by_subject: dict[object, list[Suspicion]] = {one.id: [] for one in subjects}
    for one in found:
        if one.application_id in titles:
            by_subject[one.subject].append(Suspicion(one, *titles[one.application_id]))
    return [by_subject[one.id] for one in subjects]

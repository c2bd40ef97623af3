"""Files on their way to a spreadsheet, read through a cursor: memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application, ApplicationFile, ApplicationState
from grants.applications.queries.hidden import Hidden
from grants.appraisal import rules
from grants.appraisal.models import ExportProfile
from grants.appraisal.queries.conditions import Referent, applicant_name, place_qpv
from grants.appraisal.queries.search import Sought, joined, narrowed, stuck_labels
from grants.calls.models import Batch, Call
from grants.files.models import Scan, StoredFile
from grants.kernel.access import Actor
from grants.kernel.money import Unit
from grants.people.models import Organisation

AT_A_TIME = 200
NONE: frozenset[str] = frozenset()


class Row(NamedTuple):
    """One file with the answers that count. `requested` counts `unit`."""

    number: str
    title: str
    applicant: str
    siret: str | None
    town: str | None
    qpv: bool | None
    requested: int
    unit: Unit
    state: ApplicationState
    submitted_at: datetime
    track_key: str | None
    call: str
    referent: str | None
    labels: Sequence[str]
    answers: dict[str, Any]
    batch: str | None = None


def rows(session: Session, sought: Sought, viewer: Actor, *, now: datetime) -> Iterator[Row]:
    """Everything that the search finds, in the order of arrival; 200 rows in memory.

    One statement, through a cursor: `session` must be in a transaction; for forms that hide
    questions, one more every 200 rows.
    """
    statement = joined(
        select(
            Application.number,
            Application.title,
            applicant_name,
            Organisation.siret,
            func.coalesce(Organisation.place_city, Organisation.city),
            place_qpv,
            Application.requested,
            Call.unit,
            Application.state,
            Application.submitted_at,
            Application.track_key,
            Call.title_fr,
            Referent.name,
            stuck_labels(viewer),
            Application.answers,
            Batch.label_fr,
            Application.id,
            Application.revision_id,
        )
    ).outerjoin(Batch, Batch.id == Application.batch_id)
    ordered = (
        statement.where(*narrowed(sought, viewer, now=now))
        .order_by(Application.submitted_at, Application.id)
        .execution_options(yield_per=AT_A_TIME)
    )
    unasked = Hidden(session)
    for chunk in session.execute(ordered).partitions():
        hidden = unasked.of({one: revision for *_, one, revision in chunk})
        for *cells, one, _revision in chunk:
            yield _counted(Row._make(cells), hidden.get(one, NONE))


def _counted(row: Row, hidden: frozenset[str]) -> Row:
    """The row without what its applicant was not asked, as pages show it."""
    if not hidden & row.answers.keys():
        return row
    kept = {key: value for key, value in row.answers.items() if key not in hidden}
    return row._replace(answers=kept)


def documents(
    session: Session, sought: Sought, viewer: Actor, *, now: datetime
) -> Iterator[tuple[str, str, str, str]]:
    """The documents in force of those files: (number, field, name, SHA-256); infected ones aside.

    So are those under a question that is hidden. One statement, through a cursor.
    """
    statement = joined(
        select(
            Application.number,
            ApplicationFile.field_key,
            StoredFile.name,
            StoredFile.sha256,
            Application.id,
            Application.revision_id,
        )
    )
    statement = (
        statement.join(ApplicationFile, ApplicationFile.application_id == Application.id)
        .join(StoredFile, StoredFile.id == ApplicationFile.stored_file_id)
        .where(
            *narrowed(sought, viewer, now=now),
            ApplicationFile.removed_at.is_(None),
            StoredFile.scan.in_((Scan.CLEAN, Scan.UNCHECKED)),
        )
        .order_by(
            Application.submitted_at,
            Application.id,
            ApplicationFile.added_at,
            ApplicationFile.id,
        )
        .execution_options(yield_per=AT_A_TIME)
    )
    unasked = Hidden(session)
    for chunk in session.execute(statement).partitions():
        hidden = unasked.of({one: revision for *_, one, revision in chunk})
        for number, key, name, sha256, one, _revision in chunk:
            if key not in hidden.get(one, NONE):
                yield number, key, name, sha256


def profiles(session: Session, viewer: Actor) -> Sequence[ExportProfile]:
    """The exports that the viewer's funders keep, by name."""
    statement = select(ExportProfile).where(rules.reads_profiles.where(viewer))
    return session.scalars(
        statement.order_by(func.lower(ExportProfile.name), ExportProfile.id)
    ).all()


def profile(session: Session, profile_id: UUID, viewer: Actor) -> ExportProfile | None:
    """One of them, or None."""
    statement = select(ExportProfile).where(
        ExportProfile.id == profile_id, rules.reads_profiles.where(viewer)
    )
    return session.scalars(statement).one_or_none()

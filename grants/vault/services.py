"""Deposit a document once for all calls, replace it, take it away, tell that it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.files import services as files
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.people import queries as people
from grants.people.models import Organisation
from grants.vault import kinds, queries
from grants.vault.kinds import PROMISES
from grants.vault.models import DocumentKind, OrganisationDocument

IN_FORCE_MAX = 60
WARNED_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Deposit:
    """What a person hands in. `label` names it when its kind does not; the days are included."""

    kind: DocumentKind
    stream: BinaryIO
    name: str
    label: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


def deposit(
    session: Session,
    store: FileStore,
    organisation_id: UUID,
    handed_in: Deposit,
    *,
    actor: Actor,
    now: datetime,
) -> OrganisationDocument:
    """Keep a document for every call. Of a kind that stands alone, it replaces the one in force.

    Locks the organisation. Announces `organisation_document.deposited`, or `….replaced`.

    Raises:
        Unknown: there is no such organisation of the actor's.
        Refused: `vault.start_needed`, `vault.end_needed`, `vault.ends_before_it_starts`,
            `vault.label_needed`, `vault.full`, or any refusal of `files.services.deposit`.
    """
    organisation = people.locked_organisation(session, organisation_id, viewer=actor)
    alone = None if PROMISES[handed_in.kind].several else _alone(session, organisation, handed_in)
    if alone is None:
        _require_room(session, organisation)
    return _keep(session, store, organisation, handed_in, alone, actor=actor, now=now)


def replace(
    session: Session,
    store: FileStore,
    document_id: UUID,
    handed_in: Deposit,
    *,
    actor: Actor,
    now: datetime,
) -> OrganisationDocument:
    """Put a new version in the place of one in force, which stays as history.

    Locks the organisation. Announces `organisation_document.replaced`.

    Raises:
        Unknown: there is no such document of an organisation of the actor's.
        Refused: `vault.not_in_force` (someone replaced it in between), or as for `deposit`.
    """
    organisation, old = _locked(session, document_id, actor)
    if not old.is_in_force:
        raise Refused("vault.not_in_force")
    return _keep(session, store, organisation, handed_in, old, actor=actor, now=now)


def withdraw(session: Session, document_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a document out of the vault; it stays as history. Twice is once.

    Applications that took it keep it. Locks the organisation. Announces
    `organisation_document.withdrawn`.

    Raises:
        Unknown: there is no such document of an organisation of the actor's.
        Refused: `vault.not_in_force`, when another version replaced it already.
    """
    _, document = _locked(session, document_id, actor)
    if document.withdrawn_at is not None:
        return
    if document.replaced_at is not None:
        raise Refused("vault.not_in_force")
    document.withdrawn_at, document.withdrawn_by = now, actor.id
    _tell(session, "withdrawn", document, actor=actor, now=now)


def warn_of_ends(session: Session, *, now: datetime) -> int:
    """Tell each organisation of the documents that end within thirty days; return how many.

    Once for each document and end: a new end is told anew. Safe to run twice at once (rows that
    another worker holds are left to it). Announces `organisation_document.ending` for each.
    """
    due = session.scalars(queries.ending(paris_date(now), limit=WARNED_AT_ONCE)).all()
    for document in due:
        document.warned_until = document.valid_until
        _tell(session, "ending", document, actor=SYSTEM, now=now)
    return len(due)


def _keep(
    session: Session,
    store: FileStore,
    organisation: Organisation,
    handed_in: Deposit,
    old: OrganisationDocument | None,
    *,
    actor: Actor,
    now: datetime,
) -> OrganisationDocument:
    good = kinds.validity(handed_in.kind, handed_in.valid_from, handed_in.valid_until)
    if handed_in.kind is DocumentKind.OTHER and not handed_in.label.strip():
        raise Refused("vault.label_needed", field="label")
    try:
        stored = files.deposit(session, store, handed_in.stream, name=handed_in.name, actor=actor)
    except Refused as refusal:
        raise Refused(refusal.code, field="file", **refusal.facts) from refusal
    document = OrganisationDocument(
        organisation_id=organisation.id,
        kind=handed_in.kind,
        label=handed_in.label.strip(),
        stored_file_id=stored.id,
        valid_from=good.start,
        valid_until=good.end,
        added_at=now,
        added_by=actor.id,
    )
    document.stored_file = stored
    session.add(document)
    session.flush()
    if old is not None:
        old.replaced_at, old.replaced_by_id = now, document.id
    _tell(session, "replaced" if old else "deposited", document, actor=actor, now=now)
    return document


def _alone(
    session: Session, organisation: Organisation, handed_in: Deposit
) -> OrganisationDocument | None:
    return session.scalar(
        select(OrganisationDocument)
        .where(
            OrganisationDocument.organisation_id == organisation.id,
            OrganisationDocument.kind == handed_in.kind,
            *queries.in_force(),
        )
        .order_by(OrganisationDocument.added_at.desc(), OrganisationDocument.id.desc())
        .limit(1)
    )


def _require_room(session: Session, organisation: Organisation) -> None:
    held = session.scalar(
        select(func.count())
        .select_from(OrganisationDocument)
        .where(OrganisationDocument.organisation_id == organisation.id, *queries.in_force())
    )
    if (held or 0) >= IN_FORCE_MAX:
        raise Refused("vault.full", max=IN_FORCE_MAX)


def _locked(
    session: Session, document_id: UUID, actor: Actor
) -> tuple[Organisation, OrganisationDocument]:
    """A document behind the lock of its organisation, read afresh."""
    found = queries.document(session, document_id, viewer=actor)
    organisation = people.locked_organisation(session, found.organisation_id, viewer=actor)
    session.refresh(found)
    return organisation, found


def _tell(
    session: Session, verb: str, document: OrganisationDocument, *, actor: Actor, now: datetime
) -> None:
    announce(
        session,
        f"organisation_document.{verb}",
        by=actor,
        at=now,
        subject=document.organisation_id,
        document=str(document.id),
        document_kind=document.kind.value,
    )

"""Documents that organisations keep, and public aid that they declared."""

from __future__ import annotations

import io
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from build.clock import NOW
from grants.files.models import Scan, StoredFile
from grants.files.store import FileStore
from grants.kernel.money import Cents
from grants.people.models import AidRegime, DeclaredAid, Person
from grants.vault.models import DocumentKind, OrganisationDocument

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def a_kept_document(
    session: Session,
    store: FileStore,
    organisation_id: UUID,
    *,
    by: Person,
    kind: DocumentKind = DocumentKind.STATUTES,
    name: str = "statuts.pdf",
    scan: Scan = Scan.UNCHECKED,
    **columns: object,
) -> OrganisationDocument:
    """Statutes in force, without an end."""
    written = store.receive(io.BytesIO(PDF), size_max=len(PDF))
    store.keep(written)
    stored = StoredFile(
        sha256=written.sha256,
        size=written.size,
        media_type="application/pdf",
        name=name,
        uploaded_by=by.id,
        scan=scan,
    )
    session.add(stored)
    session.flush()
    document = OrganisationDocument(
        organisation_id=organisation_id,
        kind=kind,
        stored_file_id=stored.id,
        added_by=by.id,
        **{"added_at": NOW - timedelta(days=10), **columns},
    )
    session.add(document)
    session.flush()
    return document


def an_aid(
    session: Session,
    organisation_id: UUID,
    *,
    by: Person,
    euros: int = 10_000,
    granted_on: date | None = None,
    regime: AidRegime = AidRegime.DE_MINIMIS,
    **columns: object,
) -> DeclaredAid:
    """A de minimis aid of a year ago."""
    aid = DeclaredAid(
        organisation_id=organisation_id,
        funder_name="Région de Valbrune",
        amount_cents=Cents(euros * 100),
        granted_on=granted_on or (NOW - timedelta(days=365)).date(),
        regime=regime,
        declared_by=by.id,
        **{"declared_at": NOW - timedelta(days=10), **columns},
    )
    session.add(aid)
    session.flush()
    return aid

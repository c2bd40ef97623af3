"""Take a document of the organisation's vault into an application, as it is on that day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.applications import answers
from grants.applications.models import ApplicationFile
from grants.applications.services.attaching import may_attach, put_in
from grants.files.models import Scan
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.vault import queries as vault


def attach_from_vault(
    session: Session,
    application_id: UUID,
    field_key: str,
    document_id: UUID,
    *,
    actor: Actor,
    now: datetime,
) -> ApplicationFile:
    """Put a document in force of the applicant's vault in a field.

    The application keeps that very version, whatever becomes of the vault. A document that lies
    there already is not put twice. Locks the application.

    Raises:
        Unknown: no such application, field or document, or it is another organisation's.
        Forbidden: the actor may not fill the application in.
        Refused: `application.attach.from_<state>`, `…too_many`, `…kind_refused`, `vault.over`
            (its validity ended), `vault.not_in_force`, `vault.infected`; all carry `field`.
    """
    document = vault.document(session, document_id, viewer=actor)
    stored = document.stored_file
    application, field = may_attach(
        session, application_id, field_key, name=stored.name, actor=actor
    )
    if document.organisation_id != application.organisation_id:
        raise Unknown
    if not document.is_in_force:
        raise Refused("vault.not_in_force", field=field.key)
    if document.is_over(paris_date(now)):
        raise Refused("vault.over", field=field.key, valid_on=document.valid_until)
    if stored.scan is Scan.INFECTED:
        raise Refused("vault.infected", field=field.key)
    for one in answers.deposited(application).get(field.key, []):
        if one.stored_file_id == stored.id:
            return one
    return put_in(session, application, field, stored, actor=actor, now=now)

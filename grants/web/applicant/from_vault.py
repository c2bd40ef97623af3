"""« Prendre dans mes documents »: the organisation's vault beside the fields of a section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from grants.applications import answers, services
from grants.applications.models import Application
from grants.calls.form import FieldType, Section
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.vault import queries
from grants.vault.models import OrganisationDocument
from grants.web.answers import name_of
from grants.web.applicant.applications import as_uuid
from grants.web.requests import current_actor, now

Offered = Mapping[str, Sequence[OrganisationDocument]]


def offered(session: Session, application: Application, section: Section) -> Offered:
    """By name of control: the documents in force that a field of this section may take.

    Those of the field's `vault_kind`, or of any kind when it names none; nothing that is over,
    that lies there already or whose type the field refuses. One statement, and none for a
    section without documents.
    """
    fields = [one for one in section.fields if one.type is FieldType.FILE]
    if not fields or application.organisation_id is None:
        return {}
    kept = queries.current(session, application.organisation_id, viewer=current_actor())
    today = paris_date(now())
    good = [one for one in kept if not one.is_over(today)]
    there = answers.attached(application)
    found = {}
    for field in fields:
        held = {file.stored_file_id for file in there.get(field.key, [])}
        fitting = [
            one
            for one in good
            if one.stored_file_id not in held
            and (not field.vault_kind or one.kind == field.vault_kind)
            and (not field.limits.kinds or _ending(one) in field.limits.kinds)
        ]
        if fitting:
            found[name_of(field.key)] = fitting
    return found


def take(session: Session, application_id: UUID) -> list[Refused]:
    """Take the document whose button was pressed, if one was; return what could not be taken."""
    key, _, document = request.form.get("take", "").partition(":")
    document_id = as_uuid(document)
    if document_id is None:
        return []
    try:
        services.attach_from_vault(
            session, application_id, key, document_id, actor=current_actor(), now=now()
        )
    except Refused as refusal:
        return [Refused(refusal.code, field=name_of(key), **refusal.facts)]
    return []


def _ending(document: OrganisationDocument) -> str:
    return document.stored_file.name.rpartition(".")[2].lower()

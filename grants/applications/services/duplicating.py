"""Begin an application with what an earlier one already said."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.applications import answers, rules
from grants.applications.models import Application, ApplicationFile
from grants.applications.queries.one import locked_own, own
from grants.applications.services.drafting import name_of_applicant, start
from grants.calls.form import Field, FieldType, Problem, clean
from grants.kernel.access import Actor
from grants.kernel.bank import Vault, is_sealed
from grants.kernel.errors import Refused


def duplicate(
    session: Session,
    call_id: UUID,
    *,
    source_id: UUID,
    actor: Actor,
    now: datetime,
    vault: Vault | None = None,
) -> UUID:
    """Begin a draft with the answers of an earlier application; return its identifier.

    Only what the new call's form carries over is copied, and what it wants confirmed must be
    looked at again before submitting. The same applicant applies. `vault` seals bank accounts
    for the new draft; without it they are not carried over. Locks the new draft.

    Raises:
        Unknown: there is no such call or application, or it is not the actor's.
        Forbidden: the actor does not fill in for that applicant.
        Refused: as `start`; `application.duplicate.never_submitted`, or
            `application.duplicate.already_begun` when a draft with answers is there.
    """
    source = own(session, source_id, actor)
    rules.may_fill.require(actor, source)
    if source.submitted_at is None:
        raise Refused("application.duplicate.never_submitted")
    applicant = source.organisation_id
    draft_id = start(session, call_id, organisation_id=applicant, actor=actor, now=now)
    draft = locked_own(session, draft_id, actor)
    if draft.version:
        raise Refused("application.duplicate.already_begun")
    taken = [field for field in answers.document(draft).fields() if _is_taken(field, source)]
    before = {field.key: source.answers[field.key] for field in taken if _is_answer(field)}
    carried = _resealed(before, source, draft, vault)
    draft.answers = {**draft.answers, **carried}
    files = _copy_files(session, source, draft, [one for one in taken if not _is_answer(one)], now)
    draft.to_confirm = [
        field.key
        for field in taken
        if getattr(field, "reconfirm", False) and field.key in carried.keys() | files
    ]
    draft.copied_from = source.id
    draft.version += 1
    draft.saved_at = now
    answers.sum_up(draft, name_of_applicant(draft))
    session.flush()
    return draft.id


def _resealed(
    values: dict[str, Any], source: Application, draft: Application, vault: Vault | None
) -> dict[str, Any]:
    """The same answers, bank accounts sealed for the draft: a cipher opens in its row alone."""
    found = {}
    for key, value in values.items():
        if not is_sealed(value):
            found[key] = value
        elif vault is not None:
            found[key] = vault.seal(vault.open(value, row=source.id), row=draft.id)
    return found


def _is_answer(field: Field) -> bool:
    return field.type is not FieldType.FILE


def _is_taken(field: Field, source: Application) -> bool:
    """Whether the form carries the field over, and the earlier answer fits it still."""
    before = answers.document(source).field(field.key)
    if not getattr(field, "carry_over", False) or before is None or before.type is not field.type:
        return False
    if field.type is FieldType.FILE:
        return bool(answers.attached(source).get(field.key))
    if field.key not in source.answers:
        return False
    return not isinstance(clean(field, source.answers[field.key]), Problem)


def _copy_files(
    session: Session, source: Application, draft: Application, fields: list[Field], now: datetime
) -> set[str]:
    """Attach the same stored documents, as many as a field takes; return their fields."""
    copied = set()
    for field in fields:
        for one in answers.attached(source)[field.key][: max(field.limits.files_max, 1)]:
            session.add(
                ApplicationFile(
                    application_id=draft.id,
                    field_key=field.key,
                    stored_file_id=one.stored_file_id,
                    added_at=now,
                    added_by=one.added_by,
                )
            )
            copied.add(field.key)
    return copied

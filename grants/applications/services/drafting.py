"""Fill in an application: start, save a section, attach and detach documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, BinaryIO, NoReturn, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, literal, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications import answers, rules
from grants.applications.lifecycle import closed_since
from grants.applications.models import Application, ApplicationFile, ApplicationState
from grants.applications.queries.one import locked_answers, locked_own
from grants.calls.form import Field, FieldType, Problem, Section
from grants.calls.models import Call, CallState
from grants.calls.queries import is_open
from grants.files import services as files
from grants.files.store import FileStore
from grants.kernel.access import Actor
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.people.models import Person

EDITABLE = {ApplicationState.DRAFT, ApplicationState.INCOMPLETE}


ReadTyped: TypeAlias = Callable[[Application, Section], Mapping[str, object]]


@dataclass(frozen=True)
class Saved:
    """What a save made of what was typed; `problems` by field are told, and stop nothing."""

    application: Application
    problems: Mapping[str, Problem]


def start(
    session: Session,
    call_id: UUID,
    *,
    organisation_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Begin a draft, or find the one already begun; return its identifier.

    One draft for each call and organisation, or person when `organisation_id` is None. Two at
    once find the same one (unique index). One statement, or two when it was there.

    Raises:
        Unknown: there is no such call, or the actor is not of that organisation.
        Forbidden: the actor does not fill in for that organisation.
        Refused: `application.start.not_open`, `application.start.closed`, or
            `application.start.organisation_required`.
    """
    if not rules.may_apply_for(actor, organisation_id):
        raise Forbidden if organisation_id in actor.organisations else Unknown
    begun: UUID | None = session.scalar(_begin(call_id, organisation_id, actor, now))
    begun = begun or session.scalar(_draft_of(call_id, organisation_id, actor))
    return begun or _explain_start(session, call_id, organisation_id, now)


def save_section(
    session: Session,
    application_id: UUID,
    section_key: str,
    typed: Mapping[str, object] | ReadTyped,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    page: str = "",
) -> Saved:
    """Keep what was typed in one section, right or wrong, merged by field.

    `typed` is by field key; a page may hand a function of the application and its section
    instead, and needs no read of its own.
    `version` is the application's when the page was made, and `page` names that page: a save
    is a conflict when someone has saved the same section since, from another page, and an
    answer would be overwritten. None asks for no check. Locks the application. Two statements.

    Raises:
        Unknown: no such application or section, or not the actor's.
        Forbidden: the actor may read it but not fill it in.
        Refused: `application.save.from_<state>`, or `application.save.conflict` with who saved
            and when; nothing is written.
    """
    application = locked_answers(session, application_id, actor)
    section = answers.document(application).section(section_key)
    if section is None:
        raise Unknown
    rules.may_fill.require(actor, application)
    _require_editable(application, "save")
    typed = typed(application, section) if callable(typed) else typed
    last = _saved_elsewhere(application, section, version=version, page=page)
    if last is not None and answers.changes(application, section, typed):
        raise _conflict(session, last)
    problems = answers.merge(application, section, typed)
    application.version += 1
    application.saved_at = now
    mark = {
        "version": application.version,
        "at": now.isoformat(),
        "by": str(actor.id),
        "page": page,
    }
    application.sections = {**application.sections, section.key: mark}
    answers.sum_up(application, name_of_applicant(application))
    session.flush()
    return Saved(application, problems)


def attach(
    session: Session,
    store: FileStore,
    application_id: UUID,
    field_key: str,
    stream: BinaryIO,
    *,
    name: str,
    actor: Actor,
    now: datetime,
) -> ApplicationFile:
    """Deposit a document in a field.

    A field of one document replaces it; the old one stays as history. Locks the application.

    Raises:
        Unknown: no such application or field, or not the actor's.
        Forbidden: the actor may not fill it in.
        Refused: `application.attach.from_<state>`, `…too_many`, `…kind_refused`, or any
            refusal of `files.services.deposit`; all carry `field`.
    """
    application = locked_own(session, application_id, actor)
    field = _file_field(application, field_key)
    _require_change(application, field, actor, "attach")
    present = answers.attached(application).get(field.key, [])
    limit = field.limits.files_max
    if limit > 1 and len(present) >= limit:
        raise Refused("application.attach.too_many", field=field.key, max=limit)
    _require_kind(field, name)
    try:
        stored = files.deposit(session, store, stream, name=name, actor=actor)
    except Refused as refusal:
        raise Refused(refusal.code, field=field.key, **refusal.facts) from refusal
    for old in present if limit == 1 else []:
        _remove(old, actor, now)
    attached = ApplicationFile(
        application_id=application.id,
        field_key=field.key,
        stored_file_id=stored.id,
        added_at=now,
        added_by=actor.id,
    )
    attached.stored_file = stored
    session.add(attached)
    _touch(application, now)
    session.flush()
    return attached


def detach(
    session: Session, application_id: UUID, file_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a document out of its field; it stays as history. Twice is once.

    Locks the application.

    Raises:
        Unknown: no such application, or not the actor's.
        Forbidden: the actor may not fill it in.
        Refused: `application.attach.from_<state>`.
    """
    application = locked_own(session, application_id, actor)
    for field_key, present in answers.attached(application).items():
        for one in present:
            if one.id == file_id:
                _require_change(application, _file_field(application, field_key), actor, "attach")
                _remove(one, actor, now)
                _touch(application, now)
    session.flush()


def name_of_applicant(application: Application) -> str:
    """The organisation, or the person when none applies."""
    return (application.organisation or application.author).name


def _begin(call_id: UUID, organisation_id: UUID | None, actor: Actor, now: datetime) -> Any:
    """Insert a draft on the call's current form if it may be begun and is not there yet."""
    draft = {
        Application.id: new_id(),
        Application.organisation_id: organisation_id,
        Application.author_id: actor.id,
        Application.state: ApplicationState.DRAFT,
        Application.started_at: now,
        Application.saved_at: now,
    }
    values = [literal(value, column.type) for column, value in draft.items()]
    source = select(Call.id, Call.current_revision_id, *values).where(
        Call.id == call_id,
        is_open(now),
        Call.allows_persons if organisation_id is None else true(),
    )
    columns = [Application.call_id, Application.revision_id, *draft]
    draft_of_call = insert(Application).from_select([one.key for one in columns], source)
    return draft_of_call.on_conflict_do_nothing().returning(Application.id)


def _explain_start(
    session: Session, call_id: UUID, organisation_id: UUID | None, now: datetime
) -> NoReturn:
    """Say why nothing was begun."""
    call = session.scalar(select(Call).where(Call.id == call_id, Call.state != CallState.DRAFT))
    if call is None:
        raise Unknown
    if now < call.opens_at:
        raise Refused("application.start.not_open", opens_at=call.opens_at)
    if not call.is_open(now):
        raise Refused("application.start.closed", closes_at=closed_since(call, now))
    if organisation_id is None:
        raise Refused("application.start.organisation_required", field="organisation")
    raise ValueError("an open call that takes no draft")


def _draft_of(call_id: UUID, organisation_id: UUID | None, actor: Actor) -> Any:
    applicant: ColumnElement[bool] = Application.organisation_id == organisation_id
    if organisation_id is None:
        applicant = Application.organisation_id.is_(None) & (Application.author_id == actor.id)
    return select(Application.id).where(
        Application.call_id == call_id,
        Application.state == ApplicationState.DRAFT,
        Application.is_test.is_(False),
        applicant,
    )


def _require_editable(application: Application, verb: str) -> None:
    if application.state not in EDITABLE:
        raise Refused(f"application.{verb}.from_{application.state}")


def _require_change(application: Application, field: Field, actor: Actor, verb: str) -> None:
    rules.may_fill.require(actor, application)
    _require_editable(application, verb)
    if field.key not in answers.editable_keys(application):
        raise Forbidden


def _file_field(application: Application, field_key: str) -> Field:
    field = answers.document(application).field(field_key)
    if field is None or field.type is not FieldType.FILE:
        raise Unknown
    return field


def _require_kind(field: Field, name: str) -> None:
    kinds = field.limits.kinds
    if kinds and PurePath(name).suffix.lower().lstrip(".") not in kinds:
        raise Refused(
            "application.attach.kind_refused", field=field.key, kinds=", ".join(kinds).upper()
        )


def _saved_elsewhere(
    application: Application, section: Section, *, version: int | None, page: str
) -> dict[str, Any] | None:
    """The last save of the section, if it came after this page was made and not from it.

    From the same page again is no conflict: its first answer was lost, or Back was pressed.
    """
    last: dict[str, Any] | None = application.sections.get(section.key)
    if version is None or last is None or last["version"] <= version:
        return None
    return None if page and last["page"] == page else last


def _conflict(session: Session, last: Mapping[str, Any]) -> Refused:
    return Refused(
        "application.save.conflict",
        saved_at=datetime.fromisoformat(last["at"]),
        saved_by=session.scalar(select(Person.name).where(Person.id == UUID(last["by"]))) or "",
    )


def _remove(file: ApplicationFile, actor: Actor, now: datetime) -> None:
    file.removed_at = now
    file.removed_by = actor.id


def _touch(application: Application, now: datetime) -> None:
    application.version += 1
    application.saved_at = now

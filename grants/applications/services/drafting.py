"""Fill in an application: start a draft, save a section."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, literal, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications import answers, rules
from grants.applications.lifecycle import closed_since
from grants.applications.models import Application, ApplicationState
from grants.applications.queries.one import locked_answers
from grants.calls.form import Problem, Section
from grants.calls.models import Call, CallState
from grants.calls.queries import is_open
from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.people.models import Person

PAGES_KEPT = 8
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
    vault: Vault | None = None,
    confirmed: Collection[str] = (),
) -> Saved:
    """Keep what was typed in one section, right or wrong, merged by field.

    `typed` is by field key; a page may hand a function of the application and its section
    instead, and needs no read of its own.
    `version` is the application's when the page was made, and `page` names that page: a save
    is a conflict when someone has saved the same section since, from another page, and an
    answer would be overwritten. None asks for no check. `confirmed` are carried-over answers
    that are still true; one that changes needs no confirmation. `vault` seals bank
    accounts. Locks the application. Two statements.

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
    require_editable(application, "save")
    typed = typed(application, section) if callable(typed) else typed
    last = _saved_elsewhere(application, section, version=version, page=page)
    changed: set[str] = set()
    if last or application.to_confirm:
        changed = answers.changes(application, section, typed, vault=vault)
    if last is not None and changed:
        raise _conflict(session, last)
    if settled := {*changed, *confirmed} & set(application.to_confirm):
        application.to_confirm = [one for one in application.to_confirm if one not in settled]
    problems = answers.merge(application, section, typed, vault=vault)
    _mark(application, section, page=page, actor=actor, now=now)
    answers.sum_up(application, name_of_applicant(application))
    session.flush()
    return Saved(application, problems)


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


def require_editable(application: Application, verb: str) -> None:
    """Let an applicant write.

    Raises:
        Refused: `application.<verb>.from_<state>`.
    """
    if application.state not in EDITABLE:
        raise Refused(f"application.{verb}.from_{application.state}")


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


def _mark(
    application: Application, section: Section, *, page: str, actor: Actor, now: datetime
) -> None:
    """Note who saved the section, when, and from which page."""
    application.version += 1
    application.saved_at = now
    last = application.sections.get(section.key)
    mark = {
        "version": application.version,
        "at": now.isoformat(),
        "by": str(actor.id),
        "page": page,
        "pages": _pages_heard(last, page, application.version),
    }
    application.sections = {**application.sections, section.key: mark}


def _pages_heard(last: Mapping[str, Any] | None, page: str, version: int) -> dict[str, int]:
    """The version at which each of the latest pages of a section was last saved.

    A browser reads there which of its sendings arrived, whoever saved since.
    """
    before = {one: at for one, at in ((last or {}).get("pages") or {}).items() if one != page}
    kept = dict(sorted(before.items(), key=lambda pair: pair[1])[1 - PAGES_KEPT :])
    return {**kept, page: version} if page else kept


def _conflict(session: Session, last: Mapping[str, Any]) -> Refused:
    return Refused(
        "application.save.conflict",
        saved_at=datetime.fromisoformat(last["at"]),
        saved_by=session.scalar(select(Person.name).where(Person.id == UUID(last["by"]))) or "",
    )

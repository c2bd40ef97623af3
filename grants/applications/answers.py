"""What an application's answers amount to: merged, summed up, and what they still lack. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from grants.applications.facts import applicant_facts, feigned_facts
from grants.applications.models import Application, ApplicationFile, ApplicationState, folded
from grants.calls.form import (
    Field,
    FieldType,
    FormDocument,
    Outlook,
    Problem,
    Progress,
    Section,
    cleaned,
    headline,
    look,
    problems,
    progress,
)
from grants.calls.logic import Facts
from grants.files.models import Scan
from grants.kernel.bank import INDEX, Vault, is_sealed, last4, same
from grants.kernel.money import Amount

TITLE_MAX = 300


class SectionStatus(StrEnum):
    """Where a section of the task list stands."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    TO_CORRECT = "to_correct"
    TO_CONFIRM = "to_confirm"
    NOTHING_ASKED = "nothing_asked"
    CHANGES_REQUESTED = "changes_requested"
    CHANGES_MADE = "changes_made"
    # Of the line that ends the list: to check, certify and submit.
    CANNOT_START = "cannot_start"
    READY = "ready"


def document(application: Application) -> FormDocument:
    """The questions as the application's own revision asks them."""
    return application.revision.form


def legal_form(application: Application) -> str:
    """The applicant's INSEE legal form, "" for a natural person; a try feigns one."""
    if application.is_test:
        return application.test_legal_form
    return application.organisation.legal_form if application.organisation else ""


def applicant(application: Application) -> Facts:
    """What rules may ask of the applicant, as of the deposit or of the last change."""
    if application.is_test:
        return feigned_facts(application.test_legal_form)
    instant = application.submitted_at or application.saved_at or application.started_at
    return applicant_facts(application.organisation, application.call, instant)


def outlook(application: Application) -> Outlook:
    """The form as this applicant meets it: what is asked, shown and computed.

    Documents play no part in that: only checks before submitting count them.
    """
    return look(document(application), as_shown(application), applicant=applicant(application))


def sealed(
    application: Application,
    fields: Iterable[Field],
    raws: Mapping[str, object],
    vault: Vault | None,
) -> dict[str, object]:
    """What was typed with bank accounts unreadable, as they are kept.

    An account typed again stays as it was sealed: nothing has changed.

    Raises:
        ValueError: there is an account to keep, and no vault: never in clear.
    """
    found, before = dict(raws), as_shown(application)
    for key in {field.key for field in fields if field.type is FieldType.IBAN} & found.keys():
        typed = found[key]
        if not isinstance(typed, str) or not typed.strip():
            continue
        if vault is None:
            raise ValueError("an account is not kept without a vault")
        kept = vault.seal(typed, row=application.id)
        found[key] = before[key] if same(before.get(key), kept) else kept
    return found


def opened(application: Application, vault: Vault) -> dict[str, Any]:
    """As `as_shown`, with bank accounts in full: for those who fill in, and nobody else."""
    return {
        key: vault.open(value, row=application.id) if is_sealed(value) else value
        for key, value in as_shown(application).items()
    }


def deposited(application: Application) -> dict[str, list[ApplicationFile]]:
    """The documents in force by field, oldest first; removed ones are history."""
    files: dict[str, list[ApplicationFile]] = {}
    for one in application.files:
        if one.removed_at is None:
            files.setdefault(one.field_key, []).append(one)
    return files


def attached(application: Application) -> dict[str, list[ApplicationFile]]:
    """The same without those in which a virus was found: they count for nothing."""
    sound = {
        key: [one for one in files if not is_infected(one)]
        for key, files in deposited(application).items()
    }
    return {key: files for key, files in sound.items() if files}


def is_infected(one: ApplicationFile) -> bool:
    """Whether an antivirus found something in a document."""
    return one.stored_file is not None and one.stored_file.scan is Scan.INFECTED


def as_shown(application: Application) -> dict[str, Any]:
    """The answers, and in place of those not understood what was typed, to the character."""
    return {**application.answers, **application.as_typed}


def missing(application: Application) -> list[Problem]:
    """Everything to mend before submitting, in reading order; empty when ready."""
    return problems(
        document(application),
        as_shown(application),
        attached(application),
        applicant=applicant(application),
    )


def unconfirmed(application: Application) -> list[str]:
    """The carried-over answers that nobody has looked at again, in reading order."""
    waiting = set(application.to_confirm or ())
    return [field.key for field in document(application).fields() if field.key in waiting]


def status(application: Application, section: Section) -> SectionStatus:
    """Where a section stands; « to correct » outranks the rest, for something typed is wrong."""
    keys = {field.key for field in section.fields}
    if asked := open_complement_keys(application) & keys:
        return _status_of_asked(application, section, asked)
    seen = outlook(application)
    if {field.key for field in seen.fields(section)} & application.as_typed.keys():
        return SectionStatus.TO_CORRECT
    if keys & set(unconfirmed(application)):
        return SectionStatus.TO_CONFIRM
    if not seen.shows_section(section):
        return SectionStatus.NOTHING_ASKED
    found = progress(
        document(application),
        section,
        application.answers,
        attached(application),
        applicant=applicant(application),
    )
    if found is Progress.NOT_STARTED and section.key in application.sections:
        optional = not any(problem.section_key == section.key for problem in missing(application))
        return SectionStatus.COMPLETE if optional else SectionStatus.IN_PROGRESS
    return SectionStatus(found.value)


def _status_of_asked(
    application: Application, section: Section, asked: frozenset[str]
) -> SectionStatus:
    """Whether what an officer asked about was looked at since, and can be understood."""
    if any(problem.field_key in asked for problem in missing(application)):
        return SectionStatus.CHANGES_REQUESTED
    request = application.complement
    if request is None:
        return SectionStatus.CHANGES_REQUESTED
    since = request.asked_at
    mark = application.sections.get(section.key)
    saved = mark is not None and datetime.fromisoformat(mark["at"]) > since
    added = any(one.added_at > since for key in asked for one in attached(application).get(key, ()))
    return SectionStatus.CHANGES_MADE if saved or added else SectionStatus.CHANGES_REQUESTED


def open_complement_keys(application: Application) -> frozenset[str]:
    """The fields that an officer asked about and whose answer is still awaited."""
    if application.state is not ApplicationState.INCOMPLETE or application.complement is None:
        return frozenset()
    return application.complement.field_keys


def editable_keys(application: Application) -> frozenset[str]:
    """The fields that may change now: all in a draft, the asked ones in a complement."""
    if application.state is ApplicationState.DRAFT:
        return frozenset(field.key for field in document(application).fields())
    return open_complement_keys(application)


def merge(
    application: Application,
    section: Section,
    typed: Mapping[str, object],
    *,
    vault: Vault | None = None,
) -> dict[str, Problem]:
    """Take in what was typed in one section; return what could not be understood, by field.

    What a condition hides is kept too, and nobody is asked to mend it.

    Merged by key: fields that are absent from `typed`, or that may not change, stay as they
    are. What cannot be understood is kept as typed, so that no character is lost. Bank
    accounts are sealed, right or wrong.

    Raises:
        ValueError: as `sealed`.
    """
    editable = editable_keys(application)
    fields = tuple(field for field in section.fields if field.key in editable)
    storables = {key: storable(value) for key, value in typed.items()}
    raws = sealed(application, fields, storables, vault)
    good, wrong = cleaned(fields, raws)
    unread = {key: raws[key] for key in wrong}
    answers = {**application.answers, **good}
    as_typed = {**application.as_typed, **unread}
    application.answers = {
        key: value for key, value in answers.items() if value is not None and key not in wrong
    }
    application.as_typed = {
        key: value for key, value in as_typed.items() if key not in good or key in wrong
    }
    _compute(application)
    shown = {field.key for field in outlook(application).fields(section)}
    return {key: one.at(section.key, key) for key, one in wrong.items() if key in shown}


def _compute(application: Application) -> None:
    """Write the results of the form's own calculations among the answers, where lists read."""
    results = outlook(application).computed
    kept = {key: value for key, value in application.answers.items() if key not in results}
    known = {key: value for key, value in results.items() if value is not None}
    if results:
        application.answers = {**kept, **known}


def changes(
    application: Application,
    section: Section,
    typed: Mapping[str, object],
    *,
    vault: Vault | None = None,
) -> set[str]:
    """The fields of the section whose answer would change. Raises as `merge`."""
    storables = {key: storable(value) for key, value in typed.items()}
    raws = sealed(application, section.fields, storables, vault)
    good, wrong = cleaned(section.fields, raws)
    wanted: dict[str, object] = {**good, **{key: raws[key] for key in wrong}}
    shown = as_shown(application)
    return {key for key, value in wanted.items() if shown.get(key) != value}


def sum_up(application: Application, applicant_name: str) -> None:
    """Repeat title, amount, summary and track beside the answers, for lists and search."""
    found = headline(document(application), application.answers, applicant=applicant(application))
    application.title = found.title[:TITLE_MAX]
    application.summary = found.summary
    application.requested = Amount(max(found.requested or 0, 0))
    application.track_key = found.track or None
    words = (application.title, applicant_name, found.summary)
    application.search_text = folded(" ".join(words))
    application.accounts = accounts(application)
    application.not_searched = not_searched(application)


def accounts(application: Application) -> list[str]:
    """The blind indexes of the bank accounts that were answered: equal ones are found by them."""
    hidden = outlook(application).hidden
    found = {
        value[INDEX]
        for key, value in application.answers.items()
        if key not in hidden and is_sealed(value) and last4(value)
    }
    return sorted(found)


def not_searched(application: Application) -> list[str]:
    """The answers that no search may find: hidden by a condition, or a bank account."""
    hidden = outlook(application).hidden
    return [
        field.key
        for field in document(application).fields()
        if field.key in application.answers
        and (field.type is FieldType.IBAN or field.key in hidden)
    ]


def storable(value: object) -> object:
    """The same without what PostgreSQL cannot keep in JSON: NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, Mapping):
        return {str(storable(str(key))): storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value

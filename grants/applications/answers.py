"""What an application's answers amount to: merged, summed up, and what they still lack. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from grants.applications.models import Application, ApplicationFile, ApplicationState, folded
from grants.calls.form import (
    FormDocument,
    Problem,
    Progress,
    Section,
    cleaned,
    headline,
    problems,
    progress,
)
from grants.kernel.money import Amount

TITLE_MAX = 300


class SectionStatus(StrEnum):
    """Where a section of the task list stands."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    TO_CORRECT = "to_correct"


def document(application: Application) -> FormDocument:
    """The questions as the application's own revision asks them."""
    return application.revision.form


def legal_form(application: Application) -> str:
    """The applicant's INSEE legal form, "" for a natural person; a try feigns one."""
    if application.is_test:
        return application.test_legal_form
    return application.organisation.legal_form if application.organisation else ""


def attached(application: Application) -> dict[str, list[ApplicationFile]]:
    """The documents in force by field, oldest first; removed ones are history."""
    files: dict[str, list[ApplicationFile]] = {}
    for one in application.files:
        if one.removed_at is None:
            files.setdefault(one.field_key, []).append(one)
    return files


def as_shown(application: Application) -> dict[str, Any]:
    """The answers, and in place of those not understood what was typed, to the character."""
    return {**application.answers, **application.as_typed}


def missing(application: Application) -> list[Problem]:
    """Everything to mend before submitting, in reading order; empty when ready."""
    return problems(
        document(application),
        as_shown(application),
        attached(application),
        legal_form=legal_form(application),
    )


def status(application: Application, section: Section) -> SectionStatus:
    """Where a section stands; « to correct » outranks the rest, for something typed is wrong."""
    keys = {field.key for field in section.fields}
    asked = open_complement_keys(application) & keys
    if keys & application.as_typed.keys() or asked:
        return SectionStatus.TO_CORRECT
    found = progress(
        document(application),
        section,
        application.answers,
        attached(application),
        legal_form=legal_form(application),
    )
    if found is Progress.NOT_STARTED and section.key in application.sections:
        optional = not any(problem.section_key == section.key for problem in missing(application))
        return SectionStatus.COMPLETE if optional else SectionStatus.IN_PROGRESS
    return SectionStatus(found.value)


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
    application: Application, section: Section, typed: Mapping[str, object]
) -> dict[str, Problem]:
    """Take in what was typed in one section; return what could not be understood, by field.

    Merged by key: fields that are absent from `typed`, or that may not change, stay as they
    are. What cannot be understood is kept as typed, so that no character is lost.
    """
    editable = editable_keys(application)
    fields = tuple(field for field in section.fields if field.key in editable)
    raws = {key: storable(value) for key, value in typed.items()}
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
    return {key: problem.at(section.key, key) for key, problem in wrong.items()}


def changes(application: Application, section: Section, typed: Mapping[str, object]) -> set[str]:
    """The fields of the section whose answer would change."""
    raws = {key: storable(value) for key, value in typed.items()}
    good, wrong = cleaned(section.fields, raws)
    wanted = {**good, **{key: raws[key] for key in wrong}}
    shown = as_shown(application)
    return {key for key, value in wanted.items() if shown.get(key) != value}


def sum_up(application: Application, applicant_name: str) -> None:
    """Repeat title, amount, summary and track beside the answers, for lists and search."""
    found = headline(document(application), application.answers)
    application.title = found.title[:TITLE_MAX]
    application.summary = found.summary
    application.requested = Amount(max(found.requested or 0, 0))
    application.track_key = found.track or None
    words = (application.title, applicant_name, found.summary)
    application.search_text = folded(" ".join(words))


def storable(value: object) -> object:
    """The same without what PostgreSQL cannot keep in JSON: NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, Mapping):
        return {str(storable(str(key))): storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value

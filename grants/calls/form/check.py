"""What stands between a draft and its submission: missing answers, files, an unbalanced budget."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grants.calls.form import budget
from grants.calls.form.cleaning import clean
from grants.calls.form.document import Field, FieldRole, FormDocument, Section
from grants.calls.form.kinds import FieldType
from grants.calls.form.problem import Problem
from grants.kernel.money import Unit

Files = Mapping[str, Collection[object]]
"""Deposited documents by field key; only their number is looked at."""


class Progress(StrEnum):
    """Where a section stands, for the task list."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


@dataclass(frozen=True)
class Headline:
    """What the software itself understands of the answers."""

    title: str
    summary: str
    requested: int | None
    track: str


def problems(
    document: FormDocument, answers: Mapping[str, Any], files: Files, *, legal_form: str = ""
) -> list[Problem]:
    """Everything to mend before submitting, in reading order; empty when ready.

    `legal_form` is the applicant's INSEE code: some documents are asked of some forms only.
    """
    return [
        problem.at(section.key, field.key)
        for section in document.sections
        for field in section.fields
        if field.concerns(legal_form) and (problem := _problem(document, field, answers, files))
    ]


def progress(
    document: FormDocument,
    section: Section,
    answers: Mapping[str, Any],
    files: Files,
    *,
    legal_form: str = "",
) -> Progress:
    """Where a section stands: complete means nothing in it stands in the way of submitting."""
    fields = [field for field in section.fields if field.concerns(legal_form)]
    started = any(answers.get(field.key) is not None or files.get(field.key) for field in fields)
    if any(_problem(document, field, answers, files) for field in fields):
        return Progress.IN_PROGRESS if started else Progress.NOT_STARTED
    if not started and fields:
        return Progress.NOT_STARTED
    return Progress.COMPLETE


def headline(document: FormDocument, answers: Mapping[str, Any]) -> Headline:
    """Title, summary, amount requested and track, found by the roles of fields.

    The amount is in the smallest part of its field's unit, None while unanswered.
    """

    def answer(role: FieldRole) -> Any:
        field = document.by_role(role)
        return answers.get(field.key) if field else None

    return Headline(
        title=answer(FieldRole.TITLE) or "",
        summary=answer(FieldRole.SUMMARY) or "",
        requested=answer(FieldRole.REQUESTED),
        track=answer(FieldRole.TRACK) or "",
    )


def _problem(
    document: FormDocument, field: Field, answers: Mapping[str, Any], files: Files
) -> Problem | None:
    if field.type is FieldType.FILE:
        return _files_problem(field, len(files.get(field.key, ())))
    value = clean(field, answers.get(field.key))
    if isinstance(value, Problem):
        return value
    if value is None:
        return Problem("form.required") if field.required else None
    if isinstance(value, dict) and field.type is FieldType.BUDGET:
        return budget.imbalance(value) or _request_problem(document, field, value, answers)
    return None


def _files_problem(field: Field, count: int) -> Problem | None:
    if count == 0:
        return Problem("form.file_required") if field.required else None
    if count > field.limits.files_max:
        return Problem("form.too_many_files", {"max": field.limits.files_max, "files": count})
    return None


def _request_problem(
    document: FormDocument, field: Field, value: budget.Value, answers: Mapping[str, Any]
) -> Problem | None:
    """Account 74 must hold what is asked of us, or the budget tells another story."""
    requested = headline(document, answers).requested
    role = document.by_role(FieldRole.REQUESTED)
    in_euros = role is not None and role.limits.unit is Unit.EUR
    if not field.limits.includes_request or not in_euros or not requested:
        return None
    if budget.grants_expected(value) * Unit.EUR.scale >= requested:
        return None
    return Problem("form.budget_without_request", {"requested": requested, "unit": Unit.EUR})

"""What stands between a draft and its submission: missing answers, files, an unbalanced budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grants.calls.form import budget
from grants.calls.form.cleaning import place
from grants.calls.form.document import FormDocument
from grants.calls.form.kinds import FieldType
from grants.calls.form.outlook import Files, Outlook, look
from grants.calls.form.problem import Problem
from grants.calls.form.shapes import Check, Field, FieldRole, Section
from grants.calls.form.variables import field_of
from grants.calls.logic import NO_FACTS, Facts, parse, references
from grants.kernel.money import Unit


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
    document: FormDocument,
    answers: Mapping[str, Any],
    files: Files,
    *,
    applicant: Facts = NO_FACTS,
) -> list[Problem]:
    """Everything to mend before submitting, in reading order; empty when ready.

    A question that is not asked of this applicant, or is hidden by its condition, never lacks.
    A rule between answers that does not hold is told beside its field, with its own sentence.
    """
    outlook = look(document, answers, applicant=applicant, files=files)
    found = [
        problem.at(section.key, field.key)
        for section in document.sections
        for field in section.fields
        if outlook.shows(field) and (problem := _problem(outlook, field, files))
    ]
    found += [problem for check in outlook.failing() if (problem := _told(outlook, check))]
    order = {field.key: nth for nth, field in enumerate(document.fields())}
    return sorted(found, key=lambda one: order[one.field_key])


def progress(
    document: FormDocument,
    section: Section,
    answers: Mapping[str, Any],
    files: Files,
    *,
    applicant: Facts = NO_FACTS,
) -> Progress:
    """Where a section stands: complete means nothing in it stands in the way of submitting."""
    outlook = look(document, answers, applicant=applicant, files=files)
    fields = outlook.fields(section)
    keys = {field.key for field in fields}
    asked = [field for field in fields if not field.computed]
    started = any(answers.get(field.key) is not None or files.get(field.key) for field in asked)
    failing = (_told(outlook, check) for check in outlook.failing())
    wrong = any(problem is not None and problem.field_key in keys for problem in failing)
    if wrong or any(_problem(outlook, field, files) for field in fields):
        return Progress.IN_PROGRESS if started else Progress.NOT_STARTED
    if not started and asked:
        return Progress.NOT_STARTED
    return Progress.COMPLETE


def headline(
    document: FormDocument,
    answers: Mapping[str, Any],
    *,
    applicant: Facts = NO_FACTS,
) -> Headline:
    """Title, summary, amount requested and track, found by the roles of fields.

    The amount is in the smallest part of its field's unit, None while unanswered.
    """
    outlook = look(document, answers, applicant=applicant)

    def answer(role: FieldRole) -> Any:
        field = document.by_role(role)
        found = outlook.answer(field) if field else None
        return None if isinstance(found, Problem) else found

    return Headline(
        title=answer(FieldRole.TITLE) or "",
        summary=answer(FieldRole.SUMMARY) or "",
        requested=answer(FieldRole.REQUESTED),
        track=answer(FieldRole.TRACK) or "",
    )


def _told(outlook: Outlook, check: Check) -> Problem | None:
    """A rule that does not hold, beside its field or the first shown one that it speaks of."""
    fields = list(outlook.document.fields())
    spoken = {
        found.key for name in references(parse(check.rule)) if (found := field_of(name, fields))
    }
    named = [field for field in fields if field.key == check.field]
    for field in [*named, *(one for one in fields if one.key in spoken)]:
        if outlook.shows(field):
            facts = {"message_fr": check.message_fr, "message_en": check.message_en}
            section = outlook.document.section_of[field.key]
            return Problem("form.check", facts).at(section.key, field.key)
    return None


def _problem(outlook: Outlook, field: Field, files: Files) -> Problem | None:
    if field.computed:
        return None
    if field.type is FieldType.FILE:
        return _files_problem(field, len(files.get(field.key, ())))
    value = outlook.answer(field)
    if isinstance(value, Problem):
        return value
    if value is None:
        return Problem("form.required") if field.required else None
    if isinstance(value, dict) and field.type is FieldType.BUDGET:
        unbalanced = budget.imbalance(value, field.limits.years)
        return unbalanced or _request_problem(outlook, field, value)
    return _rows_problem(field, value) if isinstance(value, list) else None


def _rows_problem(field: Field, rows: list[Any]) -> Problem | None:
    """A row begun is a row to finish; and there must be enough of them."""
    for nth, row in enumerate(rows if field.limits.cells else (), 1):
        for cell in field.limits.cells:
            if cell.required and cell.key not in row:
                return Problem("form.required", {"row": nth, **place(cell)})
    least = field.limits.min
    if field.limits.cells and least is not None and len(rows) < least:
        return Problem("form.too_few_rows", {"min": least, "rows": len(rows)})
    return None


def _files_problem(field: Field, count: int) -> Problem | None:
    if count == 0:
        return Problem("form.file_required") if field.required else None
    if count > field.limits.files_max:
        return Problem("form.too_many_files", {"max": field.limits.files_max, "files": count})
    return None


def _request_problem(outlook: Outlook, field: Field, value: budget.Value) -> Problem | None:
    """Account 74 must hold what is asked of us, or the budget tells another story."""
    role = outlook.document.by_role(FieldRole.REQUESTED)
    requested = outlook.answer(role) if role else None
    in_euros = role is not None and role.limits.unit is Unit.EUR
    if not field.limits.includes_request or not in_euros or not isinstance(requested, int):
        return None
    if not requested or budget.grants_expected(value) * Unit.EUR.scale >= requested:
        return None
    return Problem("form.budget_without_request", {"requested": requested, "unit": Unit.EUR})

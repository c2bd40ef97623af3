"""A section of a call's form as a WTForms form, built from the document at each request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from grants.calls.form import (
    CleanValue,
    FieldType,
    FormDocument,
    Outlook,
    Problem,
    Section,
    clean,
    look,
)
from grants.calls.form import Field as Question
from grants.calls.logic import NO_FACTS, Facts
from grants.web.answers.live import live_rules
from grants.web.answers.making import control
from grants.web.answers.reading import computed_text
from grants.web.answers.telling import tell
from grants.web.forms import Form

LEGAL_FORM = "applicant.legal_form"


class SectionForm(Form):
    """One section. Fields are named `q_<key>`, so that no key can hide one of ours."""

    section: Section
    document: FormDocument
    applicant: Facts
    stored: Mapping[str, Any]

    @cached_property
    def outlook(self) -> Outlook:
        """The form as it is with what was typed here, and stored elsewhere."""
        answers = {**self.stored, **self.raws()}
        return look(self.document, answers, applicant=self.applicant)

    def shows(self, question: Question) -> bool:
        """Whether a question's condition holds; the page draws it all the same, hidden."""
        return self.outlook.shows(question)

    def result(self, question: Question) -> str:
        """What a computed answer comes to, in words; empty as long as it is not known."""
        return computed_text(question, self.outlook.answer(question))

    def live(self) -> str:
        """The section's conditions and calculations, for js/conditions.js; empty without any."""
        here = [one for one in self.section.fields if name_of(one.key) in self]
        return live_rules(here, self.outlook)

    def raws(self) -> dict[str, Any]:
        """What was typed, by field key, to be understood by the form engine; no file."""
        return {
            question.key: self[name_of(question.key)].data
            for question in self.section.fields
            if _is_typed(question) and name_of(question.key) in self
        }

    def values(self) -> dict[str, CleanValue]:
        """The answers that could be understood, as they are stored."""
        asked = {question.key: question for question in self.section.fields}
        values = {key: clean(asked[key], raw) for key, raw in self.raws().items()}
        return {key: value for key, value in values.items() if not isinstance(value, Problem)}

    def complain(self, problems: list[Problem]) -> None:
        """Put problems found elsewhere (before submitting) beside their fields."""
        for problem in problems:
            name = name_of(problem.field_key)
            if problem.section_key == self.section.key and name in self:
                self[name].errors = [*self[name].errors, tell(problem)]

    def recheck(self) -> None:
        """Say again what could not be understood in answers kept as they were typed."""
        for one in self:
            question = getattr(one, "question", None)
            if question is None or not _is_typed(question) or not self.shows(question):
                continue
            problem = clean(question, one.data)
            if isinstance(problem, Problem):
                one.errors = [tell(problem)]


def section_form(
    section: Section,
    answers: Mapping[str, Any],
    *,
    document: FormDocument | None = None,
    applicant: Facts = NO_FACTS,
) -> SectionForm:
    """The form of a section, filled with `answers`, or with the request when it is a POST.

    `answers` may hold stored values of the whole `document` and, for what could not be
    understood, the text as typed. Questions that do not concern applicants of this legal form
    are left out; those whose condition does not hold are drawn hidden, so that they can show
    as soon as it does, and what they hold is kept.
    """
    legal_form = str(applicant.get(LEGAL_FORM) or "")
    asked = [question for question in section.fields if question.concerns(legal_form)]
    fields = {name_of(question.key): control(question) for question in asked}
    around = {
        "section": section,
        "document": document or FormDocument((section,)),
        "applicant": applicant,
        "stored": answers,
    }
    built: type[SectionForm] = type("BuiltSectionForm", (SectionForm,), {**around, **fields})
    known = {question.key for question in asked}
    return built(data={name_of(key): value for key, value in answers.items() if key in known})


def name_of(key: str) -> str:
    """The name of a field's control on the page."""
    return f"q_{key}"


def _is_typed(question: Question) -> bool:
    return question.type is not FieldType.FILE and not question.computed

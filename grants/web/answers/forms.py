"""A section of a call's form as a WTForms form, built from the document at each request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from grants.calls.form import CleanValue, FieldType, Problem, Section, clean
from grants.calls.form import Field as Question
from grants.web import wording
from grants.web.answers.controls import (
    RADIO_MAX,
    AddressAnswer,
    Answer,
    BudgetAnswer,
    ChoicesAnswer,
    FileAnswer,
    LongAnswer,
    NumberAnswer,
    RadioAnswer,
    SelectAnswer,
)
from grants.web.answers.telling import tell
from grants.web.forms import Form

CONTROLS: Mapping[FieldType, type[Field]] = {
    FieldType.LONG_TEXT: LongAnswer,
    FieldType.NUMBER: NumberAnswer,
    FieldType.MONEY: NumberAnswer,
    FieldType.QUANTITY: NumberAnswer,
    FieldType.YES_NO: RadioAnswer,
    FieldType.CHOICE: RadioAnswer,
    FieldType.CHOICES: ChoicesAnswer,
    FieldType.ADDRESS: AddressAnswer,
    FieldType.BUDGET: BudgetAnswer,
    FieldType.FILE: FileAnswer,
}

INPUTS: Mapping[FieldType, Mapping[str, str]] = {
    FieldType.EMAIL: {"type": "email", "autocomplete": "email", "spellcheck": "false"},
    FieldType.PHONE: {"type": "tel", "autocomplete": "tel"},
    FieldType.URL: {"inputmode": "url", "spellcheck": "false"},
    FieldType.SIRET: {"inputmode": "numeric", "spellcheck": "false"},
    FieldType.DATE: {"inputmode": "numeric"},
    FieldType.NUMBER: {"inputmode": "decimal"},
    FieldType.MONEY: {"inputmode": "decimal"},
    FieldType.QUANTITY: {"inputmode": "numeric"},
}
"""What phones and browsers need to offer the right keyboard and completions."""

YES_NO = (("yes", _l("Yes")), ("no", _l("No")))

HINTS = {
    FieldType.DATE: _l("For example 14/10/2018."),
    FieldType.SIRET: _l("14 digits, with or without spaces."),
    FieldType.RNA: _l("W and 9 characters, for example W681234567."),
    FieldType.COMMUNE: _l("For example 68100 Mulhouse."),
    FieldType.BUDGET: _l("In whole euros. Charges and products must be equal in the end."),
}


class SectionForm(Form):
    """One section. Fields are named `q_<key>`, so that no key can hide one of ours."""

    section: Section

    def raws(self) -> dict[str, Any]:
        """What was typed, by field key, to be understood by the form engine; no file."""
        return {
            question.key: self[name_of(question.key)].data
            for question in self.section.fields
            if question.type is not FieldType.FILE and name_of(question.key) in self
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
        for control in self:
            question = getattr(control, "question", None)
            problem = clean(question, control.data) if question else None
            if isinstance(problem, Problem):
                control.errors = [tell(problem)]


def section_form(
    section: Section, answers: Mapping[str, Any], *, legal_form: str = ""
) -> SectionForm:
    """The form of a section, filled with `answers`, or with the request when it is a POST.

    `answers` may hold stored values and, for what could not be understood, the text as typed.
    Questions that do not concern applicants of this legal form are left out.
    """
    asked = [question for question in section.fields if question.concerns(legal_form)]
    fields = {name_of(question.key): _control(question) for question in asked}
    built: type[SectionForm] = type(
        "BuiltSectionForm", (SectionForm,), {"section": section, **fields}
    )
    known = {question.key for question in asked}
    return built(data={name_of(key): value for key, value in answers.items() if key in known})


def name_of(key: str) -> str:
    """The name of a field's control on the page."""
    return f"q_{key}"


def _control(question: Question) -> Any:
    kind = CONTROLS.get(question.type, Answer)
    options: dict[str, Any] = {"question": question, "description": _hint(question)}
    if question.type is FieldType.YES_NO:
        options["choices"] = [SelectChoice(key, words) for key, words in YES_NO]
    elif question.type in {FieldType.CHOICE, FieldType.CHOICES}:
        choices = [
            SelectChoice(one.key, wording.localized(one, "label"))
            for one in question.limits.choices
        ]
        if question.type is FieldType.CHOICE and len(choices) > RADIO_MAX:
            kind, choices = SelectAnswer, [SelectChoice("", _("Choose")), *choices]
        options["choices"] = choices
    if question.type in INPUTS:
        options["render_kw"] = dict(INPUTS[question.type])
    return kind(wording.localized(question, "label"), **options)


def _hint(question: Question) -> str:
    """The author's help, and the limits or the way of writing that the type implies."""
    parts = [wording.localized(question, "help")]
    if words_max := question.limits.words_max:
        parts.append(_("%(max)s words at most.", max=wording.number(words_max)))
    if not parts[0] and question.type in HINTS:
        parts.append(str(HINTS[question.type]))
    return " ".join(part for part in parts if part)

"""Which control asks for which type of answer, with the words and keyboards that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from grants.calls.form import Field as Question
from grants.calls.form import FieldType, Reading
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
    ShortAnswer,
)
from grants.web.answers.rows import ComputedAnswer, RowForm, RowsAnswer

CONTROLS: Mapping[FieldType, type[Field]] = {
    FieldType.SHORT_TEXT: ShortAnswer,
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
    FieldType.TABLE: RowsAnswer,
    FieldType.GROUP: RowsAnswer,
}

INPUTS: Mapping[FieldType, Mapping[str, str]] = {
    FieldType.EMAIL: {"type": "email", "autocomplete": "email", "spellcheck": "false"},
    FieldType.PHONE: {"type": "tel", "autocomplete": "tel"},
    FieldType.URL: {"inputmode": "url", "spellcheck": "false"},
    FieldType.SIRET: {"inputmode": "numeric", "spellcheck": "false"},
    FieldType.IBAN: {"spellcheck": "false", "autocomplete": "off"},
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
    FieldType.IBAN: _l("As on the bank’s document, with or without spaces."),
    FieldType.COMMUNE: _l("For example 68100 Mulhouse."),
    FieldType.BUDGET: _l("In whole euros. Charges and products must be equal in the end."),
}


def control(question: Question, *, in_cell: bool = False) -> Any:
    """The control of a question, not bound yet; `in_cell` makes it fit a table's cell."""
    label = wording.localized(question, "label")
    options: dict[str, Any] = {"question": question, "description": _hint(question)}
    if question.computed:
        return ComputedAnswer(label, **options)
    if question.limits.cells:
        return RowsAnswer(label, row_form=_row_form(question), **options)
    kind = CONTROLS.get(question.type, Answer)
    choices = _choices(question)
    if choices and question.type is not FieldType.CHOICES:
        many = len(choices) > RADIO_MAX
        if in_cell or many:
            kind, choices = SelectAnswer, [SelectChoice("", _("Choose")), *choices]
    if choices:
        options["choices"] = choices
    if question.type in INPUTS:
        options["render_kw"] = dict(INPUTS[question.type])
    return kind(label, **options)


def _choices(question: Question) -> list[Any]:
    if question.type is FieldType.YES_NO:
        return [SelectChoice(key, words) for key, words in YES_NO]
    return [
        SelectChoice(one.key, wording.localized(one, "label")) for one in question.limits.choices
    ]


def _row_form(question: Question) -> type[RowForm]:
    in_cell = question.type is FieldType.TABLE
    cells = {one.key: control(one, in_cell=in_cell) for one in question.limits.cells}
    return type("BuiltRowForm", (RowForm,), {f"c_{key}": cell for key, cell in cells.items()})


def _hint(question: Question) -> str:
    """The author's help, or else the way of writing that the type implies; and who will read it."""
    words = wording.localized(question, "help")
    if not (words or question.computed) and question.type in HINTS:
        words = str(HINTS[question.type])
    if Reading.PUBLIC in question.visible_to:
        words = " ".join(filter(None, [words, _("Published if your project is chosen.")]))
    return words

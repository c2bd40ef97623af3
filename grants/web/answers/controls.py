"""One WTForms field per type of answer. All of them ask `clean`, which alone knows the rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, SelectMultipleField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, FileInput, ListWidget, TextArea, TextInput

from grants.calls.form import Field as Question
from grants.calls.form import FieldType, Problem, clean
from grants.calls.form.budget import SIDES, Account
from grants.kernel.money import Unit
from grants.web import wording
from grants.web.answers.telling import tell

RADIO_MAX = 8
"""Beyond so many options a list is easier to scan than radio buttons."""

BUDGET_WORDS = {"charges": _l("Charges"), "products": _l("Income")}
SUFFIXES = {Unit.EUR: "€", Unit.SQUARE_METRE: "m²", Unit.HOUR: "h"}
BUDGET_INPUT = re.compile(r"-(charges|products)-([0-9]{1,3})-(account|label|amount)(?:-([1-3]))?$")


class Answer(Field):
    """A question of the form as a box to fill in. `data` is what was typed, or stored."""

    widget: Callable[..., Any] = TextInput()
    suffix: str | None = None
    character_limit: int | None = None
    word_limit: int | None = None

    def __init__(self, label: str = "", *, question: Question, **options: Any) -> None:
        super().__init__(label, **options)
        self.question = question
        self.flags.required = question.required

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist[0] if valuelist else ""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 -- WTForms' signature
        """Refuse what cannot be understood; an empty answer passes, drafts have holes."""
        value = clean(self.question, self.data)
        if isinstance(value, Problem):
            raise StopValidation(tell(value))

    def _value(self) -> str:
        return as_typed(self.question, self.data)


class NumberAnswer(Answer):
    """A number with its unit after the box."""

    def __init__(self, label: str = "", *, question: Question, **options: Any) -> None:
        super().__init__(label, question=question, **options)
        unit = question.limits.unit
        self.suffix = SUFFIXES[unit] if unit else None


class ShortAnswer(Answer):
    """One line, counted when the form limits it."""

    def __init__(self, label: str = "", *, question: Question, **options: Any) -> None:
        super().__init__(label, question=question, **options)
        self.character_limit = question.limits.characters_max


class LongAnswer(Answer):
    """Paragraphs."""

    widget = TextArea()

    def __init__(self, label: str = "", *, question: Question, **options: Any) -> None:
        super().__init__(label, question=question, **options)
        self.character_limit = question.limits.characters_max
        self.word_limit = question.limits.words_max


class _OneOf:
    """What radio buttons and lists share: the key of an option, checked by `clean`."""

    question: Question
    data: Any

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 -- WTForms' signature
        value = clean(self.question, self.data)
        if isinstance(value, Problem):
            raise StopValidation(tell(value))


def as_option(value: Any) -> str:
    """The option that stands for a stored answer; yes and no are options too."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


class RadioAnswer(_OneOf, RadioField):
    """One option among few, yes and no among them."""

    def __init__(self, label: str = "", *, question: Question, **options: Any) -> None:
        super().__init__(label, coerce=as_option, validate_choice=False, **options)
        self.question = question
        self.flags.required = question.required


class SelectAnswer(_OneOf, SelectField):
    """One option among many."""

    def __init__(self, label: str = "", *, question: Question, **options: Any) -> None:
        super().__init__(label, coerce=as_option, validate_choice=False, **options)
        self.question = question
        self.flags.required = question.required


class ChoicesAnswer(_OneOf, SelectMultipleField):
    """Several options, ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str = "", *, question: Question, **options: Any) -> None:
        super().__init__(label, coerce=as_option, validate_choice=False, **options)
        self.question = question
        self.flags.required = question.required


class AddressAnswer(Answer):
    """Street, postcode and town in three boxes named <name>-street, -postcode, -city."""

    parts = ("street", "postcode", "city")

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        if formdata is not None and any(f"{self.name}-{part}" in formdata for part in self.parts):
            self.data = {part: formdata.get(f"{self.name}-{part}", "") for part in self.parts}

    def part(self, name: str) -> str:
        """What one of the boxes holds."""
        if isinstance(self.data, Mapping):
            return str(self.data.get(name) or "")
        return str(self.data or "") if name == "street" else ""


class BudgetAnswer(Answer):
    """Rows of charges and of products, as the macro `budget` draws and names them."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        if formdata is None:
            return
        rows: dict[str, dict[int, dict[str, Any]]] = {side: {} for side in SIDES}
        for name in formdata:
            found = BUDGET_INPUT.fullmatch(name.removeprefix(self.name))
            if found and name.startswith(self.name):
                side, nth, part, year = found.groups()
                row = rows[side].setdefault(int(nth), {})
                if year is None:
                    row[part] = formdata[name]
                else:
                    amounts = row.setdefault("amounts", [""] * self.years)
                    amounts[min(int(year), self.years) - 1] = formdata[name]
        if any(rows.values()):
            self.data = {
                side: [lines[nth] for nth in sorted(lines)] for side, lines in rows.items()
            }

    @property
    def years(self) -> int:
        """How many years the budget is drawn for."""
        return self.question.limits.years

    def sides(self) -> list[tuple[str, str, list[tuple[str, str]], list[Mapping[str, Any]]]]:
        """Charges then products: key, words, accounts to choose from, rows to show."""
        return [
            (side, str(BUDGET_WORDS[side]), _account_options(accounts), self._rows(side, accounts))
            for side, accounts in SIDES.items()
        ]

    def _rows(self, side: str, accounts: Sequence[Account]) -> list[Mapping[str, Any]]:
        """The lines typed so far, or one blank line per usual account to begin with."""
        written = self.data.get(side) if isinstance(self.data, Mapping) else None
        if isinstance(written, Sequence) and written:
            return [row for row in written if isinstance(row, Mapping)]
        return [{"account": one.code} for one in accounts for _ in range(one.usual_lines)]


class FileAnswer(Answer):
    """A place for documents: announced here, deposited by the pages of applications."""

    widget = FileInput()

    def process_formdata(self, valuelist: list[Any]) -> None:  # noqa: ARG002 -- WTForms' signature
        self.data = None


def _account_options(accounts: Sequence[Account]) -> list[tuple[str, str]]:
    return [(one.code, f"{one.code} {wording.localized(one, 'label')}") for one in accounts]


def as_typed(question: Question, value: Any) -> str:
    """A stored answer as a person would type it; what was typed comes back untouched."""
    if value is None:
        return ""
    if isinstance(value, int) and question.type is FieldType.MONEY:
        euros, cents = divmod(value, 100)
        return f"{euros},{cents:02d}" if cents else str(euros)
    if question.type is FieldType.DATE and (day := _stored_day(value)):
        return f"{day:%d/%m/%Y}"
    if question.type is FieldType.NUMBER and isinstance(value, str):
        return value.replace(".", ",") if re.fullmatch(r"-?[0-9]+\.[0-9]+", value) else value
    if question.type is FieldType.COMMUNE and isinstance(value, Mapping):
        code = f" ({value['code']})" if value.get("code") else ""
        return f"{value.get('postcode', '')} {value.get('name', '')}{code}".strip()
    return str(value)


def _stored_day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None

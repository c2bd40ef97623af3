"""The form of one question: what every question has, and the limits of its type."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from grants.calls.form import FieldType
from grants.calls.form.document import KEY, ROLE_TYPES
from grants.calls.form.kinds import COLUMN_TYPES, GROUP_TYPES, LIMITS_OF, YEARS_MAX
from grants.calls.form.numbers import typed_decimal
from grants.calls.form.problem import Problem
from grants.web import calls as telling
from grants.web.answers.telling import tell
from grants.web.forms import WholeField
from grants.web.officer.call_forms import DAYS
from grants.web.officer.workshop import words
from grants.web.officer.workshop.parts import SeenForm
from grants.web.officer.workshop.rows import RowsField
from grants.web.officer.workshop.sections import key_field

WORDS_MOST, CHARACTERS_MOST = 5_000, 20_000
CODES = re.compile(r"[0-9]{1,4}([ ,;]+[0-9]{1,4})*")


class TickedField(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class BoundField(StringField):
    """A bound of an amount or a number, as people write them; `data` stays as typed."""

    def __init__(self, label: Any = "", *, scale: int = 1, mark: str = "", **options: Any) -> None:
        super().__init__(label, **options)
        self.scale = scale
        self.suffix = mark or ("€" if scale > 1 else None)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 -- WTForms' signature
        """Refuse what is no number of that unit."""
        self.bound()

    def bound(self) -> int | None:
        """The bound in the smallest part of the unit, None when there is none.

        Raises:
            ValidationError: it cannot be read.
        """
        typed = (self.data or "").strip()
        if not typed:
            return None
        value = typed_decimal(typed, decimals=2 if self.scale > 1 else 0)
        if isinstance(value, Problem):
            raise ValidationError(tell(value))
        if value < 0:
            raise ValidationError(_("Write a number that is not negative."))
        return int(value * self.scale)


class FieldForm(SeenForm):
    """Everything of a question but the limits, which `field_form` adds."""

    kind: FieldType
    in_cells: bool = False

    type = SelectField(_l("Type of answer"))
    label_fr = StringField(
        _l("Question"),
        description=_l("As applicants read it, for example “What need does it answer?”."),
        validators=[InputRequired(_l("Write the question.")), Length(max=300)],
    )
    label_en = StringField(
        _l("Question in English"),
        description=_l("Left empty, the French one is shown."),
        validators=[Length(max=300)],
    )
    help_fr = TextAreaField(
        _l("Help"),
        description=_l("A sentence or two under the question: what is expected, an example."),
        validators=[Length(max=1000)],
        render_kw={"rows": 2},
    )
    help_en = TextAreaField(
        _l("Help in English"), validators=[Length(max=1000)], render_kw={"rows": 2}
    )
    key = key_field(
        _l("Key"),
        _l("Names the answer in rules and exports. Left empty, it is taken from the question."),
    )
    required = BooleanField(_l("An answer is required"))
    role = SelectField(
        _l("What the software understands of it"),
        description=_l("Lists, juries and decisions show what plays one of these parts."),
    )
    visible_to = TickedField(
        _l("Who reads the answer, besides the applicant and the officers"),
        choices=words.offered(words.READERS),
    )
    personal = BooleanField(_l("This is personal data (a name, an address, a phone number)"))
    carry_over = BooleanField(_l("Carried over when last year’s application is taken up again"))
    reconfirm = BooleanField(_l("To be confirmed again when it is carried over"))
    legal_families = TickedField(
        _l("Asked only of"),
        description=_l("Nothing ticked: it is asked of everyone."),
        choices=words.offered(words.LEGAL_FAMILIES),
    )
    legal_more = StringField(
        _l("Other legal forms (beginnings of INSEE codes)"),
        description=_l("For example 5499 9220, separated by spaces."),
    )

    def validate_legal_more(self, field: Field) -> None:
        """Beginnings of INSEE codes only."""
        if field.data and not CODES.fullmatch(field.data.strip()):
            raise ValidationError(_("Write beginnings of codes, for example 5499 9220."))

    def validate_max(self, field: Any) -> None:
        """A ceiling stands above its floor."""
        if "min" not in self:
            return
        least, most = _bound(self["min"]), _bound(field)
        if least is not None and most is not None and least > most:
            raise ValidationError(_("The most stands below the least."))

    def validate_latest(self, field: Any) -> None:
        """The latest day comes after the earliest."""
        earliest = self["earliest"].data
        if earliest and field.data and field.data < earliest:
            raise ValidationError(_("This day comes before the earliest one."))

    def validate_choices(self, field: RowsField) -> None:
        """A list offers two options at least."""
        more = self["more_choices"].data or ""
        if len(field.filled) + len(more.split("\n") if more.strip() else []) < LEAST_CHOICES:
            raise ValidationError(_("Write at least two options."))

    def validate_columns(self, field: RowsField) -> None:
        """A table has a column, a list of choices has options."""
        _check_cells(field)

    validate_fields = validate_columns

    @property
    def limits(self) -> list[Field]:
        """The boxes of the limits, in the order of the page; lists of lines apart."""
        return [self[one] for one in self.limit_names if one in self]

    @property
    def cells(self) -> RowsField | None:
        """The lines that say what a table or a group holds."""
        found: RowsField | None = self[CELLS[self.kind]] if self.kind in CELLS else None
        return found

    @property
    def cell_types(self) -> list[tuple[str, Any]]:
        """What each of those lines may hold."""
        return cell_types(self.kind)

    limit_names: tuple[str, ...] = ()


LEAST_CHOICES = 2
OPTION_MARK = ";"


def _check_cells(field: RowsField) -> None:
    if not field.filled:
        raise ValidationError(_("Write at least one line."))
    for row in field.filled:
        if row.get("key") and not KEY.fullmatch(row["key"]):
            raise ValidationError(
                _("“%(key)s” is not a key: small letters, digits and _.", key=row["key"])
            )
        options = [one for one in row.get("options", "").split(OPTION_MARK) if one.strip()]
        if row.get("type") in {"choice", "choices"} and len(options) < LEAST_CHOICES:
            label = row["label_fr"]
            raise ValidationError(
                _("Write the options of “%(label)s”, separated by ;", label=label)
            )


def _bound(field: BoundField) -> int | None:
    try:
        return field.bound()
    except ValidationError:
        return None


def _whole(label: Any, least: int, most: int, **options: Any) -> Callable[[FieldType], Field]:
    def build(_kind: FieldType) -> Field:
        message = _l("Write a whole number from %(least)s to %(most)s.", least=least, most=most)
        return WholeField(
            label, validators=[Optional(), NumberRange(least, most, message)], **options
        )

    return build


def _limit(label: Any, ticks: Any, rows: Any) -> Callable[[FieldType], Field]:
    def build(kind: FieldType) -> Field:
        scale = 100 if kind is FieldType.MONEY else 1
        named = {FieldType.CHOICES: ticks, FieldType.TABLE: rows, FieldType.GROUP: rows}
        return BoundField(named.get(kind, label), scale=scale)

    return build


def _day(label: Any) -> Callable[[FieldType], Field]:
    hint = _l("For example 15/01/2019.")
    return lambda _kind: DateField(label, format=DAYS, validators=[Optional()], description=hint)


LIMIT_FIELDS: Mapping[str, Callable[[FieldType], Field]] = {
    "words_max": _whole(_l("Words at most"), 1, WORDS_MOST),
    "characters_max": _whole(_l("Characters at most"), 1, CHARACTERS_MOST),
    "unit": lambda _kind: SelectField(_l("Unit"), choices=words.offered(words.UNITS)),
    "min": _limit(_l("The least accepted"), _l("Answers at least"), _l("Lines at least")),
    "max": _limit(_l("The most accepted"), _l("Answers at most"), _l("Lines at most")),
    "decimals": _whole(_l("Digits after the comma"), 0, 6),
    "earliest": _day(_l("Earliest day accepted")),
    "latest": _day(_l("Latest day accepted")),
    "files_max": _whole(_l("Documents at most"), 1, 20),
    "kinds": lambda _kind: TickedField(
        _l("Sorts of documents accepted"),
        description=_l("Nothing ticked: all of them."),
        choices=words.offered(words.ENDINGS),
    ),
    "includes_request": lambda _kind: BooleanField(
        _l("The amount requested must appear under account 74")
    ),
    "years": _whole(
        _l("Years"), 1, YEARS_MAX, description=_l("One column of amounts for each year.")
    ),
}


CELLS = {FieldType.TABLE: "columns", FieldType.GROUP: "fields"}
"""Under which limit a type keeps what each of its lines holds."""
CELL_PARTS = ("label_fr", "type", "options", "required", "total", "label_en", "key")


def cells_field(kind: FieldType) -> RowsField:
    """The columns of a table, or the questions of a group, one on each line."""
    label = _l("Columns") if kind is FieldType.TABLE else _l("Questions repeated together")
    return RowsField(label, columns=CELL_PARTS, spare=2, id="cells")


def cell_types(kind: FieldType) -> list[tuple[str, Any]]:
    """What a line may hold: (value, words)."""
    among = COLUMN_TYPES if kind is FieldType.TABLE else GROUP_TYPES
    return [(one.value, telling.TYPES[one]) for one in FieldType if one in among]


def asked_kind(stored: str) -> FieldType:
    """The type that the page is about: the one chosen on it, else the stored one."""
    chosen = request.form.get("type", "") if request.method == "POST" else ""
    return words.known(chosen) or words.known(stored) or FieldType.SHORT_TEXT


def field_form(kind: FieldType, data: Mapping[str, Any], *, in_cells: bool = False) -> FieldForm:
    """The form of a question of this type, filled with `data` or with the request."""
    names = tuple(one for one in LIMIT_FIELDS if one in LIMITS_OF[kind])
    fields: dict[str, Any] = {one: LIMIT_FIELDS[one](kind) for one in names}
    if "choices" in LIMITS_OF[kind]:
        fields["choices"] = RowsField(
            _l("Options"), columns=("label_fr", "label_en", "key"), spare=2
        )
        fields["more_choices"] = TextAreaField(
            _l("Add several options at once, one on each line"), render_kw={"rows": 3}
        )
    if kind in CELLS:
        fields[CELLS[kind]] = cells_field(kind)
    if kind is FieldType.FILE:
        kinds = words.offered([("", _l("None: it is about the project")), *words.VAULT_KINDS])
        fields["vault_kind"] = SelectField(
            _l("Document of the organisation"),
            choices=kinds,
            description=_l("One that an organisation deposits once and uses in every call."),
        )
    built: type[FieldForm] = type(
        "BuiltFieldForm",
        (FieldForm,),
        {"kind": kind, "in_cells": in_cells, "limit_names": names, **fields},
    )
    form = built(data=dict(data))
    form.type.choices = type_choices(GROUP_TYPES) if in_cells else type_choices()
    form.role.choices = _role_choices(kind)
    if in_cells or not any(kind in kinds for kinds in ROLE_TYPES.values()):
        del form.role
    return form


def type_choices(among: Collection[FieldType] = tuple(FieldType)) -> list[SelectChoice]:
    """Types by family."""
    found: list[SelectChoice] = []
    for family, names in words.FAMILIES:
        kinds = [kind for name in names if (kind := words.known(name)) and kind in among]
        found += words.offered([(one.value, telling.TYPES[one]) for one in kinds], family)
    return found


def _role_choices(kind: FieldType) -> list[SelectChoice]:
    played = [role for role, kinds in ROLE_TYPES.items() if kind in kinds]
    nothing = ("", _("Nothing in particular"))
    return words.offered([nothing, *((one.value, words.ROLE_CHOICES[one]) for one in played)])

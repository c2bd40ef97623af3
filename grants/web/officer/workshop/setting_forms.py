"""The forms of a call's settings: texts, window, for whom and where, contact, funders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField
from wtforms.fields import TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import (
    DataRequired,
    Email,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from grants.calls.models import PREFIX_PATTERN, Call
from grants.calls.particulars import TERRITORY
from grants.calls.services.settling import TEXTS
from grants.calls.themes import THEMES
from grants.kernel.clock import PARIS
from grants.web import wording
from grants.web.forms import Form, WholeField
from grants.web.officer.call_forms import WindowForm, slug_field
from grants.web.officer.workshop.rows import RowsField

TITLE_MAX, SUMMARY_MAX, TEXT_MAX = 200, 800, 20_000
MINUTE = 60
GRACE_MAX = 1440


def _text(label: Any, limit: int, *, rows: int = 0, needed: Any = "", hint: Any = "") -> Field:
    checks: list[Any] = [DataRequired(needed)] if needed else []
    checks.append(Length(max=limit))
    if rows:
        return TextAreaField(label, validators=checks, description=hint, render_kw={"rows": rows})
    return StringField(label, validators=checks, description=hint)


class SettingsForm(Form):
    """A form that writes columns of the call."""

    def values(self) -> dict[str, Any]:
        """The columns as they will be stored."""
        return {name: plain(one) for name, one in self._fields.items() if name in self.columns}

    columns: frozenset[str] = frozenset()


def plain(control: Field) -> Any:
    """What was typed: a text without spaces around it, anything else as it is."""
    if isinstance(control, StringField):
        return (control.data or "").replace("\r\n", "\n").strip()
    return control.data


class TextsForm(SettingsForm):
    """What the public reads."""

    columns = frozenset(TEXTS)
    title_fr = _text(_l("Title"), TITLE_MAX, needed=_l("Write the title of the call."))
    summary_fr = _text(
        _l("Summary"),
        SUMMARY_MAX,
        rows=3,
        needed=_l("Say in two sentences what the call is."),
        hint=_l("Two or three sentences: they stand in the list of calls."),
    )
    body_fr = _text(
        _l("The call in full"),
        TEXT_MAX,
        rows=12,
        needed=_l("Write what the call is about."),
        hint=_l("Leave a blank line between paragraphs."),
    )
    eligibility_fr = _text(
        _l("Who may apply"),
        TEXT_MAX,
        rows=6,
        needed=_l("Say who may apply."),
        hint=_l("One condition per paragraph."),
    )
    title_en = _text(_l("Title in English"), TITLE_MAX)
    summary_en = _text(_l("Summary in English"), SUMMARY_MAX, rows=3)
    body_en = _text(_l("The call in full, in English"), TEXT_MAX, rows=12)
    eligibility_en = _text(_l("Who may apply, in English"), TEXT_MAX, rows=6)


class TickBoxes(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AudienceForm(SettingsForm):
    """About what, where, and by whom."""

    columns = frozenset({"themes", "territories", "allows_persons", "second_check"})
    themes = TickBoxes(_l("Themes"), description=_l("People search the list of calls by theme."))
    territories = RowsField(
        _l("Territories served"),
        columns=("code", "name"),
        description=_l("Leave empty when the call serves everyone, wherever they are."),
    )
    allows_persons = BooleanField(
        _l("Natural persons may apply"),
        description=_l("For example to create a structure that does not exist yet."),
    )
    second_check = BooleanField(
        _l("A second person checks each admissibility"),
        description=_l("Whoever ruled on an application cannot be the one who confirms it."),
    )

    def validate_territories(self, field: RowsField) -> None:
        """Hold each line to an INSEE or SIREN code and a name."""
        for row in field.filled:
            if not TERRITORY.fullmatch(row["code"]) or not row.get("name"):
                text = _(
                    "“%(code)s”: write the five characters of a municipality’s INSEE code, or the "
                    "nine digits of a grouping’s SIREN, and its name.",
                    code=row["code"],
                )
                raise ValidationError(text)

    def values(self) -> dict[str, Any]:
        """The columns as they will be stored."""
        lines = [{"code": one["code"], "name": one["name"]} for one in self.territories.filled]
        return {**super().values(), "territories": lines}


class ContactForm(SettingsForm):
    """Whom applicants may ask; where the call is found, how applications are numbered."""

    columns = frozenset({"contact_name", "contact_email", "contact_phone", "slug", "number_prefix"})
    contact_name = _text(
        _l("Name of the person or service"), 120, hint=_l("For example: Mission économie sociale.")
    )
    contact_email = StringField(
        _l("E-mail address for questions"),
        validators=[
            InputRequired(_l("Write an e-mail address: applicants need somebody to ask.")),
            Email(_l("This is not an e-mail address.")),
        ],
    )
    contact_phone = _text(_l("Phone number for questions"), 40)
    slug = slug_field()
    number_prefix = StringField(
        _l("Beginning of the numbers of applications"),
        description=_l("CC-2018 gives CC-2018-0001."),
        validators=[
            InputRequired(_l("Write a few capitals.")),
            Length(max=20),
            Regexp(PREFIX_PATTERN, message=_l("Only capitals, digits and hyphens.")),
        ],
    )


class GracedWindowForm(WindowForm):
    """When the call opens and closes, in Paris time, and what is still accepted after that."""

    grace = WholeField(
        _l("Minutes of grace"),
        description=_l(
            "After the end, an application already begun may still be sent for so many minutes. "
            "It is said on the call’s page: everyone has it."
        ),
        validators=[
            Optional(),
            NumberRange(0, GRACE_MAX, _l("Between 0 and 1440 minutes, that is a day.")),
        ],
    )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        opens_at, closes_at = self.window
        return {
            "opens_at": opens_at.astimezone(UTC),
            "closes_at": closes_at.astimezone(UTC) if closes_at else None,
            "grace_seconds": (self.grace.data or 0) * MINUTE,
        }


def window_data(call: Call) -> dict[str, Any]:
    """The window of a call as `GracedWindowForm` shows it."""
    data: dict[str, Any] = {"grace": (call.grace_seconds or 0) // MINUTE}
    opens = call.opens_at.astimezone(PARIS)
    data |= {"opens_at": opens.date(), "opens_time": _hour(opens)}
    if call.closes_at is not None and call.last_day is not None:
        closes = call.closes_at.astimezone(PARIS)
        at_midnight = _hour(closes) is None
        data["closes_at"] = call.last_day if at_midnight else closes.date()
        data["closes_time"] = _hour(closes)
    return data


def _hour(instant: datetime) -> Any:
    """The time of day; None for midnight, which is left unsaid."""
    return instant.time() if (instant.hour, instant.minute) != (0, 0) else None


class ChoiceForm(Form):
    """One thing to add among those there are."""

    chosen = SelectField(_l("Add"), validators=[InputRequired(_l("Choose one."))])

    def offer(self, label: str, choices: Mapping[UUID, str]) -> ChoiceForm:
        """Fill the list."""
        self.chosen.label.text = label
        self.chosen.choices = [SelectChoice(str(key), words) for key, words in choices.items()]
        return self


def theme_choices() -> list[Any]:
    """Every theme, in the reader's language."""
    return [SelectChoice(one.key, wording.localized(one, "label")) for one in THEMES]

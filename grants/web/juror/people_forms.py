"""Forms of members of juries: what they can read, and their declaration of interests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from grants.calls.models import Call
from grants.calls.themes import THEMES
from grants.juries.models import InterestKind, InterestsDeclaration, Seat
from grants.juries.profiles import LOAD_MAX, Profile
from grants.juries.services import Interest
from grants.people import identifiers
from grants.web import wording
from grants.web.forms import Form, FormPart, WholeField
from grants.web.juror.forms import CharterForm, text_area
from grants.web.juror.people_words import COLLEGES, LANGUAGES, TIES

DAYS = ["%d/%m/%Y", "%Y-%m-%d"]
LINES_SPARE = 2
LINES_MAX = 60
NAME_MAX = 200
SIREN_DIGITS = 9


def boxes(label: Any, hint: Any = None) -> SelectMultipleField:
    """Several choices among few, as boxes to tick; what is no choice is left out."""
    return SelectMultipleField(
        label,
        description=hint,
        choices=[],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )


class ProfileForm(Form):
    """What a member can read, and how much."""

    skills = boxes(_l("What you know well"), _l("Files about it will come to you first."))
    languages = boxes(_l("Languages that you read easily"))
    territories = boxes(_l("Territories that you know"), _l("Where you live or work, for example."))
    load_max = WholeField(
        _l("How many files you can read at most"),
        description=_l("Leave empty to let the service decide."),
        validators=[
            Optional(),
            NumberRange(1, LOAD_MAX, message=_l("Write a whole number from 1 to 1,000.")),
        ],
    )

    def offer(self, call: Call, seat: Seat | None = None) -> None:
        """Give the choices; and, before the form is sent, what the seat says."""
        self.skills.choices = [
            SelectChoice(one.key, one.label_en if wording.language() == "en" else one.label_fr)
            for one in THEMES
        ]
        self.languages.choices = [SelectChoice(key, words) for key, words in LANGUAGES.items()]
        if "territories" in self:
            self.territories.choices = [
                SelectChoice(str(one["code"]), str(one["name"])) for one in call.territories
            ]
        if "territories" in self and not call.territories:
            del self.territories
        if seat is not None and not self.is_submitted():
            self._show(seat)

    def _show(self, seat: Seat) -> None:
        self.skills.data, self.languages.data = list(seat.skills), list(seat.languages)
        self.load_max.data = seat.load_max
        if "territories" in self:
            self.territories.data = list(seat.territories)

    def profile(self) -> Profile:
        """What was ticked, unknown keys left out."""
        return Profile(
            skills=_ticked(self.skills),
            languages=_ticked(self.languages),
            territories=_ticked(self.territories) if "territories" in self else (),
            load_max=self.load_max.data,
        )


class AcceptForm(CharterForm, ProfileForm):
    """The charter, and what one can read, in one go."""

    steps_back = BooleanField(
        _l("I step back from the projects that I help: I will see nothing more of them here.")
    )


class MemberForm(ProfileForm):
    """The same by the service, which also says for which college the member sits."""

    college = SelectField(
        _l("College"),
        choices=[
            SelectChoice("", _l("None")),
            *(SelectChoice(key, words) for key, words in COLLEGES.items()),
        ],
    )

    def offer(self, call: Call, seat: Seat | None = None) -> None:
        """The same, in words about the member."""
        super().offer(call, seat)
        said = {
            "skills": _l("What this member knows well"),
            "languages": _l("Languages that this member reads easily"),
            "territories": _l("Territories that this member knows"),
            "load_max": _l("How many files this member can read at most"),
        }
        for name, words in said.items():
            if name in self:
                self[name].label.text = words
        self.skills.description = _l("Files about it come to this member first.")
        self.load_max.description = _l("Leave empty where the member set no bound.")

    def _show(self, seat: Seat) -> None:
        super()._show(seat)
        self.college.data = seat.college or ""


class InterestForm(FormPart):
    """One mandate or employer; a line without any text is no line."""

    kind = SelectField(
        _l("Kind of tie"), choices=[SelectChoice(key.value, words) for key, words in TIES.items()]
    )
    body = StringField(_l("Body"), [Length(max=NAME_MAX)])
    number = StringField(_l("SIREN, SIRET or RNA number"))
    role = StringField(_l("Role"), [Length(max=NAME_MAX)])
    since = DateField(_l("From"), format=DAYS, validators=[Optional()])
    until = DateField(_l("To"), format=DAYS, validators=[Optional()])

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written in it."""
        boxes = (self.body, self.number, self.role, self.since, self.until)
        return not any(str(one.data or "").strip() or one.errors for one in boxes)

    def check(self) -> bool:
        """Whether the line makes sense; what is wrong is said beside its box."""
        if self.is_empty:
            return True
        if not (self.body.data or "").strip():
            self.body.errors = [_("Write the name of the body.")]
        if self.number.data and self.numbers() is None:
            self.number.errors = [_("This is no SIREN, SIRET or RNA number: check its digits.")]
        if self.since.data and self.until.data and self.until.data < self.since.data:
            self.until.errors = [_("It ends before it begins.")]
        return not any(box.errors for box in self)

    def numbers(self) -> tuple[str | None, str | None] | None:
        """The SIREN and the RNA number typed; None when it is neither."""
        typed = (self.number.data or "").strip()
        if not typed:
            return None, None
        siret = identifiers.clean_siret(typed)
        siren = siret[:SIREN_DIGITS] if siret else identifiers.clean_siren(typed)
        rna = identifiers.clean_rna(typed)
        return (siren, rna) if siren or rna else None

    def interest(self) -> Interest:
        """The line as it is kept."""
        siren, rna = self.numbers() or (None, None)
        return Interest(
            kind=InterestKind(self.kind.data),
            body=(self.body.data or "").strip(),
            siren=siren,
            rna=rna,
            role=(self.role.data or "").strip(),
            since=self.since.data,
            until=self.until.data,
        )


class DeclarationForm(CharterForm):
    """The general declaration of interests, with the charter."""

    interests = FieldList(FormField(InterestForm), max_entries=LINES_MAX)
    family = text_area(
        _l("Ties of family or of friendship"),
        _l(
            "Relatives or close friends who lead, work for or advise a body that may apply: "
            "say who, and which body."
        ),
        rows=4,
    )
    nothing = BooleanField(_l("I have nothing to declare."))

    def room(self, spare: int = LINES_SPARE) -> None:
        """Leave some empty lines at the end."""
        empty = sum(1 for line in self.interests if line.form.is_empty)
        for _line in range(max(0, spare - empty)):
            if len(self.interests) < LINES_MAX:
                self.interests.append_entry()

    def take_up(self, last: InterestsDeclaration | None) -> None:
        """Before the form is sent, propose what was declared last."""
        if last is None:
            return
        self.family.data, self.nothing.data = last.family, last.nothing
        for one in last.interests:
            line: Mapping[str, Any] = {
                "kind": one.kind.value,
                "body": one.body,
                "number": one.siren or one.rna or "",
                "role": one.role,
                "since": one.since,
                "until": one.until,
            }
            self.interests.append_entry(line)

    def well_filled(self) -> bool:
        """Whether all of it makes sense, lines included."""
        sound = self.validate()
        checked = [line.form.check() for line in self.interests]
        if not all(checked):
            self.interests.errors = [line.form.errors for line in self.interests]
        return sound and all(checked)

    def declared(self) -> list[Interest]:
        """The lines that were filled in."""
        return [line.form.interest() for line in self.interests if not line.form.is_empty]


def _ticked(field: SelectMultipleField) -> tuple[str, ...]:
    ticked = set(field.data or ())
    return tuple(key for key, *_words in field.iter_choices() if key in ticked)

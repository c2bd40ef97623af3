"""The questions that a call's rules make necessary, and what the answers amount to.

Built from the rules: what no rule looks at is not asked. Every question may be left unanswered,
and then what hangs on it is said to be unknown.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field as Control
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from grants.applications.facts import facts_of_family
from grants.calls.eligibility import Applicant, facts_of
from grants.calls.logic import APPLICANT, Facts, Kind, Schema, Value, Variable
from grants.calls.models import Call
from grants.people.legal_forms import BY_KEY, LEGAL_FORMS
from grants.web import wording
from grants.web.account.fields import choice
from grants.web.forms import Form, WholeField
from grants.web.public.filters import APPLICANT_WORDS

PREFIX = "applicant."
KINDS = {f"{PREFIX}is_{one.value}" for one in Applicant}
YES, NO, NOT_KNOWN, NONE_OF_THEM, ELSEWHERE = "yes", "no", "", "none", "elsewhere"
PERSON = Applicant.PERSON.value
ANSWERS = ((YES, _l("Yes")), (NO, _l("No")), (NOT_KNOWN, _l("I do not know")))
MONTHS_MAX = 5_000
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
SPACES = re.compile(r"[\s\u202f\u00a0€]")
SUFFIXES = {"EUR": "€", "m2": "m²"}

CLAIMS = {
    "being_created": _l("Is your organisation still being created?"),
    "ess": _l("Does your organisation belong to the social and solidarity economy?"),
    "in_territory": _l("Are you based on the territory of the call?"),
    "qpv": _l("Are you based in a priority neighbourhood (QPV)?"),
}


class Questionnaire(Form):
    """The form of one call's questions. `others`: the boxes about the project, by their names."""

    call: Call
    others: dict[str, Variable]

    def facts(self) -> dict[str, Value]:
        """What the answers say, by the names of the expressions; what is unknown is left out."""
        facts: dict[str, Value] = {**self._who(), **self._claims()}
        for name, variable in self.others.items():
            value = value_of(variable, self[name].data)
            if value is not None:
                facts[variable.key] = value
        return facts

    def _who(self) -> Facts:
        if "legal_form" in self:
            key = str(self["legal_form"].data or "")
            if key in BY_KEY:
                form = BY_KEY[key]
                said = facts_of_family(form.code, form.family)
                social = {"applicant.ess": True} if form.is_social_by_law else {}
                return {f"{PREFIX}{name}": value for name, value in said.items()} | social
            return facts_of(Applicant.PERSON) if key == PERSON else {}
        chosen = str(self["who"].data or "") if "who" in self else ""
        return facts_of(Applicant(chosen)) if chosen in set(Applicant) else {}

    def _claims(self) -> dict[str, Value]:
        facts: dict[str, Value] = {}
        for name in CLAIMS:
            said = self[name].data if name in self else None
            if said in {YES, NO}:
                facts[f"{PREFIX}{name}"] = said == YES
        if not self.call.territories:
            facts[f"{PREFIX}in_territory"] = True  # a call without territory acts everywhere
        if "approvals" in self and (held := self["approvals"].data):
            facts[f"{PREFIX}approvals"] = tuple(one for one in held if one != NONE_OF_THEM)
        if "age_months" in self and self["age_months"].data is not None:
            facts[f"{PREFIX}age_months"] = self["age_months"].data
        if "commune" in self and self["commune"].data:
            facts[f"{PREFIX}commune"] = str(self["commune"].data)
        return facts


def questionnaire(call: Call, asked: set[str], *, language: str) -> Questionnaire:
    """The form that asks for `asked` (variables of expressions) and nothing else."""
    schema: Schema = call.current_revision.form.schema if call.current_revision else APPLICANT
    controls: dict[str, Any] = {}
    _ask_who(controls, asked, call, language)
    for name, words in CLAIMS.items():
        if f"{PREFIX}{name}" in asked and not (name == "in_territory" and not call.territories):
            controls[name] = RadioField(words, choices=ANSWERS, default=NOT_KNOWN)
    _ask_rest(controls, asked, call)
    others = {
        f"q-{key.replace('.', '-')}": schema[key]
        for key in sorted(asked)
        if key in schema and not key.startswith(PREFIX)
    }
    boxes = {name: control_of(variable) for name, variable in others.items()}
    controls |= {name: box for name, box in boxes.items() if box is not None}
    made = type("QuestionnaireOfCall", (Questionnaire,), controls)
    form: Questionnaire = made()
    form.call = call
    form.others = {name: variable for name, variable in others.items() if name in form}
    if "in_territory" in form:
        names = ", ".join(str(one.get("name", "")) for one in call.territories)
        form["in_territory"].description = _("The call serves: %(names)s.", names=names)
    return form


def _ask_who(controls: dict[str, Any], asked: set[str], call: Call, language: str) -> None:
    if f"{PREFIX}legal_form" in asked:
        controls["legal_form"] = SelectField(
            _l("What are you?"), choices=_legal_forms(language), default=NOT_KNOWN
        )
    elif asked & KINDS or f"{PREFIX}ess" in asked or not call.allows_persons:
        kinds = [(one.value, words) for one, words in APPLICANT_WORDS.items()]
        controls["who"] = RadioField(
            _l("What are you?"),
            choices=[*kinds, (NOT_KNOWN, _l("Something else, or I do not know"))],
            default=NOT_KNOWN,
        )


def _legal_forms(language: str) -> list[Any]:
    lines = [
        choice(NOT_KNOWN, _l("I do not know")),
        choice(PERSON, APPLICANT_WORDS[Applicant.PERSON]),
    ]
    return lines + [choice(one.key, one.title(language)[0]) for one in LEGAL_FORMS]


def _ask_rest(controls: dict[str, Any], asked: set[str], call: Call) -> None:
    if f"{PREFIX}approvals" in asked:
        held = [
            (one.key, wording.localized(one, "label"))
            for one in APPLICANT[f"{PREFIX}approvals"].options
        ]
        controls["approvals"] = SelectMultipleField(
            _l("Which approvals do you hold?"),
            choices=[*held, (NONE_OF_THEM, _l("None of these"))],
            description=_l("Tick nothing if you do not know."),
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
        )
    if f"{PREFIX}age_months" in asked:
        controls["age_months"] = WholeField(
            _l("For how many months has your organisation existed?"),
            validators=[_reasonable],
            description=_l("Two years and three months are 27 months."),
            render_kw={"inputmode": "numeric", "autocomplete": "off"},
        )
    if f"{PREFIX}commune" in asked:
        places = [(str(one["code"]), str(one["name"])) for one in call.territories]
        controls["commune"] = SelectField(
            _l("Where are you based?"),
            choices=[(NOT_KNOWN, _l("I do not know")), *places, (ELSEWHERE, _l("Elsewhere"))],
            default=NOT_KNOWN,
        )


def _reasonable(_form: Form, field: Control) -> None:
    if field.data is not None and not 0 <= field.data <= MONTHS_MAX:
        raise ValidationError(_("Write a whole number."))


def control_of(variable: Variable) -> Any:
    """A box for one question about the project, if a box can answer it; else None."""
    label = wording.localized(variable, "label")
    options = [(one.key, wording.localized(one, "label")) for one in variable.options]
    if variable.kind is Kind.YES_NO:
        return RadioField(label, choices=ANSWERS, default=NOT_KNOWN)
    if variable.kind is Kind.CHOICE:
        unknown = (NOT_KNOWN, _l("I do not know"))
        return RadioField(label, choices=[*options, unknown], default=NOT_KNOWN)
    if variable.kind is Kind.CHOICES:
        return SelectMultipleField(
            label,
            choices=options,
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
        )
    if variable.kind in {Kind.NUMBER, Kind.COLUMN}:
        return StringField(
            label,
            validators=[_a_number],
            description=_l("The total of the column.") if variable.kind is Kind.COLUMN else "",
            render_kw={"inputmode": "decimal", "autocomplete": "off"},
        )
    return None


def value_of(variable: Variable, typed: Any) -> Value:
    """What was answered, as expressions count it; None when nothing was."""
    if not typed:
        return None
    if variable.kind is Kind.YES_NO:
        return str(typed) == YES
    if variable.kind is Kind.CHOICES:
        return tuple(typed)
    if variable.kind in {Kind.NUMBER, Kind.COLUMN}:
        number = number_of(str(typed))
        return (number,) if number is not None and variable.kind is Kind.COLUMN else number
    return str(typed)


def _a_number(_form: Form, control: Control) -> None:
    if control.data and number_of(control.data) is None:
        raise ValidationError(_("Write a number, like 1 200 or 1 200,50."))


def number_of(text: str) -> Decimal | None:
    """« 1 200,50 € » as 1200.50; None when it is no number."""
    bare = SPACES.sub("", text).replace(",", ".")
    return Decimal(bare) if NUMBER.fullmatch(bare) else None

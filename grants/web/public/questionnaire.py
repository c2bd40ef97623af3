"""The questions that a call's rules make necessary, and what the answers amount to.

Built from the rules: what no rule looks at is not asked. Every question may be left unanswered,
and then what hangs on it is said to be unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field as Control
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from grants.applications.facts import facts_of_family
from grants.calls.eligibility import Applicant, facts_of
from grants.calls.logic import APPLICANT, Facts, Kind, Option, Schema, Value, Variable
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
DO_NOT_KNOW = choice(NOT_KNOWN, _l("I do not know"))
ANSWERS = (choice(YES, _l("Yes")), choice(NO, _l("No")), DO_NOT_KNOW)
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


def questionnaire(call: Call, asked: Set[str], *, language: str) -> Questionnaire:
    """The form that asks for `asked` (variables of expressions) and nothing else."""
    schema: Schema = call.current_revision.form.schema if call.current_revision else APPLICANT
    controls: dict[str, Any] = {}
    _ask_who(controls, asked, call, language)
    for name, words in CLAIMS.items():
        if f"{PREFIX}{name}" in asked and not (name == "in_territory" and not call.territories):
            controls[name] = one_of(words, ANSWERS)
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


def _ask_who(controls: dict[str, Any], asked: Set[str], call: Call, language: str) -> None:
    if f"{PREFIX}legal_form" in asked:
        controls["legal_form"] = SelectField(
            _l("What are you?"),
            choices=_legal_forms(language),
            default=NOT_KNOWN,
            validate_choice=False,
        )
    elif asked & KINDS or f"{PREFIX}ess" in asked or not call.allows_persons:
        kinds = [choice(one.value, words) for one, words in APPLICANT_WORDS.items()]
        other = choice(NOT_KNOWN, _l("Something else, or I do not know"))
        controls["who"] = one_of(_l("What are you?"), [*kinds, other])


def _legal_forms(language: str) -> list[Any]:
    lines = [DO_NOT_KNOW, choice(PERSON, APPLICANT_WORDS[Applicant.PERSON])]
    return lines + [choice(one.key, one.title(language)[0]) for one in LEGAL_FORMS]


def _ask_rest(controls: dict[str, Any], asked: Set[str], call: Call) -> None:
    if f"{PREFIX}approvals" in asked:
        held = [choice(one.key, words_of(one)) for one in APPLICANT[f"{PREFIX}approvals"].options]
        none = choice(NONE_OF_THEM, _l("None of these"))
        hint = _l("Tick nothing if you do not know.")
        controls["approvals"] = some_of(_l("Which approvals do you hold?"), [*held, none], hint)
    if f"{PREFIX}age_months" in asked:
        controls["age_months"] = WholeField(
            _l("For how many months has your organisation existed?"),
            validators=[Optional(), _reasonable],
            description=_l("Two years and three months are 27 months."),
            render_kw={"inputmode": "numeric", "autocomplete": "off"},
        )
    if f"{PREFIX}commune" in asked:
        places = [choice(str(one["code"]), str(one["name"])) for one in call.territories]
        controls["commune"] = one_of(
            _l("Where are you based?"), [*places, choice(ELSEWHERE, _l("Elsewhere")), DO_NOT_KNOW]
        )


def _reasonable(_form: Form, field: Control) -> None:
    if field.data is not None and not 0 <= field.data <= MONTHS_MAX:
        raise ValidationError(_("Write a whole number."))


def one_of(label: Any, choices: Sequence[Any]) -> Any:
    """Buttons of which one may be pressed; none is « I do not know »."""
    return RadioField(label, choices=choices, default=NOT_KNOWN, validate_choice=False)


def some_of(label: Any, choices: Sequence[Any], hint: Any = "") -> Any:
    """Boxes to tick."""
    return SelectMultipleField(
        label,
        choices=choices,
        description=hint,
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def words_of(option: Option) -> str:
    """The words of an option."""
    return wording.localized(option, "label")


def control_of(variable: Variable) -> Any:
    """A box for one question about the project, if a box can answer it; else None."""
    label = wording.localized(variable, "label")
    options = [choice(one.key, words_of(one)) for one in variable.options]
    if variable.kind is Kind.YES_NO:
        return one_of(label, ANSWERS)
    if variable.kind is Kind.CHOICE:
        return one_of(label, [*options, DO_NOT_KNOW])
    if variable.kind is Kind.CHOICES:
        return some_of(label, options)
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
        return tuple(one for one in typed if variable.option(one))
    if variable.kind is Kind.CHOICE:
        return str(typed) if variable.option(str(typed)) else None
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

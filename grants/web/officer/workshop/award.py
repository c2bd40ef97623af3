"""How much a call gives: the same for everyone, a calculation between bounds, or case by case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from grants.calls import rules
from grants.calls.award import AwardRule, Estimate, Gift, estimate
from grants.calls.services import ruling
from grants.decisions.models import Instrument
from grants.kernel.money import Unit
from grants.web.decisions import INSTRUMENTS
from grants.web.forms import WholeField
from grants.web.officer.workshop import words
from grants.web.officer.workshop.conditions import form_of
from grants.web.officer.workshop.field_forms import BoundField
from grants.web.officer.workshop.parts import Workbench, writable
from grants.web.officer.workshop.rule_forms import SumForm
from grants.web.officer.workshop.rule_pages import RulePage, answered, opened
from grants.web.routes import Audience, allow

bp = Blueprint("award", __name__, url_prefix="/regles/bareme")

PUBLIC_AID = ("requested", "budget.charges", "budget.grants")
"""What the cap on public aid looks at."""
BOUNDS = ("amount", "floor", "ceiling")


class AwardForm(SumForm):
    """The award rule; its bounds are added in the call's unit."""

    unit: Unit

    instrument = SelectField(
        _l("What it gives"),
        choices=words.offered((gift.value, INSTRUMENTS[Instrument(gift.value)]) for gift in Gift),
    )
    rate_max = WholeField(
        _l("All public aid together, in percent of the charges at most"),
        validators=[
            Optional(),
            NumberRange(1, 100, _l("Write a whole number from 1 to 100.")),
        ],
    )
    explain_fr = TextAreaField(
        _l("What applicants read about it"),
        description=_l("In a sentence or two, as on the call’s page."),
        validators=[InputRequired(_l("Write the sentence.")), Length(max=1000)],
        render_kw={"rows": 3},
    )
    explain_en = TextAreaField(
        _l("The same in English"),
        description=_l("Left empty, the French one is shown."),
        validators=[Length(max=1000)],
        render_kw={"rows": 3},
    )

    def validate_amount(self, field: BoundField) -> None:
        """The same amount for everyone, or a calculation: not both."""
        written = self.text.data if self.in_text else any(map(self.is_written, self.rows.data))
        if field.data and written:
            raise ValidationError(
                _("Either the same amount for everyone, or a calculation: clear one of them.")
            )

    def validate_floor(self, field: BoundField) -> None:
        """A floor stands under its ceiling."""
        least, most = field.bound(), self["ceiling"].bound()
        if least is not None and most is not None and least > most:
            raise ValidationError(_("The least stands above the most."))

    @property
    def also(self) -> tuple[str, ...]:
        """What the trial asks besides the calculation's own answers."""
        return PUBLIC_AID if self.rate_max.data else ()

    def award_rule(self) -> AwardRule:
        """The rule as the call stores it; bounds that cannot be read are none."""
        explain = words.one_line(self.explain_fr.data)
        return AwardRule(
            instrument=Gift(self.instrument.data),
            amount=_bound(self["amount"]),
            amount_max=None,
            explain_fr=explain,
            explain_en=words.one_line(self.explain_en.data) or explain,
            amount_rule=self.rule,
            floor=_bound(self["floor"]),
            ceiling=_bound(self["ceiling"]),
            rate_max=self.rate_max.data or None,
        )

    def fill(self, rule: AwardRule) -> None:
        """Show a stored rule."""
        for name in ("explain_fr", "explain_en", "rate_max"):
            self[name].data = getattr(rule, name)
        self.instrument.data = rule.instrument.value
        shown = {"amount": rule.amount, "floor": rule.floor, "ceiling": rule.most}
        for name, value in shown.items():
            self[name].data = "" if value is None else written(value, self.unit)

    @property
    def estimated(self) -> Estimate | None:
        """What the rule gives for the trial's answers."""
        sample = self.sample
        if sample is None or self.errors or not sample.is_begun:
            return None
        return estimate(self.award_rule(), sample.values, schema=self.schema, unit=self.unit)


@bp.get("")
@allow(Audience.OFFICER, rules.leads)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The rule of the award."""
    work = writable(session, call_id)
    rule = AwardRule.parse(work.call.award_rule)
    form = filled(work)
    form.fill(rule)
    return opened(page_of(work, form), rule.amount_rule)


@bp.post("")
@allow(Audience.OFFICER, rules.leads)
def save(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Write it."""
    work = writable(session, call_id)
    form = filled(work)

    def store() -> None:
        ruling.set_award_rule(session, call_id, form.award_rule(), **form.author)

    return answered(session, page_of(work, form), store, done=_("The rule is saved."))


def filled(work: Workbench) -> AwardForm:
    """The form, its bounds in the call's unit."""
    unit = work.call.unit
    labels = {
        "amount": _l("The same amount for everyone"),
        "floor": _l("Never less than"),
        "ceiling": _l("Never more than"),
    }
    bounds: dict[str, Any] = {
        name: BoundField(labels[name], scale=unit.scale, mark=words.MARKS[unit]) for name in BOUNDS
    }
    version = ruling.version_of(work.call.award_rule)
    return form_of(work, AwardForm, work.form.schema, version=version, unit=unit, **bounds)


def page_of(work: Workbench, form: AwardForm) -> RulePage:
    """The page."""
    return RulePage(
        work,
        form,
        title=_("How much it gives"),
        lead=_("Without an amount and without a calculation, amounts are decided case by case."),
        back=url_for("officer.workshop.rulebook.show", call_id=work.call.id, _anchor="award"),
        home=_("Rules of the call"),
        before=("instrument", "amount"),
        before_title=_("The award"),
        between=("floor", "ceiling", "rate_max"),
        between_title=_("Bounds of the calculation"),
        after=("explain_fr", "explain_en"),
        after_title=_("In words"),
        unit=str(work.call.unit),
        about="award",
    )


def written(value: int, unit: Unit) -> str:
    """An amount in the smallest unit, as one types it."""
    whole, rest = divmod(value, unit.scale)
    return f"{whole},{rest:02d}" if rest else str(whole)


def _bound(field: BoundField) -> int | None:
    try:
        return field.bound() or None
    except ValidationError:
        return None

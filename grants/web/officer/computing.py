"""Have a proposal computed: under which floors, ceilings and quotas."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, Field, FieldList, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.calls.form.numbers import typed_decimal
from grants.calls.form.problem import Problem
from grants.kernel.money import Unit
from grants.scenarios import queries, rules, services
from grants.scenarios.models import Scenario
from grants.scenarios.options import QPV, Options, Quota
from grants.scenarios.queries import Strip
from grants.scenarios.solving.problem import Bound, Measure
from grants.web import wording
from grants.web.forms import Form, FormPart, attempt
from grants.web.officer.decision_forms import TOO_LONG, typed_amount
from grants.web.officer.scenario_forms import NAME_MAX, NOT_AN_AMOUNT
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

QUOTAS = 6
TYPED_MAX = 40
BOUNDS = {Bound.LEAST: _l("At least"), Bound.MOST: _l("At most")}
MEASURES = {
    "projects": _l("projects"),
    "share_projects": _l("percent of the projects"),
    "money": _l("of the unit (euros, m²)"),
    "share_money": _l("percent of the money"),
}

bp = Blueprint("computing", __name__, url_prefix="/scenarios/<uuid:scenario_id>/calcul")


class QuotaForm(FormPart):
    """One quota; without target it is none."""

    target = SelectField(_l("For"))
    bound = SelectField(
        _l("Bound"), choices=[SelectChoice(one.value, words) for one, words in BOUNDS.items()]
    )
    number = StringField(_l("How much"), [Length(max=TYPED_MAX, message=TOO_LONG)])
    measure = SelectField(
        _l("Counted in"), choices=[SelectChoice(one, words) for one, words in MEASURES.items()]
    )


class ComputeForm(Form):
    """What a computed proposal should respect."""

    name = StringField(
        _l("Name of the proposal"),
        [InputRequired(_l("Name this scenario.")), Length(max=NAME_MAX, message=TOO_LONG)],
    )
    envelope = SelectField(
        _l("Envelope of the lines that name none"),
    )
    floor = StringField(_l("No project gets less than"), [Length(max=TYPED_MAX, message=TOO_LONG)])
    ceiling = StringField(
        _l("No project gets more than"), [Length(max=TYPED_MAX, message=TOO_LONG)]
    )
    rate_max = StringField(
        _l("Nor more than this share of its eligible base"),
        [Length(max=TYPED_MAX, message=TOO_LONG)],
    )
    partial = BooleanField(_l("One project, the last one served, may be funded in part"))
    part_rate = StringField(
        _l("Then at least this share of what it would get"),
        [Length(max=TYPED_MAX, message=TOO_LONG)],
    )
    quotas = FieldList(FormField(QuotaForm), max_entries=QUOTAS)

    def offer(
        self, scenario: Scenario, strips: Sequence[Strip], places: Sequence[tuple[str, str]]
    ) -> None:
        """Give it its choices; `places` are communes and territories of the lines."""
        self.envelope.choices = [SelectChoice(str(one.id), one.label) for one in strips]
        targets = [
            SelectChoice("", _l("No rule")),
            SelectChoice(QPV, _l("Priority neighbourhoods")),
            SelectChoice("each_commune", _l("Each municipality")),
            SelectChoice("each_territory", _l("Each territory")),
        ]
        if len(scenario.call.tracks) > 1:
            targets.append(SelectChoice("each_track", _l("Each track")))
            for one in scenario.call.tracks:
                words = _("Track “%(name)s”", name=wording.localized(one, "label"))
                targets.append(SelectChoice(f"track:{one.key}", words))
        targets += [SelectChoice(key, words) for key, words in places]
        for line in self.quotas:
            line.form.target.choices = targets

    def options(self, unit: Unit) -> Options:
        """What was asked; what cannot be read is said beside its box."""
        part = self._number(self.part_rate, 100) if self.partial.data else 0
        return Options(
            envelope=UUID(self.envelope.data),
            by_track={},
            floor=self._amount(self.floor, unit) or 0,
            ceiling=self._amount(self.ceiling, unit),
            rate_max=self._number(self.rate_max, 100),
            part_rate=part or 0,
            partial=bool(self.partial.data),
            quotas=tuple(
                self._quota(line.form, unit) for line in self.quotas if line.form.target.data
            ),
        )

    def _quota(self, line: QuotaForm, unit: Unit) -> Quota:
        kind = line.measure.data or ""
        in_money = kind.endswith("money")
        amount = share = None
        if not (line.number.data or "").strip():
            self._say(line.number, _("Write how much."))
        elif kind.startswith("share"):
            share = self._number(line.number, 10)
        elif in_money:
            amount = self._amount(line.number, unit)
        else:
            amount = self._number(line.number, 1, decimals=0, most=100_000)
        bad = amount is None and share is None
        return Quota(
            target=line.target.data,
            bound=Bound(line.bound.data),
            measure=Measure.MONEY if in_money else Measure.PROJECTS,
            amount=0 if bad else amount,
            share=share,
        )

    def _number(self, box: Field, scale: int, *, decimals: int = 1, most: int = 100) -> int | None:
        text = (box.data or "").replace("%", "").strip()
        if not text:
            return None
        found = typed_decimal(text, decimals=decimals)
        if isinstance(found, Problem) or not 0 <= found <= most:
            self._say(box, _("Write a number from 0 to %(most)s.", most=most))
            return None
        return int(found * scale)

    def _amount(self, box: Field, unit: Unit) -> int | None:
        text = (box.data or "").strip()
        found = typed_amount(text, unit) if text else None
        if text and (found is None or found < 0):
            self._say(box, str(NOT_AN_AMOUNT))
            return None
        return found

    def _say(self, box: Field, words: str) -> None:
        box.errors = [*box.errors, words]
        self.quotas.errors = [one.errors for one in self.quotas]


@bp.get("")
@allow(Audience.OFFICER, rules.can_read)
def show(session: Session, scenario_id: UUID) -> ResponseReturnValue:
    """What to ask for."""
    data = {"partial": True, "name": _("Computed proposal"), "quotas": [{}] * QUOTAS}
    return page(session, scenario_id, ComputeForm(formdata=None, data=data))


@bp.post("")
@allow(Audience.OFFICER, rules.may_prepare)
def ask(session: Session, scenario_id: UUID) -> ResponseReturnValue:
    """Have it worked out in the background."""
    form = ComputeForm()
    scenario, strips = offered(session, scenario_id, form)
    if strips and form.validate():
        options = form.options(scenario.call.unit)
        if not any(words for _box, words in form.problems()):
            with attempt(session, form) as tried:
                job_id = services.ask(
                    session,
                    scenario_id,
                    options,
                    name=form.name.data or "",
                    actor=current_actor(),
                    now=now(),
                )
            if not tried.refused:
                return redirect(url_for("jobs.show", job_id=job_id), 303)
    return page(session, scenario_id, form), form.status


def offered(session: Session, scenario_id: UUID, form: ComputeForm) -> tuple[Scenario, list[Strip]]:
    """The scenario and its envelopes of the call's unit, offered to the form."""
    actor = current_actor()
    scenario = queries.scenario(session, scenario_id, viewer=actor)
    strips = [
        one for one in queries.strip(session, scenario, actor) if one.unit is scenario.call.unit
    ]
    form.offer(scenario, strips, places_of(session, scenario))
    return scenario, strips


def places_of(session: Session, scenario: Scenario) -> list[tuple[str, str]]:
    """The communes and territories of the lines, as targets of quotas."""
    named = {str(one["code"]): str(one["name"]) for one in scenario.call.territories}
    communes, territories = queries.places(session, scenario.id, current_actor())
    return [
        *(
            (f"territory:{one}", _("Territory %(name)s", name=named.get(one, one)))
            for one in territories
        ),
        *((f"commune:{code}", _("Municipality %(name)s", name=town)) for code, town in communes),
    ]


def page(session: Session, scenario_id: UUID, form: ComputeForm) -> str:
    """The form."""
    scenario, strips = offered(session, scenario_id, form)
    return render_template(
        "officer/scenarios/rules.html",
        scenario=scenario,
        call=scenario.call,
        form=form,
        strips=strips,
        may_ask=rules.may_prepare.holds(current_actor(), scenario) and bool(strips),
    )

"""Who reads what, computed: asked for, looked at, applied; and why each member reads or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, NumberRange

from grants.juries import queries, rules, services
from grants.juries.matching.explaining import explain, why_not
from grants.juries.matching.problem import Weights
from grants.juries.models import AssignmentPlan
from grants.juries.pairing import Options, lack_taken
from grants.juries.queries import Change, conflicts
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.web.forms import Form, WholeField, attempt
from grants.web.juror.people_words import COLLEGES
from grants.web.officer.pairing_words import lacking, load, reason_against, reasons_for
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

SHOWN_AGAINST = 60
"""Members whose reasons against are shown at once."""

bp = Blueprint("pairings", __name__, url_prefix="/jurys/<uuid:jury_id>/repartition")


def number(label: str, low: int, high: int, hint: str = "") -> WholeField:
    """A whole number between two others."""
    wrong = _l("Write a whole number from %(low)s to %(high)s.", low=low, high=high)
    return WholeField(
        label,
        description=hint,
        validators=[InputRequired(wrong), NumberRange(low, high, wrong)],
        render_kw={"inputmode": "numeric"},
    )


class PairingForm(Form):
    """What a computed assignment should respect, and what counts how much."""

    readers = number(_l("Readers for each application"), 1, 20)
    load_max = number(
        _l("Most applications for one member"), 1, 2000, _l("For members who said nothing of it.")
    )
    load_min = number(_l("Fewest applications for one member"), 0, 2000)
    keep = BooleanField(_l("Keep what was given so far, unless there is no other way"))
    colleges = BooleanField(_l("At least one reader of each college"))
    accepted_only = BooleanField(_l("Only members who accepted their invitation"))
    skills = number(_l("Skills and themes"), 0, 20)
    track = number(_l("Track"), 0, 20)
    territory = number(_l("Territory"), 0, 20)
    preference = number(_l("Preferences of members"), 0, 20)
    balance = number(_l("Even loads"), 0, 1000)
    seed = number(
        _l("Draw"),
        0,
        999_999,
        _l("Decides between plans that are equally good."),
    )

    @classmethod
    def showing(cls, options: Options) -> PairingForm:
        """The form as these options fill it."""
        weights = vars(options.weights)
        rest = {name: value for name, value in vars(options).items() if name != "weights"}
        return cls(formdata=None, data={**rest, **weights})

    @property
    def options(self) -> Options:
        """What was asked. The form is valid."""
        data = dict(self.data)
        weights = Weights(**{name: int(data[name]) for name in vars(Weights())})
        names = [name for name in vars(Options()) if name != "weights"]
        return replace(Options(weights=weights), **{name: data[name] for name in names})


class ApplyForm(Form):
    """The plan that was looked at."""

    plan = HiddenField(validators=[InputRequired()])

    @property
    def plan_id(self) -> UUID:
        """Which one.

        Raises:
            Unknown: the page never said so.
        """
        try:
            return UUID(self.plan.data or "")
        except ValueError as error:
            raise Unknown from error


class Reader(NamedTuple):
    """One member with sentences for or against."""

    name: str
    college: str
    sentences: list[str]


@bp.get("/calcul")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """What to ask for, and the plan computed last."""
    return page(session, jury_id, None)


@bp.post("/calcul")
@allow(Audience.OFFICER, rules.manages)
def ask(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Have it worked out in the background."""
    form = PairingForm()
    if form.validate():
        with attempt(session, form) as tried:
            job_id = services.ask_plan(
                session, jury_id, form.options, actor=current_actor(), now=now()
            )
        if not tried.refused:
            return redirect(url_for("jobs.show", job_id=job_id), 303)
    return page(session, jury_id, form), form.status


@bp.post("/calcul/appliquer")
@allow(Audience.OFFICER, rules.manages)
def apply(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Give and take back readings as the plan says."""
    form = ApplyForm()
    with attempt(session, form) as tried:
        done = services.apply_plan(session, jury_id, form.plan_id, actor=current_actor(), now=now())
    if tried.refused:
        return page(session, jury_id, form), form.status
    flash(
        _(
            "Done: %(added)s readings given, %(taken)s taken back.",
            added=done.added,
            taken=done.taken,
        ),
        "success",
    )
    return redirect(url_for("officer.juries.shares", jury_id=jury_id), 303)


@bp.get("/dossiers/<uuid:application_id>/raisons")
@allow(Audience.OFFICER, rules.follows)
def reasons(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Why these members read an application, and why the others do not."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    share = queries.share(session, jury, application_id, actor)
    plan = queries.latest_plan(session, jury.id)
    proposed = plan is not None and plan.found and plan.applied_at is None
    options = Options.taken(plan.options) if plan else Options()
    # What stands explains itself by what speaks for it, not by being there.
    given = queries.given(
        session, jury, options if proposed else replace(options, keep=False), only=application_id
    )
    around = queries.plan_around(session, given, plan, jury)
    readers, others = [], []
    for column, name in enumerate(given.names):
        college = given.pairing.jurors[column].college or ""
        if (0, column) in around.pairs:
            told = reasons_for(explain(given.pairing, around, (0, column)))
            readers.append(Reader(name, college, told))
        else:
            against = why_not(given.pairing, around, (0, column))
            told = [reason_against(one, given.names) for one in against]
            others.append(Reader(name, college, [*told, load(around.loads[column])]))
    return render_template(
        "officer/pairings/reasons.html",
        jury=jury,
        share=share,
        proposed=proposed,
        readers=readers,
        others=sorted(others, key=lambda one: one.name.casefold())[:SHOWN_AGAINST],
        left_out=max(0, len(others) - SHOWN_AGAINST),
        colleges=COLLEGES,
    )


def page(session: Session, jury_id: UUID, form: Form | None) -> str:
    """The form, and the plan computed last with what it changes."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    plan = queries.latest_plan(session, jury.id)
    options = Options.taken(plan.options) if plan else Options()
    asked = form if isinstance(form, PairingForm) else PairingForm.showing(options)
    return render_template(
        "officer/pairings/show.html",
        jury=jury,
        form=asked,
        problem=form if form is not None and form is not asked else asked,
        apply_form=ApplyForm(formdata=None, data={"plan": str(plan.id)} if plan else {}),
        may_manage=rules.manages.holds(actor, jury) and not jury.closed_at,
        open_conflicts=conflicts.open_hints(session, jury.id, actor),
        colleges=COLLEGES,
        **preview(session, plan, actor),
    )


def preview(session: Session, plan: AssignmentPlan | None, actor: Actor) -> dict[str, Any]:
    """What a plan changes and what lacks for one, for the page."""
    changes: list[Change] = queries.changes(session, plan, actor) if plan and plan.found else []
    loads = [one.later for one in changes if one.later or one.added or one.now]
    return {
        "plan": plan,
        "changes": changes,
        "added": sum(one.added for one in changes),
        "taken": sum(one.taken for one in changes),
        "kept": sum(one.now - one.taken for one in changes),
        "least": min(loads, default=0),
        "most": max(loads, default=0),
        "lacks": [lacking(lack_taken(one)) for one in plan.lacks] if plan else [],
    }

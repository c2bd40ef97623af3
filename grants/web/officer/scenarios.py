"""Scenarios of a call: named ways of sharing its envelopes out, edited line by line."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.decisions.models import Instrument, Outcome
from grants.decisions.rules import RECORDERS
from grants.kernel.clock import paris_date
from grants.scenarios import queries, rules, services
from grants.scenarios.models import Scenario, ScenarioLine
from grants.scenarios.queries import Row, Sought, Strip
from grants.scenarios.queries.scenarios import call_of, totals
from grants.scenarios.queries.table import NO_OUTCOME
from grants.web.decisions import INSTRUMENTS, OUTCOMES
from grants.web.forms import attempt
from grants.web.officer.decision_forms import shown_amount
from grants.web.officer.scenario_forms import (
    LineForm,
    ScenarioForm,
    line_data,
    share_data,
    shown_rate,
)
from grants.web.officer.scenario_words import (
    before_and_after,
    lack_words,
    percent,
    shares_words,
    why_words,
)
from grants.web.paging import Page, asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.watching import RULES, VERDICTS, left

PER_PAGE = 50
SIZES = (50, 100)
COMPARED_MAX = 3
CHECK = "a-verifier"
SCRIPT = "scenario"
"""What js/scenario.js says in X-Requested-With: it wants JSON back."""

bp = Blueprint("scenarios", __name__)


@bp.get("/appels/<uuid:call_id>/scenarios")
@allow(Audience.OFFICER, rules.can_read)
def index(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The scenarios of a call, and a new one."""
    return index_page(session, call_id, None)


@bp.post("/appels/<uuid:call_id>/scenarios")
@allow(Audience.OFFICER, rules.may_prepare)
def create(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Begin one."""
    form = offered(session, call_id, ScenarioForm())
    if form.validate():
        with attempt(session, form) as tried:
            made = services.make(
                session,
                call_id,
                UUID(form.funder.data),
                name=form.name.data or "",
                copy_of=UUID(form.copy_of.data) if form.copy_of.data else None,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            return redirect(url_for(".show", scenario_id=made.id), 303)
    return index_page(session, call_id, form), form.status


@bp.get("/appels/<uuid:call_id>/scenarios/comparer")
@allow(Audience.OFFICER, rules.can_read)
def compare(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Two or three scenarios side by side."""
    actor = current_actor()
    queries.parts_of(session, call_id, viewer=actor)
    asked = list(dict.fromkeys(as_uuid(one) for one in request.args.getlist("s")))
    ids = [one for one in asked if one is not None][:COMPARED_MAX]
    found = [queries.scenario(session, one, viewer=actor) for one in ids]
    found = [one for one in found if one.call_id == call_id]
    only = "differences" in request.args
    page = None
    if len(found) > 1:
        statement = queries.compared(
            [one.id for one in found], call_id, actor, only_differences=only
        )
        page = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "officer/scenarios/compare.html",
        call=call_of(session, call_id),
        chosen=found,
        strips=[queries.strip(session, one, actor) for one in found],
        page=page,
        only=only,
        choices=queries.choices(session, call_id, viewer=actor),
        outcomes=OUTCOMES,
    )


@bp.get("/scenarios/<uuid:scenario_id>")
@allow(Audience.OFFICER, rules.can_read)
def show(session: Session, scenario_id: UUID) -> ResponseReturnValue:
    """The table of one scenario under its strip of envelopes."""
    actor = current_actor()
    scenario = queries.scenario(session, scenario_id, viewer=actor)
    strips = queries.strip(session, scenario, actor)
    law = queries.standings(session, scenario, on=paris_date(now()), viewer=actor)
    to_check = {one for one, held in law.items() if any(each.told for each in held)}
    asked = sought(strips, frozenset(to_check))
    size = request.args.get("size", type=int)
    page = page_of(
        session,
        queries.rows(scenario, asked, actor),
        number=asked_page(),
        per_page=size if size in SIZES else PER_PAGE,
    )
    rows = [Row._make(one) for one in page.rows]
    return render_template(
        "officer/scenarios/show.html",
        scenario=scenario,
        call=scenario.call,
        strips=strips,
        totals=totals(strips),
        page=Page(rows, page.number, page.per_page, page.total),
        others=queries.others_of(session, scenario.funder_id, [one.application_id for one in rows]),
        sought=asked,
        watched=law,
        to_check=len(to_check),
        blocked=sum(any(each.blocked for each in held) for held in law.values()),
        rules=RULES,
        verdicts=VERDICTS,
        left=left,
        outcomes=OUTCOMES,
        instruments=INSTRUMENTS,
        unnamed=NO_OUTCOME,
        usual=usual(scenario),
        shown_amount=shown_amount,
        shown_rate=shown_rate,
        percent=percent,
        parts=lambda row: shares_words(row.shares, scenario.call.unit, names(strips)),
        why=lambda row: why_words(row.why, scenario.call.unit, scenario.call.tracks),
        may_edit=may_edit(scenario),
        may_accept=may_prepare(scenario),
        rules_url=url_for("officer.computing.show", scenario_id=scenario.id),
        lacks=[lack_words(one, scenario.call.unit, scenario.call.tracks) for one in scenario.lacks],
    )


@bp.post("/scenarios/<uuid:scenario_id>/accepter")
@allow(Audience.OFFICER, rules.may_prepare)
def accept(session: Session, scenario_id: UUID) -> ResponseReturnValue:
    """Copy its lines into proposals."""
    scenario = queries.scenario(session, scenario_id, viewer=current_actor())
    form = ScenarioForm(formdata=None)
    with attempt(session, form) as tried:
        count = services.accept(session, scenario_id, actor=current_actor(), now=now())
    if tried.refused:
        flash(" ".join(words for _box, words in form.problems()), "danger")
        return redirect(url_for(".show", scenario_id=scenario_id), 303)
    flash(
        ngettext(
            "%(num)s line is now a proposal on the decision table.",
            "%(num)s lines are now proposals on the decision table.",
            count,
        ),
        "success",
    )
    call_id, funder_id = scenario.call_id, scenario.funder_id
    return redirect(url_for("officer.decisions.show", call_id=call_id, funder_id=funder_id), 303)


@bp.get("/scenarios/<uuid:scenario_id>/historique")
@allow(Audience.OFFICER, rules.can_read)
def history(session: Session, scenario_id: UUID) -> ResponseReturnValue:
    """Who changed what."""
    actor = current_actor()
    scenario = queries.scenario(session, scenario_id, viewer=actor)
    page = page_of(
        session, queries.history(scenario_id, actor), number=asked_page(), per_page=PER_PAGE
    )
    return render_template(
        "officer/scenarios/history.html",
        scenario=scenario,
        call=scenario.call,
        page=page,
        told=told(scenario, queries.strip(session, scenario, actor)),
    )


@bp.get("/scenarios/<uuid:scenario_id>/dossiers/<uuid:application_id>")
@allow(Audience.OFFICER, rules.can_read)
def line(session: Session, scenario_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """One line with all its boxes, why it is in or out, and its history."""
    actor = current_actor()
    scenario = queries.scenario(session, scenario_id, viewer=actor)
    found, by = queries.line_of(session, scenario_id, application_id, viewer=actor)
    strips = queries.strip(session, scenario, actor)
    data = line_data(found, strips, usual(scenario))
    form = LineForm(formdata=None, data={**data, "shares": share_data(found, strips)})
    return line_page(session, scenario, (found, by), strips, form)


@bp.post("/scenarios/<uuid:scenario_id>/dossiers/<uuid:application_id>")
@allow(Audience.OFFICER, rules.may_prepare)
def save_line(session: Session, scenario_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Keep one line, and say what is left in each envelope."""
    actor = current_actor()
    scenario = queries.scenario(session, scenario_id, viewer=actor)
    found, _by = queries.line_of(session, scenario_id, application_id, viewer=actor)
    strips = queries.strip(session, scenario, actor)
    form = LineForm()
    form.offer(strips)
    if form.validate():
        typed = form.typed_line(found, strips)
        if not form.errors:
            with attempt(session, form) as tried:
                saved = services.save_line(
                    session,
                    scenario_id,
                    application_id,
                    version=form.read_version,
                    typed=typed,
                    actor=actor,
                    now=now(),
                )
            if not tried.refused:
                return saved_answer(session, scenario, saved)
    return refused_answer(session, scenario_id, application_id, form)


def saved_answer(session: Session, scenario: Scenario, saved: ScenarioLine) -> ResponseReturnValue:
    """The strip and the line's new numbers for the script, or back to the table."""
    if not by_script():
        flash(_("The line is saved."), "success")
        return redirect(url_for(".show", scenario_id=scenario.id), 303)
    strips = queries.strip(session, scenario, current_actor())
    data = line_data(saved, strips, usual(scenario))
    return jsonify(
        message=_("Saved."),
        strip=render_template(
            "officer/scenarios/strip.html",
            scenario=scenario,
            strips=strips,
            totals=totals(strips),
        ),
        **{name: data[name] for name in ("version", "amount", "rate", "base", "outcome")},
    )


def refused_answer(
    session: Session, scenario_id: UUID, application_id: UUID, form: LineForm
) -> ResponseReturnValue:
    """Why not, with what stands meanwhile beside what was typed."""
    actor = current_actor()
    scenario = queries.scenario(session, scenario_id, viewer=actor)
    found, by = queries.line_of(session, scenario_id, application_id, viewer=actor)
    strips = queries.strip(session, scenario, actor)
    theirs = line_data(found, strips, usual(scenario))
    if by_script():
        words = " ".join(words for _box, words in form.problems())
        return jsonify(message=words, theirs={**theirs, "by": by}), form.status
    form.version.data = theirs["version"]
    return line_page(session, scenario, (found, by), strips, form), form.status


def line_page(
    session: Session,
    scenario: Scenario,
    held: tuple[ScenarioLine, str],
    strips: list[Strip],
    form: LineForm,
) -> str:
    """The page of one line; `held` is it, and who changed it last."""
    found, by = held
    form.offer(strips)
    statement = queries.history(scenario.id, current_actor(), application_id=found.application_id)
    others = queries.others_of(session, scenario.funder_id, [found.application_id])
    return render_template(
        "officer/scenarios/line.html",
        scenario=scenario,
        call=scenario.call,
        line=found,
        by=by,
        strips=strips,
        totals=totals(strips),
        form=form,
        others=others.get(found.application_id, []),
        outcomes=OUTCOMES,
        why=why_words(found.why, scenario.call.unit, scenario.call.tracks),
        theirs=line_data(found, strips, usual(scenario)) if form.was_refused else None,
        changes=session.execute(statement.limit(PER_PAGE)).all(),
        told=told(scenario, strips),
        may_edit=may_edit(scenario),
        plan_url=url_for("officer.financing.show", application_id=found.application_id),
    )


def index_page(session: Session, call_id: UUID, form: ScenarioForm | None) -> str:
    """The list, and the form of a new one."""
    actor = current_actor()
    new = form or offered(session, call_id, ScenarioForm(formdata=None))
    page = page_of(session, queries.of_call(call_id, actor), number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "officer/scenarios/index.html",
        call=call_of(session, call_id),
        page=page,
        form=new,
        may_make=bool(actor.funders_as(*RECORDERS)),
    )


def offered(session: Session, call_id: UUID, form: ScenarioForm) -> ScenarioForm:
    """The form with the funders and scenarios of the call to choose from."""
    actor = current_actor()
    funders = queries.parts_of(session, call_id, viewer=actor)
    mine = actor.funders_as(*RECORDERS)
    form.offer(
        [(one.id, one.name) for one in funders if one.id in mine],
        queries.choices(session, call_id, viewer=actor),
    )
    return form


def sought(strips: list[Strip], to_check: frozenset[UUID]) -> Sought:
    """What the address asks of the table; nonsense is as if nothing was asked."""
    outcome, envelope = request.args.get("outcome", ""), as_uuid(request.args.get("envelope"))
    return Sought(
        text=request.args.get("q", "").strip()[:200],
        outcome=outcome if outcome in {NO_OUTCOME, *(one.value for one in Outcome)} else "",
        track_key=request.args.get("track", "")[:40],
        envelope_id=envelope if envelope in {one.id for one in strips} else None,
        qpv=request.args.get("qpv") == "1",
        sort=request.args.get("sort", ""),
        among=to_check if request.args.get("watch") == CHECK else None,
    )


def told(scenario: Scenario, strips: list[Strip]) -> Any:
    """A change in words, with the names of the scenario's envelopes."""
    called = names(strips)
    return lambda change: before_and_after(change, scenario.call.unit, called)


def names(strips: list[Strip]) -> dict[str, str]:
    """What the envelopes are called, by their id."""
    return {str(one.id): one.label for one in strips}


def usual(scenario: Scenario) -> str:
    """The form in which the call gives."""
    return str(scenario.call.award_rule.get("instrument") or Instrument.GRANT)


def may_prepare(scenario: Scenario) -> bool:
    """Whether the viewer works on it."""
    return rules.may_prepare.holds(current_actor(), scenario)


def may_edit(scenario: Scenario) -> bool:
    """Whether the viewer may still change its lines."""
    return may_prepare(scenario) and scenario.accepted_at is None


def by_script() -> bool:
    """Whether js/scenario.js asks."""
    return request.headers.get("X-Requested-With") == SCRIPT


def as_uuid(text: str | None) -> UUID | None:
    """An identifier, or None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None

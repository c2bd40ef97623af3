"""Judging a call before any account: the whole form, whether it is for you, what it may give.

Nothing typed here is kept, nor does it stand in an address.
"""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.calls import effort, queries
from grants.calls.award import AwardRule
from grants.calls.award import estimate as estimated
from grants.calls.eligibility import Verdict, asked, verdicts
from grants.calls.logic import APPLICANT, explain
from grants.calls.models import Call
from grants.calls.queries import Moment
from grants.calls.rules import is_public
from grants.web import calls as telling
from grants.web.public.call_page import asked_by, award_in_words, condition, duration
from grants.web.public.questionnaire import Questionnaire, questionnaire
from grants.web.public.words import round_amount
from grants.web.requests import now
from grants.web.routes import Audience, allow
from grants.web.wording import language

bp = Blueprint("judging", __name__, url_prefix="/appels")


@bp.get("/<slug>/questions")
@allow(Audience.PUBLIC, is_public)
def questions(session: Session, slug: str) -> ResponseReturnValue:
    """Every question of the form, to be read or printed. Three statements."""
    call = queries.published(session, slug)
    form = call.current_revision.form if call.current_revision else None
    return render_template(
        "public/calls/all_questions.html",
        call=call,
        form_document=form,
        effort=duration(effort.rounded(effort.minutes(form))) if form else "",
        condition=condition,
        telling=telling,
    )


@bp.get("/<slug>/suis-je-concerne")
@allow(Audience.PUBLIC, is_public)
def eligibility(session: Session, slug: str) -> ResponseReturnValue:
    """The questions that the rules make necessary."""
    call = queries.published(session, slug)
    return _eligibility(call, _questionnaire(call), None)


@bp.post("/<slug>/suis-je-concerne")
@allow(Audience.PUBLIC, is_public)
def judge(session: Session, slug: str) -> ResponseReturnValue:
    """Each refusal's sentence, what could not be known, or that nothing stands against it."""
    call = queries.published(session, slug)
    form = _questionnaire(call)
    if not form.validate():
        return _eligibility(call, form, None), form.status
    return _eligibility(call, form, verdicts(call.eligibility_rules, form.facts()))


@bp.get("/<slug>/estimation")
@allow(Audience.PUBLIC, is_public)
def estimate(session: Session, slug: str) -> ResponseReturnValue:
    """The questions that the award rule makes necessary."""
    call = queries.published(session, slug)
    return _estimate(call, _award_questions(call), judged=False)


@bp.post("/<slug>/estimation")
@allow(Audience.PUBLIC, is_public)
def reckon(session: Session, slug: str) -> ResponseReturnValue:
    """What the rule gives for these answers, line by line."""
    call = queries.published(session, slug)
    form = _award_questions(call)
    if not form.validate():
        return _estimate(call, form, judged=False), form.status
    return _estimate(call, form, judged=True)


def _award_questions(call: Call) -> Questionnaire:
    return questionnaire(call, asked_by(AwardRule.parse(call.award_rule)), language=language())


def _estimate(call: Call, form: Questionnaire, *, judged: bool) -> str:
    rule = AwardRule.parse(call.award_rule)
    schema = call.current_revision.form.schema if call.current_revision else APPLICANT
    values = form.facts() if judged else {}
    return render_template(
        "public/calls/estimate.html",
        call=call,
        form=form,
        award=rule,
        found=estimated(rule, values, schema=schema, unit=call.unit) if judged else None,
        rules=award_in_words(call),
        is_open=telling.moment_of(call, now()) == Moment.OPEN,
        round_amount=round_amount,
    )


def _questionnaire(call: Call) -> Questionnaire:
    return questionnaire(call, asked(call.eligibility_rules), language=language())


def _eligibility(call: Call, form: Questionnaire, found: list[Verdict] | None) -> str:
    facts = form.facts() if found is not None else {}
    person = facts.get("applicant.is_person") is True and not call.allows_persons
    return render_template(
        "public/calls/eligibility.html",
        call=call,
        form=form,
        judged=found is not None,
        refused=[one for one in found or [] if one.holds is False],
        refuses_persons=person,
        unknown=[_open(call, one) for one in found or [] if one.holds is None],
        moment=telling.moment_of(call, now()),
        is_open=telling.moment_of(call, now()) == Moment.OPEN,
        telling=telling,
    )


def _open(call: Call, verdict: Verdict) -> str:
    """What would have to be so, in words, for a rule that could not be put to the answers."""
    if verdict.rule is None or call.current_revision is None:
        return ""
    return explain(verdict.rule, call.current_revision.form.schema, language())

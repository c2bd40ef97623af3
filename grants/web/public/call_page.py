"""All that one must know of a call before applying, as its page tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.calls import effort, queries
from grants.calls.award import AwardRule
from grants.calls.discovery import Filters
from grants.calls.eligibility import read
from grants.calls.form import Field, FormDocument
from grants.calls.logic import explain, references
from grants.calls.models import Batch, Call, CallState, Stage, StageKind
from grants.calls.queries import Moment
from grants.kernel.clock import paris_date
from grants.polls import queries as polls
from grants.polls.models import Poll
from grants.reporting import editions, figures
from grants.web import calls as telling
from grants.web import wording
from grants.web.public.alerts import AlertForm
from grants.web.public.filters import themes_of
from grants.web.public.words import round_amount, worth
from grants.web.requests import now

HOUR = 60


@dataclass(frozen=True)
class Step:
    """One point of a call's time line: what happens, when in words, and where it stands.

    `state` is past, current or coming.
    """

    words: str
    when: str
    state: str
    starts_on: date
    detail: str = ""


def facts(session: Session, call: Call) -> dict[str, object]:
    """The variables of the page. Two statements at most, besides those that loaded the call.

    One more where the public votes.
    """
    moment = telling.moment_of(call, now())
    form = call.current_revision.form if call.current_revision else None
    award = AwardRule.parse(call.award_rule)
    return {
        "call": call,
        "form_document": form,
        "moment": moment,
        "is_published": call.state is not CallState.DRAFT,
        "outcomes": figures.outcomes(session, call.id) if moment == Moment.PAST else None,
        "edition": editions.last_edition(session, call.previous_call_id),
        "days": queries.days_left(call.closes_at, now()),
        "steps": timeline(call, now()),
        "polls": _polls(session, call),
        "documents": documents(form),
        "effort": duration(effort.rounded(effort.minutes(form))) if form else "",
        "award": award,
        "award_rules": award_in_words(call),
        "can_check": bool(call.eligibility_rules) or not call.allows_persons,
        "can_estimate": bool(award.amount_rule),
        "worth": worth(call.award_rule, call.unit),
        "themes": themes_of(call),
        "alert_form": AlertForm.about(Filters(), like=call.slug),
        "round_amount": round_amount,
        "condition": condition,
        "telling": telling,
    }


def _polls(session: Session, call: Call) -> dict[UUID, Poll]:
    """The published public votes by stage; nothing is asked where no stage has one."""
    if not any(one.kind is StageKind.PUBLIC_VOTE for one in call.stages):
        return {}
    return polls.shown(session, call.id)


def timeline(call: Call, instant: datetime) -> list[Step]:
    """Every date of a call in order: opening, gatherings, closing, stages."""
    today = paris_date(instant)
    steps = [_opening(call, instant), *(_batch(one, instant) for one in call.batches)]
    if call.closes_at is not None and call.last_day is not None:
        when = telling.closing(call.closes_at)
        past, detail = call.closes_at <= instant, grace(call)
        steps.append(_step(_("Applications close"), when, call.last_day, past, detail=detail))
    steps += [_stage(one, today) for one in call.stages]
    # Stages without a day follow in their own order, at the end.
    return sorted(steps, key=lambda one: one.starts_on)


def grace(call: Call) -> str:
    """For how long after the closing what was begun may still be submitted; "" without grace."""
    if not call.grace_seconds:
        return ""
    span = duration(call.grace_seconds // 60)
    return str(_("An application already begun may still be submitted for %(span)s.", span=span))


def _opening(call: Call, instant: datetime) -> Step:
    when = telling.opening(call.opens_at)
    return _step(_("Applications open"), when, paris_date(call.opens_at), call.opens_at <= instant)


def _batch(batch: Batch, instant: datetime) -> Step:
    words = wording.localized(batch, "label")
    when = _("send your application before %(when)s", when=telling.closing(batch.cut_off_at))
    decides = _("decided on %(day)s", day=wording.day(batch.decides_on)) if batch.decides_on else ""
    cut_off = paris_date(batch.cut_off_at)
    return _step(words, when, cut_off, batch.cut_off_at <= instant, detail=decides)


def _stage(stage: Stage, today: date) -> Step:
    words, detail = wording.localized(stage, "title"), wording.localized(stage, "help")
    starts = stage.starts_on
    if starts is None:
        return Step(words, _("date to be announced"), "coming", date.max, detail)
    ends = stage.ends_on or starts
    state = "past" if ends < today else ("current" if starts <= today else "coming")
    return Step(words, telling.span(starts, ends), state, starts, detail)


def _step(words: str, when: str, on: date, is_past: bool, *, detail: str = "") -> Step:  # noqa: FBT001
    return Step(words, when, "past" if is_past else "coming", on, detail)


def documents(form: FormDocument | None) -> list[tuple[str, list[Field]]]:
    """The documents that the form asks, by whom they are asked of; everyone's first."""
    groups: dict[str, list[Field]] = {}
    for field in form.files() if form else []:
        groups.setdefault(telling.asked_of(field), []).append(field)
    return sorted(groups.items(), key=lambda one: one[0])


def duration(minutes: int) -> str:
    """« 45 minutes », « 2 h 30 »."""
    hours, rest = divmod(minutes, HOUR)
    if not hours:
        return str(ngettext("%(num)s minute", "%(num)s minutes", rest))
    if not rest:
        return str(ngettext("%(num)s hour", "%(num)s hours", hours))
    return str(_("%(hours)s h %(minutes)s", hours=hours, minutes=f"{rest:02d}"))


PUBLIC_AID = {"budget.charges", "budget.grants", "requested"}
"""What a cap on all public aid together is worked out from."""


def asked_by(rule: AwardRule) -> set[str]:
    """The variables that an award depends on: what an estimate has to ask, and no more."""
    expression = read(rule.amount_rule) if rule.amount_rule else None
    if expression is None:
        return set()
    return references(expression) | (PUBLIC_AID if rule.rate_max else set())


def award_in_words(call: Call) -> list[str]:
    """The award rule as sentences: the calculation, then each of its bounds."""
    rule = AwardRule.parse(call.award_rule)
    lines = []
    expression = read(rule.amount_rule) if rule.amount_rule else None
    if expression is not None and call.current_revision is not None:
        schema = call.current_revision.form.schema
        words = explain(expression, schema, wording.language(), unit=str(call.unit))
        lines.append(_("The amount is worked out so: %(rule)s.", rule=words))
    if rule.amount:
        lines.append(
            _("The amount is the same for all: %(amount)s.", amount=_amount(rule.amount, call))
        )
    if rule.floor:
        lines.append(_("It is never below %(amount)s.", amount=_amount(rule.floor, call)))
    if rule.most:
        lines.append(_("It is never above %(amount)s.", amount=_amount(rule.most, call)))
    if rule.rate_max:
        lines.append(
            _(
                "All public aid together may not exceed %(rate)s%% of the charges.",
                rate=rule.rate_max,
            )
        )
    return [str(one) for one in lines]


def _amount(amount: int, call: Call) -> str:
    return round_amount(amount, call.unit)


def condition(call: Call, text: str) -> str:
    """When a question or a document is asked, in words; "" when it always is."""
    expression = read(text) if text else None
    if expression is None or call.current_revision is None:
        return ""
    return explain(expression, call.current_revision.form.schema, wording.language())

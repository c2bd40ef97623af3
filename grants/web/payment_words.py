"""How conditions, steps and deadlines of payments are told, and what would unblock each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from grants.payments.deadlines import TO_PAY, Clock, Deadline, Pace, deadline
from grants.payments.models import Claim, ConditionKind
from grants.payments.steps import Step, StepKind
from grants.web import wording

CONDITIONS = {
    ConditionKind.AGREEMENT: _l("Agreement signed by both sides"),
    ConditionKind.REPORT: _l("Report on the project accepted"),
    ConditionKind.AUDIT: _l("Auditor’s certificate"),
    ConditionKind.COFUNDER: _l("Letter of another funder"),
    ConditionKind.DOCUMENT: _l("Another document"),
}
PROVED_BY = {
    ConditionKind.AGREEMENT: _l("The beneficiary, then the authority, sign the agreement."),
    ConditionKind.REPORT: _l("The beneficiary sends the report; the service accepts it."),
    ConditionKind.AUDIT: _l("The beneficiary adds the auditor’s certificate to the claim."),
    ConditionKind.COFUNDER: _l("The beneficiary adds this funder’s letter to the claim."),
    ConditionKind.DOCUMENT: _l("The beneficiary adds this document to the claim."),
}
TONES = {
    Pace.WAITING: "neutral",
    Pace.STOPPED: "warning",
    Pace.IN_TIME: "neutral",
    Pace.SOON: "warning",
    Pace.LATE: "danger",
}
STEPS = {
    StepKind.PREVIOUS: _l("Earlier payment made"),
    StepKind.CLAIM: _l("Payment claimed"),
    StepKind.ACCOUNT: _l("Bank details checked by a second person"),
    StepKind.SERVICE: _l("Service done certified"),
    StepKind.ORDER: _l("Payment ordered"),
    StepKind.SIGNATURE: _l("Order signed"),
    StepKind.PAYMENT: _l("Paid"),
}
UNBLOCKED_BY = {
    StepKind.PREVIOUS: _l("The earlier payment has to be made first."),
    StepKind.CLAIM: _l("The beneficiary claims it on the page of their payments."),
    StepKind.ACCOUNT: _l(
        "First details: the service checks them with the claim. A change: finance makes sure of"
        " it with the beneficiary and agrees."
    ),
    StepKind.SERVICE: _l("The service in charge certifies once everything above is there."),
    StepKind.ORDER: _l("Finance prepares the order."),
    StepKind.SIGNATURE: _l("Another person than the one who prepared it signs."),
    StepKind.PAYMENT: _l("The accounting office pays."),
}


def condition_words(kind: ConditionKind, label: str = "") -> str:
    """A condition in words, with the name that it was given."""
    return (
        _("%(what)s: %(which)s", what=CONDITIONS[kind], which=label)
        if label
        else str(CONDITIONS[kind])
    )


def tasks(found: Sequence[Step]) -> list[dict[str, object]]:
    """Steps for `task_list`: what is there and since when, what is missing and who brings it."""
    return [_task(one) for one in found]


def _task(step: Step) -> dict[str, object]:
    condition = step.condition
    if condition is not None:
        label = condition_words(condition.kind, condition.label)
        remedy = str(PROVED_BY[condition.kind])
    else:
        label, remedy = str(STEPS[step.kind]), str(UNBLOCKED_BY[step.kind])
    if not step.done:
        first = step.kind is StepKind.PREVIOUS and step.detail
        named = _("“%(label)s” comes first.", label=step.detail) if first else remedy
        missing = _("Still missing") if condition else _("To come")
        tone = "warning" if condition else "neutral"
        return {"label": label, "status": missing, "tone": tone, "hint": named}
    done = _("On %(day)s", day=wording.day(step.on)) if step.on else _("Done")
    digits = step.kind is StepKind.ACCOUNT and step.detail
    hint = _("account ending in %(digits)s", digits=step.detail) if digits else step.detail
    return {"label": label, "status": done, "tone": "success", "hint": hint}


def claim_due(claim: Claim, *, today: date) -> tuple[str, str]:
    """How a claim stands to its clock, in words and their tone; needs its pauses."""
    stopped_on = claim.pause.begun_on if claim.pause else None
    return deadline_words(deadline(claim.due_on, today=today, stopped_on=stopped_on))


def clock_words(found: Clock | None) -> str:
    """How many of the sixty days ran, and how many did not count; "" before the first."""
    if found is None:
        return ""
    begun, whole = wording.day(found.from_on), TO_PAY.days
    run = ngettext(
        "%(num)s day of %(whole)s since %(day)s",
        "%(num)s days of %(whole)s since %(day)s",
        found.run,
        whole=whole,
        day=begun,
    )
    if not found.suspended:
        return str(run)
    lost = ngettext("%(num)s day suspended", "%(num)s days suspended", found.suspended)
    return f"{run}, {lost}"


def deadline_words(found: Deadline) -> tuple[str, str]:
    """A deadline in words and its tone, for `tag`."""
    if found.pace is Pace.WAITING or found.due_on is None:
        return _("The sixty days start when nothing is missing"), "neutral"
    day, tone = wording.short_day(found.due_on), TONES[found.pace]
    if found.pace is Pace.STOPPED:
        return _("Sixty days suspended since %(day)s", day=day), tone
    left = days_words(found)
    if found.pace is Pace.LATE:
        return _("%(late)s: it was due on %(day)s", late=left, day=day), tone
    return _("Due on %(day)s, %(left)s", day=day, left=left), tone


def days_words(found: Deadline) -> str:
    """How many days are left of a deadline that runs, or how late it is."""
    if found.pace is Pace.LATE:
        return str(ngettext("%(num)s day late", "%(num)s days late", found.days))
    return str(ngettext("in %(num)s day", "in %(num)s days", found.days))

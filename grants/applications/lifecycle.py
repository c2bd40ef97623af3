"""What follows what in the life of an application, who decides it, and when: the whole policy."""

from __future__ import annotations

from datetime import datetime

from grants.applications.answers import missing, outlook, unconfirmed
from grants.applications.models import Application, ApplicationState
from grants.applications.rules import (
    is_officer,
    is_system,
    may_decide,
    may_pay,
    may_submit,
)
from grants.calls.eligibility import verdicts
from grants.calls.models import Call, CallState
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.workflow import Lifecycle, Transition

S = ApplicationState


def call_is_open(application: Application, now: datetime) -> Refused | None:
    """A call's window includes its first instant and excludes its last, grace included.

    An access code opens it longer for one applicant; trying a call needs no window.
    """
    call = application.call
    if application.is_test or call.receives(now) or is_let_in_late(application, now):
        return None
    if now < call.opens_at:
        return Refused("application.submit.not_open", opens_at=call.opens_at)
    return Refused("application.submit.closed", received_at=now, closes_at=closed_since(call, now))


def is_let_in_late(application: Application, now: datetime) -> bool:
    """Whether an access code keeps the call open for this application alone."""
    until = application.late_until
    return until is not None and now < until and application.call.state is not CallState.ARCHIVED


def closed_since(call: Call, now: datetime) -> datetime:
    """Since when a closed call takes nothing: its own instant, or when it was closed by hand."""
    until = call.receives_until
    if until is not None and until <= now:
        return until
    return call.closed_at or call.archived_at or now


def no_rule_refuses(application: Application, _now: datetime) -> Refused | None:
    """The call's rules of eligibility hold, or cannot be known from what was answered."""
    call = application.call
    rules = verdicts(call.eligibility_rules, outlook(application)) if call.eligibility_rules else ()
    for one in rules:
        if one.holds is False:
            reason = {"fr": one.refusal_fr, "en": one.refusal_en}
            return Refused("application.submit.not_eligible", reason=reason)
    return None


def nothing_is_missing(application: Application, _now: datetime) -> Refused | None:
    """Every required answer and document is there, and each can be understood."""
    count = len(missing(application))
    return Refused("application.submit.incomplete", count=count) if count else None


def nothing_is_unconfirmed(application: Application, _now: datetime) -> Refused | None:
    """What was carried over from an earlier application was looked at again."""
    count = len(unconfirmed(application))
    return Refused("application.submit.unconfirmed", count=count) if count else None


def nothing_asked_is_missing(application: Application, _now: datetime) -> Refused | None:
    """The answers that the officer asked about are complete; the others were settled before."""
    asked = application.complement.field_keys if application.complement else frozenset()
    count = sum(problem.field_key in asked for problem in missing(application))
    return Refused("application.answer_complement.incomplete", count=count) if count else None


def no_complement_is_open(application: Application, _now: datetime) -> Refused | None:
    """One request for complements at a time; another may follow its answer."""
    if application.complement is None or application.complement.answered_at is not None:
        return None
    return Refused(
        "application.ask_complement.already_asked", asked_at=application.complement.asked_at
    )


def no_complement_is_awaited(application: Application, now: datetime) -> Refused | None:
    """An applicant who was given until a day keeps that whole day, in Paris."""
    due_on = application.complement_due_on
    if application.state is not S.INCOMPLETE or due_on is None or paris_date(now) > due_on:
        return None
    return Refused("application.declare_inadmissible.complement_awaited", due_on=due_on)


def call_has_closed(application: Application, now: datetime) -> Refused | None:
    """A draft lapses when its call closes, not before."""
    until = application.call.receives_until
    if until is not None and until <= now and not is_let_in_late(application, now):
        return None
    return Refused("application.lapse.call_is_open")


BEFORE_AWARD = frozenset(
    {
        S.DRAFT,
        S.SUBMITTED,
        S.INCOMPLETE,
        S.ADMISSIBLE,
        S.IN_REVIEW,
        S.ELIMINATED,
        S.FINALIST,
        S.WAITLISTED,
    }
)
JUDGED = frozenset({S.IN_REVIEW, S.FINALIST})

LIFECYCLE = Lifecycle(
    subject="application",
    initial=S.DRAFT,
    transitions=(
        # The applicant. Submitting: the representative, or the person who applies in person,
        # while the call is open and when nothing is missing.
        Transition(
            "submit",
            {S.DRAFT},
            S.SUBMITTED,
            may_submit,
            (call_is_open, no_rule_refuses, nothing_is_missing, nothing_is_unconfirmed),
        ),
        Transition("withdraw", BEFORE_AWARD, S.WITHDRAWN, may_submit),
        Transition("lapse", {S.DRAFT}, S.LAPSED, is_system, (call_has_closed,)),
        # When an outage is made good, the drafts that it let lapse live again.
        Transition("revive", {S.LAPSED}, S.DRAFT, is_system),
        # Admissibility, by an officer of one of the call's funders.
        Transition(
            "ask_complement",
            {S.SUBMITTED},
            S.INCOMPLETE,
            is_officer,
            (no_complement_is_open,),
        ),
        Transition(
            "answer_complement",
            {S.INCOMPLETE},
            S.SUBMITTED,
            may_submit,
            (nothing_asked_is_missing,),
        ),
        Transition("declare_admissible", {S.SUBMITTED}, S.ADMISSIBLE, is_officer),
        Transition(
            "declare_inadmissible",
            {S.SUBMITTED, S.INCOMPLETE},
            S.INADMISSIBLE,
            is_officer,
            (no_complement_is_awaited,),
        ),
        # Review: what stages and juries a call has, its own rows say.
        Transition("send_to_review", {S.ADMISSIBLE}, S.IN_REVIEW, is_officer),
        Transition("eliminate", {S.IN_REVIEW}, S.ELIMINATED, is_officer | is_system),
        Transition("shortlist", {S.IN_REVIEW}, S.FINALIST, is_officer | is_system),
        # The deciding body. An eliminated application is refused by the same deliberation.
        Transition("award", JUDGED | {S.WAITLISTED}, S.AWARDED, may_decide),
        Transition("waitlist", JUDGED, S.WAITLISTED, may_decide),
        Transition("decline", JUDGED | {S.ELIMINATED, S.WAITLISTED}, S.DECLINED, may_decide),
        # What follows the award.
        Transition("start_agreement", {S.AWARDED}, S.UNDER_AGREEMENT, may_pay | may_decide),
        Transition("start", {S.UNDER_AGREEMENT}, S.IN_PROGRESS, may_pay | may_decide),
        Transition("close", {S.IN_PROGRESS}, S.CLOSED, may_pay | is_system),
        # What was withdrawn or given up leaves nothing to pay.
        Transition(
            "end_award",
            {S.AWARDED, S.UNDER_AGREEMENT, S.IN_PROGRESS},
            S.CLOSED,
            may_pay | may_decide,
        ),
        # An act that never became executory or was annulled, an appeal that was accepted: decided
        # again.
        Transition(
            "reopen",
            {S.AWARDED, S.WAITLISTED, S.DECLINED, S.UNDER_AGREEMENT, S.IN_PROGRESS, S.CLOSED},
            S.IN_REVIEW,
            may_decide,
        ),
    ),
)


def can_withdraw(application: Application, actor: Actor) -> bool:
    """Whether a page may offer to withdraw the application."""
    withdraw = LIFECYCLE["withdraw"]
    return application.state in withdraw.sources and withdraw.by.holds(actor, application)

"""What follows what in the life of a call, who decides it, and on which conditions."""

from __future__ import annotations

from datetime import datetime

from grants.calls.form import FieldRole, FieldType
from grants.calls.lint import blocking
from grants.calls.models import JUDGED_BY_JURIES, Call, CallState, Stage
from grants.calls.rules import is_system, leads
from grants.kernel.errors import Refused
from grants.kernel.workflow import Lifecycle, Transition

S = CallState


def has_a_lead(call: Call, _now: datetime) -> Refused | None:
    """Somebody answers for the call."""
    return None if call.lead else Refused("call.publish.no_lead")


def has_a_form(call: Call, _now: datetime) -> Refused | None:
    """A form that asks at least for a title and for an amount in the call's unit."""
    revision = call.current_revision
    if revision is None:
        return Refused("call.publish.no_form")
    if revision.form.by_role(FieldRole.TITLE) is None:
        return Refused("call.publish.no_title_field")
    requested = revision.form.by_role(FieldRole.REQUESTED)
    if requested is not None and requested.limits.unit is not call.unit:
        return Refused("call.publish.requested_in_another_unit", call_unit=call.unit.value)
    return None


def documents_can_be_sent(call: Call, _now: datetime) -> Refused | None:
    """Every document that the page announces has its place in the form."""
    revision = call.current_revision
    for document in call.documents:
        field = revision.form.field(document.key) if revision else None
        if field is None or field.type is not FieldType.FILE:
            return Refused("call.publish.document_without_field", document=document.label_fr)
    return None


def stages_can_be_walked(call: Call, _now: datetime) -> Refused | None:
    """Something happens to an application, and who scores has criteria to score on."""
    if not call.stages:
        return Refused("call.publish.no_stage")
    for stage in call.stages:
        if not _has_what_it_needs(stage):
            return Refused("call.publish.stage_without_criteria", stage=stage.title_fr)
    return None


def closes_later(call: Call, now: datetime) -> Refused | None:
    """Nobody is invited to a call that is over."""
    if call.closes_at is None or now < call.closes_at:
        return None
    return Refused("call.publish.closes_in_the_past", closes_at=call.closes_at)


def nothing_stops_it(call: Call, now: datetime) -> Refused | None:
    """The rest of what `calls.lint` looks at; its page says where each thing is mended."""
    revision = call.current_revision
    count = len(blocking(call, revision.form, now)) if revision else 0
    return Refused("call.publish.blocked", count=count) if count else None


def window_is_still_open(call: Call, now: datetime) -> Refused | None:
    """Reopening needs a closing date to come: extend it first."""
    if call.closes_at is None or now < call.closes_at:
        return None
    return Refused("call.reopen.closes_in_the_past", closes_at=call.closes_at)


def is_over(call: Call, now: datetime) -> Refused | None:
    """The software closes a call at its time, grace included, never before."""
    if call.receives_until is not None and call.receives_until <= now:
        return None
    return Refused("call.expire.not_over")


LIFECYCLE = Lifecycle(
    subject="call",
    initial=S.DRAFT,
    transitions=(
        Transition(
            "publish",
            {S.DRAFT},
            S.PUBLISHED,
            leads,
            (
                has_a_lead,
                has_a_form,
                documents_can_be_sent,
                stages_can_be_walked,
                closes_later,
                nothing_stops_it,
            ),
        ),
        Transition("close", {S.PUBLISHED}, S.CLOSED, leads),
        Transition("expire", {S.PUBLISHED}, S.CLOSED, is_system, (is_over,)),
        Transition("reopen", {S.CLOSED}, S.PUBLISHED, leads, (window_is_still_open,)),
        Transition("archive", {S.CLOSED}, S.ARCHIVED, leads),
    ),
)


def _has_what_it_needs(stage: Stage) -> bool:
    if stage.kind not in JUDGED_BY_JURIES:
        return True
    return bool(stage.juries) and all(jury.criteria for jury in stage.juries)

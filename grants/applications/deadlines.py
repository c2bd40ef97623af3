"""The clocks of procedure: when silence refuses (CRPA, articles L231-4 3° and L114-5). Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from grants.applications.models import Application, ApplicationState
from grants.kernel.clock import paris_date

SILENCE_MONTHS = 2
APPEAL_MONTHS = 2


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one: « de quantième à quantième »."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def implicit_refusal_on(application: Application) -> date | None:
    """The day on which silence refuses a submitted request for money.

    The time spent waiting for complements does not count; None while they are awaited, or
    when nothing was submitted.
    """
    if application.submitted_at is None or application.state is ApplicationState.INCOMPLETE:
        return None
    day = months_after(paris_date(application.submitted_at), SILENCE_MONTHS)
    return day + timedelta(days=application.waited_days)


@dataclass(frozen=True)
class Durations:
    """How long a file has been in hand, in whole days: in all, and without the waiting."""

    gross: int
    net: int
    is_suspended: bool


def durations(application: Application, now: datetime) -> Durations | None:
    """How long the service has had a file, until it was ruled on; None before submission.

    `application.complement` must be loaded: the wait for an open request counts to this day.
    """
    if application.submitted_at is None:
        return None
    ended = application.decided_at or application.inadmissible_at or application.withdrawn_at
    until = paris_date(ended or now)
    gross = max((until - paris_date(application.submitted_at)).days, 0)
    waited, request = application.waited_days, application.complement
    suspended = application.state is ApplicationState.INCOMPLETE and request is not None
    if suspended and request is not None:
        waited += days_waited(request.asked_at, now)
    return Durations(gross=gross, net=max(gross - waited, 0), is_suspended=suspended)


def days_waited(asked_at: datetime, answered_at: datetime) -> int:
    """The whole days, in Paris, between a request and its answer."""
    return max((paris_date(answered_at) - paris_date(asked_at)).days, 0)

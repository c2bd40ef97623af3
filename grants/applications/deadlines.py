"""The clocks of procedure: when silence refuses (CRPA, articles L231-4 3° and L114-5). Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from grants.applications.models import Application
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
    when nothing was submitted. `application.complement` must be loaded.
    """
    if application.submitted_at is None:
        return None
    day = months_after(paris_date(application.submitted_at), SILENCE_MONTHS)
    request = application.complement
    if request is None:
        return day
    if request.answered_at is None:
        return None
    waited = paris_date(request.answered_at) - paris_date(request.asked_at)
    return day + max(waited, timedelta())

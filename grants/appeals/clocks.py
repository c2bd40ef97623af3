"""The clocks of an appeal, as pure functions of civil dates in Paris.

CRPA L411-2 (the appeal interrupts the delay before the court), L231-4 (silence of two months means
no), CJA R421-1 and R421-2 (two clear months before the court, from a notification or a silence).
"""

from __future__ import annotations

from datetime import date

from grants.kernel.calendar import clear_deadline, months_later

MONTHS = 2


def appeal_until(read_on: date) -> date:
    """The last day to appeal to the authority or to bring the matter before the court."""
    return clear_deadline(read_on, MONTHS)


def silence_on(received_on: date) -> date:
    """The day on which silence has become a refusal: counted by the date, and never prolonged."""
    return months_later(received_on, MONTHS)


def court_until(
    received_on: date, *, answered_on: date | None = None, answer_read_on: date | None = None
) -> date | None:
    """The last day before the court once one has appealed; None while nothing makes it run.

    A refusal runs from its notification. Before that, silence runs from its own day, unless a
    refusal was made within the delay that the silence opened: it opens a new one (CJA R421-2).
    """
    by_silence = silence_on(received_on)
    last = clear_deadline(by_silence, MONTHS)
    if answered_on is None or answered_on > last:
        return last
    if answer_read_on is None:
        return None
    return clear_deadline(answer_read_on, MONTHS)

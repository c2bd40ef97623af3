"""The French calendar: public holidays, working days, and the clocks that count in months. Pure.

The eleven holidays are those of the Code du travail (article L3133-1); Alsace and Moselle have
two more, which clocks of national law do not know.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

SATURDAY = 5
FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension Day, Whit Monday: days after Easter."""


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Butcher's reckoning)."""
    golden, century = year % 19, year // 100
    leaps, rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    quarter, years = divmod(year % 100, 4)
    weekday = (32 + 2 * rest + 2 * quarter - epact - years) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """The public holidays of a year."""
    moving = (easter(year) + timedelta(days=days) for days in AFTER_EASTER)
    return frozenset((*(date(year, *one) for one in FIXED), *moving))


def is_working_day(day: date) -> bool:
    """Neither a Saturday, nor a Sunday, nor a public holiday."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def working_days_later(day: date, count: int) -> date:
    """The last day of a time of `count` working days that begins on the morrow of `day`."""
    found = day
    while count > 0:
        found += timedelta(days=1)
        count -= is_working_day(found)
    return found


def working_day_from(day: date) -> date:
    """The day itself, or the first working day after it: where a clock of procedure stops."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one: « de quantième à quantième »."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def clear_deadline(day: date, months: int) -> date:
    """The last day of a clear time (« délai franc ») of so many months from an act told on `day`.

    Neither the first day nor the last one counts; it goes on to the first working day.
    """
    return working_day_from(months_later(day, months) + timedelta(days=1))

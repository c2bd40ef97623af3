"""The days of this year's story: all of one fiscal year, whenever the demonstration is given."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from grants.kernel.clock import paris_date, paris_instant

CLERMONT = "Clermont Auvergne Métropole"
DIRECT = "Soutien direct aux acteurs"
YEARLY = "Accompagnement de la coopération"
FRAMEWORK = "Convention-cadre coopération"
ADVANCES = "Avances remboursables"
FRIDAY = 4
KEPT = 45
"""How many days the autumn of the play lasts."""
LASTS = 160
"""How many days this act lasts."""


def last_day(present: date) -> date:
    """The day on which this act ends: everything before it fits in its year."""
    near = present - timedelta(days=KEPT)
    if near.timetuple().tm_yday > LASTS:
        return near
    return date(near.year - 1, 12, 20)


class Days:
    """The days of the act, counted back from its last one."""

    def __init__(self, present: datetime) -> None:
        today = paris_date(present)
        self.end = last_day(today)
        self.year = self.end.year
        self.is_current = today.year == self.year
        """Whether orders of that year may still be made today."""

    def before(self, days: int) -> date:
        """So many days before the end, or the Friday before when it falls on a weekend."""
        day = self.end - timedelta(days=days)
        return day - timedelta(days=max(0, day.weekday() - FRIDAY))

    def at(self, days: int, hour: int = 9) -> datetime:
        """An hour of that day, in Paris."""
        return paris_instant(self.before(days), hour)

"""How amounts, days and instants are written, in French and in English."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from flask_babel import get_locale

from grants.kernel.clock import PARIS
from grants.kernel.money import Unit

NARROW = "\u202f"  # narrow no-break space: inside French numbers and before « ; : ! ? € »
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
SPANS = {
    "fr": ("jour", "heure", "minute", "seconde"),
    "en": ("day", "hour", "minute", "second"),
}
NAMES = {language: names.split() for language, names in MONTHS.items()}


# What `language` answers while a request is served: a page asks hundreds of times.
of_request: ContextVar[str | None] = ContextVar("of_request", default=None)


def language() -> str:
    """`fr` or `en`, whichever this answer is written in."""
    if chosen := of_request.get():
        return chosen
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "fr"


def number(value: int) -> str:
    """1234567 → « 1 234 567 » in French, "1,234,567" in English."""
    text = f"{value:,}"
    text = text if language() == "en" else text.replace(",", NARROW)
    return text.replace("-", "−", 1)


def money(amount_cents: int) -> str:
    """1234567 → « 12 345,67 € », "€12,345.67"; whole euros lose their zeros never."""
    euros, cents = divmod(abs(amount_cents), 100)
    sign = "−" if amount_cents < 0 else ""
    if language() == "en":
        return f"{sign}€{euros:,}.{cents:02d}"
    return f"{sign}{euros:,}".replace(",", NARROW) + f",{cents:02d}{NARROW}€"


def amount(value: int, unit: Unit | str = Unit.EUR) -> str:
    """A quantity with its unit: « 12 345,67 € », « 350 m² », « 12 h »."""
    unit = Unit(unit)
    if unit is Unit.EUR:
        return money(value)
    mark = "m²" if unit is Unit.SQUARE_METRE else "h"
    return f"{number(value)}{NARROW}{mark}"


def listed(names: Sequence[str]) -> str:
    """« Zoé, Lou et Camille », "Zoé, Lou and Camille"."""
    if len(names) < 2:  # noqa: PLR2004 -- nothing to join
        return "".join(names)
    joint = "and" if language() == "en" else "et"
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def remaining(seconds: int) -> str:
    """How long is left: « 3 jours et 4 heures », « 2 heures et 5 minutes », « 40 secondes »."""
    parts = [(seconds // size, index) for index, size in enumerate((86_400, 3_600, 60, 1))]
    index = next((index for count, index in parts if count), 3)
    units = SPANS[language()]
    counts = (seconds // 86_400, seconds % 86_400 // 3_600, seconds % 3_600 // 60, seconds % 60)
    told = [
        f"{counts[at]} {units[at]}{'s' if counts[at] > 1 else ''}"
        for at in (index, index + 1)
        if at < len(counts) and (at == index or counts[at])
    ]
    return listed(told)


def day(value: date | datetime | None) -> str:
    """« 14 octobre 2016 », "14 October 2016"."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(PARIS).date()
    first = "1er" if value.day == 1 and language() == "fr" else str(value.day)
    return f"{first}\u00a0{NAMES[language()][value.month - 1]}\u00a0{value.year}"


def short_day(value: date | datetime | None) -> str:
    """« 14/10/2016 », "14 Oct 2016"."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(PARIS).date()
    if language() == "en":
        return f"{value.day} {NAMES['en'][value.month - 1][:3]} {value.year}"
    return f"{value:%d/%m/%Y}"


def time_of_day(value: datetime, *, seconds: bool = False) -> str:
    """« 23 h 59 » or « 23 h 59 min 59 s », in Paris."""
    civil = value.astimezone(PARIS)
    if language() == "en":
        return f"{civil:%H:%M:%S}" if seconds else f"{civil:%H:%M}"
    text = f"{civil.hour}{NARROW}h{NARROW}{civil.minute:02d}"
    return f"{text}{NARROW}min{NARROW}{civil.second:02d}{NARROW}s" if seconds else text


def instant(value: datetime | None) -> str:
    """« 30 novembre 2018 à 23 h 59 min 59 s (heure de Paris) », to the second."""
    if value is None:
        return "—"
    if language() == "en":
        return f"{day(value)} at {time_of_day(value, seconds=True)} (Paris time)"
    return f"{day(value)} à {time_of_day(value, seconds=True)} (heure de Paris)"


def moment(value: datetime | None) -> str:
    """« 30 novembre 2018 à 23 h 59 », to the minute."""
    if value is None:
        return "—"
    joint = "at" if language() == "en" else "à"
    return f"{day(value)} {joint} {time_of_day(value)}"


def localized(row: Any, name: str) -> str:
    """`row.name_fr` or `row.name_en` by the reader's language; French when there is no other."""
    if language() == "en" and (english := getattr(row, f"{name}_en", None)):
        return str(english)
    return str(getattr(row, f"{name}_fr", "") or "")

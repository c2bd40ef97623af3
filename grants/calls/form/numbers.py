"""Cleans numbers, money, areas and days as people write them in France."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from grants.calls.form.problem import Problem
from grants.calls.form.shapes import Field, Limits
from grants.calls.form.texts import one_line
from grants.kernel.money import Unit
from grants.kernel.typed import seen

GROUP = 3
"""Digits between two thousands marks."""

LARGEST = 10**14
"""Beyond it nobody means what they typed, and PostgreSQL's BIGINT keeps a margin."""

SYMBOLS = re.compile(r"(?:€|euros?|eur|m²|m2|heures?|h)$", re.IGNORECASE)
GROUPED = re.compile(r"[0-9]{1,3}(?:([ .,'])[0-9]{3})(?:\1[0-9]{3})*")
PLAIN = re.compile(r"[0-9]+")
MONTHS = {
    "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7,
    "aout": 8, "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12,
}  # fmt: skip
DAY = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")
ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
WRITTEN_DAY = re.compile(r"([0-9]{1,2})(?:er)? ([a-zéû]+) ([0-9]{4})")


def typed_decimal(text: str, *, decimals: int) -> Decimal | Problem:
    """« 1 234,56 € » as a number with at most `decimals` digits after the comma.

    A dot or comma before exactly three digits is a thousands mark when the field has fewer
    decimals than three and the mark is a dot; « 1,234 » is refused as too precise rather
    than guessed.
    """
    bare = SYMBOLS.sub("", seen(text).replace("’", "'")).removeprefix("€").strip()
    sign, bare = (-1, bare[1:].strip()) if bare[:1] in {"-", "−"} else (1, bare)
    whole, fraction = _split(bare, decimals=decimals)
    digits = _ungrouped(whole)
    if digits is None or not re.fullmatch(r"[0-9]*", fraction):
        return Problem("form.number_unreadable", {"typed": text[:40]})
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        return Problem("form.too_many_decimals", {"max": decimals})
    if len(digits.lstrip("0")) > len(str(LARGEST)):
        return Problem("form.number_too_large")
    return sign * Decimal(f"{digits}.{fraction or '0'}")


def _split(bare: str, *, decimals: int) -> tuple[str, str]:
    """What is before and after the decimal mark."""
    mark = max(bare.rfind(","), bare.rfind("."))
    if mark < 0:
        return bare, ""
    sign, after = bare[mark], bare[mark + 1 :]
    other = "." if sign == "," else ","
    repeated = bare.count(sign) > 1
    alone = sign == "." and other not in bare
    dot_of_thousands = alone and len(after) == GROUP and decimals < GROUP
    if (repeated or dot_of_thousands) and GROUPED.fullmatch(bare):
        return bare, ""
    return bare[:mark], after


def _ungrouped(whole: str) -> str | None:
    if PLAIN.fullmatch(whole):
        return whole
    if GROUPED.fullmatch(whole):
        return re.sub(r"[^0-9]", "", whole)
    return None


def number(field: Field, raw: object) -> int | str | Problem | None:
    """A whole number, or a decimal kept as text so that no float ever touches it."""
    decimals = field.limits.decimals
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    text = one_line(raw)
    if not text:
        return None
    value = typed_decimal(text, decimals=decimals)
    if isinstance(value, Problem):
        return value
    if problem := _outside(value, field.limits, scale=1):
        return problem
    return int(value) if decimals == 0 else _plain(value)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def money(field: Field, raw: object) -> int | Problem | None:
    """Euros as typed, kept in cents. An integer is already cents."""
    return _quantity(field, raw, Unit.EUR)


def quantity(field: Field, raw: object) -> int | Problem | None:
    """An amount of the field's unit (m², hours), whole."""
    return _quantity(field, raw, field.limits.unit or Unit.SQUARE_METRE)


def _quantity(field: Field, raw: object, unit: Unit) -> int | Problem | None:
    if isinstance(raw, int) and not isinstance(raw, bool):
        value: Decimal | Problem = Decimal(raw) / unit.scale
    elif text := one_line(raw):
        value = typed_decimal(text, decimals=2 if unit is Unit.EUR else 0)
    else:
        return None
    if isinstance(value, Problem):
        return value
    if value < 0:
        return Problem("form.negative")
    if problem := _outside(value, field.limits, scale=unit.scale, unit=unit):
        return problem
    return int(value * unit.scale)


def _outside(
    value: Decimal, limits: Limits, *, scale: int, unit: Unit | None = None
) -> Problem | None:
    """Whether a value is out of its bounds. Facts are in the unit's smallest part."""
    shown: dict[str, object] = {"unit": unit} if unit else {}
    if limits.min is not None and value * scale < limits.min:
        return Problem("form.below_min", {"min": limits.min, **shown})
    if limits.max is not None and value * scale > limits.max:
        return Problem("form.above_max", {"max": limits.max, **shown})
    if abs(value) * scale > LARGEST:
        return Problem("form.number_too_large")
    return None


def day(field: Field, raw: object) -> str | Problem | None:
    """A civil day written 14/10/2016, 14 octobre 2016 or 2016-10-14, kept as the last."""
    if isinstance(raw, date):
        raw = raw.isoformat()[:10]
    text = one_line(raw).lower()
    if not text:
        return None
    parts = _day_parts(text)
    try:
        value = date(*parts) if parts else None
    except ValueError:
        value = None
    if value is None:
        return Problem("form.date_unreadable", {"typed": text[:40]})
    if field.limits.earliest and value < field.limits.earliest:
        return Problem("form.date_too_early", {"earliest": field.limits.earliest})
    if field.limits.latest and value > field.limits.latest:
        return Problem("form.date_too_late", {"latest": field.limits.latest})
    return value.isoformat()


def _day_parts(text: str) -> tuple[int, int, int] | None:
    if found := ISO_DAY.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := DAY.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    found = WRITTEN_DAY.fullmatch(text)
    month = MONTHS.get(found[2].replace("é", "e").replace("û", "u")) if found else None
    return (int(found[3]), month, int(found[1])) if found and month else None

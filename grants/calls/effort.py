"""How long it takes to fill in a form: told before anyone begins.

An estimate, made of the form alone, in the open:

- each question is read, with its help, at 200 words a minute;
- a text is written at 12 words a minute, thought included, up to 80 % of its limit (people do
  not fill boxes to the brim); without a limit it counts as a short one (12 words) or as 120;
- a document takes 4 minutes to find, check and send; a budget 40; a table 10; a computed
  value none; every other answer half a minute;
- a question that is optional, or asked under a condition, counts for half.

Reading the call and gathering documents from third parties are not counted. The whole is given
in steps that promise no more precision than it has (`rounded`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from grants.calls.form import Field, FieldType, FormDocument

READ_PER_MINUTE = 200
WRITTEN_PER_MINUTE = 12
CHARACTERS_A_WORD = 6
FILLED = 0.8
SHORT_WORDS, LONG_WORDS = 12, 120
FIELD_MINUTES = 0.5
MINUTES: Mapping[str, float] = {"file": 4, "budget": 40, "table": 10}
MAYBE = 0.5
HOUR = 60
STEPS = ((30, 5), (2 * HOUR, 15), (math.inf, 30))
"""Below half an hour it is told by 5 minutes, below two hours by quarters, then by halves."""


def minutes(form: FormDocument) -> float:
    """The estimate, before rounding."""
    return sum(_field(one) for one in form.fields())


def rounded(estimate: float) -> int:
    """The estimate in minutes as one tells it: never less than five, always rounded up."""
    step = next(step for below, step in STEPS if estimate < below)
    return max(step, math.ceil(estimate / step) * step)


def _field(field: Field) -> float:
    if getattr(field, "computed", ""):
        return 0
    asked = f"{field.label_fr} {field.help_fr}".split()
    certain = field.required and not getattr(field, "show_if", "")
    return (len(asked) / READ_PER_MINUTE + _answer(field)) * (1 if certain else MAYBE)


def _answer(field: Field) -> float:
    if field.type in {FieldType.SHORT_TEXT, FieldType.LONG_TEXT}:
        return _words(field) / WRITTEN_PER_MINUTE
    inner = getattr(field.limits, "fields", ())
    return MINUTES.get(field.type.value, FIELD_MINUTES) + sum(_field(one) for one in inner)


def _words(field: Field) -> float:
    limits = field.limits
    if limits.words_max:
        return limits.words_max * FILLED
    least = SHORT_WORDS if field.type is FieldType.SHORT_TEXT else LONG_WORDS
    if limits.characters_max:
        most = limits.characters_max / CHARACTERS_A_WORD * FILLED
        return min(most, least) if field.type is FieldType.SHORT_TEXT else most
    return least

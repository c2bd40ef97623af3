"""How a call gives: in which form, and how much, worked out and explained line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from grants.calls.logic import (
    APPLICANT,
    BadExpression,
    Kind,
    Mistake,
    Schema,
    Value,
    evaluate,
    explain,
    lacking,
    mistakes,
    parse,
    references,
)
from grants.calls.logic.words import named, number
from grants.calls.reading import Reader
from grants.kernel.money import Amount, Unit

PERCENT = 100
LARGEST = Decimal(10**14)


class Gift(StrEnum):
    """What an award of the call consists of; the values are those of decisions."""

    GRANT = "grant"
    PRIZE = "prize"
    EQUITY = "equity"
    FLOOR_AREA = "floor_area"
    TITLE = "title"
    BURSARY = "bursary"
    ADVANCE = "advance"
    IN_KIND = "in_kind"
    MENTORING = "mentoring"


@dataclass(frozen=True)
class AwardRule:
    """How much the call gives.

    `amount` is the same for everyone; else `amount_rule` is an expression that gives whole
    units (euros, not cents). `floor`, `ceiling` and `amount_max` bound it, in the call's smallest
    unit. `rate_max` caps all public aid, in percent of the project's charges.
    """

    instrument: Gift
    amount: int | None
    amount_max: int | None
    explain_fr: str
    explain_en: str
    amount_rule: str = ""
    floor: int | None = None
    ceiling: int | None = None
    rate_max: int | None = None

    @classmethod
    def read(cls, reader: Reader) -> AwardRule:
        """Take the rule out of a template or a call's row, noting mistakes in `reader`."""
        rule = cls(
            instrument=reader.one_of("instrument", Gift),
            amount=reader.optional_integer("amount", least=1),
            amount_max=reader.optional_integer("amount_max", least=1),
            explain_fr=reader.text("explain_fr"),
            explain_en=reader.text("explain_en"),
            amount_rule=reader.text("amount_rule", ""),
            floor=reader.optional_integer("floor", least=1),
            ceiling=reader.optional_integer("ceiling", least=1),
            rate_max=reader.optional_integer("rate_max", least=1),
        )
        for key, why in rule.contradictions():
            reader.wrong(key, why)
        reader.done()
        return rule

    @classmethod
    def parse(cls, value: object) -> AwardRule:
        """Read a stored rule.

        Raises:
            Malformed: it is not one.
        """
        reader = Reader(value)
        rule = cls.read(reader)
        reader.check()
        return rule

    def stored(self) -> dict[str, Any]:
        """The rule as JSON; what it does not use is left out: old rules stay as they are."""
        more = {
            "amount_rule": self.amount_rule,
            "floor": self.floor,
            "ceiling": self.ceiling,
            "rate_max": self.rate_max,
        }
        return {
            "instrument": self.instrument.value,
            "amount": self.amount,
            "amount_max": self.amount_max,
            "explain_fr": self.explain_fr,
            "explain_en": self.explain_en,
            **{key: value for key, value in more.items() if value},
        }

    @property
    def most(self) -> int | None:
        """The lowest of its ceilings, in the smallest unit."""
        return min((one for one in (self.amount_max, self.ceiling) if one), default=None)

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """What cannot be, whatever the form asks: the key and why."""
        if self.amount is not None and self.amount_rule:
            yield "amount_rule", "stands beside a fixed amount: one of them only"
        if self.floor and self.most and self.floor > self.most:
            yield "floor", "is above the ceiling"
        if self.rate_max and self.rate_max > PERCENT:
            yield "rate_max", "must be at most 100, in percent"
        try:
            if self.amount_rule:
                parse(self.amount_rule)
        except BadExpression as bad:
            yield "amount_rule", bad.errors[0]

    def mistakes(self, schema: Schema) -> list[Mistake]:
        """What is wrong with its expression for a form with these variables."""
        if not self.amount_rule:
            return []
        return mistakes(parse(self.amount_rule), schema, Kind.NUMBER)


@dataclass(frozen=True)
class Line:
    """One step of a calculation, in words; `amount` is what it comes to, in the smallest unit.

    `kind` is value (an answer that counts), amount, rule, floor, ceiling, public_aid, or unknown.
    """

    kind: str
    fr: str
    en: str
    amount: int | None = None


@dataclass(frozen=True)
class Estimate:
    """What a rule gives for these answers; None without a rule, or while answers are `lacking`."""

    amount: Amount | None
    lines: tuple[Line, ...]
    lacking: frozenset[str] = frozenset()


def estimate(
    rule: AwardRule,
    values: Mapping[str, Value],
    *,
    schema: Schema = APPLICANT,
    unit: Unit = Unit.EUR,
) -> Estimate:
    """The award by the rule and how it is reached, in French and in English; never raises.

    `values` are answers as rules see them (an `Outlook`, or the few of a questionnaire); bounds
    apply in this order: floor, ceiling, cap on public aid. `schema` names the variables.
    """
    if rule.amount is not None:
        fixed = Line("amount", "Le même montant pour tous", "The same amount for all", rule.amount)
        return Estimate(Amount(rule.amount), (fixed,))
    if not rule.amount_rule:
        return Estimate(None, ())
    try:
        expression = parse(rule.amount_rule)
    except BadExpression:
        return Estimate(None, ())
    missing = frozenset(lacking(expression, values))
    found = evaluate(expression, values)
    lines = [_value(name, values, schema) for name in sorted(references(expression) - missing)]
    told = {locale: explain(expression, schema, locale, unit=str(unit)) for locale in ("fr", "en")}
    if not isinstance(found, Decimal) or abs(found) > LARGEST:
        lines.append(Line("unknown", _capital(told["fr"]), _capital(told["en"])))
        return Estimate(None, tuple(lines), missing)
    amount = max(int((found * unit.scale).to_integral_value(ROUND_HALF_UP)), 0)
    lines.append(Line("rule", _capital(told["fr"]), _capital(told["en"]), amount))
    for line in _bounds(rule, amount, values, unit):
        lines.append(line)
        amount = line.amount if line.amount is not None else amount
    return Estimate(Amount(amount), tuple(lines), missing)


def _value(name: str, values: Mapping[str, Value], schema: Schema) -> Line:
    """« Le nombre d’associés-salariés : 61 »."""
    variable, value = schema.get(name), values.get(name)
    texts = []
    for locale, colon in (("fr", "\u202f: "), ("en", ": ")):
        label = name
        if variable is not None:
            words = variable.fr if locale == "fr" else variable.en
            text = variable.label_fr if locale == "fr" else variable.label_en
            label = words or named(text, locale).text
        unit = variable.unit if variable else ""
        texts.append(f"{_capital(label)}{colon}{_written(value, unit, locale)}")
    return Line("value", fr=texts[0], en=texts[1])


def _written(value: Value, unit: str, locale: str) -> str:
    if isinstance(value, bool):
        words = {"fr": ("non", "oui"), "en": ("no", "yes")}
        return words[locale][value]
    if isinstance(value, Decimal | int):
        return number(Decimal(value), unit, locale)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _bounds(
    rule: AwardRule, amount: int, values: Mapping[str, Value], unit: Unit
) -> Iterator[Line]:
    """The bounds that change the amount, each with what it makes of it."""
    if rule.floor and amount < rule.floor:
        amount = rule.floor
        yield Line("floor", "Le minimum du barème s’applique", "The rule’s minimum applies", amount)
    if rule.most and amount > rule.most:
        amount = rule.most
        fr, en = "Le plafond du barème s’applique", "The rule’s ceiling applies"
        yield Line("ceiling", fr, en, amount)
    if not rule.rate_max:
        return
    room = _room(rule.rate_max, values, unit)
    fr = f"Le total des aides publiques ne dépasse pas {rule.rate_max}\u202f% des charges"
    en = f"All public aid together may not exceed {rule.rate_max}% of charges"
    if room is None or amount > room:
        yield Line("public_aid", fr, en, room)


def _room(rate_max: int, values: Mapping[str, Value], unit: Unit) -> int | None:
    """What other public aid leaves, in the smallest unit; None while the budget is not known.

    Account 74 of a budget holds what is asked of us too: the rest of it is other aid.
    """
    charges, grants = _decimal(values.get("budget.charges")), _decimal(values.get("budget.grants"))
    if charges is None:
        return None
    asked = _decimal(values.get("requested")) or Decimal(0)
    others = max((grants or Decimal(0)) - asked, Decimal(0))
    room = charges * rate_max / PERCENT - others
    return max(int(room * unit.scale), 0)


def _decimal(value: Value) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return None
    return Decimal(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

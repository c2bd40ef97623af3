"""Forecast against actual: the lines of a project's budget, with what was really spent. Pure.

Cerfa 15059: the lines of the budget that was granted, each with what came of it, the difference
in euros and in percent; lines that nobody foresaw are added. Whole euros, as the budget is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grants.applications import answers
from grants.applications.models import Application
from grants.calls.form import FieldType
from grants.calls.form.budget import IN_KIND, LINES_MAX, SIDES

PERMILLE = 1000
EUROS_MAX = 10**10
LABEL_MAX = 200


@dataclass(frozen=True)
class Line:
    """One line; `forecast` 0 for what nobody foresaw, `actual` None until it is written."""

    account: str
    label: str
    forecast: int
    actual: int | None

    @property
    def gap(self) -> int:
        """What was spent or received beyond the forecast; below zero, short of it."""
        return (self.actual or 0) - self.forecast

    @property
    def permille(self) -> int | None:
        """The gap against the forecast, in thousandths, rounded half away from zero."""
        return share(self.gap, self.forecast)

    def stored(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {
            "account": self.account,
            "label": self.label,
            "forecast": self.forecast,
            "actual": self.actual,
        }


def share(part: int, whole: int) -> int | None:
    """A part in thousandths of a whole; None of nothing."""
    if whole == 0:
        return None
    found, rest = divmod(abs(part) * PERMILLE, abs(whole))
    found += rest * 2 >= abs(whole)
    return found if (part >= 0) is (whole > 0) else -found


@dataclass(frozen=True)
class Sums:
    """Both columns of one side, gifts in kind apart."""

    forecast: int
    actual: int

    @property
    def gap(self) -> int:
        """Actual less forecast."""
        return self.actual - self.forecast

    @property
    def permille(self) -> int | None:
        """The gap against the forecast, in thousandths."""
        return share(self.gap, self.forecast)


Lines = Mapping[str, Sequence[Line]]


def forecast_of(application: Application) -> dict[str, list[Line]]:
    """The budget that the application was granted on; empty sides where its form asks for none."""
    document = answers.document(application)
    keys = [one.key for one in document.fields() if one.type is FieldType.BUDGET]
    value: Mapping[str, Any] = next(
        (application.answers[key] for key in keys if application.answers.get(key)), {}
    )
    return {
        side: [
            Line(str(one["account"]), str(one.get("label", "")), int(one.get("amount", 0)), None)
            for one in value.get(side, ())
        ]
        for side in SIDES
    }


def read(stored: Mapping[str, Any]) -> dict[str, list[Line]]:
    """The lines as the database keeps them."""
    return {
        side: [
            Line(one["account"], one["label"], one["forecast"], one["actual"])
            for one in stored.get(side, ())
        ]
        for side in SIDES
    }


def stored(lines: Lines) -> dict[str, Any]:
    """The lines as the database keeps them; what says nothing at all is left out."""
    return {side: [one.stored() for one in lines.get(side, ()) if says(one)] for side in SIDES}


def says(line: Line) -> bool:
    """Whether a line holds anything."""
    return bool(line.forecast or line.actual or line.label.strip())


def sums(lines: Iterable[Line], *, in_kind: bool = False) -> Sums:
    """What one side adds up to, in money or in kind."""
    mine = [one for one in lines if (one.account in IN_KIND) is in_kind]
    return Sums(sum(one.forecast for one in mine), sum(one.actual or 0 for one in mine))


@dataclass(frozen=True)
class Whole:
    """A whole report: both sides, and what the grant was of it; in whole euros."""

    charges: Sums
    products: Sums
    in_kind_used: Sums
    in_kind_given: Sums
    grant_cents: int

    @property
    def result(self) -> int:
        """Products less charges, as they really were."""
        return self.products.actual - self.charges.actual

    @property
    def grant_permille(self) -> int | None:
        """The grant against the products as they really were, in thousandths."""
        return share(self.grant_cents, self.products.actual * 100)


def whole(lines: Lines, grant_cents: int) -> Whole:
    """The sums of a report on an award of so many cents."""
    return Whole(
        charges=sums(lines.get("charges", ())),
        products=sums(lines.get("products", ())),
        in_kind_used=sums(lines.get("charges", ()), in_kind=True),
        in_kind_given=sums(lines.get("products", ()), in_kind=True),
        grant_cents=grant_cents,
    )


def wrong(lines: Lines) -> str | None:
    """Why lines cannot be kept, as the end of a refusal's code; None when they can."""
    for side, accounts in SIDES.items():
        codes = {one.code for one in accounts}
        found = lines.get(side, ())
        if len(found) > LINES_MAX:
            return "too_many_lines"
        for one in found:
            if one.account not in codes:
                return "account_unknown"
            if not 0 <= (one.actual or 0) <= EUROS_MAX:
                return "amount_wrong"
            if len(one.label) > LABEL_MAX:
                return "label_too_long"
    return None


def lacking(lines: Lines) -> str | None:
    """What a report lacks before it is sent: every line said, something spent; None if nothing."""
    every = [one for side in SIDES for one in lines.get(side, ()) if says(one)]
    if any(one.actual is None for one in every):
        return "line_missing"
    if whole(lines, 0).charges.actual <= 0:
        return "nothing_spent"
    return None

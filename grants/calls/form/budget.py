"""The provisional budget of a project, as the Cerfa 12156 draws it: charges equal products.

Whole euros. Charges are accounts 60 to 68, products 70 to 79; contributions in kind (86 and 87)
balance each other and stay out of the main total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grants.calls.form.numbers import typed_decimal
from grants.calls.form.problem import Problem
from grants.calls.form.shapes import Field
from grants.calls.form.texts import SHORT_MAX, one_line


@dataclass(frozen=True)
class Account:
    """One account of the chart, with how many lines a blank table begins with."""

    code: str
    label_fr: str
    label_en: str
    usual_lines: int = 0


CHARGES = (
    Account("60", "Achats", "Purchases", 1),
    Account("61", "Services extérieurs", "External services", 1),
    Account("62", "Autres services extérieurs", "Other external services", 1),
    Account("63", "Impôts et taxes", "Taxes and duties"),
    Account("64", "Charges de personnel", "Staff costs", 1),
    Account("65", "Autres charges de gestion courante", "Other running costs"),
    Account("66", "Charges financières", "Financial costs"),
    Account("67", "Charges exceptionnelles", "Exceptional costs"),
    Account("68", "Dotations aux amortissements et provisions", "Depreciation and provisions"),
    Account("86", "Emplois des contributions volontaires en nature", "Use of gifts in kind"),
)
PRODUCTS = (
    Account("70", "Ventes et prestations de services", "Sales and services", 1),
    Account("71", "Production stockée", "Stored production"),
    Account("72", "Production immobilisée", "Capitalised production"),
    Account("73", "Dotations et produits de tarification", "Endowments and tariffs"),
    Account("74", "Subventions d’exploitation", "Operating grants", 3),
    Account("75", "Autres produits de gestion courante", "Other running income", 1),
    Account("76", "Produits financiers", "Financial income"),
    Account("77", "Produits exceptionnels", "Exceptional income"),
    Account("78", "Reprises et reports de ressources", "Reversals and carried resources"),
    Account("79", "Transferts de charges", "Transferred costs"),
    Account("87", "Contributions volontaires en nature", "Gifts in kind"),
)
SIDES: Mapping[str, tuple[Account, ...]] = {"charges": CHARGES, "products": PRODUCTS}
IN_KIND = {"86", "87"}
GRANTS = "74"
LINES_MAX = 120
EUROS_MAX = 10**10

Value = Mapping[str, Sequence[Mapping[str, Any]]]


def budget(field: Field, raw: object) -> dict[str, list[dict[str, Any]]] | Problem | None:
    """Lines that hold an amount or a label, in account order; amounts are whole euros.

    Over several years a line also has `amounts`, one a year, and `amount` is their sum.
    Balance is not asked here: a draft budget is out of balance until its last line.
    """
    if not isinstance(raw, Mapping):
        return None
    value: dict[str, list[dict[str, Any]]] = {}
    for side, accounts in SIDES.items():
        codes = [account.code for account in accounts]
        lines = _side(raw.get(side), side, codes, field.limits.years)
        if isinstance(lines, Problem):
            return lines
        value[side] = lines
    return value if any(value.values()) else None


def _side(raw: object, side: str, codes: list[str], years: int) -> list[dict[str, Any]] | Problem:
    rows = raw if isinstance(raw, list | tuple) else []
    lines = []
    for row in rows:
        line = _line(row, side, codes, years)
        if isinstance(line, Problem):
            return line
        if line is not None:
            lines.append(line)
        if len(lines) > LINES_MAX:  # blank ones are nobody's: what was typed is never dropped
            return Problem("form.budget_too_many_lines", {"side": side, "max": LINES_MAX})
    return sorted(lines, key=lambda line: codes.index(line["account"]))


def _line(row: object, side: str, codes: list[str], years: int) -> dict[str, Any] | Problem | None:
    if not isinstance(row, Mapping):
        return None
    label = one_line(row.get("label")).strip()
    if len(label) > SHORT_MAX:
        return Problem("form.budget_label_too_long", {"side": side, "max": SHORT_MAX})
    amounts = [_euros(one) for one in _typed_amounts(row, years)]
    if not label and all(amount is None for amount in amounts):
        return None
    account = one_line(row.get("account"))
    facts = {"side": side, "account": account[:2], "label": label}
    if account not in codes:
        return Problem("form.budget_account", facts)
    for amount in amounts:
        if isinstance(amount, Problem):
            return Problem(amount.code, {**amount.facts, **facts})
    euros = [amount for amount in amounts if isinstance(amount, int)]
    line = {"account": account, "label": label, "amount": sum(euros)}
    if years > 1:
        line["amounts"] = [amount if isinstance(amount, int) else 0 for amount in amounts]
    return line


def _typed_amounts(row: Mapping[str, Any], years: int) -> list[object]:
    """What was typed for each year; a budget of one year that gains others keeps its first."""
    amounts = row.get("amounts")
    if years == 1 or not isinstance(amounts, list | tuple):
        return [row.get("amount"), *[None] * (years - 1)]
    return [*amounts[:years], *[None] * (years - len(amounts))]


def _euros(raw: object) -> int | Problem | None:
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    text = one_line(raw)
    if not text:
        return None
    value = typed_decimal(text, decimals=0)
    if isinstance(value, Problem):
        whole = value.code == "form.too_many_decimals"
        return Problem("form.budget_whole_euros") if whole else Problem("form.budget_amount")
    if value < 0 or value > EUROS_MAX:
        return Problem("form.budget_amount")
    return int(value)


@dataclass(frozen=True)
class Totals:
    """Sums of a budget in whole euros, contributions in kind apart."""

    charges: int
    products: int
    in_kind_used: int
    in_kind_given: int

    @property
    def gap(self) -> int:
        """Products less charges: positive when too much money is expected."""
        return self.products - self.charges

    @property
    def balanced(self) -> bool:
        """Charges equal products, in money and in kind."""
        return self.gap == 0 and self.in_kind_used == self.in_kind_given


def totals(value: Value | None, year: int | None = None) -> Totals:
    """The sums of a cleaned budget, over all its years or for one (from 0)."""
    charges, products = ((value or {}).get(side, ()) for side in ("charges", "products"))

    def add(lines: Sequence[Mapping[str, Any]], *, in_kind: bool) -> int:
        return sum(_of_year(one, year) for one in lines if (one["account"] in IN_KIND) is in_kind)

    return Totals(
        charges=add(charges, in_kind=False),
        products=add(products, in_kind=False),
        in_kind_used=add(charges, in_kind=True),
        in_kind_given=add(products, in_kind=True),
    )


def _of_year(line: Mapping[str, Any], year: int | None) -> int:
    if year is None or "amounts" not in line:
        return int(line["amount"]) if not year else 0
    return int(line["amounts"][year]) if year < len(line["amounts"]) else 0


def grants_expected(value: Value) -> int:
    """What account 74 adds up to, in whole euros."""
    return sum(line["amount"] for line in value["products"] if line["account"] == GRANTS)


def imbalance(value: Value, years: int = 1) -> Problem | None:
    """Why a cleaned budget cannot be submitted, if it cannot; each of its years balances."""
    if totals(value).charges == 0:
        return Problem("form.budget_empty")
    for year in range(years):
        problem = _gap(totals(value, year if years > 1 else None))
        if problem is not None:
            facts = {**problem.facts, "year": year + 1} if years > 1 else problem.facts
            return Problem(problem.code, facts)
    return None


def _gap(sums: Totals) -> Problem | None:
    if sums.gap != 0:
        facts = {"charges": sums.charges, "products": sums.products, "gap": abs(sums.gap)}
        return Problem("form.budget_unbalanced", facts)
    if sums.in_kind_used != sums.in_kind_given:
        kind = {"charges": sums.in_kind_used, "products": sums.in_kind_given}
        return Problem("form.budget_in_kind_unbalanced", kind)
    return None

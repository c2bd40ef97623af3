"""The provisional budget of a project, as the Cerfa 12156 draws it: charges equal products.

Whole euros. Charges are accounts 60 to 68, products 70 to 79; contributions in kind (86 and 87)
balance each other and stay out of the main total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grants.calls.form.document import Field
from grants.calls.form.numbers import typed_decimal
from grants.calls.form.problem import Problem
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


def budget(_: Field, raw: object) -> dict[str, list[dict[str, Any]]] | Problem | None:
    """Lines that hold an amount or a label, in account order; amounts are whole euros.

    Balance is not asked here: a draft budget is out of balance until its last line.
    """
    if not isinstance(raw, Mapping):
        return None
    value: dict[str, list[dict[str, Any]]] = {}
    for side, accounts in SIDES.items():
        lines = _side(raw.get(side), side, [account.code for account in accounts])
        if isinstance(lines, Problem):
            return lines
        value[side] = lines
    return value if any(value.values()) else None


def _side(raw: object, side: str, codes: list[str]) -> list[dict[str, Any]] | Problem:
    rows = raw if isinstance(raw, list | tuple) else []
    lines = []
    for row in rows[:LINES_MAX]:
        line = _line(row, side, codes)
        if isinstance(line, Problem):
            return line
        if line is not None:
            lines.append(line)
    return sorted(lines, key=lambda line: codes.index(line["account"]))


def _line(row: object, side: str, codes: list[str]) -> dict[str, Any] | Problem | None:
    if not isinstance(row, Mapping):
        return None
    label = one_line(row.get("label"))[:SHORT_MAX].strip()
    amount = _euros(row.get("amount"))
    if amount is None and not label:
        return None
    account = one_line(row.get("account"))
    facts = {"side": side, "account": account[:2], "label": label}
    if account not in codes:
        return Problem("form.budget_account", facts)
    if isinstance(amount, Problem):
        return Problem(amount.code, {**amount.facts, **facts})
    return {"account": account, "label": label, "amount": amount or 0}


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


def totals(value: Value | None) -> Totals:
    """The sums of a cleaned budget."""
    charges, products = ((value or {}).get(side, ()) for side in ("charges", "products"))
    return Totals(
        charges=sum(line["amount"] for line in charges if line["account"] not in IN_KIND),
        products=sum(line["amount"] for line in products if line["account"] not in IN_KIND),
        in_kind_used=sum(line["amount"] for line in charges if line["account"] in IN_KIND),
        in_kind_given=sum(line["amount"] for line in products if line["account"] in IN_KIND),
    )


def grants_expected(value: Value) -> int:
    """What account 74 adds up to, in whole euros."""
    return sum(line["amount"] for line in value["products"] if line["account"] == GRANTS)


def imbalance(value: Value) -> Problem | None:
    """Why a cleaned budget cannot be submitted, if it cannot."""
    sums = totals(value)
    if sums.charges == 0:
        return Problem("form.budget_empty")
    if sums.gap != 0:
        facts = {"charges": sums.charges, "products": sums.products, "gap": abs(sums.gap)}
        return Problem("form.budget_unbalanced", facts)
    if sums.in_kind_used != sums.in_kind_given:
        kind = {"charges": sums.in_kind_used, "products": sums.in_kind_given}
        return Problem("form.budget_in_kind_unbalanced", kind)
    return None

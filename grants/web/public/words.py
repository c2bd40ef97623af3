"""What a call gives, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from grants.kernel.money import Unit
from grants.web import wording


def worth(award_rule: Mapping[str, Any], unit: Unit | str) -> str:
    """« 4 000 € » or « jusqu’à 20 000 € », from a stored award rule; "" when it has no figure."""
    amount = award_rule.get("amount")
    if isinstance(amount, int) and amount:
        return round_amount(amount, unit)
    ceilings = [award_rule.get(name) for name in ("amount_max", "ceiling")]
    most = [one for one in ceilings if isinstance(one, int) and one]
    return str(_("up to %(amount)s", amount=round_amount(min(most), unit))) if most else ""


def round_amount(amount: int, unit: Unit | str) -> str:
    """An amount as one speaks of it: « 20 000 € », with its cents only when there are some."""
    unit = Unit(unit)
    if unit is not Unit.EUR or amount % unit.scale:
        return wording.amount(amount, unit)
    text = wording.number(amount // unit.scale)
    return f"€{text}" if wording.language() == "en" else f"{text}{wording.NARROW}€"

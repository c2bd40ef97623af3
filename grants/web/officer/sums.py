"""Boxes for sums."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField

from grants.calls.form.numbers import typed_decimal
from grants.kernel.money import Amount, Unit

EUROS_MAX = 100_000_000


class EurosField(StringField):
    """A sum typed in euros, kept in cents."""

    cents: int | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, however it was pasted.

        Raises:
            ValueError: it is no sum, or one that nobody means.
        """
        super().process_formdata(valuelist)
        text = (self.data or "").strip()
        if not text:
            return
        value = typed_decimal(text, decimals=2)
        if not isinstance(value, Decimal) or not 0 <= value <= EUROS_MAX:
            raise ValueError(_("Write a sum in euros."))
        self.cents = int(value * 100)

    def amount(self, unit: Unit) -> Amount | None:
        """What was typed in the smallest part of a call's unit; None for nothing or zero."""
        return Amount((self.cents or 0) * unit.scale // 100) or None

    def show(self, value: int | None, unit: Unit) -> None:
        """A sum as it is stored, as one would type it."""
        whole, rest = divmod(value or 0, unit.scale)
        self.data = f"{whole},{rest:02}" if rest else str(whole) if value else ""

"""How a call gives: in which form, and how much. One small shape now, written rules later."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grants.calls.reading import Reader


class Gift(StrEnum):
    """What an award of the call consists of; the values are those of decisions."""

    GRANT = "grant"
    PRIZE = "prize"
    EQUITY = "equity"
    FLOOR_AREA = "floor_area"
    TITLE = "title"


@dataclass(frozen=True)
class AwardRule:
    """`amount` is the same for everyone and `amount_max` a ceiling, in the call's smallest unit."""

    instrument: Gift
    amount: int | None
    amount_max: int | None
    explain_fr: str
    explain_en: str

    @classmethod
    def read(cls, reader: Reader) -> AwardRule:
        """Take the rule out of a template or a call's row, noting mistakes in `reader`."""
        rule = cls(
            instrument=reader.one_of("instrument", Gift),
            amount=reader.optional_integer("amount", least=1),
            amount_max=reader.optional_integer("amount_max", least=1),
            explain_fr=reader.text("explain_fr"),
            explain_en=reader.text("explain_en"),
        )
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
        """The rule as JSON."""
        return {
            "instrument": self.instrument.value,
            "amount": self.amount,
            "amount_max": self.amount_max,
            "explain_fr": self.explain_fr,
            "explain_en": self.explain_en,
        }

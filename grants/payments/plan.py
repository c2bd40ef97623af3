"""How an award is cut into instalments. Pure; not a cent is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grants.decisions.models import Instrument
from grants.kernel.errors import Refused
from grants.kernel.money import Amount, Cents, Unit, split
from grants.payments.models import Method

PARTS_MAX = 12
WHOLE_PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class Part:
    """One instalment as an officer plans it. `percent` is a whole share of the award."""

    percent: int
    label: str
    condition: str = ""
    document_required: bool = False


def method_of(instrument: Instrument) -> Method:
    """How an award of this form reaches its beneficiary."""
    if instrument is Instrument.EQUITY:
        return Method.SUBSCRIPTION
    if instrument is Instrument.FLOOR_AREA:
        return Method.HANDOVER
    return Method.TRANSFER


def shares(amount: Amount, unit: Unit, parts: Sequence[Part]) -> list[Amount]:
    """The amount of each part, which sum to the award exactly.

    Raises:
        Refused: the shares are not positive or do not sum to 100 %, an award in kind is cut
            in several, or a part would be worth nothing.
    """
    if not 1 <= len(parts) <= PARTS_MAX or any(part.percent < 1 for part in parts):
        raise Refused("instalment.share_missing", field="parts")
    total = sum(part.percent for part in parts)
    if total != WHOLE_PERCENT:
        raise Refused("instalment.shares_not_whole", field="parts", total=total)
    if unit is not Unit.EUR and len(parts) > 1:
        raise Refused("instalment.in_kind_is_one", field="parts")
    amounts = [Amount(a) for a in split(Cents(amount), [part.percent for part in parts])]
    if min(amounts) < 1:
        raise Refused("instalment.share_too_small", field="parts")
    return amounts

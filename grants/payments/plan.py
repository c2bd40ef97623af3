"""How an award is cut into instalments. Pure; not a cent is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grants.decisions.models import Instrument
from grants.kernel.errors import Refused
from grants.kernel.money import Amount, Cents, Unit, split
from grants.payments.models import NAMED_KINDS, ConditionKind, Method

PARTS_MAX = 12
WHOLE_PERCENT = 100


@dataclass(frozen=True)
class Asked:
    """A condition as an officer plans it; `label` names the letter or the free document."""

    kind: ConditionKind
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One instalment as an officer plans it. `percent` is a whole share of the award."""

    percent: int
    label: str
    condition: str = ""
    document_required: bool = False
    conditions: tuple[Asked, ...] = ()


def method_of(instrument: Instrument) -> Method:
    """How an award of this form reaches its beneficiary."""
    if instrument is Instrument.EQUITY:
        return Method.SUBSCRIPTION
    if instrument in {Instrument.FLOOR_AREA, Instrument.MENTORING}:
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


def asked(parts: Sequence[Part]) -> list[tuple[Asked, ...]]:
    """The conditions of each part, each once.

    Raises:
        Refused: a letter or a document that nobody named.
    """
    found = []
    for part in parts:
        once = dict.fromkeys(
            Asked(one.kind, one.label.strip() if one.kind in NAMED_KINDS else "")
            for one in part.conditions
        )
        if any(one.kind in NAMED_KINDS and not one.label for one in once):
            raise Refused("instalment.condition_unnamed", field="parts")
        found.append(tuple(once))
    return found

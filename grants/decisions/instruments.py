"""What each form of award is to the accounts: unit, section, M57 accounts. Pure data.

PostgreSQL holds the same table in `instrument_fit` and refuses an award that does not fit its
envelope; a test says they are equal. Accounts: M57 for 2026 (arrêté of 30 December 2025).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grants.decisions.models import Instrument
from grants.kernel.money import Unit
from grants.ledger.operations import Section


@dataclass(frozen=True)
class Fit:
    """Out of which envelopes an award of this form is given.

    `accounts` are the beginnings of the nature accounts that it may be booked on. Forms of one
    `family` may share an envelope; a gift, a loan and shares never do.
    """

    instrument: Instrument
    unit: Unit
    section: Section
    accounts: tuple[str, ...]
    family: str


EUR, GIFT = Unit.EUR, "gift"
FITS: Sequence[Fit] = (
    Fit(Instrument.GRANT, EUR, Section.OPERATING, ("6573", "6574", "936"), GIFT),
    Fit(Instrument.GRANT, EUR, Section.CAPITAL, ("204", "906"), GIFT),
    Fit(Instrument.PRIZE, EUR, Section.OPERATING, ("6513", "6574", "936"), GIFT),
    Fit(Instrument.BURSARY, EUR, Section.OPERATING, ("6513", "6574", "936"), GIFT),
    Fit(Instrument.ADVANCE, EUR, Section.CAPITAL, ("274", "276"), "loan"),
    Fit(Instrument.EQUITY, EUR, Section.CAPITAL, ("26", "271"), "shares"),
    Fit(Instrument.FLOOR_AREA, Unit.SQUARE_METRE, Section.NONE, (), "floor"),
    Fit(Instrument.MENTORING, Unit.HOUR, Section.NONE, (), "hours"),
)
UNDRAWN = frozenset({Instrument.TITLE, Instrument.IN_KIND})
"""Forms that draw on no envelope: honour, and help in kind told in words."""


def fits(instrument: Instrument, unit: Unit, section: Section | str, account: str | None) -> bool:
    """Whether an award of this form may be given out of such an envelope.

    An envelope without a nature account is held to its unit and section alone.
    """
    return any(
        one.instrument is instrument
        and one.unit is unit
        and one.section == section
        and (not account or not one.accounts or account.startswith(one.accounts))
        for one in FITS
    )


def counted_in(unit: Unit) -> frozenset[Instrument]:
    """The forms whose amounts count that unit: square metres add up to no euro."""
    return frozenset(one.instrument for one in FITS if one.unit is unit)


def default_account(instrument: Instrument, section: Section | str) -> str:
    """The account of a form of award in a section, where its envelope names none; "" without."""
    usual = {
        (Instrument.GRANT, Section.OPERATING): "65748",
        (Instrument.GRANT, Section.CAPITAL): "20421",
        (Instrument.PRIZE, Section.OPERATING): "6513",
        (Instrument.BURSARY, Section.OPERATING): "6513",
        (Instrument.ADVANCE, Section.CAPITAL): "2748",
        (Instrument.EQUITY, Section.CAPITAL): "261",
    }
    return usual.get((instrument, Section(section)), "")

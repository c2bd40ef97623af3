"""Whether awards fit the envelopes that they draw on, asked before PostgreSQL refuses them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from sqlalchemy import Uuid, column, select, table
from sqlalchemy.orm import Session

from grants.decisions.instruments import FITS, fits
from grants.decisions.models import Instrument
from grants.kernel.errors import Refused
from grants.ledger import queries as ledger

FAMILY = table("envelope_family", column("envelope_id", Uuid()), column("family"))
FAMILIES = {one.instrument: one.family for one in FITS}


class Drawing(Protocol):
    """A line that may draw on an envelope."""

    @property
    def instrument(self) -> Instrument | None:
        """In which form it gives."""
        ...

    @property
    def envelope_id(self) -> UUID | None:
        """Out of which envelope."""
        ...


def require_fit(session: Session, lines: Iterable[tuple[Drawing, str]]) -> None:
    """Refuse the first line whose form of award does not fit its envelope. Two statements.

    Each line comes with the name of the box that a refusal is tied to.

    Raises:
        Refused: `proposal.instrument_and_envelope`: another unit, section or account;
            `proposal.envelope_family`: its envelope gives something else (a gift, a loan and
            shares never share one), with `envelope`.
    """
    drawn = [(one, box) for one, box in lines if one.envelope_id and one.instrument]
    ids = {one.envelope_id for one, _ in drawn if one.envelope_id}
    if not ids:
        return
    places = ledger.envelope_lines(session, ids)
    held: dict[UUID, str] = {
        row.envelope_id: row.family
        for row in session.execute(select(FAMILY).where(FAMILY.c.envelope_id.in_(sorted(ids))))
    }
    for one, box in drawn:
        if one.instrument is None or one.envelope_id is None or one.envelope_id not in places:
            continue
        line = places[one.envelope_id]
        if not fits(one.instrument, line.unit, line.section, line.nature_account):
            raise Refused("proposal.instrument_and_envelope", field=box)
        family = FAMILIES[one.instrument]
        if held.setdefault(line.id, family) != family:
            raise Refused("proposal.envelope_family", field=box, envelope=line.label)

"""Authorisations as they stood on a day, and the promises that make up each of their years."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from grants.ledger.models import Schedule
from grants.ledger.operations import Kind, Stage
from grants.ledger.queries.lines import EnvelopeLine, envelopes

HELD = text(
    """
    SELECT a.envelope_id, a.stage, sum(p.amount)::bigint
      FROM ledger_envelope v
      JOIN ledger_book b ON b.id = v.book_id AND b.funder_id = :funder
      JOIN ledger_account a ON a.envelope_id = v.id
      JOIN ledger_posting p ON p.account_id = a.id
      JOIN ledger_entry e ON e.id = p.entry_id AND e.booked_on <= :on
     WHERE v.kind = 'authorisation'
     GROUP BY a.envelope_id, a.stage
    """
)


def authorisations(session: Session, funder_id: UUID, on: date | None = None) -> list[EnvelopeLine]:
    """The authorisations of a funder, whatever their year, now or as they stood on a day.

    One statement, two with a day.
    """
    lines = [one for one in envelopes(session, [funder_id]) if one.kind is Kind.AUTHORISATION]
    if on is None:
        return lines
    rows = session.execute(HELD, {"funder": funder_id, "on": on})
    held = {(envelope_id, Stage(stage)): amount for envelope_id, stage, amount in rows}
    return [_as_held(one, held) for one in lines]


def promises(
    envelope_id: UUID, *, year: int | None = None, on: date | None = None, hidden: Collection[UUID]
) -> Select[Schedule]:
    """What awards of an authorisation were promised or lost, the latest first, to be paged.

    Awards that are `hidden` from the viewer are left out.
    """
    statement = select(Schedule).where(Schedule.envelope_id == envelope_id)
    if year is not None:
        statement = statement.where(Schedule.year == year)
    if on is not None:
        statement = statement.where(Schedule.booked_on <= on)
    if hidden:
        statement = statement.where(Schedule.award_id.not_in(sorted(hidden)))
    return statement.order_by(Schedule.booked_on.desc(), Schedule.id.desc())


def promises_of(award_id: UUID, on: date | None = None) -> Select[Schedule]:
    """The same of one award."""
    mine = Schedule.award_id == award_id, Schedule.booked_on <= (on or date.max)
    return select(Schedule).where(*mine).order_by(Schedule.booked_on.desc(), Schedule.id.desc())


def _as_held(line: EnvelopeLine, held: dict[tuple[UUID, Stage], int]) -> EnvelopeLine:
    sums: dict[str, Any] = {
        stage.value: held.get((line.id, stage), 0)
        for stage in Stage
        if stage is not Stage.CLAIM_CONTRA
    }
    # Credits come from `voted`, whose balance is therefore what left it.
    sums["voted"] = -sums["voted"]
    return replace(line, **sums)

"""Minutes during which the site answered, the gaps between them, and the calls that they extend."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row

MINUTE = timedelta(minutes=1)
SHORTEST = timedelta(minutes=5)
"""A shorter silence is a restart, not an outage."""


class Heartbeat(Base):
    """One minute in which the web answered that it was ready. Written by the workers' schedule."""

    __tablename__ = "heartbeat"
    __table_args__ = (
        CheckConstraint("date_trunc('minute', minute, 'UTC') = minute", name="minute_is_whole"),
    )

    minute: Mapped[datetime] = mapped_column(primary_key=True)


class Extension(Row, Base):
    """A measured outage that an officer made good by closing a call later."""

    __tablename__ = "call_extension"
    __table_args__ = (
        UniqueConstraint("call_id", "outage_from"),
        CheckConstraint("outage_until > outage_from", name="outage_lasts"),
        CheckConstraint("closes_after > closed_before", name="it_closes_later"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    outage_from: Mapped[datetime]
    outage_until: Mapped[datetime]
    closed_before: Mapped[datetime]
    closes_after: Mapped[datetime]
    confirmed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime]


@dataclass(frozen=True)
class Outage:
    """A span without one healthy minute; `until` is its first healthy minute again."""

    since: datetime
    until: datetime

    @property
    def lasted(self) -> timedelta:
        """How long."""
        return self.until - self.since


def whole_minute(instant: datetime) -> datetime:
    """The minute that an instant lies in."""
    return instant.replace(second=0, microsecond=0)


def gaps(minutes: Sequence[datetime]) -> list[Outage]:
    """The outages between healthy minutes, given in order. Pure."""
    found = []
    for before, after in itertools.pairwise(minutes):
        outage = Outage(before + MINUTE, after)
        if outage.lasted >= SHORTEST:
            found.append(outage)
    return found

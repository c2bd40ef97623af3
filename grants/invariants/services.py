"""Running the checks by night, and saying what they found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from grants.db import Database
from grants.invariants.checks import Found
from grants.kernel.access import SYSTEM
from grants.kernel.clock import PARIS
from grants.outbox.services import announce

SITE = UUID("5c0b6e3a-0d5e-4f7e-9d3f-3f0a7c1d2b10")
"""What the messages about the whole site are about."""
CHECKED, BROKEN = "site.checked", "site.broken"
NIGHT = range(2, 6)
"""The hours of Paris at which nobody waits for the database."""
ONCE_IN = timedelta(hours=12)

LATEST = text("SELECT max(at) FROM outbox_message WHERE subject_id = :site AND kind = :kind")


@contextmanager
def snapshot(database: Database) -> Iterator[Session]:
    """A session that reads the database as it stands now, whatever is written meanwhile.

    Its statements may take as long as they need: they read whole tables.
    """
    with database.reading() as session:
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        session.execute(text("SET LOCAL statement_timeout = 0"))
        yield session


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether it is night and nobody looked tonight."""
    if now.astimezone(PARIS).hour not in NIGHT:
        return False
    last = session.scalar(LATEST, {"site": SITE, "kind": CHECKED})
    return last is None or last < now - ONCE_IN


def note(session: Session, found: Found, *, now: datetime) -> None:
    """Write down that the site was checked, and what was found.

    Announces `site.checked`; and `site.broken`, on which its operators are written to, if
    anything was found: names of checks and how often each was broken.
    """
    broken = {one.invariant.name: one.count for one in found.broken}
    announce(
        session,
        CHECKED,
        by=SYSTEM,
        at=now,
        subject=SITE,
        checked=found.checked,
        broken=len(broken),
    )
    if broken:
        announce(session, BROKEN, by=SYSTEM, at=now, subject=SITE, found=broken)

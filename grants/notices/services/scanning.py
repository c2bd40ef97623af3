"""Scanned piles: each page goes to its paper by the reference that it bears, or by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.decisions.rules import RECORDERS
from grants.files.models import StoredFile
from grants.jobs import services as jobs
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.notices import piles
from grants.notices.papers import Paper, Scan, ScanPage, borne
from grants.outbox.services import announce

READ = "papers.read"
"""The job that reads a pile (`workers.exports.piles`)."""


def bring_scan(
    session: Session, funder_id: UUID, stored: StoredFile, *, actor: Actor, now: datetime
) -> UUID:
    """Have a scanned pile read; return the job's id. Announces `scan.brought`.

    Raises:
        Unknown: the actor does not record for that funder.
    """
    if funder_id not in actor.funders_as(*RECORDERS):
        raise Unknown
    scan = Scan(funder_id=funder_id, stored_file_id=stored.id, brought_by=actor.id, brought_at=now)
    session.add(scan)
    session.flush()
    announce(session, "scan.brought", by=actor, at=now, funder=funder_id, subject=scan.id)
    return _read(session, scan, actor, now)


def keep_pages(
    session: Session, scan_id: UUID, references: Sequence[str | None], *, now: datetime
) -> None:
    """Write down of which paper each page is; None, or an unknown reference, waits for a hand.

    `references` as codes have them: see `papers.borne`. Only papers of the funder whose pile it
    is. Twice is once. Locks the scan.
    """
    scan = session.scalars(select(Scan).where(Scan.id == scan_id).with_for_update()).one()
    if scan.read_at is not None:
        return
    read = [borne(one) if one else None for one in references]
    named = {one.reference for one in read if one}
    papers = {
        one.reference: one.id
        for one in session.scalars(
            select(Paper).where(Paper.funder_id == scan.funder_id, Paper.reference.in_(named))
        )
    }
    rows = []
    for at, one in enumerate(read, start=1):
        paper_id = papers.get(one.reference) if one else None
        leaf, leaves = (one.leaf, one.leaves) if one and paper_id else (None, None)
        found = {"scan_id": scan.id, "position": at, "paper_id": paper_id}
        rows.append({"id": new_id(), **found, "leaf": leaf, "leaves": leaves})
    if rows:
        session.execute(insert(ScanPage).on_conflict_do_nothing(), rows)
    scan.read_at = now
    session.flush()


def attach(
    session: Session, paper_id: UUID, stored: StoredFile, *, actor: Actor, now: datetime
) -> None:
    """Keep the pages that came back as the paper's signed copy. Announces `paper.came_back`."""
    paper = session.scalars(select(Paper).where(Paper.id == paper_id).with_for_update()).one()
    paper.signed_file_id, paper.signed_at = stored.id, now
    session.flush()
    announce(
        session,
        "paper.came_back",
        by=actor,
        at=now,
        funder=paper.funder_id,
        subject=paper.application_id,
        paper=str(paper.id),
    )


def place_page(
    session: Session, page_id: UUID, *, number: str, actor: Actor, now: datetime
) -> UUID:
    """Say by hand of which paper a page is, by its number; return the job that attaches it.

    Raises:
        Unknown: no page that the actor may place.
        Refused: `scan.number_unknown`: no printed letter or agreement bears that number.
    """
    page, scan = piles.page_to_place(session, page_id, viewer=actor)
    paper = piles.paper_numbered(session, scan.funder_id, number, viewer=actor)
    if paper is None:
        raise Refused("scan.number_unknown", field="number", number=number.strip()[:80])
    page.paper_id, page.placed_by, page.placed_at = paper.id, actor.id, now
    session.flush()
    return _read(session, scan, actor, now)


def _read(session: Session, scan: Scan, actor: Actor, now: datetime) -> UUID:
    return jobs.start(
        session,
        READ,
        payload={"scan": str(scan.id)},
        total=1,
        actor=actor,
        now=now,
        funder=scan.funder_id,
        subject=scan.id,
    )

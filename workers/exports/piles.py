"""Paper out and back: letters and agreements to print with references; piles that were scanned."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.files.results import keep_result
from grants.jobs import services as jobs
from grants.kernel.access import Actor
from grants.notices import services
from grants.notices.choosing import letter_due
from grants.notices.orders import order_of
from grants.notices.papers import Paper, Scan
from grants.notices.pdf import typeset
from grants.notices.piles import in_order, returned
from grants.notices.services.printing import Sheet, sheets
from grants.notices.services.scanning import READ, attach, keep_pages
from grants.notices.telling import decisions_about
from grants.people.models import Person
from grants.web.officer.letters import PRINT
from workers.app import database, now, store
from workers.exports.asked import Work, deliver, work
from workers.paper import PDF, extract, page_count, pictures, reference_in, with_codes
from workers.telling import pages

SHEETS_A_PART = 50
"""So many documents are typeset at once: a sign of life comes between two parts."""
ZIP = "application/zip"
TELL_EVERY = 20


def make(job_id: UUID) -> None:
    """Typeset the letters and agreements of a deliberation, a code on each page; end the job.

    One accessible PDF; an archive of several where there are more than fifty documents.
    """
    with work(job_id) as asked:
        if asked is None:
            return
        deliberation_id = UUID(asked.payload["deliberation"])
        with database().transaction() as session:
            found = sheets(session, deliberation_id, viewer=asked.actor, now=now())
            session.expunge_all()
        parts = []
        for start in range(0, max(len(found), 1), SHEETS_A_PART):
            with database().reading() as session:
                facts = [
                    _facts(session, deliberation_id, one)
                    for one in found[start : start + SHEETS_A_PART]
                ]
                html = pages().letter("pile", "fr", {"documents": facts})
            parts.append(with_codes(typeset(html)))
            asked.tell(min(start + SHEETS_A_PART, len(found)))
        name = str(asked.payload.get("name", "courriers"))
        if len(parts) == 1:
            asked.path.write_bytes(parts[0])
            deliver(asked, name=f"{name}.pdf", media_type=PDF)
            return
        with zipfile.ZipFile(asked.path, "w") as bundle:
            for at, part in enumerate(parts, start=1):
                bundle.writestr(f"{name}-{at}.pdf", part)
        deliver(asked, name=f"{name}.zip", media_type=ZIP)


def _facts(session: Session, deliberation_id: UUID, sheet: Sheet) -> dict[str, Any]:
    """What the page of one document says."""
    common = {"reference": sheet.reference, "application": sheet.application}
    if sheet.act is not None:
        agreement = sheet.act.agreement
        return {**common, "act": sheet.act, "funder": agreement.funder, "number": agreement.number}
    decisions = decisions_about(session, deliberation_id, sheet.application.id)
    due = letter_due(session, deliberation_id, sheet.application.id, viewer=None)
    act = decisions[0].deliberation
    return {
        **common,
        "act": None,
        "number": sheet.letter.number if sheet.letter else "",
        "decisions": decisions,
        "deliberation": act,
        "funder": act.funder,
        "author": session.get(Person, act.recorded_by),
        "announced_at": act.announced_at,
        "body": services.body_of(due),
        "added": due.wording.added if due.wording else "",
        "order": order_of(session, act, due),
    }


def read(job_id: UUID) -> None:
    """Read a pile page by page, then give each paper its pages; end the job.

    A pile that was read already is not read again: only what was placed by hand is attached.
    """
    with work(job_id) as asked:
        if asked is None:
            return
        scan_id = UUID(asked.payload["scan"])
        with database().reading() as session:
            scan = _scan(session, scan_id)
            stored, is_read = scan.stored_file, scan.read_at is not None
        with store().open(stored.sha256) as stream:
            data = stream.read()
        if not is_read:
            found = _references(asked, data, stored.media_type)
            with database().transaction() as session:
                keep_pages(session, scan_id, found, now=now())
        with database().transaction() as session:
            _attach(session, scan_id, asked.actor)
            if job := jobs.taken(session, job_id, now=now()):
                jobs.finish(job, now=now())


def _references(asked: Work, data: bytes, media_type: str) -> list[str | None]:
    """What each page bears; a sign of life every few pages."""
    with database().transaction() as session:
        if job := jobs.taken(session, asked.job_id, now=now()):
            job.total = page_count(data, media_type)
    found = []
    for at, picture in enumerate(pictures(data, media_type), start=1):
        found.append(reference_in(picture))
        if at % TELL_EVERY == 0:
            asked.tell(at)
    return found


def _attach(session: Session, scan_id: UUID, actor: Actor) -> None:
    """Give each paper of a pile its pages, those that another pile brought among them."""
    found = returned(session, _scan(session, scan_id))
    files = _files(session, {one.scan_id for came in found.values() for one in came})
    for paper_id, came in found.items():
        paper = session.get_one(Paper, paper_id)
        leaves = [(*files[one.scan_id], one.position) for one in in_order(came)]
        made = io.BytesIO(extract(leaves))
        name = f"signe-{paper.reference}.pdf"
        kept = keep_result(session, store(), made, name=name, media_type=PDF, actor=actor)
        attach(session, paper_id, kept, actor=actor, now=now())


def _files(session: Session, scan_ids: set[UUID]) -> dict[UUID, tuple[bytes, str]]:
    """The bytes of some piles, and what they are."""
    files = {}
    for one in session.scalars(
        select(Scan).where(Scan.id.in_(sorted(scan_ids))).options(joinedload(Scan.stored_file))
    ):
        with store().open(one.stored_file.sha256) as stream:
            files[one.id] = stream.read(), one.stored_file.media_type
    return files


def _scan(session: Session, scan_id: UUID) -> Scan:
    statement = select(Scan).where(Scan.id == scan_id)
    return session.scalars(
        statement.options(joinedload(Scan.stored_file), selectinload(Scan.pages))
    ).one()


__all__: Sequence[str] = ("PRINT", "READ", "make", "read")

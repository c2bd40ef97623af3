"""A whole search as a workbook, in the language of whoever asked for it."""

from __future__ import annotations

from uuid import UUID

from grants.appraisal.queries import exported
from grants.calls.models import FormRevision
from grants.web.officer.exports import layout
from grants.web.officer.workbooks import write_workbook
from grants.web.sheets import MEDIA_TYPE
from workers.app import database, now, settings
from workers.exports.asked import deliver, work
from workers.rendering import Pages

KIND = "applications.export"


def make(job_id: UUID) -> None:
    """Write the workbook of an export, and end its job."""
    with work(job_id) as asked:
        if asked is None:
            return
        revision, keys = asked.payload.get("revision"), asked.payload.get("keys")
        pages = Pages(settings().root)
        with database().reading() as session, pages.speaking(asked.actor.locale):
            form = session.get_one(FormRevision, UUID(revision)).form if revision else None
            chosen = layout(form, asked.payload.get("columns", ()), keys)
            rows = exported.rows(session, asked.sought, asked.actor, now=now())
            write_workbook(asked.path, chosen, rows, asked.tell)
        name = f"{asked.payload.get('name', 'dossiers')}.xlsx"
        deliver(asked, name=name, media_type=MEDIA_TYPE)

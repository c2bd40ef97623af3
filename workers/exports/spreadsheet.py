"""A whole search as a workbook, in the language of whoever asked for it."""

from __future__ import annotations

from uuid import UUID

from grants.appraisal.queries import exported
from grants.calls.models import FormRevision
from grants.web.officer.exports import layout
from grants.web.officer.workbooks import MEDIA_TYPE, write_workbook
from workers.app import now, settings
from workers.exports.asked import deliver, work
from workers.rendering import Pages

KIND = "applications.export"


def make(job_id: UUID) -> None:
    """Write the workbook of an export, and end its job."""
    with work(job_id) as given:
        if given is None:
            return
        session, asked = given
        revision = asked.payload.get("revision")
        form = session.get_one(FormRevision, UUID(revision)).form if revision else None
        keys = asked.payload.get("keys")
        with Pages(settings().root).speaking(asked.actor.locale):
            chosen = layout(form, asked.payload.get("columns", ()), keys)
            rows = exported.rows(session, asked.sought, asked.actor, now=now())
            write_workbook(asked.path, chosen, rows, asked.tell)
        name = f"{asked.payload.get('name', 'dossiers')}.xlsx"
        deliver(asked, name=name, media_type=MEDIA_TYPE)

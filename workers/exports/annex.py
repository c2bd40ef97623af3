"""The register of recusals as the annex of a deliberation: an accessible PDF."""

from __future__ import annotations

from uuid import UUID

from grants.juries import queries
from grants.notices.pdf import typeset
from grants.people.models import Funder
from grants.web.juror.words import CLASSES, ORIGINS
from grants.web.officer.recusals import ANNEX as KIND
from workers.app import database, now
from workers.exports.asked import deliver, work
from workers.telling import pages

MEDIA_TYPE = "application/pdf"


def make(job_id: UUID) -> None:
    """Typeset the annex as its starter may read it at this instant, and end its job."""
    with work(job_id) as asked:
        if asked is None:
            return
        with database().reading() as session:
            jury = queries.jury(session, UUID(asked.payload["jury"]), asked.actor)
            facts = {
                "call": jury.call,
                "funder": session.get_one(Funder, jury.call.lead_id),
                "lines": queries.whole_register(session, jury.call, asked.actor),
                "origins": ORIGINS,
                "classes": CLASSES,
                "at": now(),
            }
            html = pages().letter("recusals", asked.actor.locale, facts)
        asked.path.write_bytes(typeset(html))
        name = f"{asked.payload.get('name', 'deports')}.pdf"
        deliver(asked, name=name, media_type=MEDIA_TYPE)


__all__ = ["KIND", "make"]

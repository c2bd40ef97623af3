"""The one-time codes of a public vote, as slips to cut out."""

from __future__ import annotations

from uuid import UUID

import segno

from grants.notices.pdf import typeset
from grants.polls import queries, services
from workers.app import database, settings
from workers.exports.asked import deliver, work
from workers.telling import pages, site

KIND = "poll.codes"
MEDIA_TYPE = "application/pdf"
HALL_PAGE = "/votes/{slug}/salle/{code}"


def make(job_id: UUID) -> None:
    """Print new codes and end the job. Only the sheet holds them; begun again, it holds others."""
    with work(job_id) as asked:
        if asked is None:
            return
        poll_id, codes = UUID(asked.payload["poll"]), services.new_codes(asked.payload["count"])
        with database().reading() as session:
            poll = queries.to_print(session, poll_id)
        addresses = [site().page(HALL_PAGE.format(slug=poll.slug, code=one)) for one in codes]
        slips = [
            {"code": code, "qr": segno.make(address).svg_inline(border=2, omitsize=True)}
            for code, address in zip(codes, addresses, strict=True)
        ]
        facts = {"poll": poll, "slips": slips, "page": site().page(f"/votes/{poll.slug}")}
        asked.path.write_bytes(typeset(pages().letter("poll_slips", asked.actor.locale, facts)))
        with database().transaction() as session:
            services.keep_codes(session, poll_id, codes, secret_key=settings().secret_key)
        deliver(asked, name=f"codes-{poll.slug}.pdf", media_type=MEDIA_TYPE)

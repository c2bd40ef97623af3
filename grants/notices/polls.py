"""What a voter is told: where to have the ballot counted."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.notices.about import Notice, Recipient
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.polls.models import Poll, PollLink

VOTE_PAGE = "/votes/{slug}"


def link_asked(session: Session, message: Message, site: Site) -> Notice:
    """To whoever typed an address: the link that counts a ballot. The address is forgotten here."""
    link = session.get(PollLink, message.subject_id)
    if link is None or link.email is None:
        return Notice([])  # it served meanwhile, or its day is over
    poll = session.scalars(select(Poll).where(Poll.id == link.poll_id)).one()
    facts = {
        "poll": poll,
        "url": site.poll_link(poll.slug, link.id),
        "vote_url": site.page(VOTE_PAGE.format(slug=poll.slug)),
        "expires_at": link.expires_at,
    }
    recipient = Recipient(link.email, link.locale)
    link.email = None  # the mail has it now, until it is sent
    return Notice([recipient], facts, bears_secret=True)

"""What whoever runs the site is told: that a nightly check found something."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.notices.about import Notice, as_recipient
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.people.models import Person


def broken(session: Session, message: Message, site: Site) -> Notice:
    """To every operator: the names of the checks that found something, and how often."""
    operators = session.scalars(
        select(Person)
        .where(Person.is_operator, Person.disabled_at.is_(None))
        .order_by(Person.email)
    ).all()
    facts = {"found": sorted(message.payload["found"].items()), "at": message.at}
    return Notice([as_recipient(one) for one in operators], {**facts, "url": site.page("/")})

"""How often a thing may be done: counted in PostgreSQL, so that all processes count together.

Passwords, links by mail and alerts share this: nobody guesses here, and no mailbox is flooded
from here. What is refused is not counted, so that a limit always ends by itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from grants.kernel.errors import Refused
from grants.people.models import Attempt

KEPT = timedelta(days=1)
IPV6_SITE = 64
"""Whoever has one IPv6 address has all those that begin with the same 64 bits."""


@dataclass(frozen=True)
class Limit:
    """How often within a span: for one e-mail address, and from one network address."""

    kind: str
    within: timedelta
    per_account: int
    per_network: int

    @property
    def minutes(self) -> int:
        """The span in minutes, for a sentence."""
        return int(self.within.total_seconds() // 60)


PASSWORD = Limit("password", timedelta(minutes=5), per_account=10, per_network=10)
MAIL = Limit("mail", timedelta(hours=1), per_account=5, per_network=40)
"""Forty mails an hour from one network: a whole training room may sign up behind one address."""


def counts(
    session: Session, limit: Limit, email: str, address: str, *, now: datetime
) -> tuple[int, int]:
    """How often lately for this e-mail address, and from this network. One statement."""
    recent = (Attempt.kind == limit.kind, Attempt.at > now - limit.within)
    counted = select(
        select(func.count()).where(Attempt.account == hidden(email), *recent).scalar_subquery(),
        select(func.count()).where(Attempt.network == network(address), *recent).scalar_subquery(),
    )
    for_account, from_network = session.execute(counted).one()
    return int(for_account), int(from_network)


def is_reached(session: Session, limit: Limit, email: str, address: str, *, now: datetime) -> bool:
    """Whether it was done as often as may be, for this e-mail address or from this network."""
    for_account, from_network = counts(session, limit, email, address, now=now)
    return for_account >= limit.per_account or from_network >= limit.per_network


def note(session: Session, limit: Limit, email: str, address: str, *, now: datetime) -> None:
    """Count once more, and forget what is older than a day: it holds network addresses."""
    session.execute(delete(Attempt).where(Attempt.at < now - KEPT))
    session.add(Attempt(kind=limit.kind, account=hidden(email), network=network(address), at=now))
    session.flush()


def forgive(session: Session, limit: Limit, email: str, address: str) -> None:
    """Forget what was counted for this e-mail address from this network, and nothing else."""
    session.execute(
        delete(Attempt).where(
            Attempt.kind == limit.kind,
            Attempt.account == hidden(email),
            Attempt.network == network(address),
        )
    )


def may_write_to(
    session: Session, email: str, *, address: str, now: datetime, limit: Limit = MAIL
) -> bool:
    """Whether one more mail may be asked for `email` from `address` ("" for none); counts it.

    False, without a word, when five were asked for that mailbox within the hour: the answer is
    the same for whoever asks, whatever the mailbox received. Locks mailbox and network until
    the transaction ends, so that ten requests at once pass one by one.

    Raises:
        Refused: `people.mail.too_many_attempts`: forty were asked from that network.
    """
    for who in sorted({hidden(email), network(address)}):
        key = func.hashtextextended(f"{limit.kind}:{who}", 0)
        session.execute(select(func.pg_advisory_xact_lock(key)))
    for_account, from_network = counts(session, limit, email, address, now=now)
    if address and from_network >= limit.per_network:
        raise Refused("people.mail.too_many_attempts", minutes=limit.minutes)
    if for_account >= limit.per_account:
        return False
    note(session, limit, email, address, now=now)
    return True


def hidden(email: str) -> str:
    """An e-mail address as it is counted: hashed, because it may be anybody's."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def network(address: str) -> str:
    """A network address as it is counted: an IPv6 one by the site it belongs to."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        return str(ip_network((found, IPV6_SITE), strict=False))
    return str(found)

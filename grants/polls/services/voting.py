"""Voting: a link asked for, a ballot cast by it or by a printed code, a ballot replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.proof import as_code, new_code
from grants.kernel.access import SYSTEM
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.people import limits
from grants.people.limits import Limit
from grants.polls import queries, rules, voters
from grants.polls.models import HallCode, Poll, PollLink, Traffic, Voter
from grants.polls.services import urn

LINK_LASTS = timedelta(hours=24)
MAILS = Limit("poll", timedelta(hours=1), per_account=5, per_network=120)
"""A quarter behind one address may vote in one evening; a machine is stopped all the same."""


class Asked(StrEnum):
    """How a request for a link was answered."""

    WRITTEN = "written"
    DISPOSABLE = "disposable"


def ask_link(
    session: Session,
    poll: Poll,
    email: str,
    *,
    secret_key: str,
    locale: str,
    address: str,
    now: datetime,
) -> Asked:
    """Write to an address, so that its owner may vote; what they would vote is not said here.

    The answer is the same whether the address voted already or was written to five times within
    the hour. A mailbox that anybody may have is not written to, and counted. Announces
    `poll.link_asked`.

    Raises:
        Refused: `poll.not_open`; `people.mail.too_many_attempts` from that network.
    """
    _demand_open(poll, now)
    if voters.is_disposable(email):
        _note(session, poll, address, secret_key=secret_key, now=now, is_disposable=True)
        return Asked.DISPOSABLE
    mailbox = voters.mailbox(email)
    if not limits.may_write_to(session, mailbox, address=address, now=now, limit=MAILS):
        return Asked.WRITTEN
    link = PollLink(
        poll_id=poll.id,
        voter=voters.voter_of(secret_key, poll.id, email),
        email=email.strip(),
        locale=locale,
        is_disposable=False,
        expires_at=min(now + LINK_LASTS, poll.closes_at),
    )
    session.add(link)
    session.flush()
    announce(session, "poll.link_asked", by=SYSTEM, at=now, subject=link.id)
    return Asked.WRITTEN


def waiting(session: Session, poll: Poll, link_id: UUID, *, now: datetime) -> PollLink:
    """The link behind a mail of ours, as long as it may serve.

    Raises:
        Refused: `poll.link_unusable`: it served, its day is over, or it is another poll's;
            `poll.already_voted`.
    """
    link = session.get(PollLink, link_id)
    if link is None or link.poll_id != poll.id or link.expires_at <= now:
        raise Refused("poll.link_unusable")
    if session.get(Voter, (poll.id, link.voter)) is not None:
        raise Refused("poll.already_voted")
    return link


def cast_by_link(
    session: Session,
    poll: Poll,
    link_id: UUID,
    choices: Mapping[UUID, int],
    *,
    secret_key: str,
    address: str,
    now: datetime,
) -> str:
    """Count a ballot, and return the code of its receipt, which is kept nowhere.

    Locks the poll. The link and its likes of the same mailbox are gone afterwards. Nothing is
    announced: the outbox would keep the instant.

    Raises:
        Refused: `poll.not_open`, `poll.link_unusable`, `poll.already_voted`, `poll.ballot`.
    """
    poll = _locked(session, poll, now)
    link = waiting(session, poll, link_id, now=now)
    _demand_sound(poll, choices)
    voted = insert(Voter).values(poll_id=poll.id, voter=link.voter, voted_on=paris_date(now))
    if session.scalar(voted.on_conflict_do_nothing().returning(Voter.voter)) is None:
        raise Refused("poll.already_voted")
    session.execute(
        delete(PollLink).where(PollLink.poll_id == poll.id, PollLink.voter == link.voter)
    )
    return _cast(session, poll, choices, secret_key=secret_key, address=address, now=now)


def check_code(session: Session, poll: Poll, typed: str, *, secret_key: str) -> str:
    """A printed code that was not used yet, as it is written.

    Raises:
        Refused: `poll.code_unusable`.
    """
    code = as_code(typed)
    found = code and session.get(
        HallCode, (poll.id, voters.code_of(secret_key, poll.id, code)), populate_existing=True
    )
    if not code or not found or found.used_on is not None:
        raise Refused("poll.code_unusable", field="code")
    return code


def cast_by_code(
    session: Session,
    poll: Poll,
    typed: str,
    choices: Mapping[UUID, int],
    *,
    secret_key: str,
    address: str,
    now: datetime,
) -> str:
    """Count a ballot for a printed code, which then served. Locks the poll. As `cast_by_link`.

    Raises:
        Refused: `poll.not_open`, `poll.code_unusable`, `poll.ballot`.
    """
    poll = _locked(session, poll, now)
    code = check_code(session, poll, typed, secret_key=secret_key)
    _demand_sound(poll, choices)
    session.execute(
        update(HallCode)
        .where(
            HallCode.poll_id == poll.id,
            HallCode.code == voters.code_of(secret_key, poll.id, code),
        )
        .values(used_on=paris_date(now))
    )
    return _cast(session, poll, choices, secret_key=secret_key, address=address, now=now)


def replace(
    session: Session, poll: Poll, typed: str, choices: Mapping[UUID, int], *, now: datetime
) -> None:
    """Put another ballot in the place of the one whose receipt is shown. Locks the poll.

    Who votes is not asked again: whoever holds the receipt holds the ballot.

    Raises:
        Refused: `poll.not_open`, `poll.receipt_unknown`, `poll.ballot`.
    """
    poll = _locked(session, poll, now)
    code = as_code(typed)
    receipt = voters.receipt_of(code) if code else ""
    if not queries.holds(session, poll.id, receipt):
        raise Refused("poll.receipt_unknown", field="code")
    _demand_sound(poll, choices)
    urn.put(session, poll.id, receipt, choices)


def new_codes(count: int) -> list[str]:
    """One-time codes to print: here in clear, and nowhere else. See `keep_codes`."""
    return [new_code() for _ in range(count)]


def keep_codes(session: Session, poll_id: UUID, codes: Sequence[str], *, secret_key: str) -> None:
    """Let each of these codes cast one ballot; kept as keyed hashes."""
    rows = [{"poll_id": poll_id, "code": voters.code_of(secret_key, poll_id, one)} for one in codes]
    session.execute(insert(HallCode), rows)


def _locked(session: Session, poll: Poll, now: datetime) -> Poll:
    """The poll as it is now, its row ours: ballots go in one after the other, none at a count."""
    found = queries.locked_to_vote(session, poll.id)
    _demand_open(found, now)
    return found


def _demand_open(poll: Poll, now: datetime) -> None:
    if not poll.is_open(now):
        raise Refused("poll.not_open", opens_at=poll.opens_at, closes_at=poll.closes_at)


def _demand_sound(poll: Poll, choices: Mapping[UUID, int]) -> None:
    if rules.fault(poll, choices) is not None:
        raise Refused("poll.ballot")


def _cast(
    session: Session,
    poll: Poll,
    choices: Mapping[UUID, int],
    *,
    secret_key: str,
    address: str,
    now: datetime,
) -> str:
    _note(session, poll, address, secret_key=secret_key, now=now)
    code = new_code()
    urn.put(session, poll.id, voters.receipt_of(code), choices)
    return code


def _note(
    session: Session,
    poll: Poll,
    address: str,
    *,
    secret_key: str,
    now: datetime,
    is_disposable: bool = False,
) -> None:
    """One more ballot, or one more refused mailbox, in this hour from that coarse network."""
    one = insert(Traffic).values(
        poll_id=poll.id,
        hour=now.replace(minute=0, second=0, microsecond=0),
        network=voters.network_of(secret_key, poll.id, address),
        is_disposable=is_disposable,
        votes=1,
    )
    keys = ["poll_id", "hour", "network", "is_disposable"]
    session.execute(
        one.on_conflict_do_update(index_elements=keys, set_={"votes": Traffic.votes + 1})
    )

"""Signing in and out: one token per sign-in, of which the database keeps the hash alone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.people import limits, passwords, queries
from grants.people.models import Person, SignIn

LIFETIME = timedelta(hours=12)
TOKEN_BYTES = 32
USER_AGENT_LENGTH_MAX = 300
FRESH = timedelta(minutes=10)
"""How long ago somebody without a password may have come in by a link, to sign with that."""


class Entered(NamedTuple):
    """A sign-in just begun: the token for the browser, and the local page that was wanted."""

    token: str
    destination: str | None


def start_sign_in(session: Session, person_id: UUID, *, user_agent: str, now: datetime) -> str:
    """Sign a person in from one browser; return the token that the browser must present.

    A new token each time, of 256 bits, good for twelve hours at most.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SignIn(
            person_id=person_id,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            started_at=now,
            seen_at=now,
            expires_at=now + LIFETIME,
            user_agent=user_agent[:USER_AGENT_LENGTH_MAX],
        )
    )
    session.flush()
    return token


def sign_in_with_password(
    session: Session, email: str, password: str, *, address: str, user_agent: str, now: datetime
) -> str:
    """Sign in; return the token. Brings the kept hash up to today's parameters.

    An unknown address, an account without password, unconfirmed or disabled, and a wrong
    password take the same time and get the same refusal, which the caller must then count
    with `record_failure`, in a transaction of its own: this one is rolled back.

    Raises:
        Refused: `people.sign_in_failed`; or `people.too_many_attempts`, after ten failures in
            five minutes on that account or from that network address, and then the password
            is not even looked at.
    """
    if limits.is_reached(session, limits.PASSWORD, email, address, now=now):
        raise Refused("people.too_many_attempts", minutes=limits.PASSWORD.minutes)
    person = queries.person_under(session, email)
    right = passwords.matches(person.password_hash if person else None, password)
    if person is None or not right or person.confirmed_at is None or person.disabled_at:
        raise Refused("people.sign_in_failed")
    if passwords.needs_rehash(person.password_hash or ""):
        person.password_hash = passwords.hashed(password)
    limits.forgive(session, limits.PASSWORD, email, address)
    return start_sign_in(session, person.id, user_agent=user_agent, now=now)


def record_failure(session: Session, email: str, *, address: str, now: datetime) -> None:
    """Count one wrong password, on the account typed (existing or not) and on the address."""
    limits.note(session, limits.PASSWORD, email, address, now=now)


def confirm_identity(
    session: Session,
    password: str,
    *,
    token_hash: str | None,
    address: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Make sure that whoever signs is the person signed in: by their password, asked again.

    Whoever has none must have come in by a link within ten minutes. A wrong password is to be
    counted by the caller, as `sign_in_with_password` says.

    Raises:
        Refused: `people.password_missing`, `people.current_password_wrong`,
            `people.too_many_attempts`, `people.sign_in_again`.
    """
    person = queries.profile(session, viewer=actor)
    if person.password_hash is None:
        started = session.scalar(
            select(SignIn.started_at).where(
                SignIn.token_hash == token_hash,
                SignIn.person_id == actor.id,
                SignIn.ended_at.is_(None),
            )
        )
        if started is None or started < now - FRESH:
            raise Refused("people.sign_in_again", minutes=int(FRESH.total_seconds() // 60))
        return
    if not password:
        raise Refused("people.password_missing", field="password")
    if limits.is_reached(session, limits.PASSWORD, person.email, address, now=now):
        raise Refused("people.too_many_attempts", minutes=limits.PASSWORD.minutes)
    if not passwords.matches(person.password_hash, password):
        raise Refused("people.current_password_wrong", field="password")


def sign_out(session: Session, token_hash: str, *, now: datetime) -> None:
    """End the sign-in whose token this is; nothing when it is unknown or already ended."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == token_hash, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_session(session: Session, sign_in_id: UUID, *, actor: Actor, now: datetime) -> None:
    """End one of the actor's own sign-ins, wherever it is.

    Raises:
        Unknown: there is none, or it is somebody else's.
    """
    ended = session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.person_id == actor.id)
        .values(ended_at=func.coalesce(SignIn.ended_at, now))
        .returning(SignIn.id)
    )
    if ended.scalar_one_or_none() is None:
        raise Unknown


def end_other_sessions(session: Session, *, but: str | None, actor: Actor, now: datetime) -> None:
    """End every sign-in of the actor's, except the one whose token hash is `but`."""
    end_all(session, actor.id, but=but, now=now)


def end_all(session: Session, person_id: UUID, *, but: str | None = None, now: datetime) -> None:
    """End every sign-in of a person, except the one whose token hash is `but`."""
    session.execute(
        update(SignIn)
        .where(
            SignIn.person_id == person_id,
            SignIn.ended_at.is_(None),
            SignIn.token_hash != (but or ""),
        )
        .values(ended_at=now)
    )


def as_actor(person: Person) -> Actor:
    """A person acting on their own account before any sign-in: no role is needed for that."""
    return Actor(id=person.id, name=person.name, email=person.email, locale=person.locale)

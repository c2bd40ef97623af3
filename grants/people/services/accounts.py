"""A person's own account: signing up, confirming, links, resets, profile."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.people import limits, passwords, queries, rules
from grants.people.models import OneTimeLink, Person, Purpose
from grants.people.services.entry import Entered, as_actor, end_all, start_sign_in
from grants.people.services.mail_links import make_link, spend_all, spend_link


def ensure_person(session: Session, email: str, *, name: str = "", locale: str = "fr") -> Person:
    """The person under that address, made unconfirmed and without password if there is none.

    An existing person keeps their own name and language. Safe when two do it at once.
    """
    email = email.strip().lower()
    session.execute(
        insert(Person)
        .values(id=new_id(), email=email, name=name.strip() or email, locale=locale)
        .on_conflict_do_nothing(index_elements=["email"])
    )
    return session.scalars(select(Person).where(Person.email == email)).one()


def sign_up(
    session: Session,
    *,
    name: str,
    email: str,
    locale: str,
    destination: str | None = None,
    address: str = "",
    now: datetime,
) -> None:
    """Ask for an account; `destination` is the local page to come back to behind the link.

    `address` is the network address it is asked from.

    What happens next is told by mail only, so that nobody learns here which addresses have one.
    Announces `person.confirmation_asked` (a link of a day), or, when the address has an account
    already, `person.sign_up_repeated` (a link to sign in). The password is chosen behind the
    link, by whoever reads that mailbox. Nothing after five links to that address in an hour.

    Raises:
        Refused: `people.mail.too_many_attempts`, after forty mails from one network in an hour.
    """
    if not limits.may_write_to(session, email, address=address, now=now):
        return
    person = ensure_person(session, email, name=name, locale=locale)
    if person.disabled_at is not None:
        return
    if person.confirmed_at is None:
        purpose, kind = Purpose.CONFIRM, "person.confirmation_asked"
    else:
        purpose, kind = Purpose.SIGN_IN, "person.sign_up_repeated"
    _send(session, person, purpose, kind, destination=destination, now=now)


def confirm(
    session: Session, link_id: UUID, *, name: str, password: str, user_agent: str, now: datetime
) -> Entered:
    """Open the account that a confirmation link promised, and sign in.

    Locks the link. Announces `person.confirmed`.

    Raises:
        Refused: the link is unknown, used or expired, or the password is not acceptable.
    """
    link = spend_link(session, link_id, Purpose.CONFIRM, now=now)
    person = _person_of(session, link)
    open_account(session, person, name=name, password=password, now=now)
    return _enter(session, person, link, user_agent=user_agent, now=now)


def open_account(
    session: Session, person: Person, *, name: str, password: str, now: datetime
) -> None:
    """Confirm a person whose mailbox has just been proven theirs. Announces `person.confirmed`.

    Raises:
        Refused: `people.already_confirmed`, or the password is not acceptable.
    """
    if person.confirmed_at is not None:
        raise Refused("people.already_confirmed")
    person.name = name.strip()
    set_password(person, password)
    person.confirmed_at = now
    spend_all(session, person, Purpose.CONFIRM, now=now)
    announce(session, "person.confirmed", by=as_actor(person), at=now, subject=person.id)


def request_link(
    session: Session,
    email: str,
    *,
    destination: str | None = None,
    address: str = "",
    now: datetime,
) -> None:
    """Ask for a link to sign in, good for a quarter of an hour; told by mail only.

    Announces `person.sign_in_link_asked`; for an account never confirmed,
    `person.confirmation_asked`. Nothing for an unknown address. Raises as `sign_up`.
    """
    if limits.may_write_to(session, email, address=address, now=now):
        kind = "person.sign_in_link_asked"
        _request(session, email, Purpose.SIGN_IN, kind, destination=destination, now=now)


def sign_in_with_link(
    session: Session, link_id: UUID, *, user_agent: str, now: datetime
) -> Entered:
    """Sign in with a link received by mail. Locks the link.

    Raises:
        Refused: the link is unknown, used or expired.
    """
    link = spend_link(session, link_id, Purpose.SIGN_IN, now=now)
    person = _person_of(session, link)
    return _enter(session, person, link, user_agent=user_agent, now=now)


def request_reset(session: Session, email: str, *, address: str = "", now: datetime) -> None:
    """Ask for a link to choose a new password, good for an hour; told by mail only.

    Announces `person.reset_asked`; for an account never confirmed,
    `person.confirmation_asked`. Nothing for an unknown address. Raises as `sign_up`.
    """
    if limits.may_write_to(session, email, address=address, now=now):
        _request(session, email, Purpose.RESET, "person.reset_asked", now=now)


def reset_password(
    session: Session, link_id: UUID, *, password: str, user_agent: str, now: datetime
) -> Entered:
    """Choose a new password; every sign-in ends and a new one begins.

    Locks the link, and uses up every other link of the person's. Announces
    `person.password_changed`.

    Raises:
        Refused: the link is unknown, used or expired, or the password is not acceptable.
    """
    link = spend_link(session, link_id, Purpose.RESET, now=now)
    person = _person_of(session, link)
    set_password(person, password)
    spend_all(session, person, Purpose.RESET, Purpose.SIGN_IN, now=now)
    end_all(session, person.id, now=now)
    announce(session, "person.password_changed", by=as_actor(person), at=now, subject=person.id)
    return _enter(session, person, link, user_agent=user_agent, now=now)


def update_profile(
    session: Session, *, name: str, phone: str | None, locale: str, actor: Actor, now: datetime
) -> Person:
    """Change the actor's own name, telephone and language. Announces `person.updated`."""
    person = queries.locked_profile(session, viewer=actor)
    person.name, person.phone, person.locale = name.strip(), phone or None, locale
    announce(session, "person.updated", by=actor, at=now, subject=person.id)
    return person


def change_password(
    session: Session,
    *,
    current: str,
    password: str,
    but: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Change the actor's own password, and end every other sign-in (`but`: this one's hash).

    `current` is not asked of whoever has no password yet. Announces `person.password_changed`.

    Raises:
        Refused: `people.current_password_wrong`, or the new one is not acceptable.
    """
    person = queries.locked_profile(session, viewer=actor)
    if person.password_hash and not passwords.matches(person.password_hash, current):
        raise Refused("people.current_password_wrong", field="current")
    set_password(person, password)
    spend_all(session, person, Purpose.RESET, Purpose.SIGN_IN, now=now)
    end_all(session, person.id, but=but, now=now)
    announce(session, "person.password_changed", by=actor, at=now, subject=person.id)


def add_user(
    session: Session,
    email: str,
    *,
    name: str,
    password: str | None,
    is_operator: bool,
    now: datetime,
) -> Person:
    """Make a confirmed account from the command line, or bring an existing one to this.

    Without `password`, the person signs in by link. Announces `person.added`.

    Raises:
        Refused: the password is not acceptable.
    """
    person = ensure_person(session, email, name=name)
    if name.strip():
        person.name = name.strip()
    person.is_operator = is_operator
    person.confirmed_at = person.confirmed_at or now
    person.disabled_at = None
    if password is not None:
        set_password(person, password)
        end_all(session, person.id, now=now)
    announce(session, "person.added", by=SYSTEM, at=now, subject=person.id, operator=is_operator)
    return person


def disable_person(session: Session, person_id: UUID, *, actor: Actor, now: datetime) -> Person:
    """Close an account: every sign-in ends and none begins. Announces `person.disabled`.

    Raises:
        Unknown: there is no such person, or none that the actor may know of.
        Forbidden: the actor does not run the installation.
        Refused: `people.disable_self`.
    """
    person = queries.person(session, person_id, viewer=actor)
    rules.is_operator.require(actor, person)
    if person.id == actor.id:
        raise Refused("people.disable_self")
    person.disabled_at = person.disabled_at or now
    end_all(session, person.id, now=now)
    announce(session, "person.disabled", by=actor, at=now, subject=person.id)
    return person


def enable_person(session: Session, person_id: UUID, *, actor: Actor, now: datetime) -> Person:
    """Open a closed account again. Announces `person.enabled`.

    Raises:
        Unknown: there is no such person, or none that the actor may know of.
        Forbidden: the actor does not run the installation.
    """
    person = queries.person(session, person_id, viewer=actor)
    rules.is_operator.require(actor, person)
    person.disabled_at = None
    announce(session, "person.enabled", by=actor, at=now, subject=person.id)
    return person


def set_password(person: Person, password: str) -> None:
    """Keep the hash of an acceptable password.

    Raises:
        Refused: `people.password_too_short`, `…_too_long` or `…_too_common`.
    """
    if refusal := passwords.problem(password, context=(person.name, person.email)):
        raise refusal
    person.password_hash = passwords.hashed(password)


def _request(
    session: Session,
    email: str,
    purpose: Purpose,
    kind: str,
    *,
    destination: str | None = None,
    now: datetime,
) -> None:
    person = queries.person_under(session, email)
    if person is None or person.disabled_at:
        return
    if person.confirmed_at is None:
        purpose, kind = Purpose.CONFIRM, "person.confirmation_asked"
    _send(session, person, purpose, kind, destination=destination, now=now)


def _send(
    session: Session,
    person: Person,
    purpose: Purpose,
    kind: str,
    *,
    destination: str | None,
    now: datetime,
) -> None:
    payload = {"next": destination} if destination else {}
    link = make_link(session, purpose, email=person.email, person=person, payload=payload, now=now)
    announce(session, kind, by=SYSTEM, at=now, subject=person.id, link=str(link.id))


def _enter(
    session: Session, person: Person, link: OneTimeLink, *, user_agent: str, now: datetime
) -> Entered:
    token = start_sign_in(session, person.id, user_agent=user_agent, now=now)
    return Entered(token, link.payload.get("next"))


def _person_of(session: Session, link: OneTimeLink) -> Person:
    """The person to whom a link was sent, locked.

    Raises:
        Refused: `people.link_unusable`, when there is none or the account is closed.
    """
    person = session.get(Person, link.person_id, with_for_update=True) if link.person_id else None
    if person is None or person.disabled_at is not None:
        raise Refused("people.link_unusable")
    return person

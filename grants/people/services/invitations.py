"""Invitations by mail: to an organisation, to a funder, or (from above) to a jury."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.kernel.access import Actor, FunderRole, OrganisationRole
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce
from grants.people import queries, rules
from grants.people.models import OneTimeLink, Person, Purpose
from grants.people.services.accounts import ensure_person, open_account
from grants.people.services.entry import Entered, as_actor, start_sign_in
from grants.people.services.funders import add_role
from grants.people.services.mail_links import make_link, spend_link
from grants.people.services.members import add_member


def invite(session: Session, email: str, *, payload: dict[str, Any], now: datetime) -> OneTimeLink:
    """A link of thirty days by which whoever reads that mailbox may accept something.

    `payload` says what: {"organisation": id, "roles": […]}, {"funder": id, "roles": […]}, or
    {"next": "/jury/…"}, a local page to which the person is led once signed in, and where the
    caller asks for the rest; "name" is proposed to whoever has no account yet. The caller has
    checked its right to invite, and announces the invitation with the link's id.
    """
    person = queries.person_under(session, email)
    return make_link(
        session, Purpose.INVITATION, email=email, person=person, payload=payload, now=now
    )


def invite_member(
    session: Session,
    organisation_id: UUID,
    *,
    email: str,
    role: OrganisationRole,
    actor: Actor,
    now: datetime,
) -> OneTimeLink:
    """Invite somebody to act for an organisation; a former invitation to them is void.

    Locks the organisation. Announces `organisation.member_invited`.

    Raises:
        Unknown: there is no such organisation of the actor's.
        Forbidden: the actor does not represent it.
        Refused: `people.already_member`, when the person holds that role.
    """
    organisation = queries.locked_organisation(session, organisation_id, viewer=actor)
    rules.is_representative.require(actor, organisation)
    members = queries.organisation(session, organisation_id, viewer=actor).members
    if any(one.person.email == email.strip().lower() and one.role is role for one in members):
        raise Refused("people.already_member", field="email")
    void_invitations(session, {"organisation": str(organisation.id)}, email=email, now=now)
    payload = {"organisation": str(organisation.id), "roles": [role.value]}
    link = invite(session, email, payload=payload, now=now)
    announce(
        session,
        "organisation.member_invited",
        by=actor,
        at=now,
        subject=organisation.id,
        link=str(link.id),
    )
    return link


def invite_to_funder(
    session: Session,
    funder_id: UUID,
    *,
    email: str,
    name: str,
    roles: Iterable[FunderRole],
    actor: Actor,
    now: datetime,
) -> OneTimeLink:
    """Invite somebody to work for a funder in `roles`; a former invitation to them is void.

    Locks the funder. Announces `funder.member_invited`.

    Raises:
        Unknown: the actor may not know of this funder.
        Forbidden: the actor does not administer it.
    """
    funder = queries.locked_funder(session, funder_id, viewer=actor)
    rules.administers.require(actor, funder)
    void_invitations(session, {"funder": str(funder.id)}, email=email, now=now)
    payload = {
        "funder": str(funder.id),
        "roles": sorted(role.value for role in roles),
        "name": name.strip(),
    }
    link = invite(session, email, payload=payload, now=now)
    announce(
        session,
        "funder.member_invited",
        by=actor,
        at=now,
        funder=funder.id,
        subject=funder.id,
        link=str(link.id),
    )
    return link


def accept_invitation(
    session: Session, link_id: UUID, *, actor: Actor, now: datetime
) -> str | None:
    """Take up an invitation with an existing account; return where it leads. Locks the link.

    Announces each role granted.

    Raises:
        Refused: the link is unknown, used or expired, or `people.invitation_for_another`:
            it was sent to another address than the actor's.
    """
    link = spend_link(session, link_id, Purpose.INVITATION, now=now)
    if link.email != actor.email:
        raise Refused("people.invitation_for_another")
    _apply(session, link, actor=actor, now=now)
    return destination_of(link)


def accept_as_new(
    session: Session, link_id: UUID, *, name: str, password: str, user_agent: str, now: datetime
) -> Entered:
    """Take up an invitation by opening an account, and sign in. Locks the link.

    The mailbox is proven by the link itself. Announces `person.confirmed` and each role granted.

    Raises:
        Refused: the link is unknown, used or expired, `people.already_confirmed` (sign in, then
            accept), or the password is not acceptable.
    """
    link = spend_link(session, link_id, Purpose.INVITATION, now=now)
    ensure_person(session, link.email, name=name)
    person = session.scalars(
        select(Person).where(Person.email == link.email).with_for_update()
    ).one()
    if person.disabled_at is not None:
        raise Refused("people.link_unusable")
    open_account(session, person, name=name, password=password, now=now)
    _apply(session, link, actor=as_actor(person), now=now)
    token = start_sign_in(session, person.id, user_agent=user_agent, now=now)
    return Entered(token, destination_of(link))


def destination_of(link: OneTimeLink) -> str | None:
    """The local page to which an accepted invitation leads, when it says so."""
    destination: str | None = link.payload.get("next")
    return destination


def withdraw_invitation(session: Session, link_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Make an unanswered invitation void. Locks the organisation or funder it was for.

    Raises:
        Unknown: there is none to an organisation or funder of the actor's.
        Forbidden: the actor could not have sent it.
    """
    link = session.get(OneTimeLink, link_id)
    if link is None or link.purpose is not Purpose.INVITATION:
        raise Unknown
    if owner := link.payload.get("organisation"):
        organisation = queries.locked_organisation(session, UUID(owner), viewer=actor)
        rules.is_representative.require(actor, organisation)
    elif owner := link.payload.get("funder"):
        funder = queries.locked_funder(session, UUID(owner), viewer=actor)
        rules.administers.require(actor, funder)
    else:
        raise Unknown
    link.used_at = link.used_at or now


def void_invitations(
    session: Session, payload: dict[str, str], *, email: str, now: datetime
) -> None:
    """Use up the unanswered invitations to that address for the same thing."""
    session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.purpose == Purpose.INVITATION,
            OneTimeLink.email == email.strip().lower(),
            OneTimeLink.payload.contains(payload),
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=now)
    )


def _apply(session: Session, link: OneTimeLink, *, actor: Actor, now: datetime) -> None:
    if owner := link.payload.get("organisation"):
        for role in link.payload["roles"]:
            member = OrganisationRole(role)
            add_member(session, UUID(owner), actor.id, member, actor=actor, now=now)
    elif owner := link.payload.get("funder"):
        for role in link.payload["roles"]:
            add_role(session, UUID(owner), actor.id, FunderRole(role), actor=actor, now=now)

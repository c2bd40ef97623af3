"""What every telling is made of: recipients, facts, and what is said of one application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.calls.models import Call, CallFunder
from grants.kernel.access import FunderRole, OrganisationRole
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.people.models import FunderMember, OrganisationMember, Person

APPLICATION_PAGE = "/dossiers/{id}"
APPLICANTS = (OrganisationRole.REPRESENTATIVE,)


@dataclass(frozen=True)
class Recipient:
    """One person, or one address that has no account yet."""

    address: str
    locale: str = "fr"
    name: str = ""
    person_id: UUID | None = None


@dataclass(frozen=True)
class Notice:
    """What to write, to whom. `bears_secret`: its body holds a link that opens something.

    `stop_url`: where one click stops such mails. `calendar` writes an entry (iCalendar) that
    goes with the mail, for one recipient.
    """

    recipients: Sequence[Recipient]
    facts: Mapping[str, Any] = field(default_factory=dict)
    bears_secret: bool = False
    stop_url: str | None = None
    calendar: Callable[[Recipient], str] | None = None


@dataclass(frozen=True)
class Telling:
    """How one kind of message becomes mails: the template, and what fills it."""

    template: str
    notice: Callable[[Session, Message, Site], Notice]


def about_application(
    session: Session,
    message: Message,
    site: Site,
    path: str,
    roles: Sequence[OrganisationRole] = APPLICANTS,
) -> Notice:
    """To the applicant's side, with the application, its call and the service in charge."""
    application = session.scalars(
        select(Application)
        .where(Application.id == message.subject_id)
        .options(
            joinedload(Application.call).selectinload(Call.funders).joinedload(CallFunder.funder),
            joinedload(Application.organisation),
            joinedload(Application.author),
        )
    ).one()
    call = application.call
    service = next((one.funder for one in call.funders if one.is_lead), call.funders[0].funder)
    return Notice(
        applicant_side(session, application, roles),
        {
            "application": application,
            "call": call,
            "service": service,
            "at": message.at,
            "url": site.page(path.format(id=application.id)),
        },
    )


def applicant_side(
    session: Session, application: Application, roles: Sequence[OrganisationRole]
) -> list[Recipient]:
    """The author and those of the organisation who hold `roles`, each once."""
    people = [application.author]
    if application.organisation_id is not None:
        people += session.scalars(
            select(Person)
            .join(OrganisationMember, OrganisationMember.person_id == Person.id)
            .where(
                OrganisationMember.organisation_id == application.organisation_id,
                OrganisationMember.role.in_(roles),
            )
            .order_by(Person.email)
        )
    once = {one.id: one for one in people if one.disabled_at is None}
    return [as_recipient(one) for one in once.values()]


def officers_of(session: Session, funder_id: UUID) -> list[Recipient]:
    """The officers of an authority whose account is open, by address."""
    officers = session.scalars(
        select(Person)
        .join(FunderMember, FunderMember.person_id == Person.id)
        .where(
            FunderMember.funder_id == funder_id,
            FunderMember.role == FunderRole.OFFICER,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.email)
    )
    return [as_recipient(one) for one in officers]


def as_recipient(person: Person) -> Recipient:
    """A person with an account, in their language."""
    return Recipient(person.email, person.locale, person.name, person.id)


def with_facts(notice: Notice, **facts: Any) -> Notice:
    """The same notice, with more to say."""
    return replace(notice, facts={**notice.facts, **facts})

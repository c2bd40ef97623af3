"""What finance officers are told: payments near their last day, changes that wait for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.decisions.models import Decision
from grants.juries.queries import hidden_from
from grants.notices.about import Notice, as_recipient
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.payments.models import ChangeState, Claim, Instalment, SettingChange
from grants.payments.rules import BANK_READERS
from grants.payments.services.warning import OPEN
from grants.people.models import Funder, FunderMember, Person

ORDERS_PAGE, SETTINGS_PAGE = "/finances/mandats", "/finances/reglages"


def payments_due(session: Session, message: Message, site: Site) -> Notice:
    """To one finance officer: which payments come to their last day, which are late.

    What was paid meanwhile, or concerns them, is left out; nobody is told when nothing is left.
    """
    person = session.get_one(Person, UUID(message.payload["person"]))
    hidden = hidden_from(session, person.id, person.email)
    soon = _claims(session, message.payload["soon"], hidden)
    late = _claims(session, message.payload["late"], hidden)
    if person.disabled_at is not None or not (soon or late):
        return Notice([])
    funder = session.get_one(Funder, message.subject_id)
    facts = {"soon": soon, "late": late, "funder": funder, "url": site.page(ORDERS_PAGE)}
    return Notice([as_recipient(person)], facts)


def setting_proposed(session: Session, message: Message, site: Site) -> Notice:
    """To whoever else pays for the authority: a change of its settings waits for one of them.

    Nobody is told once it waits no more; the page says what changes, not the mail.
    """
    change = session.scalar(
        select(SettingChange)
        .where(SettingChange.id == message.subject_id)
        .options(joinedload(SettingChange.proposer))
    )
    if change is None or change.state is not ChangeState.PENDING:
        return Notice([])
    others = session.scalars(
        select(Person)
        .join(FunderMember, FunderMember.person_id == Person.id)
        .where(
            FunderMember.funder_id == change.funder_id,
            FunderMember.role.in_(BANK_READERS),
            Person.id != change.proposed_by,
            Person.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Person.email)
    ).all()
    funder = session.get_one(Funder, change.funder_id)
    url = site.page(f"{SETTINGS_PAGE}/{funder.id}")
    facts = {"who": change.proposer.name, "funder": funder, "url": url}
    return Notice([as_recipient(one) for one in others], facts)


def _claims(session: Session, ids: Collection[str], hidden: Collection[UUID]) -> Sequence[Claim]:
    return session.scalars(
        select(Claim)
        .where(
            Claim.id.in_([UUID(one) for one in ids]),
            Claim.state.in_(OPEN),
            Claim.application_id.not_in(list(hidden)),
        )
        .options(
            joinedload(Claim.instalment)
            .joinedload(Instalment.decision)
            .joinedload(Decision.application)
            .joinedload(Application.organisation)
        )
        .order_by(Claim.due_on, Claim.id)
    ).all()

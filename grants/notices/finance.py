"""What finance officers are told: payments near the end of their 60 days, or beyond it."""

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
from grants.payments.models import Claim, Instalment
from grants.payments.services.warning import OPEN
from grants.people.models import Funder, Person

ORDERS_PAGE = "/finances/mandats"


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

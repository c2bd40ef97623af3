"""What agreements have to tell: to whoever signs for the beneficiary, and the code to sign with."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from grants.agreements.models import Agreement, SigningCode
from grants.agreements.signing import signing
from grants.notices.about import Notice, about_application, as_recipient, with_facts
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.people.models import Person

AGREEMENT_PAGE = "/dossiers/{id}/convention"


def told(session: Session, message: Message, site: Site) -> Notice:
    """To the beneficiary: an agreement is to be signed, or is signed by both sides."""
    notice = about_application(session, message, site, AGREEMENT_PAGE)
    return with_facts(notice, agreement=_agreement(session, message), kind=message.kind)


def code(session: Session, message: Message, site: Site) -> Notice:
    """To whoever is about to sign: the code, erased once it is sent."""
    asked = session.get_one(SigningCode, UUID(message.payload["code"]))
    person = session.get_one(Person, asked.person_id)
    challenge = signing(site.signing, site.secret_key).challenge(asked)
    facts = {
        "agreement": _agreement(session, message),
        "code": challenge.code,
        "url": challenge.url,
        "expires_at": asked.expires_at,
    }
    return Notice([as_recipient(person)], facts, bears_secret=True)


def _agreement(session: Session, message: Message) -> Agreement:
    return session.get_one(Agreement, UUID(message.payload["agreement"]))

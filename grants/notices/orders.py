"""Orders (arrêtés) of acts taken by delegation: which text each letter goes with, and its facts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grants.agreements.beginnings import ORDER
from grants.agreements.queries import usual_bodies
from grants.agreements.usual import Kind
from grants.councils.models import CouncilSeat, Office
from grants.decisions.models import Delegation, Deliberation, Instrument, Outcome
from grants.notices import choosing
from grants.notices.choosing import Due


@dataclass(frozen=True)
class Order:
    """The order of one award: its text before its variables, under which delegation, by whom."""

    body: str
    delegation: Delegation
    president: str


def texts_of(session: Session, deliberation: Deliberation) -> Mapping[Instrument | None, str]:
    """The text of orders of an act by delegation, by form of award; nothing for a council's act.

    One statement; none for an act of the council.
    """
    if deliberation.delegation_id is None:
        return {}
    return {None: ORDER, **usual_bodies(session, deliberation.funder_id, Kind.ORDER)}


def text_for(texts: Mapping[Instrument | None, str], due: Due) -> str | None:
    """The text of the order that goes with a letter; once released, the one that left."""
    if due.wording is not None and due.wording.body is not None:
        return due.wording.order_text
    if not texts or due.outcome is not Outcome.AWARD:
        return None
    return texts.get(due.instrument) or texts[None]


def order_of(session: Session, deliberation: Deliberation, due: Due) -> Order | None:
    """The order that goes with one letter; None where the council itself voted, or refused."""
    body = text_for(texts_of(session, deliberation), due)
    if body is None or deliberation.delegation_id is None:
        return None
    delegation = session.get_one(Delegation, deliberation.delegation_id)
    return Order(body, delegation, _president(session, deliberation))


def fingerprint(session: Session, deliberation: Deliberation, letters: Sequence[Due]) -> str:
    """What tells that these letters and their orders are the ones somebody looked through."""
    texts = texts_of(session, deliberation)
    bodies = [text_for(texts, one) for one in letters]
    said = choosing.fingerprint(letters)
    if not any(bodies):
        return said
    return hashlib.sha256(repr((said, bodies)).encode()).hexdigest()


def order_texts(
    session: Session, deliberation: Deliberation, letters: Sequence[Due]
) -> dict[UUID, str | None]:
    """By application, the text of the order that leaves with its letter."""
    texts = texts_of(session, deliberation)
    return {one.application.id: text_for(texts, one) for one in letters}


def _president(session: Session, deliberation: Deliberation) -> str:
    """Who presided the council on the day of the act; empty where nobody wrote it down."""
    day = deliberation.voted_on
    found = session.scalar(
        select(CouncilSeat.name)
        .where(
            CouncilSeat.funder_id == deliberation.funder_id,
            CouncilSeat.office == Office.PRESIDENT,
            CouncilSeat.since <= day,
            or_(CouncilSeat.until.is_(None), CouncilSeat.until > day),
        )
        .order_by(CouncilSeat.since.desc(), CouncilSeat.id.desc())
        .limit(1)
    )
    return found or ""

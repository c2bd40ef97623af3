"""What is printed of a deliberation: its letters, and its agreements to sign; with references."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.agreements.models import ActState, Agreement, AgreementAct
from grants.applications.models import Application
from grants.decisions.models import Decision
from grants.kernel.access import Actor
from grants.kernel.identity import new_id
from grants.notices.models import Letter
from grants.notices.papers import Paper
from grants.notices.queries import letters_of

REFERENCE_LENGTH = 20


@dataclass(frozen=True)
class Sheet:
    """One document to print: a letter, or an act of an agreement; its reference."""

    reference: str
    application: Application
    letter: Letter | None = None
    act: AgreementAct | None = None


def sheets(
    session: Session, deliberation_id: UUID, *, viewer: Actor, now: datetime
) -> Sequence[Sheet]:
    """The documents of a deliberation that the viewer may print, each with its reference.

    Letters that are written, and acts of agreements that wait for a signature. The same document
    printed again bears the same reference.
    """
    letters = letters_of(session, deliberation_id, viewer=viewer)
    told = {one.application_id for one in letters}
    files = {
        one.id: one
        for one in session.scalars(
            select(Application)
            .where(Application.id.in_(sorted(told)))
            .options(
                joinedload(Application.organisation),
                joinedload(Application.author),
                joinedload(Application.call),
            )
        )
    }
    acts = [one for one in _acts(session, deliberation_id) if one.application_id in told]
    wanted = [
        _paper(files[one.application_id], _funder(session, deliberation_id), letter=one.id)
        for one in letters
    ]
    wanted += [_paper(files[one.application_id], one.funder_id, act=one.id) for one in acts]
    known = _references(session, wanted, now)
    found = [Sheet(known[one.id], files[one.application_id], letter=one) for one in letters]
    return found + [Sheet(known[one.id], files[one.application_id], act=one) for one in acts]


def new_reference() -> str:
    """A hundred bits that tell nothing of what they stand for."""
    return base64.b32encode(secrets.token_bytes(15)).decode()[:REFERENCE_LENGTH]


def _paper(
    application: Application,
    funder_id: UUID,
    *,
    letter: UUID | None = None,
    act: UUID | None = None,
) -> dict[str, Any]:
    return {
        "application_id": application.id,
        "funder_id": funder_id,
        "letter_id": letter,
        "act_id": act,
    }


def _references(
    session: Session, wanted: Sequence[dict[str, Any]], now: datetime
) -> dict[UUID, str]:
    """The reference of each letter or act, made where it has none yet."""
    if not wanted:
        return {}
    rows = [
        {"id": new_id(), "reference": new_reference(), "printed_at": now, **one} for one in wanted
    ]
    session.execute(insert(Paper).on_conflict_do_nothing(), rows)
    letters = [one["letter_id"] for one in wanted if one["letter_id"]]
    acts = [one["act_id"] for one in wanted if one["act_id"]]
    found = session.scalars(
        select(Paper).where(Paper.letter_id.in_(letters) | Paper.act_id.in_(acts))
    )
    return {one.letter_id or one.act_id: one.reference for one in found if one}  # type: ignore[misc]


def _funder(session: Session, deliberation_id: UUID) -> UUID:
    statement = select(Decision.funder_id).where(Decision.deliberation_id == deliberation_id)
    return session.scalars(statement.limit(1)).one()


def _acts(session: Session, deliberation_id: UUID) -> Sequence[AgreementAct]:
    return session.scalars(
        select(AgreementAct)
        .join(AgreementAct.agreement)
        .join(Decision, Decision.id == Agreement.decision_id)
        .where(
            Decision.deliberation_id == deliberation_id,
            AgreementAct.state.in_((ActState.SENT, ActState.SIGNED)),
        )
        .options(
            joinedload(AgreementAct.agreement).joinedload(Agreement.funder),
            selectinload(AgreementAct.versions),
        )
        .order_by(Agreement.number, AgreementAct.position)
    ).all()

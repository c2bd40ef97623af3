"""Letters: what was decided, with the ways of appeal, as an accessible PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.decisions.models import Decision
from grants.files.services import deposit
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM
from grants.notices.choosing import Due, letter_due
from grants.notices.giving import Renderer, Typesetter
from grants.notices.models import Letter
from grants.notices.orders import Order, order_of
from grants.notices.services.templating import body_of
from grants.notices.telling import decisions_about
from grants.outbox import queries as outbox
from grants.outbox.services import announce
from grants.people.models import Person


def write_letter(
    session: Session,
    message_id: UUID,
    *,
    renderer: Renderer,
    typeset: Typesetter,
    store: FileStore,
    now: datetime,
) -> Letter:
    """Write the letter that a `decision.announced` owes to its applicant; once.

    In the language of the funder, whose act it notifies. Its author is whoever announced the
    results. Announces `letter.written`.
    """
    message = outbox.message(session, message_id)
    deliberation_id = UUID(message.payload["deliberation"])
    application_id = message.subject_id
    if application_id is None:
        raise ValueError(f"message {message_id} is about no application")
    if known := _written(session, deliberation_id, application_id):
        return known
    decisions = decisions_about(session, deliberation_id, application_id)
    number = f"{decisions[0].deliberation.number}/{decisions[0].application.number}"
    author = session.get(Person, message.actor_id)
    due = letter_due(session, deliberation_id, application_id, viewer=None)
    order = order_of(session, decisions[0].deliberation, due)
    html = _page(
        renderer, decisions, due, order, number=number, author=author, announced_at=message.at
    )
    stored = deposit(
        session, store, io.BytesIO(typeset(html)), name=_file_name(number), actor=SYSTEM
    )
    letter = Letter(
        deliberation_id=deliberation_id,
        application_id=application_id,
        stored_file_id=stored.id,
        number=number,
        written_at=now,
    )
    session.add(letter)
    session.flush()
    _tell(session, letter, decisions[0].funder_id, now)
    return letter


def _tell(session: Session, letter: Letter, funder_id: UUID, now: datetime) -> None:
    announce(
        session,
        "letter.written",
        by=SYSTEM,
        at=now,
        funder=funder_id,
        subject=letter.application_id,
        letter=str(letter.id),
    )


def _page(
    renderer: Renderer,
    decisions: Sequence[Decision],
    due: Due,
    order: Order | None,
    *,
    number: str,
    author: Person | None,
    announced_at: datetime,
) -> str:
    deliberation = decisions[0].deliberation
    facts = {
        "number": number,
        "decisions": decisions,
        "deliberation": deliberation,
        "application": decisions[0].application,
        "funder": deliberation.funder,
        "author": author,
        "announced_at": announced_at,
        "body": body_of(due),
        "added": due.wording.added if due.wording else "",
        "order": order,
    }
    return renderer.letter("decision", deliberation.funder.locale, facts)


def _written(session: Session, deliberation_id: UUID, application_id: UUID) -> Letter | None:
    return session.scalar(
        select(Letter).where(
            Letter.deliberation_id == deliberation_id, Letter.application_id == application_id
        )
    )


def _file_name(number: str) -> str:
    """A name that no system takes for a path."""
    return f"decision-{re.sub(r'[^A-Za-z0-9_-]+', '-', number)}.pdf"

"""The PDF of signed minutes: exactly what the chair signed, typeset once."""

from __future__ import annotations

import io
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.calls.models import Call, CallFunder, Jury
from grants.files.services import deposit as store_file
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM
from grants.notices.giving import Renderer, Typesetter
from grants.outbox import queries as outbox
from grants.outbox.services import announce
from grants.sittings.models import Minutes, Sitting

LANGUAGE = "fr"
"""Minutes are an act of a French authority, whoever reads them."""


def write_minutes(
    session: Session,
    message_id: UUID,
    *,
    renderer: Renderer,
    typeset: Typesetter,
    store: FileStore,
    now: datetime,
) -> Minutes:
    """Make the PDF that a `minutes.signed` owes; once. Announces `minutes.written`."""
    message = outbox.message(session, message_id)
    statement = select(Minutes).where(Minutes.id == message.subject_id).with_for_update()
    minutes = session.scalars(statement).one()
    if minutes.file_id is not None:
        return minutes
    sitting = _sitting(session, minutes)
    lead = sitting.jury.call.lead
    facts = {
        "minutes": minutes,
        "content": minutes.content,
        "call": sitting.jury.call,
        "sitting": sitting,
        "funder": lead.funder if lead else None,
    }
    html = renderer.letter("minutes", LANGUAGE, facts)
    name = f"proces-verbal-{sitting.jury.call.slug}-{sitting.jury.key}.pdf"
    stored = store_file(session, store, io.BytesIO(typeset(html)), name=name, actor=SYSTEM)
    minutes.file_id = stored.id
    session.flush()
    announce(
        session,
        "minutes.written",
        by=SYSTEM,
        at=now,
        funder=sitting.jury.call.lead_id,
        subject=minutes.id,
        jury=str(sitting.jury_id),
    )
    return minutes


def _sitting(session: Session, minutes: Minutes) -> Sitting:
    call = joinedload(Sitting.jury).joinedload(Jury.call)
    funders = call.selectinload(Call.funders).joinedload(CallFunder.funder)
    statement = select(Sitting).where(Sitting.id == minutes.sitting_id).options(funders)
    return session.scalars(statement).one()

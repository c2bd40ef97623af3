"""The statement of what was paid before an order, as an accessible PDF that goes with it."""

from __future__ import annotations

import io
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.files.results import keep_result
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM
from grants.notices.giving import Renderer, Typesetter
from grants.payments.models import PaymentStatement
from grants.payments.queries import statement_for
from grants.payments.services.stating import keep_statement

LANGUAGE = "fr"
"""The accounting officer of a French authority reads French."""
PDF = "application/pdf"


def write_statement(
    session: Session,
    order_id: UUID,
    *,
    renderer: Renderer,
    typeset: Typesetter,
    store: FileStore,
    now: datetime,
) -> PaymentStatement | None:
    """Make the statement of a signed order; once. None for the first payment of its award."""
    found = statement_for(session, order_id)
    if not found.is_asked:
        return None
    part = found.order.claim.instalment
    facts = {
        "statement": found,
        "order": found.order,
        "part": part,
        "about": part.decision.application,
        "deliberation": part.decision.deliberation,
        "funder": part.decision.deliberation.funder,
        "holder": found.order.claim.holder,
        "made_at": now,
    }
    made = io.BytesIO(typeset(renderer.letter("statement", LANGUAGE, facts)))
    name = f"decompte-{found.order.number}.pdf"
    kept = keep_result(session, store, made, name=name, media_type=PDF, actor=SYSTEM)
    return keep_statement(session, order_id, kept, now=now)

"""The copy of a whole application as it was deposited, as an accessible PDF."""

from __future__ import annotations

import io
import re
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.applications.deadlines import APPEAL_MONTHS, implicit_refusal_on
from grants.applications.filling import Deposit
from grants.applications.queries import deposit_of, whole
from grants.files.services import deposit as store_file
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM
from grants.notices.filling import PROOF_PAGE
from grants.notices.giving import Renderer, Site, Typesetter
from grants.outbox import queries as outbox
from grants.outbox.services import announce


def write_copy(
    session: Session,
    message_id: UUID,
    *,
    renderer: Renderer,
    typeset: Typesetter,
    store: FileStore,
    site: Site,
    now: datetime,
) -> Deposit | None:
    """Make the copy that an `application.submitted` owes; once. In its author's language.

    None for a deposit of before there were copies. Announces `deposit.copied`.
    """
    message = outbox.message(session, message_id)
    if message.subject_id is None:
        raise ValueError(f"message {message_id} is about no application")
    deposit = deposit_of(session, message.subject_id)
    if deposit is None or deposit.copy_id is not None:
        return deposit
    application = whole(session, message.subject_id)
    lead = application.call.lead
    facts = {
        "application": application,
        "call": application.call,
        "funder": lead.funder if lead else None,
        "deposit": deposit,
        "proof_url": site.page(PROOF_PAGE.format(code=deposit.code)),
        "implicit_on": implicit_refusal_on(application),
        "appeal_months": APPEAL_MONTHS,
    }
    html = renderer.letter("application", application.author.locale, facts)
    name = f"dossier-{re.sub(r'[^A-Za-z0-9_-]+', '-', str(application.number))}.pdf"
    stored = store_file(session, store, io.BytesIO(typeset(html)), name=name, actor=SYSTEM)
    deposit.copy_id = stored.id
    session.flush()
    announce(
        session,
        "deposit.copied",
        by=SYSTEM,
        at=now,
        funder=application.call.lead_id,
        subject=application.id,
    )
    return deposit

"""The PDF of an agreement that is to be signed, and the page that proves its signatures."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.agreements import queries
from grants.agreements import services as agreements
from grants.agreements.models import (
    Agreement,
    AgreementAct,
    AgreementDocument,
    AgreementProof,
    AgreementVersion,
)
from grants.agreements.signing import is_whole
from grants.applications.models import Application
from grants.applications.proof import new_code
from grants.files.results import keep_result
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM
from grants.kernel.clock import paris_date
from grants.notices.giving import Renderer, Site, Typesetter

LANGUAGE = "fr"
"""An agreement of a French authority is in French, whoever reads it."""
PDF = "application/pdf"
CHECK_PAGE = "/recepisse/{code}"


def write_document(
    session: Session,
    version: AgreementVersion,
    *,
    renderer: Renderer,
    typeset: Typesetter,
    store: FileStore,
    now: datetime,
) -> AgreementDocument:
    """Make the PDF of a version that was sent; once. What is signed is these bytes."""
    act = _act(session, version.act_id)
    facts = {
        "agreement": act.agreement,
        "act": act,
        "version": version,
        "application": act.agreement.application,
        "funder": act.agreement.funder,
        "might": agreements.may_sign(session, act.agreement, act, paris_date(now)),
    }
    made = io.BytesIO(typeset(renderer.letter("agreement", LANGUAGE, facts)))
    name = f"convention-{_slug(act)}.pdf"
    kept = keep_result(session, store, made, name=name, media_type=PDF, actor=SYSTEM)
    return agreements.keep_document(session, version.id, kept, now=now)


def write_proof(
    session: Session,
    act_id: UUID,
    *,
    renderer: Renderer,
    typeset: Typesetter,
    store: FileStore,
    site: Site,
    now: datetime,
) -> AgreementProof | None:
    """Make the page that proves both signatures of an act; once. None when signed on paper."""
    act = _act(session, act_id)
    document = act.latest.document
    if document is None or not all(one.document_id for one in act.signatures):
        return None
    code = new_code()
    facts = {
        "agreement": act.agreement,
        "act": act,
        "funder": act.agreement.funder,
        "document": document,
        "signatures": [_signature(one, store) for one in act.signatures],
        "code": code,
        "url": site.page(CHECK_PAGE.format(code=code)),
    }
    made = io.BytesIO(typeset(renderer.letter("proof", LANGUAGE, facts)))
    name = f"preuve-de-signature-{_slug(act)}.pdf"
    kept = keep_result(session, store, made, name=name, media_type=PDF, actor=SYSTEM)
    return agreements.keep_proof(session, act_id, kept, code=code, now=now)


def _signature(one: Any, store: FileStore) -> dict[str, Any]:
    """What the page says of one signature; the mark is a picture of ours (`drawing.svg`)."""
    drawing = ""
    if one.drawing is not None:
        with store.open(one.drawing.sha256) as stream:
            drawing = stream.read().decode()
    links = one.evidence.get("trail", [])
    return {
        "said": one,
        "utc": one.signed_at.astimezone(UTC),
        "drawing": drawing,
        "links": links,
        "is_whole": is_whole(links),
    }


def _act(session: Session, act_id: UUID) -> AgreementAct:
    return session.scalars(
        select(AgreementAct)
        .where(AgreementAct.id == act_id)
        .options(
            joinedload(AgreementAct.agreement).options(
                joinedload(Agreement.funder),
                joinedload(Agreement.application).options(
                    joinedload(Application.organisation), joinedload(Application.author)
                ),
            ),
            *queries.act_parts(),
        )
        .execution_options(populate_existing=True)
    ).one()


def _slug(act: AgreementAct) -> str:
    bare = re.sub(r"[^A-Za-z0-9_-]+", "-", act.agreement.number)
    return f"{bare}-avenant-{act.position}" if act.position else bare

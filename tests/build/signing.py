"""The PDF of an agreement that was sent, without a worker to typeset it; a signature under it."""

from __future__ import annotations

import io
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from grants.agreements import services
from grants.agreements.models import AgreementAct, AgreementDocument, AgreementVersion, Side
from grants.agreements.services import keep_document
from grants.agreements.signing import OneTimeCode
from grants.files.models import Scan, StoredFile
from grants.files.results import keep_result
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM, Actor

PDF = "application/pdf"


def documented(session: Session, act_id: UUID, store: FileStore | None = None) -> AgreementDocument:
    """The PDF of the latest version of an act; its bytes too, where there is a store."""
    version = session.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.act_id == act_id)
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    ).one()
    content = f"%PDF-1.7 {version.id}".encode()
    name = "convention.pdf"
    if store is not None:
        stream = io.BytesIO(content)
        stored = keep_result(session, store, stream, name=name, media_type=PDF, actor=SYSTEM)
    else:
        digest = sha256(content).hexdigest()
        stored = StoredFile(
            sha256=digest, size=len(content), media_type=PDF, name=name, uploaded_by=SYSTEM.id,
            scan=Scan.UNCHECKED,
        )  # fmt: skip
        session.add(stored)
        session.flush()
    made = keep_document(session, version.id, stored, now=NOW)
    session.expire(version, ["document"])
    return made


def signed_by(
    session: Session,
    act_id: UUID,
    party: Side,
    who: Actor,
    codes: OneTimeCode,
    *,
    now: datetime = NOW,
) -> AgreementAct:
    """A signature of one side, with its code."""
    act = {"actor": who, "now": now}
    asked = services.ask_code(session, act_id, party, **act)
    answer = codes.code(asked.id)
    proof = services.prove(session, act_id, party, answer=answer, provider=codes, **act)
    said = {"name": "Zoé Présidente", "capacity": "présidente"}
    return services.sign(session, act_id, party, proof=proof, **said, **act)

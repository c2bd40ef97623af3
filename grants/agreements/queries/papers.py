"""The PDF of an act and the page that proves its signatures: to be read, made, or checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from grants.agreements.models import (
    ActState,
    Agreement,
    AgreementAct,
    AgreementDocument,
    AgreementProof,
    AgreementSignature,
    AgreementVersion,
    Side,
)
from grants.agreements.queries.acts import SENT, SIGNED
from grants.agreements.rules import reads_agreements
from grants.applications.models import Application
from grants.applications.proof import as_code
from grants.applications.rules import is_author_side
from grants.files.models import StoredFile
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people.models import Funder

BATCH = 20


@dataclass(frozen=True)
class Signed:
    """One signature, as whoever checks a proof is told of it: no name."""

    side: Side
    provider: str
    signed_at: datetime


@dataclass(frozen=True)
class Proven:
    """What the code of a proof proves."""

    code: str
    number: str
    funder: str
    document_sha256: str
    proof_sha256: str
    signatures: Sequence[Signed]


def document_of(
    session: Session, act_id: UUID, *, viewer: Actor, of_application: UUID | None = None
) -> StoredFile:
    """The PDF of an act that was sent.

    Raises:
        Unknown: there is none that the viewer may read, or it is still being made.
    """
    statement = (
        select(StoredFile)
        .join(AgreementDocument, AgreementDocument.stored_file_id == StoredFile.id)
        .join(AgreementVersion, AgreementVersion.id == AgreementDocument.version_id)
        .join(AgreementAct, AgreementAct.id == AgreementVersion.act_id)
        .where(AgreementAct.id == act_id, AgreementAct.state.in_(SENT))
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    )
    return _read(session, statement, viewer, of_application)


def proof_of(
    session: Session, act_id: UUID, *, viewer: Actor, of_application: UUID | None = None
) -> StoredFile:
    """The page that proves the signatures of an act.

    Raises:
        Unknown: there is none that the viewer may read, or it is still being made.
    """
    statement = (
        select(StoredFile)
        .join(AgreementProof, AgreementProof.stored_file_id == StoredFile.id)
        .join(AgreementAct, AgreementAct.id == AgreementProof.act_id)
        .where(AgreementAct.id == act_id)
    )
    return _read(session, statement, viewer, of_application)


def proven(session: Session, typed: str) -> Proven | None:
    """What the code of a proof proves; None when no proof has it. Two statements, or none."""
    code = as_code(typed)
    if code is None:
        return None
    found = session.execute(
        select(AgreementProof, Agreement.number, Funder.name, AgreementAct.position)
        .join(AgreementAct, AgreementAct.id == AgreementProof.act_id)
        .join(Agreement, Agreement.id == AgreementAct.agreement_id)
        .join(Funder, Funder.id == Agreement.funder_id)
        .where(AgreementProof.code == code)
    ).one_or_none()
    if found is None:
        return None
    proof, number, funder, position = found
    rows = session.execute(
        select(AgreementSignature, AgreementDocument.sha256)
        .join(AgreementDocument, AgreementDocument.id == AgreementSignature.document_id)
        .where(AgreementSignature.act_id == proof.act_id)
        .order_by(AgreementSignature.signed_at, AgreementSignature.side.desc())
    ).all()
    signatures = [Signed(row[0].side, row[0].provider, row[0].signed_at) for row in rows]
    named = f"{number}/{position}" if position else number
    return Proven(code, named, funder, rows[0][1], proof.sha256, signatures)


def unwritten(session: Session) -> Sequence[AgreementVersion]:
    """Versions that wait for a signature and have no PDF yet. For workers."""
    last = (
        select(AgreementVersion.id)
        .where(AgreementVersion.act_id == AgreementAct.id)
        .order_by(AgreementVersion.number.desc())
        .limit(1)
        .correlate(AgreementAct)
        .scalar_subquery()
    )
    return session.scalars(
        select(AgreementVersion)
        .join(AgreementAct, AgreementVersion.id == last)
        .outerjoin(AgreementDocument, AgreementDocument.version_id == AgreementVersion.id)
        .where(
            AgreementAct.state.in_([ActState.SENT, ActState.SIGNED]),
            AgreementDocument.id.is_(None),
        )
        .order_by(AgreementAct.sent_at, AgreementVersion.id)
        .limit(BATCH)
    ).all()


def version(session: Session, version_id: UUID) -> AgreementVersion:
    """One version of a text. For workers."""
    return session.get_one(AgreementVersion, version_id)


def unproved(session: Session) -> Sequence[UUID]:
    """Acts that both sides signed on a screen, and whose proof is not made yet. For workers."""
    return session.scalars(
        select(AgreementAct.id)
        .join(AgreementSignature, AgreementSignature.act_id == AgreementAct.id)
        .outerjoin(AgreementProof, AgreementProof.act_id == AgreementAct.id)
        .where(
            AgreementAct.state.in_(SIGNED),
            AgreementSignature.side == Side.AUTHORITY,
            AgreementSignature.document_id.is_not(None),
            AgreementProof.id.is_(None),
        )
        .order_by(AgreementSignature.signed_at, AgreementAct.id)
        .limit(BATCH)
    ).all()


def _read(
    session: Session, statement: Select[Any], viewer: Actor, of_application: UUID | None
) -> StoredFile:
    """A file for whoever reads agreements; `of_application`, for the applicant's side of it."""
    whose = statement.join(Agreement, Agreement.id == AgreementAct.agreement_id)
    if of_application is not None:
        whose = whose.join(Application, Application.id == Agreement.application_id).where(
            Application.id == of_application, is_author_side.where(viewer)
        )
    else:
        whose = whose.where(reads_agreements.where(viewer))
    found: StoredFile | None = session.scalar(whose)
    if found is None:
        raise Unknown
    return found

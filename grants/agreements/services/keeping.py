"""What is kept once: the PDF of a version, the proof of an act, a version of a usual text."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.agreements import queries
from grants.agreements.models import AgreementDocument, AgreementProof
from grants.agreements.rules import keeps_usual
from grants.agreements.usual import Kind, UsualText, missing, unknown
from grants.applications.proof import new_code
from grants.decisions.models import Instrument
from grants.files.models import StoredFile
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce


def keep_document(
    session: Session, version_id: UUID, stored: StoredFile, *, now: datetime
) -> AgreementDocument:
    """Keep the PDF of a version that was sent; the first one stays. For workers."""
    row = {"version_id": version_id, "stored_file_id": stored.id, "sha256": stored.sha256}
    session.execute(
        insert(AgreementDocument)
        .values(id=new_id(), made_at=now, **row)
        .on_conflict_do_nothing(index_elements=["version_id"])
    )
    of_it = select(AgreementDocument).where(AgreementDocument.version_id == version_id)
    return session.scalars(of_it).one()


def new_proof_code() -> str:
    """The code by which anyone checks a proof, written on it before it is typeset."""
    return new_code()


def keep_proof(
    session: Session, act_id: UUID, stored: StoredFile, *, code: str, now: datetime
) -> AgreementProof:
    """Keep the page that proves an act's signatures; the first one stays. For workers."""
    row = {"act_id": act_id, "stored_file_id": stored.id, "sha256": stored.sha256, "code": code}
    session.execute(
        insert(AgreementProof)
        .values(id=new_id(), made_at=now, **row)
        .on_conflict_do_nothing(index_elements=["act_id"])
    )
    return session.scalars(select(AgreementProof).where(AgreementProof.act_id == act_id)).one()


def keep_usual(
    session: Session,
    funder_id: UUID,
    kind: Kind,
    instrument: Instrument | None,
    *,
    body: str,
    actor: Actor,
    now: datetime,
) -> UsualText:
    """Keep a version of a usual text; the same words keep nothing. Announces `usual_text.kept`.

    Raises:
        Unknown: the actor does not write for that funder.
        Refused: `usual_text.block_missing`, `usual_text.variable_unknown`.
    """
    if not keeps_usual.holds(actor, UsualText(funder_id=funder_id)):
        raise Unknown
    words = body.replace("\r\n", "\n").strip()
    if lacking := missing(kind, words):
        blocks = ", ".join(f"[{one}]" for one in lacking)
        raise Refused("usual_text.block_missing", field="body", blocks=blocks)
    if odd := unknown(kind, words):
        names = ", ".join(f"[{one}]" for one in odd)
        raise Refused("usual_text.variable_unknown", field="body", names=names)
    session.execute(select(func.pg_advisory_xact_lock(funder_id.int & (2**62 - 1))))
    last = queries.usual_text(session, funder_id, kind, instrument, exactly=True)
    if last is not None and last.body == words:
        return last
    made = UsualText(
        funder_id=funder_id,
        kind=kind,
        instrument=instrument,
        number=last.number + 1 if last else 1,
        body=words,
        kept_by=actor.id,
        kept_at=now,
    )
    session.add(made)
    session.flush()
    announce(session, "usual_text.kept", by=actor, at=now, funder=funder_id, subject=made.id)
    return made

"""The PDF of an agreement that was sent, without a worker to typeset it; a signature under it."""

from __future__ import annotations

import io
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from grants.agreements import queries, services
from grants.agreements.models import (
    Agreement,
    AgreementAct,
    AgreementDocument,
    AgreementVersion,
    Side,
)
from grants.agreements.services import keep_document
from grants.agreements.signing import OneTimeCode
from grants.councils import queries as councils
from grants.councils.models import CouncilSeat, Office, SigningDelegation
from grants.files.models import Scan, StoredFile
from grants.files.results import keep_result
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.clock import paris_date
from grants.kernel.identity import new_id
from grants.people.models import FunderMember, Person

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


def presiding(session: Session, funder_id: UUID, person_id: UUID | None = None) -> CouncilSeat:
    """Whoever presides over an authority; somebody without an account where nobody does."""
    found = councils.president(session, funder_id, paris_date(NOW))
    if found is None:
        found = CouncilSeat(
            id=new_id(),
            funder_id=funder_id,
            name="Ysaline Dormeuil",
            office=Office.PRESIDENT,
            in_bureau=True,
            since=date(2014, 4, 4),
            person_id=person_id,
        )
        session.add(found)
        session.flush()
    return found


def may_sign(
    session: Session, funder_id: UUID, person_id: UUID, *, ceiling: int | None = None
) -> SigningDelegation:
    """The president lets somebody sign for the authority since January; the same is found again."""
    held = SigningDelegation.person_id == person_id
    found = session.scalar(
        select(SigningDelegation).where(SigningDelegation.funder_id == funder_id, held)
    )
    if found is None:
        others = select(FunderMember.person_id).where(
            FunderMember.funder_id == funder_id, FunderMember.person_id != person_id
        )
        found = SigningDelegation(
            id=new_id(),
            funder_id=funder_id,
            given_by_id=presiding(session, funder_id).id,
            given_for="la présidente",
            person_id=person_id,
            name=session.get_one(Person, person_id).name,
            function="la directrice de l’économie",
            number="ARR2014-031",
            act_on=date(2014, 5, 2),
            executory_on=date(2014, 5, 6),
            from_on=date(2014, 5, 6),
            ceiling_cents=ceiling,
            recorded_by=session.scalars(others.order_by(FunderMember.person_id).limit(1)).one(),
            recorded_at=NOW,
        )
        session.add(found)
        session.flush()
    return found


def lets_sign(session: Session, act_id: UUID, person_id: UUID) -> UUID:
    """Somebody may sign an act for its authority; the delegation on which they do."""
    whose = select(Agreement.funder_id).join(
        AgreementAct, AgreementAct.agreement_id == Agreement.id
    )
    funder_id = session.scalars(whose.where(AgreementAct.id == act_id)).one()
    return may_sign(session, funder_id, person_id).id


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
    if party is Side.AUTHORITY:
        lets_sign(session, act_id, who.id)
    asked = services.ask_code(session, act_id, party, **act)
    answer = codes.code(asked.id)
    proof = services.prove(session, act_id, party, answer=answer, provider=codes, **act)
    said = {"name": "Zoé Présidente", "capacity": "présidente"}
    return services.sign(session, act_id, party, proof=proof, **said, **act)


def brought_into_force(session: Session, agreement_id: UUID, *, actor: Actor) -> Agreement:
    """The latest act of an agreement, sent, signed on paper by both sides, and in force."""
    act = queries.agreement(session, agreement_id, viewer=actor).acts[-1]
    services.send(session, act.id, actor=actor, now=NOW)
    services.sign_on_paper(
        session, act.id, beneficiary=("Zoé", "présidente"),
        authority=lets_sign(session, act.id, actor.id),
        evidence={"paper": "A"}, actor=actor, now=NOW,
    )  # fmt: skip
    services.bring_into_force(session, act.id, on=NOW.date(), actor=actor, now=NOW)
    session.expire_all()
    return queries.agreement(session, agreement_id, viewer=actor)

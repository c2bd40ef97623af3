"""Signing an act of an agreement, with a code or on paper: which words, which document, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.agreements import queries
from grants.agreements.lifecycle import LIFECYCLE
from grants.agreements.models import (
    Agreement,
    AgreementAct,
    AgreementSignature,
    Method,
    Side,
    SigningCode,
)
from grants.agreements.services.drafting import require_live, tell
from grants.agreements.signing import LASTS, Proof, Signing, trail
from grants.applications import queries as applications
from grants.applications.rules import may_submit
from grants.councils import queries as councils
from grants.councils.queries import Signatory as Entitled
from grants.files.models import StoredFile
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.money import Unit
from grants.outbox.services import announce
from grants.people.models import Person


def ask_code(
    session: Session, act_id: UUID, side: Side, *, actor: Actor, now: datetime
) -> SigningCode:
    """Have a one-time code mailed to whoever is about to sign; the latest alone counts.

    Locks the act. Announces `agreement.code_asked`, whose mail holds the code.

    Raises:
        Unknown: none that the actor may sign.
        Forbidden: the actor does not sign for the beneficiary.
        Refused: `agreement.countersign.not_entitled` with `who` may sign,
            `agreement.countersign.nobody_presides`; `agreement.sign.from_<state>`,
            `agreement.countersign.from_<state>`;
            `agreement.document_not_ready`: the PDF that is signed is still being made.
    """
    act, _who = _to_sign(session, act_id, side, actor, now)
    asked = SigningCode(
        version_id=act.latest.id, person_id=actor.id, asked_at=now, expires_at=now + LASTS
    )
    session.add(asked)
    session.flush()
    announce(
        session,
        "agreement.code_asked",
        by=actor,
        at=now,
        funder=act.agreement.funder_id,
        subject=act.agreement.application_id,
        code=str(asked.id),
        agreement=str(act.agreement_id),
    )
    return asked


def prove(
    session: Session,
    act_id: UUID,
    side: Side,
    *,
    answer: str,
    provider: Signing,
    actor: Actor,
    now: datetime,
) -> Proof | None:
    """Try an answer to the provider's challenge; a try counts whatever comes of it.

    Locks the act and the code. None: wrong, too late, or none was asked for.

    Raises:
        Unknown, Forbidden, Refused: as `ask_code`.
    """
    act, _who = _to_sign(session, act_id, side, actor, now)
    asked = queries.asked_code(session, act, actor.id)
    if asked is None:
        return None
    asked.tries += 1
    session.flush()
    return provider.prove(asked, answer, now=now)


def sign(
    session: Session,
    act_id: UUID,
    side: Side,
    *,
    proof: Proof,
    name: str,
    capacity: str,
    drawing: StoredFile | None = None,
    device: str = "",
    actor: Actor,
    now: datetime,
) -> AgreementAct:
    """Put a side's signature under the text that was proved, and no other.

    The beneficiary signs first, the authority countersigns: whoever presides, or whom they let
    sign, under the name and the capacity of the register (CGCT L2122-21, L5211-9). `drawing` is
    the mark they drew, if any (`drawing.svg`); `device` the class of what they signed on, never
    its address. Locks the act; the code is used up. Announces `agreement.signed` or
    `agreement.countersigned`.

    Raises:
        Unknown, Forbidden, Refused: as `ask_code`; `agreement.signatory_missing`.
    """
    act, who = _to_sign(session, act_id, side, actor, now)
    if proof.version_id != act.latest.id or proof.person_id != actor.id:
        raise Unknown
    asked = session.get_one(SigningCode, proof.code_id)
    asked.used_at = now
    if who is not None:
        name, capacity = who.name, who.capacity or capacity
    signatory = Signatory(
        side, Method.CODE, name, capacity, {}, proof, drawing, who, paris_date(now)
    )
    evidence = {
        **proof.evidence,
        "device": device,
        "account": masked(session.get_one(Person, actor.id).email),
        "trail": _trail(act, asked, signatory, now),
    }
    return _signed(session, act, replace(signatory, evidence=evidence), actor=actor, now=now)


def sign_on_paper(
    session: Session,
    act_id: UUID,
    *,
    beneficiary: tuple[str, str],
    authority: UUID,
    authority_capacity: str = "",
    signed_on: date | None = None,
    evidence: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> AgreementAct:
    """Record both signatures of a paper that came back signed.

    `beneficiary` is (name, capacity); `authority` the seat or the delegation of whoever signed for
    it on `signed_on` (today, unless told); `authority_capacity` what whoever presides is called.

    Raises:
        Unknown: none that the actor drafts for.
        Refused: `agreement.sign.from_<state>`, `agreement.signatory_missing`,
            `agreement.day_to_come`; `agreement.countersign.not_entitled` with `who` might sign on
            that day, `agreement.countersign.nobody_presides`.
    """
    act, on = queries.locked_act(session, act_id, viewer=actor), signed_on or paris_date(now)
    if on > paris_date(now):
        raise Refused("agreement.day_to_come", field="signed_on")
    might = may_sign(session, act.agreement, act, on)
    who = next((one for one in might if one.id == authority), None)
    if who is None:
        raise _not_entitled(might, act, on)
    name, capacity = beneficiary
    given = Signatory(Side.BENEFICIARY, Method.PAPER, name, capacity, evidence)
    _signed(session, act, given, actor=actor, now=now)
    theirs = who.capacity or authority_capacity
    given = Signatory(
        Side.AUTHORITY, Method.PAPER, who.name, theirs, evidence, entitled=who, entitled_on=on
    )
    return _signed(session, act, given, actor=actor, now=now)


def may_sign(
    session: Session, agreement: Agreement, act: AgreementAct, on: date
) -> Sequence[Entitled]:
    """Who signs an act of an agreement for its authority on a day."""
    return councils.signatories(
        session,
        agreement.funder_id,
        on=on,
        cents=act.amount if agreement.unit is Unit.EUR else None,
        application_id=agreement.application_id,
    )


def _not_entitled(might: Sequence[Entitled], act: AgreementAct, on: date) -> Refused:
    """Why somebody does not sign: who does, or that nobody is written down."""
    if not might:
        return Refused("agreement.countersign.nobody_presides", on=on)
    who = " ; ".join(f"{one.name} ({one.act})" if one.act else one.name for one in might)
    return Refused(
        "agreement.countersign.not_entitled",
        who=who,
        signed_on=on,
        amount=act.amount,
        unit=act.agreement.unit,
    )


VERBS = {Side.BENEFICIARY: "sign", Side.AUTHORITY: "countersign"}
MESSAGES = {Side.BENEFICIARY: "agreement.signed", Side.AUTHORITY: "agreement.countersigned"}


def _to_sign(
    session: Session, act_id: UUID, side: Side, actor: Actor, now: datetime
) -> tuple[AgreementAct, Entitled | None]:
    """The act, locked, for whoever may sign it for a side now; and as whom, for the authority."""
    for_them = side is Side.BENEFICIARY
    act = queries.locked_act(
        session, act_id, viewer=actor, as_beneficiary=for_them, as_authority=not for_them
    )
    if for_them:
        application = applications.own(session, act.application_id, actor)
        if not may_submit.holds(actor, application):
            raise Forbidden
    require_live(act.agreement)
    transition = LIFECYCLE[VERBS[side]]
    if act.state not in transition.sources:
        raise Refused(f"agreement.{transition.name}.from_{act.state}")
    if act.latest.document is None:
        raise Refused("agreement.document_not_ready")
    if for_them:
        return act, None
    might = may_sign(session, act.agreement, act, paris_date(now))
    who = next((one for one in might if one.person_id == actor.id), None)
    if who is None:
        raise _not_entitled(might, act, paris_date(now))
    return act, who


@dataclass(frozen=True)
class Signatory:
    """Who signs for a side, in what capacity, and what proves it."""

    side: Side
    method: Method
    name: str
    capacity: str
    evidence: dict[str, Any]
    proof: Proof | None = None
    drawing: StoredFile | None = None
    entitled: Entitled | None = None
    entitled_on: date | None = None


def masked(address: str) -> str:
    """An address of which its owner recognises the first letter and the host."""
    box, _at, host = address.partition("@")
    return f"{box[:1]}…@{host}"


def _trail(
    act: AgreementAct, asked: SigningCode, by: Signatory, now: datetime
) -> list[dict[str, Any]]:
    """What was signed, asked, answered, in order, each step covering the ones before."""
    document = act.latest.document
    steps: list[dict[str, Any]] = [
        {"step": "text", "digest": act.latest.sha256},
        {"step": "document", "digest": document.sha256 if document else ""},
        {"step": "asked", "at": asked.asked_at.isoformat(), "id": str(asked.id)},
    ]
    if by.proof is not None:
        steps.append(
            {
                "step": "answered",
                "at": by.proof.at.isoformat(),
                "digest": by.proof.digest,
                "provider": by.proof.provider,
                "tries": asked.tries,
            }
        )
    if by.drawing is not None:
        steps.append({"step": "drawn", "digest": by.drawing.sha256})
    who = {"name": by.name.strip(), "capacity": by.capacity.strip(), "side": by.side.value}
    steps.append({"step": "signed", "at": now.isoformat(), **who})
    return trail(steps)


def _signed(
    session: Session, act: AgreementAct, by: Signatory, *, actor: Actor, now: datetime
) -> AgreementAct:
    if not by.name.strip() or not by.capacity.strip():
        raise Refused("agreement.signatory_missing", field="name")
    signature = AgreementSignature(
        act_id=act.id,
        version_id=act.latest.id,
        side=by.side,
        method=by.method,
        name=by.name.strip(),
        capacity=by.capacity.strip(),
        person_id=actor.id,
        sha256=act.latest.sha256,
        signed_at=now,
        evidence=by.evidence,
        document_id=act.latest.document.id if by.proof and act.latest.document else None,
        drawing_id=by.drawing.id if by.drawing else None,
        provider=by.proof.provider if by.proof else "",
        seat_id=by.entitled.seat_id if by.entitled else None,
        delegation_id=by.entitled.delegation_id if by.entitled else None,
        entitled_on=by.entitled_on if by.entitled else None,
    )
    session.add(signature)
    session.flush()
    LIFECYCLE.move(act, VERBS[by.side], actor=actor, now=now)
    session.flush()
    tell(session, MESSAGES[by.side], act, actor=actor, now=now)
    session.refresh(act, ["signatures"])
    return act

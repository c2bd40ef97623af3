"""Instalments are planned, claimed by the beneficiary, certified by an officer."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grants.applications import services as applications
from grants.applications.models import Application, ApplicationState
from grants.decisions.models import Decision
from grants.files.models import StoredFile
from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused
from grants.kernel.identity import new_id
from grants.ledger.remaining import taken_back
from grants.outbox.services import announce
from grants.payments import queries
from grants.payments.bank import BankAccount
from grants.payments.lifecycle import CLAIM
from grants.payments.models import (
    Claim,
    ClaimFile,
    ClaimState,
    Instalment,
    InstalmentCondition,
    Method,
)
from grants.payments.plan import Part, asked, method_of, shares
from grants.payments.rules import CERTIFIERS, may_certify
from grants.payments.services.banking import agree_first, deposit
from grants.payments.services.cutting import cut_last
from grants.payments.services.pausing import end
from grants.payments.services.proving import prove, require_conditions, set_clock


def plan_instalments(
    session: Session, decision_id: UUID, *, parts: Sequence[Part], actor: Actor, now: datetime
) -> Sequence[Instalment]:
    """Cut an award into instalments which sum to it exactly; the agreement starts with them.

    Locks the award, then the application. A plan may be made again until something is claimed.
    Announces `award.planned`, and `application.agreement_started` the first time.

    Raises:
        Unknown: there is no such award, or none that the actor may read.
        Forbidden: the actor is not an officer of its funder.
        Refused: `instalment.*`.
    """
    decision = queries.award(session, decision_id, viewer=actor, lock=True)
    if decision.funder_id not in actor.funders_as(*CERTIFIERS):
        raise Forbidden
    wanted = _instalments(decision, parts)
    known = queries.instalments_of(session, decision_id)
    if [_content(one) for one in known] == [_content(one) for one in wanted]:
        return known
    if any(one.claims for one in known):
        raise Refused("instalment.claimed_already")
    session.execute(delete(Instalment).where(Instalment.decision_id == decision_id))
    session.add_all(wanted)
    session.flush()
    cut_last(wanted, taken_back(session, [decision_id])[decision_id].cancelled)
    session.flush()
    announce(
        session,
        "award.planned",
        by=actor,
        at=now,
        funder=decision.funder_id,
        subject=decision.application_id,
        decision=str(decision.id),
        instalments=len(wanted),
    )
    if decision.application.state is ApplicationState.AWARDED:
        _move(session, decision.application_id, "start_agreement", actor=actor, now=now)
    return queries.instalments_of(session, decision_id)


def submit_claim(
    session: Session,
    instalment_id: UUID,
    *,
    account: BankAccount | None = None,
    holder: str = "",
    reference: str = "",
    message: str = "",
    documents: Sequence[StoredFile] = (),
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> Claim:
    """Ask to be paid one instalment.

    Locks the instalment. Shares need the reference of their subscription instead of bank
    details, floor area that of its handing-over. The account number is locked before it
    touches the row. Announces `claim.submitted`. The same claim sent twice is one.

    Raises:
        Unknown: there is no such instalment that the actor may claim.
        Refused: `claim.*`: earlier instalments unpaid, something missing, claimed already,
            the award withdrawn.
    """
    instalment = queries.claimable(session, instalment_id, viewer=actor, lock=True)
    if instalment.is_closed:
        raise Refused("claim.award_withdrawn")
    if known := queries.live_claim(instalment):
        return _same_or_refused(known, account, reference, vault, actor)
    _refuse_out_of_turn(session, instalment)
    claim = _new_claim(
        instalment, account, holder, reference, message, vault=vault, actor=actor, now=now
    )
    if instalment.document_required and not documents:
        raise Refused("claim.document_missing", field="documents")
    if account is not None and claim.holder:
        whose: dict[str, Any] = {"vault": vault, "actor": actor, "now": now}
        details = deposit(session, instalment.decision, account, claim.holder, **whose)
        claim.bank_details_id = details.id
    session.add(claim)
    claim.instalment = instalment
    session.flush()
    prove(session, claim, actor=actor, now=now)
    set_clock(session, claim)
    session.add_all(ClaimFile(claim_id=claim.id, stored_file_id=one.id) for one in documents)
    session.flush()
    _tell(session, "claim.submitted", claim, actor=actor, now=now)
    return claim


def certify(
    session: Session, claim_id: UUID, *, holder_reason: str = "", actor: Actor, now: datetime
) -> Claim:
    """Certify that what the instalment is paid for was done (service fait).

    Locks the claim, then the application, whose work may start with it. Agrees to a
    beneficiary's first account; `holder_reason` says why one in another name is right.
    Announces `claim.certified`. Twice is once.

    Raises:
        Unknown: there is no such claim, or none that the actor may read.
        Forbidden: the actor is not an officer of the funder.
        Refused: `claim.certify.from_<state>`; `claim.missing_<kind>` of a condition;
            `claim.clock_stopped`, `claim.holder_differs`, `bank_details.same_person`.
    """
    claim = queries.claim(session, claim_id, viewer=actor, lock=True)
    if claim.state is ClaimState.CERTIFIED:
        return claim
    if claim.state is ClaimState.SUBMITTED and may_certify.holds(actor, claim):
        if claim.pause:
            raise Refused("claim.clock_stopped", since_on=claim.pause.begun_on)
        prove(session, claim, actor=actor, now=now)
        require_conditions(session, claim, now=now)
        agree_first(session, claim, reason=holder_reason, actor=actor, now=now)
        set_clock(session, claim)
    CLAIM.move(claim, "certify", actor=actor, now=now)
    claim.certified_by, claim.certified_at = actor.id, now
    session.flush()
    _tell(session, "claim.certified", claim, actor=actor, now=now)
    # Read again under its lock: another claim of the application may be certified meanwhile.
    state = session.scalar(
        select(Application.state).where(Application.id == claim.application_id).with_for_update()
    )
    if state is ApplicationState.UNDER_AGREEMENT:
        _move(session, claim.application_id, "start", actor=actor, now=now)
    return claim


def refuse(session: Session, claim_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Claim:
    """Send a claim back to its beneficiary, who may make it again.

    Locks the claim. Announces `claim.refused`. Twice is once.

    Raises:
        Unknown: there is no such claim, or none that the actor may read.
        Forbidden: the actor is not an officer of the funder.
        Refused: `claim.reason_missing`, `claim.refuse.from_<state>`.
    """
    claim = queries.claim(session, claim_id, viewer=actor, lock=True)
    if claim.state is ClaimState.REFUSED:
        return claim
    if not reason.strip():
        raise Refused("claim.reason_missing", field="reason")
    CLAIM.move(claim, "refuse", actor=actor, now=now)
    if claim.pause:
        end(claim.pause, on=max(paris_date(now), claim.pause.begun_on), actor=actor, now=now)
    claim.certified_by = claim.certified_at = None
    claim.refused_by, claim.refused_at = actor.id, now
    claim.refusal_reason = reason.strip()
    session.flush()
    _tell(session, "claim.refused", claim, actor=actor, now=now)
    return claim


def _instalments(decision: Decision, parts: Sequence[Part]) -> list[Instalment]:
    if decision.amount is None or decision.unit is None or decision.instrument is None:
        raise ValueError(f"decision {decision.id} gives nothing to pay")
    amounts = shares(decision.amount, decision.unit, parts)
    method = method_of(decision.instrument)
    return [
        Instalment(
            id=new_id(),
            decision_id=decision.id,
            position=position,
            amount=amount,
            unit=decision.unit,
            method=method,
            label=part.label.strip(),
            condition=part.condition.strip(),
            document_required=part.document_required or method is Method.SUBSCRIPTION,
            conditions=[
                InstalmentCondition(position=at, kind=one.kind, label=one.label)
                for at, one in enumerate(conditions, start=1)
            ],
        )
        for position, (part, amount, conditions) in enumerate(
            zip(parts, amounts, asked(parts), strict=True), start=1
        )
    ]


def _content(instalment: Instalment) -> tuple[Any, ...]:
    return (
        instalment.position,
        instalment.amount,
        instalment.label,
        instalment.condition,
        instalment.document_required,
        [(one.kind, one.label) for one in instalment.conditions],
    )


def _same_or_refused(
    known: Claim, account: BankAccount | None, reference: str, vault: Vault, actor: Actor
) -> Claim:
    """The first claim when this is its double (same person, same account), else a refusal."""
    if account is None:
        same = known.reference == (reference.strip() or None)
    else:
        index = vault.index(account.iban)
        same = known.iban_index is not None and hmac.compare_digest(known.iban_index, index)
    if same and known.submitted_by == actor.id:
        return known
    raise Refused("claim.already_made", submitted_at=known.submitted_at)


def _refuse_out_of_turn(session: Session, instalment: Instalment) -> None:
    label = queries.unpaid_before(session, instalment)
    if label is not None:
        raise Refused("claim.previous_first", label=label)


def _new_claim(
    instalment: Instalment,
    account: BankAccount | None,
    holder: str,
    reference: str,
    message: str,
    *,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> Claim:
    claim = Claim(
        id=new_id(),
        instalment_id=instalment.id,
        application_id=instalment.decision.application_id,
        funder_id=instalment.decision.funder_id,
        method=instalment.method,
        state=CLAIM.initial,
        reference=reference.strip() or None,
        message=message.strip(),
        submitted_by=actor.id,
        submitted_at=now,
        pauses=[],
    )
    if instalment.method is Method.TRANSFER:
        if account is None:
            raise Refused("claim.iban_missing", field="iban")
        if not holder.strip():
            raise Refused("claim.holder_missing", field="holder")
        claim.holder, claim.bic, claim.iban_last4 = holder.strip(), account.bic, account.last4
        claim.iban_cipher = vault.lock(account.iban, row=claim.id)
        claim.iban_index = vault.index(account.iban)
    elif not claim.reference:
        raise Refused("claim.reference_missing", field="reference")
    return claim


def _tell(session: Session, kind: str, claim: Claim, *, actor: Actor, now: datetime) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=claim.funder_id,
        subject=claim.application_id,
        claim=str(claim.id),
    )


def _move(
    session: Session, application_id: UUID, name: str, *, actor: Actor, now: datetime
) -> Application:
    return applications.move(session, application_id, name, actor=actor, now=now)

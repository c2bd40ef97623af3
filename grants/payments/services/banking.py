"""Accounts of beneficiaries: one person gives them, another agrees; each look is kept."""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.decisions.models import Decision
from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.payments import queries
from grants.payments.bank import BankAccount
from grants.payments.holders import matches
from grants.payments.models import BankDetails, Claim, DetailsState
from grants.payments.rules import may_certify
from grants.people.models import Funder


def deposit(
    session: Session,
    decision: Decision,
    account: BankAccount,
    holder: str,
    *,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> BankDetails:
    """The account of a beneficiary as it is given with a claim; the known one when it is that.

    Another account than the one in use waits for a second person of the funder: announces
    `bank_details.change_asked`, on which whoever gave the former one is told at the address of
    that time.
    """
    index = vault.index(account.iban)
    current = _current(session, decision)
    if current and hmac.compare_digest(current.iban_index, index):
        return current
    if pending := _pending(session, decision, index):
        return pending
    application = decision.application
    fresh = BankDetails(
        id=new_id(),
        funder_id=decision.funder_id,
        application_id=application.id,
        holder=holder.strip(),
        iban_index=index,
        iban_last4=account.last4,
        bic=account.bic,
        deposited_by=actor.id,
        deposited_at=now,
        depositor_email=actor.email,
        replaces_id=current.id if current else None,
        state=DetailsState.PENDING,
        **_whom(decision),
    )
    fresh.iban_cipher = vault.lock(account.iban, row=fresh.id)
    session.add(fresh)
    session.flush()
    if current:
        _tell(session, "bank_details.change_asked", fresh, actor=actor, now=now)
    return fresh


def agree_first(
    session: Session, claim: Claim, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Agree to a beneficiary's first account as its claim is certified; changes wait elsewhere.

    Two claims may have given two accounts before either was certified: the first one certified
    is the first account, the other a change, which announces `bank_details.change_asked`. Locks
    the funder's row.

    Raises:
        Refused: `claim.holder_differs`, while nobody says why another name is right;
            `bank_details.same_person`.
    """
    details = claim.bank_details
    if details is None or details.state is not DetailsState.PENDING:
        return
    may_certify.require(actor, claim)
    _ask_about_holder(claim, details, reason)
    if details.replaces_id is not None:
        return
    session.execute(
        select(Funder.id).where(Funder.id == details.funder_id).with_for_update(key_share=True)
    )
    session.refresh(details, ["state"])  # another claim to the same account may be certified
    if details.state is not DetailsState.PENDING:
        return
    first = _current(session, claim.instalment.decision)
    if first is None:
        _answer(session, details, DetailsState.AGREED, reason, actor=actor, now=now)
        return
    details.replaces_id = first.id
    session.flush()
    _tell(session, "bank_details.change_asked", details, actor=actor, now=now)


def agree_to_change(
    session: Session, details_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> BankDetails:
    """Agree to another account, and say how its owner was asked; the former one is history.

    Locks the bank details. Announces `bank_details.agreed`. Twice is once.

    Raises:
        Unknown: there are none that the actor may read.
        Forbidden: the actor does not pay for that funder.
        Refused: `bank_details.*`: no reason, the same person gave it, answered already.
    """
    return _change(session, details_id, DetailsState.AGREED, reason, actor=actor, now=now)


def refuse_change(
    session: Session, details_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> BankDetails:
    """Turn another account down: the former one stays, the claim is to be made again.

    Locks the bank details. Announces `bank_details.refused`. Twice is once.

    Raises:
        Unknown: there are none that the actor may read.
        Forbidden: the actor does not pay for that funder.
        Refused: `bank_details.*`: no reason, the same person gave it, answered already.
    """
    return _change(session, details_id, DetailsState.REFUSED, reason, actor=actor, now=now)


def show_details(
    session: Session, details_id: UUID, *, vault: Vault, actor: Actor, now: datetime
) -> tuple[str, str | None]:
    """An account that waits and the one it replaces, both in full. Each look is kept.

    Announces `bank_details.shown`.

    Raises:
        Unknown: there are none whose numbers the actor may read.
    """
    found = queries.details(session, details_id, viewer=actor)
    _tell(session, "bank_details.shown", found, actor=actor, now=now)
    former = found.replaces
    return (
        vault.unlock(found.iban_cipher, row=found.id),
        vault.unlock(former.iban_cipher, row=former.id) if former else None,
    )


def _whom(decision: Decision) -> dict[str, UUID | None]:
    """The beneficiary of an award: the organisation, or the person without one."""
    application = decision.application
    whom = application.organisation_id
    return {"organisation_id": whom, "person_id": None if whom else application.author_id}


def _current(session: Session, decision: Decision) -> BankDetails | None:
    return queries.current_details(session, decision.funder_id, **_whom(decision))


def _pending(session: Session, decision: Decision, index: bytes) -> BankDetails | None:
    whom = _whom(decision)
    return session.scalar(
        select(BankDetails).where(
            BankDetails.funder_id == decision.funder_id,
            BankDetails.organisation_id == whom["organisation_id"],
            BankDetails.person_id == whom["person_id"],
            BankDetails.iban_index == index,
            BankDetails.state == DetailsState.PENDING,
        )
    )


def _change(
    session: Session,
    details_id: UUID,
    state: DetailsState,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> BankDetails:
    found = queries.details(session, details_id, viewer=actor, lock=True)
    if found.replaces_id is None:
        raise Unknown
    if found.state is state:
        return found
    if found.state is not DetailsState.PENDING:
        raise Refused("bank_details.answered", field="reason")
    if not reason.strip():
        raise Refused("bank_details.reason_missing", field="reason")
    _answer(session, found, state, reason, actor=actor, now=now)
    return found


def _answer(
    session: Session,
    details: BankDetails,
    state: DetailsState,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if details.deposited_by == actor.id:
        raise Refused("bank_details.same_person", field="reason")
    details.state, details.note = state, reason.strip()
    details.answered_by, details.answered_at = actor.id, now
    session.flush()
    _tell(session, f"bank_details.{state}", details, actor=actor, now=now)


def _ask_about_holder(claim: Claim, details: BankDetails, reason: str) -> None:
    application = claim.instalment.decision.application
    whom = application.organisation or application.author
    if not matches(details.holder, whom.name) and not reason.strip():
        raise Refused(
            "claim.holder_differs",
            field="holder_reason",
            holder=details.holder,
            beneficiary=whom.name,
        )


def _tell(
    session: Session, kind: str, details: BankDetails, *, actor: Actor, now: datetime
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=details.funder_id,
        subject=details.application_id,
        details=str(details.id),
    )

"""Awards with their instalments, and claims, each for those who may see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.applications.models import Application
from grants.applications.rules import is_author_side
from grants.decisions.models import Acknowledgement, Decision, Deliberation, Outcome
from grants.decisions.queries import stands, was_paid
from grants.decisions.rules import can_read_decision
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.ledger.remaining import taken_back
from grants.payments.models import (
    BankDetails,
    Claim,
    ClaimFile,
    ClaimState,
    Instalment,
)
from grants.payments.rules import can_read_claim, may_claim, may_order_claim


@dataclass(frozen=True)
class AwardPlan:
    """One award and the instalments in which it is paid; none until an officer plans them."""

    decision: Decision
    instalments: Sequence[Instalment]


def live_claim(instalment: Instalment) -> Claim | None:
    """The claim in force of an instalment whose claims are loaded: the one not refused."""
    return next((one for one in instalment.claims if one.state is not ClaimState.REFUSED), None)


def plans_for_applicant(
    session: Session, application_id: UUID, *, viewer: Actor
) -> list[AwardPlan]:
    """The awards of one application that its side took note of, with instalments and claims.

    Raises:
        Unknown: the viewer is not on the applicant's side.
    """
    visible = select(Application.id).where(
        Application.id == application_id, is_author_side.where(viewer)
    )
    if session.scalar(visible) is None:
        raise Unknown
    return _plans(session, (Decision.application_id == application_id) & _told_and_read())


def plans_of_deliberation(
    session: Session, deliberation_id: UUID, *, viewer: Actor
) -> list[AwardPlan]:
    """The awards of one deliberation that the viewer may read, with their instalments."""
    return _plans(
        session, (Decision.deliberation_id == deliberation_id) & can_read_decision.where(viewer)
    )


def _told_and_read() -> ColumnElement[bool]:
    """Announced, and the applicant said that they read it: no page tells the outcome before."""
    read = exists().where(
        Acknowledgement.deliberation_id == Decision.deliberation_id,
        Acknowledgement.application_id == Decision.application_id,
    )
    return Deliberation.announced_at.is_not(None) & read


def _plans(session: Session, which: ColumnElement[bool]) -> list[AwardPlan]:
    awards = (
        select(Decision)
        .join(Decision.deliberation)
        .where(which, Decision.outcome == Outcome.AWARD, Decision.amount.is_not(None), was_paid())
        .options(
            joinedload(Decision.deliberation).joinedload(Deliberation.funder),
            joinedload(Decision.application).joinedload(Application.organisation),
        )
        .order_by(Deliberation.voted_on, Deliberation.number, Deliberation.id, Decision.position)
    )
    decisions = session.scalars(awards).all()
    instalments = session.scalars(
        select(Instalment)
        .where(Instalment.decision_id.in_([one.id for one in decisions]))
        .options(
            selectinload(Instalment.conditions),
            selectinload(Instalment.claims).options(
                joinedload(Claim.bank_details),
                selectinload(Claim.files).joinedload(ClaimFile.stored_file),
                selectinload(Claim.pauses),
            ),
        )
        .order_by(Instalment.position)
    ).all()
    by_decision: dict[UUID, list[Instalment]] = {}
    for one in instalments:
        by_decision.setdefault(one.decision_id, []).append(one)
    return [AwardPlan(one, by_decision.get(one.id, [])) for one in decisions]


def award(session: Session, decision_id: UUID, *, viewer: Actor, lock: bool = False) -> Decision:
    """One award with an amount, for the funder's side; locked on request.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    statement = (
        select(Decision)
        .where(
            Decision.id == decision_id,
            Decision.outcome == Outcome.AWARD,
            Decision.amount.is_not(None),
            was_paid(),
            can_read_decision.where(viewer),
        )
        .options(
            joinedload(Decision.deliberation),
            joinedload(Decision.application).options(
                joinedload(Application.organisation), joinedload(Application.call)
            ),
        )
    )
    if lock:
        statement = statement.with_for_update(key_share=True, of=Decision)
    found = session.scalar(statement)
    if found is None:
        raise Unknown
    return found


def instalments_of(session: Session, decision_id: UUID) -> Sequence[Instalment]:
    """The instalments of one award in order, with their claims."""
    return session.scalars(
        select(Instalment)
        .where(Instalment.decision_id == decision_id)
        .options(selectinload(Instalment.claims), selectinload(Instalment.conditions))
        .order_by(Instalment.position)
        .execution_options(populate_existing=True)
    ).all()


def unpaid_before(session: Session, instalment: Instalment) -> str | None:
    """The label of the first earlier instalment of the same award that is not paid yet."""
    paid = exists().where(Claim.instalment_id == Instalment.id, Claim.state == ClaimState.PAID)
    return session.scalar(
        select(Instalment.label)
        .where(
            Instalment.decision_id == instalment.decision_id,
            Instalment.position < instalment.position,
            Instalment.cut < Instalment.amount,
            ~paid,
        )
        .order_by(Instalment.position)
        .limit(1)
    )


def claimable(
    session: Session, instalment_id: UUID, *, viewer: Actor, lock: bool = False
) -> Instalment:
    """One instalment of an award that was read, which the viewer may claim, with its claims.

    Raises:
        Unknown: there is none, nobody took note of it yet, or the viewer may not claim for it.
    """
    statement = (
        select(Instalment)
        .join(Instalment.decision)
        .join(Decision.deliberation)
        .join(Decision.application)
        .where(
            Instalment.id == instalment_id,
            _told_and_read(),
            may_claim.where(viewer),
        )
        .options(
            selectinload(Instalment.claims),
            selectinload(Instalment.conditions),
            joinedload(Instalment.decision).options(
                joinedload(Decision.deliberation).joinedload(Deliberation.funder),
                joinedload(Decision.application).joinedload(Application.organisation),
            ),
        )
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update(of=Instalment)
    found = session.scalar(statement)
    if found is None:
        raise Unknown
    return found


def _around_claim(statement: Select[Claim]) -> Select[Claim]:
    return statement.options(
        joinedload(Claim.instalment)
        .joinedload(Instalment.decision)
        .options(
            joinedload(Decision.deliberation),
            joinedload(Decision.application).options(
                joinedload(Application.organisation), joinedload(Application.author)
            ),
        ),
        selectinload(Claim.files).joinedload(ClaimFile.stored_file),
        selectinload(Claim.pauses),
    )


def claims(*, viewer: Actor, states: Collection[ClaimState] = ()) -> Select[Claim]:
    """The claims that the viewer may read, oldest first, to be cut in pages."""
    statement = select(Claim).where(can_read_claim.where(viewer))
    if states:
        statement = statement.where(Claim.state.in_(states))
    return _around_claim(statement).order_by(Claim.submitted_at, Claim.id)


def claim(session: Session, claim_id: UUID, *, viewer: Actor, lock: bool = False) -> Claim:
    """One claim with its instalment, award, application and documents; locked on request.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    statement = select(Claim).where(Claim.id == claim_id, can_read_claim.where(viewer))
    statement = _around_claim(statement).options(
        joinedload(Claim.instalment).selectinload(Instalment.conditions),
        joinedload(Claim.bank_details).joinedload(BankDetails.replaces),
    )
    if lock:
        statement = statement.with_for_update(of=Claim)
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise Unknown
    return found


def answered(session: Session, claim_id: UUID, *, viewer: Actor) -> Claim:
    """A claim, locked, whose instalment the viewer may claim: with its files and its pauses.

    Raises:
        Unknown: there is none, or the viewer may not claim for it.
    """
    found = session.scalar(
        select(Claim)
        .join(Claim.instalment)
        .join(Instalment.decision)
        .join(Decision.deliberation)
        .join(Decision.application)
        .where(Claim.id == claim_id, _told_and_read(), may_claim.where(viewer))
        .options(
            selectinload(Claim.files),
            selectinload(Claim.pauses),
            joinedload(Claim.instalment).options(
                selectinload(Instalment.conditions), joinedload(Instalment.decision)
            ),
        )
        .with_for_update(of=Claim)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found


def to_order(*, viewer: Actor) -> Select[Claim]:
    """The certified claims whose order is to be prepared, oldest first."""
    statement = select(Claim).where(
        Claim.state == ClaimState.CERTIFIED, may_order_claim.where(viewer)
    )
    return _around_claim(statement).order_by(Claim.certified_at, Claim.id)


def to_order_count(session: Session, *, viewer: Actor) -> int:
    """How many certified claims wait for their order."""
    waiting = select(func.count()).where(
        Claim.state == ClaimState.CERTIFIED, may_order_claim.where(viewer)
    )
    return session.scalar(waiting) or 0


def claim_file(session: Session, file_id: UUID, *, viewer: Actor) -> ClaimFile:
    """A document of a claim, for the applicant's side and for those who read the claim.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    found = session.scalar(
        select(ClaimFile)
        .join(Claim, Claim.id == ClaimFile.claim_id)
        .join(Application, Application.id == Claim.application_id)
        .where(ClaimFile.id == file_id, can_read_claim.where(viewer) | is_author_side.where(viewer))
        .options(joinedload(ClaimFile.stored_file))
    )
    if found is None:
        raise Unknown
    return found


def all_is_paid(session: Session, application_id: UUID) -> bool:
    """Whether every award of the application that stands is paid, or withdrawn, to the end.

    An award without a plan is to be paid, unless all of it was cancelled before.
    """
    paid = exists().where(Claim.instalment_id == Instalment.id, Claim.state == ClaimState.PAID)
    planned = exists().where(Instalment.decision_id == Decision.id)
    unpaid = exists().where(
        Instalment.decision_id == Decision.id, Instalment.cut < Instalment.amount, ~paid
    )
    left = session.execute(
        select(Decision.id, Decision.amount, planned).where(
            Decision.application_id == application_id,
            Decision.outcome == Outcome.AWARD,
            Decision.amount.is_not(None),
            stands(),
            ~planned | unpaid,
        )
    ).all()
    if not left or any(is_planned for _, _, is_planned in left):
        return not left
    gone = taken_back(session, [one for one, _, _ in left])
    return all(gone[one].cancelled == amount for one, amount, _ in left)

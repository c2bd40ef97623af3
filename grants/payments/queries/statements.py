"""What was paid of an award before a payment: the statement that goes with each next one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from grants.applications.models import Application
from grants.decisions.models import Acknowledgement, Decision, Deliberation
from grants.files.models import StoredFile
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.payments.models import Claim, Instalment, OrderState, PaymentOrder, PaymentStatement
from grants.payments.queries.orders import order


@dataclass(frozen=True)
class PaidLine:
    """One payment of the award, and what was paid with it so far, in the award's unit."""

    number: str
    label: str
    paid_on: date | None
    reference: str
    amount: int
    total: int
    order_id: UUID


@dataclass(frozen=True)
class Statement:
    """What an award came to so far (CGCT, annexe I, rubrique 72: asked after the first payment).

    `before` + `order.amount` + `left` is the award, to the cent.
    """

    order: PaymentOrder
    award: int
    lines: tuple[PaidLine, ...]

    @property
    def before(self) -> int:
        """What was paid before this order."""
        return self.lines[-1].total if self.lines else 0

    @property
    def left(self) -> int:
        """What remains once this order is paid."""
        return self.award - self.before - self.order.amount

    @property
    def is_asked(self) -> bool:
        """Whether the accounting officer asks for it: on every payment after the first."""
        return bool(self.lines)


def statement(session: Session, order_id: UUID, *, viewer: Actor) -> Statement:
    """The statement of one order: what was paid of its award before it. Two statements.

    Raises:
        Unknown: there is no such order, or none that the viewer may read.
    """
    return _stated(session, order(session, order_id, viewer=viewer))


def statement_for(session: Session, order_id: UUID) -> Statement:
    """The same for workers, with what its PDF says of the award."""
    found = session.scalars(
        select(PaymentOrder)
        .where(PaymentOrder.id == order_id)
        .options(
            joinedload(PaymentOrder.claim)
            .joinedload(Claim.instalment)
            .joinedload(Instalment.decision)
            .options(
                joinedload(Decision.application).joinedload(Application.organisation),
                joinedload(Decision.deliberation).joinedload(Deliberation.funder),
            )
        )
    ).one()
    return _stated(session, found)


def kept_statement(session: Session, order_id: UUID, *, viewer: Actor) -> StoredFile | None:
    """The PDF that goes with an order; None while there is none.

    Raises:
        Unknown: there is no such order, or none that the viewer may read.
    """
    order(session, order_id, viewer=viewer)
    return session.scalar(
        select(StoredFile)
        .join(PaymentStatement, PaymentStatement.stored_file_id == StoredFile.id)
        .where(PaymentStatement.order_id == order_id)
    )


def _stated(session: Session, found: PaymentOrder) -> Statement:
    rows = session.scalars(
        select(PaymentOrder)
        .join(Claim, Claim.id == PaymentOrder.claim_id)
        .join(Instalment, Instalment.id == Claim.instalment_id)
        .where(
            PaymentOrder.award_id == found.award_id,
            PaymentOrder.state == OrderState.PAID,
            Instalment.position < found.claim.instalment.position,
        )
        .options(joinedload(PaymentOrder.claim).joinedload(Claim.instalment))
        .order_by(Instalment.position)
    )
    lines, total = [], 0
    for one in rows:
        total += one.amount
        label = one.claim.instalment.label
        lines.append(
            PaidLine(one.number, label, one.paid_on, one.reference or "", one.amount, total, one.id)
        )
    return Statement(found, found.claim.instalment.decision.amount or 0, tuple(lines))


def paid_before(session: Session, order_ids: Collection[UUID]) -> dict[UUID, int]:
    """What was paid of each order's award before it, in the award's unit; zeros left out."""
    mine, other = aliased(PaymentOrder), aliased(PaymentOrder)
    my_claim, their_claim = aliased(Claim), aliased(Claim)
    here, there = aliased(Instalment), aliased(Instalment)
    rows = session.execute(
        select(mine.id, func.sum(other.amount))
        .join(my_claim, my_claim.id == mine.claim_id)
        .join(here, here.id == my_claim.instalment_id)
        .join(other, (other.award_id == mine.award_id) & (other.state == OrderState.PAID))
        .join(their_claim, their_claim.id == other.claim_id)
        .join(there, (there.id == their_claim.instalment_id) & (there.position < here.position))
        .where(mine.id.in_(order_ids))
        .group_by(mine.id)
    )
    return {row[0]: int(row[1]) for row in rows}


def notified_on(session: Session, decision: Decision) -> date | None:
    """The day the applicant took note of an award, in Paris."""
    read_at = session.scalar(
        select(Acknowledgement.read_at).where(
            Acknowledgement.deliberation_id == decision.deliberation_id,
            Acknowledgement.application_id == decision.application_id,
        )
    )
    return paris_date(read_at) if read_at else None

"""What follows what for a claim and for its payment order: two persons, always."""

from __future__ import annotations

from grants.kernel.workflow import Lifecycle, Transition
from grants.payments import rules
from grants.payments.models import ClaimState, OrderState

C = ClaimState
O = OrderState  # noqa: E741 -- read beside its values, it cannot be taken for a zero

CLAIM = Lifecycle(
    subject="claim",
    initial=C.SUBMITTED,
    transitions=(
        Transition("certify", {C.SUBMITTED}, C.CERTIFIED, rules.may_certify),
        Transition("refuse", {C.SUBMITTED, C.CERTIFIED}, C.REFUSED, rules.may_certify),
        Transition("order", {C.CERTIFIED}, C.ORDERED, rules.may_order_claim),
        Transition("take_back", {C.ORDERED}, C.CERTIFIED, rules.may_follow),
        Transition("pay", {C.ORDERED}, C.PAID, rules.may_follow),
        Transition("bounce", {C.PAID}, C.CERTIFIED, rules.may_follow),
        # Its year is closed: paid again by the same order.
        Transition("come_back", {C.PAID}, C.ORDERED, rules.may_follow),
    ),
)


ORDER = Lifecycle(
    subject="payment_order",
    initial=O.PREPARED,
    transitions=(
        Transition("approve", {O.PREPARED}, O.APPROVED, rules.may_approve),
        Transition(
            "reject",
            {O.PREPARED, O.APPROVED},
            O.REJECTED,
            rules.may_approve | rules.may_prepare,
        ),
        Transition("pay", {O.APPROVED}, O.PAID, rules.may_pay),
        Transition("bounce", {O.PAID}, O.REJECTED, rules.may_pay),
        # Its year is closed: the expense stays, the beneficiary is paid again.
        Transition("come_back", {O.PAID}, O.APPROVED, rules.may_pay),
    ),
)

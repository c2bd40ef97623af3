"""Who claims, certifies, orders, approves and pays. Recusal outranks every role."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import InstrumentedAttribute

from grants.applications.models import Application
from grants.applications.rules import is_applicant_in_person, not_recused
from grants.kernel.access import (
    Actor,
    FunderRole,
    OrganisationRole,
    Rule,
    for_funder,
    unless_recused,
)
from grants.payments.models import BankDetails, Claim, OrderBatch, PaymentOrder, PaymentReturn

CERTIFIERS = (FunderRole.OFFICER,)
PREPARERS = (FunderRole.FINANCE,)
APPROVERS = (FunderRole.APPROVER,)
ORDER_READERS = (FunderRole.FINANCE, FunderRole.APPROVER, FunderRole.AUDITOR)
CLAIM_READERS = (FunderRole.OFFICER, *ORDER_READERS)
BANK_READERS = (FunderRole.FINANCE, FunderRole.APPROVER)


def _walled(
    name: str,
    funder: InstrumentedAttribute[UUID],
    application: InstrumentedAttribute[UUID],
    *roles: FunderRole,
) -> Rule:
    return (for_funder(name, funder, *roles) & unless_recused(application)).named(name)


def _of_claims(name: str, *roles: FunderRole) -> Rule:
    return _walled(name, Claim.funder_id, Claim.application_id, *roles)


def _of_orders(name: str, *roles: FunderRole) -> Rule:
    return _walled(name, PaymentOrder.funder_id, PaymentOrder.application_id, *roles)


may_certify = _of_claims("certifies the funder's claims", *CERTIFIERS)
may_order_claim = _of_claims("orders the payment of claims", *PREPARERS)
# Moving a claim along with its order: whoever may act on the order has been checked already.
may_follow = _of_claims("follows the claim's order", *PREPARERS, *APPROVERS)
can_read_claim = _of_claims("reads the funder's claims", *CLAIM_READERS)

may_prepare = _of_orders("prepares payment orders", *PREPARERS)
may_approve = _of_orders("approves payment orders", *APPROVERS)
may_pay = _of_orders("marks payment orders as paid", *PREPARERS)
may_read_bank = _of_orders("reads full bank details", *BANK_READERS)
can_read_order = _of_orders("reads the funder's payment orders", *ORDER_READERS)

can_read_details = _walled(
    "reads bank details of beneficiaries",
    BankDetails.funder_id,
    BankDetails.application_id,
    *BANK_READERS,
)


can_read_batch = for_funder(
    "reads the funder's batches of orders", OrderBatch.funder_id, *ORDER_READERS
)
can_read_return = for_funder(
    "reads what the accounting office answers", PaymentReturn.funder_id, *ORDER_READERS
)
may_take_in = for_funder(
    "takes in what the accounting office answers", PaymentReturn.funder_id, *PREPARERS
)


def can_read_setting(actor: Actor, funder_id: UUID) -> bool:
    """Whether the actor pays, or checks payments, for that funder."""
    return funder_id in actor.funders_as(FunderRole.ADMINISTRATOR, *ORDER_READERS)


_keeps_the_purse = Rule(
    "represents the organisation or keeps its purse",
    lambda actor, application: (
        application.organisation_id
        in actor.organisations_as(OrganisationRole.REPRESENTATIVE, OrganisationRole.TREASURER)
    ),
    lambda actor: _among(
        actor.organisations_as(OrganisationRole.REPRESENTATIVE, OrganisationRole.TREASURER)
    ),
)

may_claim = ((_keeps_the_purse | is_applicant_in_person) & not_recused).named(
    "claims payments of the award"
)


def _among(organisations: frozenset[UUID]) -> ColumnElement[bool]:
    return Application.organisation_id.in_(sorted(organisations)) if organisations else false()

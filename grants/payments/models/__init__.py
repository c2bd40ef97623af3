"""Instalments and their conditions, claims, bank details, orders in batches, answers to them."""

from grants.payments.models.bank import BankDetails, DetailsState, PaymentSetting
from grants.payments.models.paying import (
    NAMED_KINDS,
    Claim,
    ClaimFile,
    ClaimState,
    ConditionKind,
    Instalment,
    InstalmentCondition,
    Method,
    OrderBatch,
    OrderState,
    PaymentOrder,
)
from grants.payments.models.returns import (
    Answer,
    LineState,
    PaymentReturn,
    ReturnKind,
    ReturnLine,
)

__all__ = [
    "NAMED_KINDS",
    "Answer",
    "BankDetails",
    "Claim",
    "ClaimFile",
    "ClaimState",
    "ConditionKind",
    "DetailsState",
    "Instalment",
    "InstalmentCondition",
    "LineState",
    "Method",
    "OrderBatch",
    "OrderState",
    "PaymentOrder",
    "PaymentReturn",
    "PaymentSetting",
    "ReturnKind",
    "ReturnLine",
]

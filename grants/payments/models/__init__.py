"""Instalments and their conditions, claims, bank details, orders in batches, answers to them."""

from grants.payments.models.bank import (
    BankDetails,
    ChangeState,
    DetailsState,
    PaymentSetting,
    SettingChange,
)
from grants.payments.models.files import BankStatement, OrderFile, Out
from grants.payments.models.pausing import ClaimPause
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
    PaymentStatement,
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
    "BankStatement",
    "ChangeState",
    "Claim",
    "ClaimFile",
    "ClaimPause",
    "ClaimState",
    "ConditionKind",
    "DetailsState",
    "Instalment",
    "InstalmentCondition",
    "LineState",
    "Method",
    "OrderBatch",
    "OrderFile",
    "OrderState",
    "Out",
    "PaymentOrder",
    "PaymentReturn",
    "PaymentSetting",
    "PaymentStatement",
    "ReturnKind",
    "ReturnLine",
    "SettingChange",
]

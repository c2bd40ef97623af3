"""Keep which statements of account were taken in: each once, and of the right account."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.bank import Vault, compact
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.payments import queries
from grants.payments.camt import Statement
from grants.payments.models import BankStatement, PaymentReturn


def keep_statement(
    session: Session, taken: PaymentReturn, told: Statement, *, vault: Vault, actor: Actor
) -> None:
    """Keep that this statement was taken in with a file.

    Raises:
        Refused: `payment_return.camt_account`, with the `last4` of the account that the funder
            pays from; `payment_return.camt_again`: it was taken in with another file.
    """
    setting = queries.setting(session, taken.funder_id, viewer=actor)
    if setting is not None and setting.iban_cipher is not None:
        own = vault.unlock(setting.iban_cipher, row=setting.id)
        if compact(told.account) != own:
            raise Refused(
                "payment_return.camt_account",
                field="file",
                reference=told.reference,
                last4=setting.iban_last4,
            )
    kept = session.scalar(
        insert(BankStatement)
        .values(
            id=new_id(),
            return_id=taken.id,
            funder_id=taken.funder_id,
            reference=told.reference,
            account_last4=compact(told.account)[-4:],
            closed_on=told.closed_on,
            opening=told.opening,
            closing=told.closing,
        )
        .on_conflict_do_nothing()
        .returning(BankStatement.id)
    )
    if kept is None:
        raise Refused(
            "payment_return.camt_again",
            field="file",
            reference=told.reference,
            closed_on=told.closed_on,
        )

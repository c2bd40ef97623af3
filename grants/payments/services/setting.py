"""How a funder pays: the codes of its files at once, the rest once a second person confirms it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.errors import Forbidden, Refused
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.payments import queries
from grants.payments.bank import BankAccount
from grants.payments.models import ChangeState, PaymentSetting, SettingChange
from grants.payments.rules import BANK_READERS
from grants.people.models import Funder, FunderKind


def set_codes(
    session: Session, funder_id: UUID, *, pes: tuple[str, str, str], actor: Actor, now: datetime
) -> PaymentSetting:
    """Say what a funder's files begin with: post, community and budget of the PES flow.

    Locks the funder's row. Announces `payment_setting.changed`.

    Raises:
        Unknown: the actor knows nothing of how that funder pays.
        Forbidden: the actor does not pay for it.
    """
    setting = _setting(session, funder_id, actor, now)
    before = (setting.pes_post, setting.pes_community, setting.pes_budget)
    codes = tuple(one or None for one in pes)
    if codes == before:
        return setting
    setting.pes_post, setting.pes_community, setting.pes_budget = codes
    setting.changed_by, setting.changed_at = actor.id, now
    session.flush()
    told: dict[str, Any] = {"codes": True, "account": False}
    announce(session, "payment_setting.changed", by=actor, at=now, funder=funder_id, **told)
    return setting


def propose_setting(
    session: Session,
    funder_id: UUID,
    *,
    second_from: int | None,
    debtor: str,
    account: BankAccount | None,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> SettingChange | None:
    """Propose from which amount, in cents, two persons sign, and the account to pay from.

    `account`: None keeps it. What stands holds until a second person confirms; None where
    nothing would change. Locks the funder's row. Announces `payment_setting.proposed`.

    Raises:
        Unknown: the actor knows nothing of how that funder pays.
        Forbidden: the actor does not pay for it.
        Refused: `payment_setting.authorities_have_no_account`: only partners pay themselves;
            `payment_setting.debtor_missing`; `payment_setting.change_waits`: another one does.
    """
    setting = _setting(session, funder_id, actor, now)
    kind = session.scalar(select(Funder.kind).where(Funder.id == funder_id))
    if account is not None and kind is not FunderKind.PARTNER:
        raise Refused("payment_setting.authorities_have_no_account", field="iban")
    threshold = second_from != setting.second_from
    paying = _account(setting, account, debtor.strip(), vault)
    if not threshold and not paying:
        return None
    if queries.setting_change(session, funder_id, viewer=actor) is not None:
        raise Refused("payment_setting.change_waits")
    change = SettingChange(
        id=new_id(),
        funder_id=funder_id,
        changes_threshold=threshold,
        second_from=second_from if threshold else None,
        changes_account=bool(paying),
        proposed_by=actor.id,
        proposed_at=now,
        **paying,
    )
    session.add(change)
    session.flush()
    _tell(session, "payment_setting.proposed", change, actor, now)
    return change


def show_proposed_account(
    session: Session, funder_id: UUID, *, vault: Vault, actor: Actor, now: datetime
) -> tuple[str, str | None]:
    """The account that waits and the one it replaces, both in full. Each look is kept.

    Announces `payment_setting.shown`, without any account number.

    Raises:
        Unknown: the actor knows nothing of how that funder pays.
        Forbidden: the actor does not pay for it.
        Refused: `payment_setting.nothing_waits`: no account does.
    """
    setting = _setting(session, funder_id, actor, now)
    change = queries.setting_change(session, funder_id, viewer=actor)
    if change is None or change.iban_cipher is None:
        raise Refused("payment_setting.nothing_waits")
    _tell(session, "payment_setting.shown", change, actor, now)
    kept = setting.iban_cipher
    return (
        vault.unlock(change.iban_cipher, row=setting.id),
        vault.unlock(kept, row=setting.id) if kept else None,
    )


def confirm_setting(
    session: Session, funder_id: UUID, change_id: UUID | None, *, actor: Actor, now: datetime
) -> PaymentSetting:
    """Confirm the change that waits: from now on the funder pays so.

    Locks the funder's row. Announces `payment_setting.changed` with the threshold as it was and
    as it is.

    Raises:
        Unknown: the actor knows nothing of how that funder pays.
        Forbidden: the actor does not pay for it.
        Refused: `payment_setting.nothing_waits`: not that change; `payment_setting.same_person`:
            who proposed it does not confirm it.
    """
    setting, change = _waiting(session, funder_id, change_id, actor, now)
    if change.proposed_by == actor.id:
        raise Refused("payment_setting.same_person")
    before = setting.second_from
    change.state, change.settled_by, change.settled_at = ChangeState.CONFIRMED, actor.id, now
    session.flush()  # PostgreSQL lets the settings follow a confirmed change alone
    if change.changes_threshold:
        setting.second_from = change.second_from
    if change.changes_account:
        setting.iban_cipher, setting.iban_last4 = change.iban_cipher, change.iban_last4
        setting.bic, setting.debtor = change.bic, change.debtor
    setting.change_id, setting.changed_by, setting.changed_at = change.id, actor.id, now
    session.flush()
    facts: dict[str, Any] = {"second_before": before, "second_from": setting.second_from}
    facts |= {"account": change.changes_account, "proposed_by": str(change.proposed_by)}
    announce(session, "payment_setting.changed", by=actor, at=now, funder=funder_id, **facts)
    return setting


def withdraw_setting(
    session: Session, funder_id: UUID, change_id: UUID | None, *, actor: Actor, now: datetime
) -> SettingChange:
    """Give up the change that waits: whoever proposed it, or whoever does not agree.

    Locks the funder's row. Announces `payment_setting.withdrawn`.

    Raises:
        Unknown: the actor knows nothing of how that funder pays.
        Forbidden: the actor does not pay for it.
        Refused: `payment_setting.nothing_waits`: not that change.
    """
    _, change = _waiting(session, funder_id, change_id, actor, now)
    change.state, change.settled_by, change.settled_at = ChangeState.WITHDRAWN, actor.id, now
    session.flush()
    _tell(session, "payment_setting.withdrawn", change, actor, now)
    return change


def _setting(session: Session, funder_id: UUID, actor: Actor, now: datetime) -> PaymentSetting:
    """The settings of a funder that the actor pays for, made where there are none; locked."""
    queries.setting(session, funder_id, viewer=actor)
    if funder_id not in actor.funders_as(*BANK_READERS):
        raise Forbidden
    session.execute(select(Funder.id).where(Funder.id == funder_id).with_for_update(key_share=True))
    session.execute(
        insert(PaymentSetting)
        .values(id=new_id(), funder_id=funder_id, changed_by=actor.id, changed_at=now)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(PaymentSetting)
        .where(PaymentSetting.funder_id == funder_id)
        .execution_options(populate_existing=True)
    ).one()


def _account(
    setting: PaymentSetting, account: BankAccount | None, debtor: str, vault: Vault
) -> dict[str, Any]:
    """What would change of the account, locked for the row of the settings; nothing, or whole."""
    if account is None:
        if setting.iban_cipher is None or debtor in {"", setting.debtor}:
            return {}
        kept = {"iban_cipher": setting.iban_cipher, "iban_last4": setting.iban_last4}
        return {**kept, "bic": setting.bic, "debtor": debtor}
    if not debtor:
        raise Refused("payment_setting.debtor_missing", field="debtor")
    cipher = vault.lock(account.iban, row=setting.id)
    found = {"iban_cipher": cipher, "iban_last4": account.last4}
    return {**found, "bic": account.bic, "debtor": debtor}


def _waiting(
    session: Session, funder_id: UUID, change_id: UUID | None, actor: Actor, now: datetime
) -> tuple[PaymentSetting, SettingChange]:
    setting = _setting(session, funder_id, actor, now)
    change = queries.setting_change(session, funder_id, viewer=actor)
    if change is None or change.id != change_id:
        raise Refused("payment_setting.nothing_waits")
    return setting, change


def _tell(session: Session, kind: str, change: SettingChange, actor: Actor, now: datetime) -> None:
    whose: dict[str, Any] = {"funder": change.funder_id, "subject": change.id}
    whose |= {"threshold": change.changes_threshold, "account": change.changes_account}
    announce(session, kind, by=actor, at=now, **whose)

"""The bank details of beneficiaries, and how a funder pays."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.payments.models import (
    BankDetails,
    ChangeState,
    DetailsState,
    PaymentSetting,
    SettingChange,
)
from grants.payments.rules import can_read_details, can_read_setting


def current_details(
    session: Session, funder_id: UUID, *, organisation_id: UUID | None, person_id: UUID | None
) -> BankDetails | None:
    """The account that a funder pays a beneficiary to: the last one agreed."""
    return session.scalar(
        select(BankDetails)
        .where(
            BankDetails.funder_id == funder_id,
            BankDetails.organisation_id == organisation_id,
            BankDetails.person_id == person_id,
            BankDetails.state == DetailsState.AGREED,
        )
        .order_by(BankDetails.answered_at.desc(), BankDetails.id.desc())
        .limit(1)
    )


def details_waiting(*, viewer: Actor) -> Select[BankDetails]:
    """Changes of account that wait for a second person, oldest first, to be cut in pages."""
    return (
        select(BankDetails)
        .where(
            can_read_details.where(viewer),
            BankDetails.state == DetailsState.PENDING,
            BankDetails.replaces_id.is_not(None),
        )
        .options(
            joinedload(BankDetails.organisation),
            joinedload(BankDetails.person),
            joinedload(BankDetails.depositor),
            joinedload(BankDetails.replaces),
        )
        .order_by(BankDetails.deposited_at, BankDetails.id)
    )


def details(
    session: Session, details_id: UUID, *, viewer: Actor, lock: bool = False
) -> BankDetails:
    """One account, with whom it pays, who gave it and what it replaces; locked on request.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    statement = (
        select(BankDetails)
        .where(BankDetails.id == details_id, can_read_details.where(viewer))
        .options(
            joinedload(BankDetails.organisation),
            joinedload(BankDetails.person),
            joinedload(BankDetails.depositor),
            joinedload(BankDetails.replaces),
        )
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update(of=BankDetails)
    found = session.scalar(statement)
    if found is None:
        raise Unknown
    return found


def setting(session: Session, funder_id: UUID, *, viewer: Actor) -> PaymentSetting | None:
    """How a funder pays; None when nothing was set.

    Raises:
        Unknown: the viewer does not pay for that funder.
    """
    if not can_read_setting(viewer, funder_id):
        raise Unknown
    return session.scalar(select(PaymentSetting).where(PaymentSetting.funder_id == funder_id))


def setting_change(session: Session, funder_id: UUID, *, viewer: Actor) -> SettingChange | None:
    """The change of a funder's settings that waits for a second person, with who proposed it.

    Raises:
        Unknown: the viewer does not pay for that funder.
    """
    if not can_read_setting(viewer, funder_id):
        raise Unknown
    return session.scalar(
        select(SettingChange)
        .where(SettingChange.funder_id == funder_id, SettingChange.state == ChangeState.PENDING)
        .options(joinedload(SettingChange.proposer))
        .execution_options(populate_existing=True)
    )

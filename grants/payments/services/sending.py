"""Files that leave with account numbers: what they may hold, and for whom they are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused
from grants.ledger import queries as balances
from grants.payments import queries
from grants.payments.models import (
    Method,
    OrderBatch,
    OrderFile,
    OrderState,
    Out,
    PaymentOrder,
    PaymentSetting,
)
from grants.payments.out import mandates, pes, sepa
from grants.payments.out.lines import OutBatch, OutLine, Payee
from grants.payments.rules import BANK_READERS
from grants.people.models import Funder

SIGNED = {OrderState.APPROVED, OrderState.PAID}
TELL_EVERY = 50


@dataclass(frozen=True)
class Made:
    """A file to hand over. `repr` tells its name alone."""

    name: str
    media_type: str
    data: bytes

    def __repr__(self) -> str:
        return f"Made({self.name})"


def require_sendable(
    session: Session, batch_id: UUID, out: Out, *, reason: str = "", actor: Actor
) -> OrderBatch:
    """The batch, where a file of it may be made in that form by the actor.

    Raises:
        Unknown: there is no such batch that the actor may read.
        Forbidden: the actor does not read account numbers for that funder.
        Refused: `order_batch.not_whole` (the actor is recused from some of it),
            `order_batch.not_signed` (`waiting` orders), `order_batch.nothing_signed`,
            `order_batch.codes_missing`, `order_batch.siret_missing`,
            `order_batch.nature_missing`, `order_batch.function_malformed` (PES),
            `order_batch.no_account` (SEPA, of a funder that does not pay by itself),
            `order_batch.sent_already` (SEPA: its transfers left in a file of `made_at`, and
            nothing says why again).
    """
    batch = queries.batch(session, batch_id, viewer=actor)
    if batch.funder_id not in actor.funders_as(*BANK_READERS):
        raise Forbidden
    require_whole(session, batch.id, actor)
    orders = queries.orders_of_batch(session, batch.id, viewer=actor)
    if waiting := [one for one in orders if one.state is OrderState.PREPARED]:
        raise Refused("order_batch.not_signed", waiting=len(waiting))
    if not transfers(session, batch.id, out, actor):
        raise Refused("order_batch.nothing_signed")
    setting = queries.setting(session, batch.funder_id, viewer=actor)
    if out is Out.PES:
        _require_codes(session, batch, setting, orders)
    if out is Out.SEPA:
        if setting is None or setting.iban_cipher is None:
            raise Refused("order_batch.no_account")
        if not reason:
            _require_first(session, batch.id)
    return batch


def _require_codes(
    session: Session,
    batch: OrderBatch,
    setting: PaymentSetting | None,
    orders: Sequence[PaymentOrder],
) -> None:
    """What the flow begins with, and account by nature and function, in digits, of each line."""
    if not (setting and setting.pes_post and setting.pes_community and setting.pes_budget):
        raise Refused("order_batch.codes_missing")
    if not balances.siret_of(session, batch.funder_id):
        raise Refused("order_batch.siret_missing")
    for envelope_id in {one.envelope_id for one in orders}:
        envelope = balances.envelope_line(session, envelope_id)
        if not re.fullmatch(r"[1-9][0-9]{0,11}", envelope.nature_account or ""):
            raise Refused("order_batch.nature_missing", envelope=envelope.label)
        if not re.fullmatch(r"[0-9]{0,10}", envelope.function_code or ""):
            raise Refused("order_batch.function_malformed", envelope=envelope.label)


def _require_first(session: Session, batch_id: UUID) -> None:
    made_at = session.scalar(
        select(func.max(OrderFile.made_at)).where(
            OrderFile.batch_id == batch_id, OrderFile.form == Out.SEPA
        )
    )
    if made_at is not None:
        raise Refused("order_batch.sent_already", field="reason", made_at=made_at)


def made(
    session: Session,
    batch: OrderBatch,
    out: Out,
    *,
    vault: Vault,
    actor: Actor,
    now: datetime,
    tell: Callable[[int], None],
) -> tuple[Made, int]:
    """The signed transfers of a batch as a file with account numbers, and how many they are.

    For whoever passed `require_sendable`. `tell` hears how many orders are read.

    Raises:
        ValueError: the file does not fit its schema.
    """
    setting = queries.setting(session, batch.funder_id, viewer=actor)
    orders = transfers(session, batch.id, out, actor)
    found = _batch(session, batch, setting, orders, vault=vault, now=now, tell=tell)
    return _made(found, out, setting, vault, now), len(found.lines)


def require_whole(session: Session, batch_id: UUID, actor: Actor) -> None:
    """A file without the orders that one may not see would be a wrong file.

    Raises:
        Refused: `order_batch.not_whole`.
    """
    held = session.scalar(select(func.count()).where(PaymentOrder.batch_id == batch_id))
    if held != len(queries.orders_of_batch(session, batch_id, viewer=actor)):
        raise Refused("order_batch.not_whole")


def transfers(session: Session, batch_id: UUID, out: Out, actor: Actor) -> list[PaymentOrder]:
    """The orders of a batch that a file holds: signed, through a bank, and not paid twice."""
    wanted = {OrderState.APPROVED} if out is Out.SEPA else SIGNED
    return [
        one
        for one in queries.orders_of_batch(session, batch_id, viewer=actor)
        if one.state in wanted and one.claim.method is Method.TRANSFER
    ]


def _made(
    batch: OutBatch, out: Out, setting: PaymentSetting | None, vault: Vault, now: datetime
) -> Made:
    if out is Out.MANDATES:
        data = mandates.written(batch).encode()
        return Made(f"mandats-{batch.number}.csv", "text/csv", data)
    if out is Out.PES:
        return Made(f"brouillon-pes-{batch.number}.xml", "application/xml", pes.written(batch))
    if setting is None or setting.iban_cipher is None:
        raise ValueError("a funder without an account pays nothing by itself")
    data = sepa.written(
        batch,
        debtor=setting.debtor or batch.funder,
        iban=vault.unlock(setting.iban_cipher, row=setting.id),
        bic=setting.bic,
        on=paris_date(now),
        now=now,
    )
    return Made(f"virements-{batch.number}.xml", "application/xml", data)


def _batch(
    session: Session,
    batch: OrderBatch,
    setting: PaymentSetting | None,
    orders: list[PaymentOrder],
    *,
    vault: Vault,
    now: datetime,
    tell: Callable[[int], None],
) -> OutBatch:
    funder = session.scalars(select(Funder).where(Funder.id == batch.funder_id)).one()
    before = queries.paid_before(session, [one.id for one in orders])
    envelopes = {
        one: balances.envelope_line(session, one) for one in {one.envelope_id for one in orders}
    }
    lines = []
    for count, one in enumerate(orders, start=1):
        envelope = envelopes[one.envelope_id]
        lines.append(_line(one, envelope, vault=vault, before=before.get(one.id, 0)))
        if count % TELL_EVERY == 0:
            tell(count)
    return OutBatch(
        year=batch.year,
        serial=batch.serial,
        number=batch.number,
        dated=_dated(orders, now),
        funder=funder.name,
        siret=funder.siret or "",
        post=(setting.pes_post if setting else None) or "",
        community=(setting.pes_community if setting else None) or "",
        budget=(setting.pes_budget if setting else None) or "",
        lines=tuple(lines),
    )


def _dated(orders: list[PaymentOrder], now: datetime) -> date:
    signed = [one.approved_at for one in orders if one.approved_at]
    return paris_date(max(signed, default=now))


def _line(
    order: PaymentOrder, envelope: balances.EnvelopeLine, *, vault: Vault, before: int
) -> OutLine:
    claim = order.claim
    about = claim.instalment.decision.application
    if claim.iban_cipher is None:
        raise ValueError(f"order {order.id} goes through no bank")
    return OutLine(
        serial=order.serial,
        number=order.number,
        end_to_end=order.end_to_end,
        payee=_payee(order),
        holder=claim.holder or "",
        iban=vault.unlock(claim.iban_cipher, row=claim.id),
        bic=claim.bic or "",
        amount=order.amount,
        object=f"{about.number or ''} {claim.instalment.label}".strip(),
        section=envelope.section,
        nature=envelope.nature_account or "",
        function=envelope.function_code or "",
        due_on=claim.due_on,
        already_paid=before,
    )


def _payee(order: PaymentOrder) -> Payee:
    whom = order.claim.instalment.decision.application.organisation
    if whom is None:
        return Payee(order.claim.holder or "", "", "", "", "", "")
    return Payee(
        name=whom.name,
        siret=whom.siret or "",
        legal_form=whom.legal_form,
        street=whom.street,
        postcode=whom.postcode,
        city=whom.city,
    )

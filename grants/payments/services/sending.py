"""Files that leave with account numbers: made for whoever pays, and each making is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused
from grants.ledger import queries as balances
from grants.outbox.services import announce
from grants.payments import queries
from grants.payments.models import Method, OrderBatch, OrderState, PaymentOrder, PaymentSetting
from grants.payments.out import mandates, pes, sepa
from grants.payments.out.lines import OutBatch, OutLine, Payee
from grants.payments.rules import BANK_READERS
from grants.people.models import Funder


class Out(StrEnum):
    """In which form a batch leaves."""

    MANDATES = "mandats"
    PES = "pes"
    SEPA = "sepa"


SIGNED = {OrderState.APPROVED, OrderState.PAID}


@dataclass(frozen=True)
class Made:
    """A file to hand over. `repr` tells its name alone."""

    name: str
    media_type: str
    data: bytes

    def __repr__(self) -> str:
        return f"Made({self.name})"


def send_out(
    session: Session, batch_id: UUID, out: Out, *, vault: Vault, actor: Actor, now: datetime
) -> Made:
    """The signed transfers of a batch as a file, with account numbers. Each making is kept.

    Announces `order_batch.sent_out`, without any number.

    Raises:
        Unknown: there is no such batch that the actor may read.
        Forbidden: the actor does not read account numbers for that funder.
        Refused: `order_batch.not_whole` (the actor is recused from some of it),
            `order_batch.nothing_signed`, `order_batch.codes_missing` (PES),
            `order_batch.no_account` (SEPA, of a funder that does not pay by itself).
    """
    batch = queries.batch(session, batch_id, viewer=actor)
    if batch.funder_id not in actor.funders_as(*BANK_READERS):
        raise Forbidden
    _require_whole(session, batch.id, actor)
    setting = queries.setting(session, batch.funder_id, viewer=actor)
    found = _batch(session, batch, setting, vault=vault, actor=actor, now=now)
    if not found.lines:
        raise Refused("order_batch.nothing_signed")
    made = _made(found, out, setting, vault, now)
    announce(
        session,
        "order_batch.sent_out",
        by=actor,
        at=now,
        funder=batch.funder_id,
        subject=batch.id,
        form=out.value,
        orders=len(found.lines),
    )
    return made


def _require_whole(session: Session, batch_id: UUID, actor: Actor) -> None:
    """A file without the orders that one may not see would be a wrong file."""
    held = session.scalar(select(func.count()).where(PaymentOrder.batch_id == batch_id))
    if held != len(queries.orders_of_batch(session, batch_id, viewer=actor)):
        raise Refused("order_batch.not_whole")


def _made(
    batch: OutBatch, out: Out, setting: PaymentSetting | None, vault: Vault, now: datetime
) -> Made:
    if out is Out.MANDATES:
        data = mandates.written(batch).encode()
        return Made(f"mandats-{batch.number}.csv", "text/csv", data)
    if out is Out.PES:
        if not (batch.post and batch.community and batch.budget):
            raise Refused("order_batch.codes_missing")
        return Made(f"brouillon-pes-{batch.number}.xml", "application/xml", pes.written(batch))
    if setting is None or setting.iban_cipher is None:
        raise Refused("order_batch.no_account")
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
    *,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> OutBatch:
    funder = session.scalars(select(Funder).where(Funder.id == batch.funder_id)).one()
    orders = [
        one
        for one in queries.orders_of_batch(session, batch.id, viewer=actor)
        if one.state in SIGNED and one.claim.method is Method.TRANSFER
    ]
    before = queries.paid_before(session, [one.id for one in orders])
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
        lines=tuple(
            _line(session, one, vault=vault, before=before.get(one.id, 0)) for one in orders
        ),
    )


def _dated(orders: list[PaymentOrder], now: datetime) -> date:
    signed = [one.approved_at for one in orders if one.approved_at]
    return paris_date(max(signed, default=now))


def _line(session: Session, order: PaymentOrder, *, vault: Vault, before: int) -> OutLine:
    claim = order.claim
    about = claim.instalment.decision.application
    envelope = balances.envelope_line(session, order.envelope_id)
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

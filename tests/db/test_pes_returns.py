"""What comes back of a PES flow acts on the orders it names; a refused flow waits for a person."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_scene, an_award
from build.payments import VAULT, an_approved_order, an_award_to_pay, set_up
from build.treasury import (
    acknowledged,
    batch,
    error,
    let_in,
    line,
    not_let_in,
    of_piece,
    payment,
    piece,
    returned,
)
from grants.kernel.errors import Refused
from grants.ledger.models import Envelope
from grants.payments import services
from grants.payments.models import (
    LineState,
    OrderBatch,
    OrderState,
    Out,
    PaymentReturn,
    ReturnKind,
    ReturnLine,
)
from grants.payments.plan import Part

ONE = (Part(percent=100, label="Versement unique"),)


def ordered(session):
    """An order, signed."""
    scene = a_scene(session)
    award = an_award_to_pay(session, an_award(scene, 0), scene=scene, parts=ONE)
    return award, an_approved_order(session, award)


def take(session, award, body: str) -> PaymentReturn:
    return services.take_in(
        session,
        award.scene.funder.id,
        kind=ReturnKind.PES,
        name="retour.xml",
        data=body.encode("latin-1"),
        vault=VAULT,
        actor=award.scene.finance,
        now=NOW,
    )


def lines(session, taken) -> list[ReturnLine]:
    return list(session.scalars(select(ReturnLine).where(ReturnLine.return_id == taken.id)))


def test_the_return_of_a_pes_flow_pays_and_rejects(session):
    award, order = ordered(session)
    one = piece(order.serial, line("10000.00", payment("10000.00")), state="05")
    others = batch(piece(order.serial, line("3.00"), kind="02"), kind="02")
    body = returned(others, batch(one))
    taken = take(session, award, body)
    assert {one.state for one in lines(session, taken)} == {LineState.MATCHED}
    assert (order.accepted_on, order.state) == (NOW.date(), OrderState.PAID)


def test_a_flow_leaves_once_its_accounts_are_digits(session):
    award, order = ordered(session)
    scene, send = award.scene, {"vault": VAULT, "actor": award.scene.finance, "now": NOW}
    set_up(session, scene, pes=("02A012", "100", "00"))
    scene.funder.siret = "24630070100013"
    envelope = session.get_one(Envelope, order.envelope_id)
    for nature, function, code in (
        ("000", "", "nature_missing"),
        ("65748", "6.5", "function_malformed"),
        ("65748", "65", ""),
    ):
        envelope.nature_account, envelope.function_code = nature, function
        session.flush()
        if code:
            with pytest.raises(Refused, match=code):
                services.keep_file(session, order.batch_id, Out.PES, **send)
    assert services.keep_file(session, order.batch_id, Out.PES, **send).orders == 1


def test_an_acknowledgement_turns_nothing_down_by_itself(session):
    award, order = ordered(session)
    serial = session.get_one(OrderBatch, order.batch_id).serial
    assert lines(session, take(session, award, acknowledged(let_in(serial)))) == []
    with pytest.raises(Refused, match="unknown_batch") as refused, session.begin_nested():
        take(session, award, acknowledged(not_let_in(9, error("Doublon"))))
    assert refused.value.facts["number"] == "2018-B009"
    pieces = of_piece(order.serial, error("Tiers inconnu"))
    body = acknowledged(not_let_in(serial, error("Doublon"), pieces))
    (found,) = lines(session, take(session, award, body))
    assert (found.state, found.code) == (LineState.OPEN, "payment_return.flow_refused")
    assert (found.reference, found.amount, found.motive) == (
        order.number,
        order.amount,
        "Tiers inconnu",
    )
    assert order.state is OrderState.APPROVED
    services.match_line(session, found.id, number=order.number, actor=award.scene.finance, now=NOW)
    assert (order.state, order.rejection_reason) == (OrderState.REJECTED, "Tiers inconnu")

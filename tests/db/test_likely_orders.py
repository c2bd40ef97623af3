"""A line is matched alone where nothing is doubtful; else a person is shown what it may be."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from build.camt import camt, entry
from build.clock import NOW
from build.decisions import a_scene, an_award, recused
from build.iso20022 import faults
from build.payments import (
    ONCE,
    VAULT,
    a_claim,
    an_account,
    an_approved_order,
    an_award_to_pay,
    beneficiary_of,
)
from build.people import acting_as
from grants.applications.models import Application
from grants.payments import queries, services
from grants.payments.answers import fingerprints
from grants.payments.likely import Hint
from grants.payments.models import Answer, LineState, OrderState, ReturnKind, ReturnLine
from grants.payments.told import Told

OTHER_IBAN = "FR1420041010050500013M02606"


@pytest.fixture
def signed(session):
    """An order of 10 000 €, signed."""
    scene = a_scene(session)
    award = an_award_to_pay(session, an_award(scene, 0), scene=scene, parts=ONCE)
    return award, an_approved_order(session, award)


def beside(name: str = "", label: str = "") -> str:
    """What a statement says of a transfer, in words."""
    whom = f"<RltdPties><Cdtr><Pty><Nm>{name}</Nm></Pty></Cdtr></RltdPties>" if name else ""
    return whom + (f"<RmtInf><Ustrd>{label}</Ustrd></RmtInf>" if label else "")


def take(session, award, *entries: str, reference: str = "R1") -> list[ReturnLine]:
    """The lines of a statement, taken in."""
    data = camt(*entries, reference=reference).encode()
    assert faults(data) == []
    taken = services.take_in(
        session,
        award.scene.funder.id,
        kind=ReturnKind.CAMT,
        name="releve.xml",
        data=data,
        vault=VAULT,
        actor=award.scene.finance,
        now=NOW,
    )
    found = select(ReturnLine).where(ReturnLine.return_id == taken.id)
    return list(session.scalars(found.order_by(ReturnLine.position)))


def a_second(session, award):
    """Another award of the same amount, of the same authority, and its order, signed."""
    other = an_award_to_pay(session, an_award(award.scene, 1), scene=award.scene, parts=ONCE)
    other.applicant = acting_as(session, award.scene.authors[1])
    claim = a_claim(session, other, account=an_account(OTHER_IBAN))
    return other, an_approved_order(session, other, claim)


def test_a_label_that_names_the_beneficiary_of_the_only_order_matches_it(session, signed):
    award, order = signed
    whom = beneficiary_of(award)
    (line,) = take(session, award, entry("NOTPROVIDED", "10000.00", back=beside(whom, "Subv.")))
    assert (line.state, line.order_id, line.label) == (
        LineState.MATCHED,
        order.id,
        f"{whom} · Subv.",
    )
    assert order.state is OrderState.PAID


@pytest.mark.parametrize("named", ["", "NOTPROVIDED"])
def test_an_amount_alone_is_doubtful(session, signed, named):
    award, order = signed
    (line,) = take(session, award, entry(named, "10000.00", back=beside("Imprimerie Dupuy")))
    assert (line.state, line.code) == (LineState.OPEN, "payment_return.doubtful")
    assert order.state is OrderState.APPROVED
    (best,) = queries.likely_orders(session, [line], viewer=award.scene.finance)[line.id]
    assert (best.order.order_id, best.hints) == (order.id, {Hint.AMOUNT, Hint.DAY})
    services.match_line(
        session, line.id, number=best.order.number, actor=award.scene.finance, now=NOW
    )
    assert order.state is OrderState.PAID
    assert queries.differences(session, viewer=award.scene.finance).is_zero


def test_of_two_orders_of_an_amount_the_one_that_is_named_comes_first(session, signed):
    award, first = signed
    other, second = a_second(session, award)
    told = beside(beneficiary_of(other).upper())
    (line,) = take(session, award, entry("NOTPROVIDED", "10000.00", back=told))
    assert (line.state, line.code) == (LineState.OPEN, "payment_return.several")
    found = queries.likely_orders(session, [line], viewer=award.scene.finance)[line.id]
    assert [one.order.order_id for one in found] == [second.id, first.id]
    assert Hint.BENEFICIARY in found[0].hints
    assert Hint.BENEFICIARY not in found[1].hints


def test_no_order_is_proposed_to_whoever_stepped_back_nor_once_it_is_told(session, signed):
    award, order = signed
    finance = award.scene.finance
    fee, again = take(session, award, entry("FRAIS", "10000.00"), entry("FRAIS", "10000.00"))
    about = session.get_one(Application, order.application_id)
    walled = recused(finance, about)
    assert queries.likely_orders(session, [fee], viewer=walled) == {fee.id: []}
    services.match_line(session, fee.id, number=order.number, actor=finance, now=NOW)
    assert queries.likely_orders(session, [again], viewer=finance) == {again.id: []}
    again.answer = Answer.REJECTED  # the same transfer come back: it may be about that order
    assert queries.likely_orders(session, [again], viewer=finance)[again.id]


def test_a_label_written_anew_makes_no_other_line(session, signed):
    award, _ = signed
    first = take(session, award, entry("FRAIS", "12.50", back=beside(label="Frais de mai")))
    again = entry("FRAIS", "12.50", back=beside(label="Frais 05/2019"))
    assert take(session, award, again, reference="R2") == []
    assert [one.label for one in first] == ["Frais de mai"]
    told = [
        Told("FRAIS", 1250, date(2019, 5, 20), Answer.PAID, label=label) for label in ("a", "b")
    ]
    assert len(set(fingerprints(told))) == 2

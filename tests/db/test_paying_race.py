"""Two persons at the same instant on the money of one award: it is ordered and paid once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from build.clock import NOW
from build.decisions import a_scene, an_award, an_envelope, draws_on, standing
from build.payments import (
    ONCE,
    VAULT,
    Award,
    a_claim,
    an_account,
    an_award_to_pay,
)
from build.racing import raced
from grants.decisions.models import Decision
from grants.ledger.models import Entry
from grants.payments import services
from grants.payments.models import (
    BankDetails,
    DetailsState,
    PaymentOrder,
    PaymentReturn,
    ReturnKind,
    ReturnLine,
)
from grants.withdrawals import services as withdrawals
from grants.withdrawals.models import Reason
from grants.withdrawals.services import Intent

OTHER = "FR1420041010050500013M02606"
DAY = f"{NOW:%d/%m/%Y}"


@pytest.fixture
def award(fresh_database) -> Award:
    """10 000 € to pay at once, claimed and certified."""
    with fresh_database.transaction() as session:
        award = an_award_to_pay(session, parts=ONCE)
        award.claim = a_claim(session, award)
        services.certify(session, award.claim.id, actor=award.scene.officer, now=NOW)
    return award


def by(award: Award, role: str = "finance") -> dict:
    return {"actor": getattr(award.scene, role), "now": NOW}


def operations(database) -> list[str]:
    with database.reading() as session:
        found = select(Entry.operation).where(Entry.operation.in_(["order", "pay", "cancel_order"]))
        return sorted(session.scalars(found))


def test_a_claim_that_two_prepare_has_one_order(fresh_database, award):
    def prepare(session) -> None:
        services.prepare(session, [award.claim.id], **by(award))

    assert raced(fresh_database, prepare, prepare) == ["done", "done"]
    assert operations(fresh_database) == ["order"]
    with fresh_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PaymentOrder)) == 1


def test_an_order_that_two_pay_is_paid_once(fresh_database, award):
    with fresh_database.transaction() as session:
        order = an_approved(session, award)

    def pay(session) -> None:
        services.pay(session, [order], on=NOW.date(), reference="V 1", **by(award))

    assert raced(fresh_database, pay, pay) == ["done", "done"]
    assert operations(fresh_database) == ["order", "pay"]


def test_an_order_is_paid_or_turned_down(fresh_database, award):
    with fresh_database.transaction() as session:
        order = an_approved(session, award)

    def pay(session) -> None:
        services.pay(session, [order], on=NOW.date(), reference="V 1", **by(award))

    def reject(session) -> None:
        services.reject(session, order, reason="Doublon", **by(award, "approver"))

    assert raced(fresh_database, pay, reject) == ["done", "payment_order.reject.from_paid"]
    assert operations(fresh_database) == ["order", "pay"]


def test_a_file_that_two_take_in_acts_once(fresh_database, award):
    with fresh_database.transaction() as session:
        order = an_approved(session, award)
        number = session.get_one(PaymentOrder, order).number
    data = f"mandat;etat;date;montant\n{number};Payé;{DAY};10000\n".encode()

    def take(session) -> None:
        facts = {"kind": ReturnKind.CSV, "name": "retour.csv", "data": data, "vault": VAULT}
        services.take_in(session, award.scene.funder.id, **facts, **by(award))

    assert raced(fresh_database, take, take) == ["done", "done"]
    assert operations(fresh_database) == ["order", "pay"]
    with fresh_database.reading() as session:
        for table in (PaymentReturn, ReturnLine):
            assert session.scalar(select(func.count()).select_from(table)) == 1


def test_two_accounts_certified_at_once_are_a_first_one_and_a_change(fresh_database):
    with fresh_database.transaction() as session:
        scene = a_scene(session, applications=1)
        other = an_envelope(session, scene.funder)
        draws_on(session, scene.call, other, scene.funder)
        items = (an_award(scene), an_award(scene, envelope_id=other))
        one = an_award_to_pay(session, *items, scene=scene, parts=ONCE)
        second = session.scalars(select(Decision).where(Decision.id != one.decision.id)).one()
        (part,) = services.plan_instalments(
            session, second.id, parts=ONCE, actor=scene.officer, now=NOW
        )
        two = Award(scene, second, [part], one.applicant)
        claims = [a_claim(session, one).id]
        claims += [a_claim(session, two, account=an_account(OTHER)).id]

    def certify(session, claim_id) -> None:
        services.certify(session, claim_id, actor=scene.officer, now=NOW)

    first, last = (lambda session, one=one: certify(session, one) for one in claims)
    assert raced(fresh_database, first, last) == ["done", "done"]
    with fresh_database.reading() as session:
        found = session.scalars(select(BankDetails).order_by(BankDetails.deposited_at)).all()
        states = sorted((one.state.value, one.replaces_id is None) for one in found)
    assert states == [(DetailsState.AGREED.value, True), (DetailsState.PENDING.value, False)]


def test_what_is_withdrawn_is_not_ordered_meanwhile(fresh_database, award):
    with fresh_database.transaction() as session:
        intent = Intent(
            reason=Reason.NOT_CARRIED_OUT,
            grounds="Le projet n’a pas eu lieu.",
            amount=award.decision.amount,
            until=NOW.date() + timedelta(days=15),
        )
        row = withdrawals.notify(session, award.decision.id, intent, **by(award, "officer"))
    later = {"actor": award.scene.officer, "now": NOW + timedelta(days=20)}
    with fresh_database.transaction() as session:
        ruling = withdrawals.Ruling(
            act="ARR 2", on=later["now"].date(), amount=award.decision.amount, motives="Abandon."
        )
        withdrawals.decide(session, row.id, ruling, **later)

    def take(session) -> None:
        withdrawals.carry_out(session, row.id, on=later["now"].date(), **later)

    def prepare(session) -> None:
        act = {**by(award), "now": later["now"]}
        services.prepare(session, [award.claim.id], **act)

    assert raced(fresh_database, take, prepare) == ["done", "claim.order.from_refused"]
    assert operations(fresh_database) == []
    with fresh_database.reading() as session:
        assert standing(session, award.scene.envelope_id) == {"available": 6_000_000}


def an_approved(session, award: Award):
    """The identifier of the order of its claim, signed."""
    (order,) = services.prepare(session, [award.claim.id], **by(award))
    services.approve(session, [order.id], **by(award, "approver"))
    return order.id

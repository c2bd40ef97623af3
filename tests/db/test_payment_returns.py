"""What comes back: lines find their orders by themselves, leftovers by hand, nothing twice."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from build.camt import camt, entry
from build.clock import NOW
from build.decisions import a_scene, an_award, standing
from build.iso20022 import faults
from build.payments import (
    VAULT,
    a_claim,
    a_paid_order,
    an_account,
    an_approved_order,
    an_award_to_pay,
    set_up,
)
from build.people import a_funder_member, acting_as
from grants.kernel.access import Actor, FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.ledger.models import Envelope
from grants.outbox.models import Message
from grants.payments import queries, services
from grants.payments.models import (
    BankStatement,
    LineState,
    OrderFile,
    OrderState,
    Out,
    PaymentReturn,
    ReturnKind,
    ReturnLine,
)
from grants.payments.plan import Part
from grants.payments.services import keep_file, take_file
from grants.people.models import Funder, FunderKind

DAY = f"{NOW:%d/%m/%Y}"
HEAD = "mandat;etat;date;montant;motif\n"
OTHER = "FR1420041010050500013M02606"
IBAN = "FR7630006000011234567890189"
ANYBODY = Actor(id=uuid4())


def take(session, award, body: str, kind=ReturnKind.CSV, **given):
    act = {"actor": award.scene.finance, "now": NOW, "name": "retour.csv", "vault": VAULT}
    data = (HEAD + body if kind is ReturnKind.CSV else body).encode()
    taken = services.take_in(
        session, award.scene.funder.id, kind=kind, data=data, **{**act, **given}
    )
    assert kind is not ReturnKind.CAMT or faults(data) == []
    return taken


def lines(session, taken) -> list[ReturnLine]:
    return list(session.scalars(queries.lines_of(taken.id, viewer=ANYBODY)))


def halves(session):
    """Two orders of the same amount, signed."""
    scene = a_scene(session)
    first = an_award_to_pay(session, an_award(scene, 0), scene=scene, parts=ONE)
    return first, an_approved_order(session, first)


ONE = (Part(percent=100, label="Versement unique"),)


def test_an_answer_finds_its_order_and_the_same_file_acts_once(session):
    award, order = halves(session)
    body = f"{order.number};Pris en charge;{DAY};10 000,00;\n{order.number};Payé;{DAY};10000;\n"
    taken = take(session, award, body)
    assert take(session, award, body).id == taken.id
    assert {one.state for one in lines(session, taken)} == {LineState.MATCHED}
    assert (order.state, order.accepted_on, order.paid_on) == (
        OrderState.PAID,
        NOW.date(),
        NOW.date(),
    )
    # The same lines, in another file with one more: they act no second time.
    again = take(session, award, body + f"2018-0099;Payé;{DAY};1,00;\n")
    assert [(one.reference, one.code) for one in lines(session, again)] == [
        ("2018-0099", "payment_return.unknown_reference")
    ]
    assert standing(session, award.scene.envelope_id)["paid"] == 1_000_000
    assert session.scalar(select(func.count()).select_from(ReturnLine)) == 3
    with pytest.raises(IntegrityError, match="fingerprint"), session.begin_nested():
        session.execute(text("UPDATE payment_return_line SET fingerprint = 'x'"))


def test_a_rejected_order_is_committed_again_with_its_motive(session):
    award, order = halves(session)
    take(session, award, f"{order.number};Rejeté;{DAY};10000;Domiciliation erronée\n")
    assert (order.state, order.rejection_reason) == (OrderState.REJECTED, "Domiciliation erronée")
    assert standing(session, award.scene.envelope_id)["committed"] == 1_000_000


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{number};Payé;{day};9999,99;", "payment_return.amount_differs"),
        ("2018-0077;Payé;{day};10000;", "payment_return.unknown_reference"),
        ("{number};Payé;{tomorrow};10000;", "payment_return.to_come"),
        ("{number};Payé;{yesterday};10000;", "payment_order.paid_before_approval"),
    ],
)
def test_a_line_that_does_not_fit_stays_open_and_says_why(session, line, code):
    award, order = halves(session)
    days = {
        "day": DAY,
        "tomorrow": f"{NOW + timedelta(days=1):%d/%m/%Y}",
        "yesterday": f"{NOW - timedelta(days=1):%d/%m/%Y}",
    }
    taken = take(session, award, line.format(number=order.number, **days) + "\n")
    found = lines(session, taken)[0]
    assert (found.state, found.code) == (LineState.OPEN, code)
    assert order.state is OrderState.APPROVED
    assert queries.differences(session, viewer=award.scene.finance).open_lines.number == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("2018-0001;Perdu;01/10/2018;1;\n", "payment_return.line"),
        ("2018-0001;Payé;31/02/2018;1;\n", "payment_return.line"),
        ("2018-0001;Payé;01/10/2018;1,001;\n", "payment_return.line"),
        ("2018-0001;Payé;01/10/2018;-5;\n", "payment_return.line"),
        ("", "payment_return.empty"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_nothing(session, body, code):
    award = an_award_to_pay(session)
    with pytest.raises(Refused, match=code):
        take(session, award, body)
    assert session.scalar(select(func.count()).select_from(PaymentReturn)) == 0


def test_differences_go_to_zero_by_hand(session):
    award, order = halves(session)
    viewer = award.scene.finance
    act = {"actor": viewer, "now": NOW}
    body = f"TIPI 44;Payé;{DAY};10000;\nFRAIS;Payé;{DAY};12,50;\n"
    mine, fees = lines(session, take(session, award, body))
    found = queries.differences(session, viewer=viewer)
    assert (found.is_zero, found.open_lines.amount, found.waiting.amount) == (
        False,
        1_001_250,
        1_000_000,
    )
    with pytest.raises(Refused, match="unknown_reference"):
        services.match_line(session, mine.id, number="2018-0088", **act)
    with pytest.raises(Refused, match="amount_differs"):
        services.match_line(session, fees.id, number=order.number, **act)
    services.match_line(session, mine.id, number=order.number, **act)
    with pytest.raises(Refused, match="settled"):
        services.match_line(session, mine.id, number=order.number, **act)
    with pytest.raises(Refused, match="reason_missing"):
        services.set_aside(session, fees.id, reason=" ", **act)
    services.set_aside(session, fees.id, reason="Frais bancaires", **act)
    assert queries.differences(session, viewer=viewer).is_zero
    assert order.state is OrderState.PAID


def test_what_was_marked_by_hand_is_a_difference_until_a_line_tells_it(session):
    award = an_award_to_pay(session, parts=ONE)
    order = a_paid_order(session, award)
    viewer = award.scene.finance
    assert queries.differences(session, viewer=viewer).unproved.amount == 1_000_000
    take(session, award, f"{order.number};Payé;{DAY};10000;\n")
    assert queries.differences(session, viewer=viewer).is_zero
    again = take(session, award, f"{order.number};Payé;{DAY};10000;x\n")
    assert lines(session, again)[0].code == "payment_return.paid_twice"


def test_a_bank_statement_pays_and_takes_back(session):
    award, order = halves(session)
    paid = camt(entry(order.end_to_end, "10000.00"), entry("autre", "50.00", "CRDT"))
    taken = take(session, award, paid, ReturnKind.CAMT)
    assert [one.state for one in lines(session, taken)] == [LineState.MATCHED]
    assert order.state is OrderState.PAID
    back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Compte clos</AddtlInf></RtrInf>"
    take(
        session,
        award,
        camt(entry(order.end_to_end, "10000.00", "CRDT", back), reference="R2"),
        ReturnKind.CAMT,
    )
    assert (order.state, order.rejection_reason) == (OrderState.REJECTED, "Compte clos")
    assert standing(session, award.scene.envelope_id)["committed"] == 1_000_000


@pytest.mark.parametrize(
    "body",
    [
        "not xml",
        camt(head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
        camt("<Ntry>&e;</Ntry>", head='<!DOCTYPE x [<!ENTITY e "a">]>'),
        "<html/>",
    ],
)
def test_no_statement_opens_what_it_should_not(session, body):
    award = an_award_to_pay(session)
    with pytest.raises(Refused, match=r"payment_return\.not_"):
        take(session, award, body, ReturnKind.CAMT)


def test_only_those_who_pay_take_answers_in(session):
    award = an_award_to_pay(session)
    for role in (FunderRole.OFFICER, FunderRole.APPROVER, FunderRole.AUDITOR):
        with pytest.raises(Forbidden):
            take(session, award, "x", actor=award.scene.actors[role])


def test_files_leave_for_those_who_pay_and_each_is_kept(session):
    award, order = halves(session)
    scene = award.scene
    send = {"vault": VAULT, "now": NOW}
    for role, raised in ((FunderRole.AUDITOR, Forbidden), (FunderRole.OFFICER, Unknown)):
        with pytest.raises(raised):
            keep_file(session, order.batch_id, Out.MANDATES, actor=scene.actors[role], **send)
    kept = keep_file(session, order.batch_id, Out.MANDATES, actor=scene.finance, **send)
    assert keep_file(session, order.batch_id, Out.MANDATES, actor=scene.finance, **send) is kept
    for role, raised in ((FunderRole.AUDITOR, Forbidden), (FunderRole.OFFICER, Unknown)):
        with pytest.raises(raised):
            take_file(session, kept.id, actor=scene.actors[role], **send)
    made = take_file(session, kept.id, actor=scene.finance, **send)
    assert order.number.encode() in made.data
    assert hashlib.sha256(made.data).hexdigest() == kept.sha256
    assert (kept.size, kept.orders) == (len(made.data), 1)
    cipher = session.scalar(select(OrderFile.cipher).where(OrderFile.id == kept.id))
    assert order.number.encode() not in cipher
    for out, code in ((Out.PES, "codes_missing"), (Out.SEPA, "no_account")):
        with pytest.raises(Refused, match=code):
            keep_file(session, order.batch_id, out, actor=scene.finance, **send)
    with pytest.raises(Refused, match="authorities_have_no_account"):
        set_up(session, scene, debtor="Fondation", account=an_account(OTHER))
    paying_by_itself(session, scene)
    with pytest.raises(Refused, match="siret_missing"):
        keep_file(session, order.batch_id, Out.PES, actor=scene.finance, **send)
    session.get_one(Funder, scene.funder.id).siret = "24630070100013"
    session.flush()
    with pytest.raises(Refused, match="nature_missing"):
        keep_file(session, order.batch_id, Out.PES, actor=scene.finance, **send)
    session.get_one(Envelope, order.envelope_id).nature_account = "65748"
    session.flush()
    for out, marker in ((Out.PES, b"BROUILLON"), (Out.SEPA, order.end_to_end.encode())):
        kept = keep_file(session, order.batch_id, out, actor=scene.finance, **send)
        assert marker in take_file(session, kept.id, actor=scene.finance, **send).data
    told = session.scalars(select(Message).where(Message.kind == "order_batch.sent_out")).all()
    assert sorted(one.payload["form"] for one in told) == ["mandats", "pes", "sepa"]
    told += session.scalars(select(Message).where(Message.kind == "order_batch.file_taken")).all()
    assert len(told) == 6
    assert OTHER not in str([one.payload for one in told])
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text("UPDATE order_file SET sha256 = repeat('0', 64)"))


def test_transfers_leave_once_whole_and_again_only_for_a_reason(session):
    award, order = halves(session)
    scene = award.scene
    paying_by_itself(session, scene)
    send = {"vault": VAULT, "actor": scene.finance}
    kept = keep_file(session, order.batch_id, Out.SEPA, now=NOW, **send)
    later = NOW + timedelta(days=1)
    with pytest.raises(Refused, match="sent_already"):
        keep_file(session, order.batch_id, Out.SEPA, now=later, **send)
    with pytest.raises(IntegrityError, match="transfers"), session.begin_nested():
        session.execute(
            text("""INSERT INTO order_file SELECT gen_random_uuid(), created_at, batch_id, form,
                 name, media_type, repeat('0', 64), size, orders, reason, cipher, made_by, made_at
                 FROM order_file""")
        )
    again = keep_file(session, order.batch_id, Out.SEPA, now=later, reason="Rejeté", **send)
    assert again.id != kept.id
    services.pay(session, [order.id], on=NOW.date(), reference="B1", actor=scene.finance, now=NOW)
    with pytest.raises(Refused, match="nothing_signed"):
        keep_file(session, order.batch_id, Out.SEPA, now=later, reason="Encore", **send)
    keep_file(session, order.batch_id, Out.MANDATES, now=later, **send)


def test_a_batch_leaves_once_every_order_is_signed_or_turned_down(session):
    scene, orders = two_in_a_batch(session)
    send = {"vault": VAULT, "actor": scene.finance, "now": NOW}
    services.approve(session, [orders[0].id], actor=scene.approver, now=NOW)
    with pytest.raises(Refused, match="not_signed"):
        keep_file(session, orders[0].batch_id, Out.MANDATES, **send)
    services.reject(session, orders[1].id, reason="RIB", actor=scene.finance, now=NOW)
    assert keep_file(session, orders[0].batch_id, Out.MANDATES, **send).orders == 1


def paying_by_itself(session, scene):
    session.get_one(Funder, scene.funder.id).kind = FunderKind.PARTNER
    session.flush()
    pes = ("063001", "100", "00")
    set_up(session, scene, debtor="Fondation", account=an_account(OTHER), pes=pes)


def test_a_statement_is_taken_in_once_and_of_our_own_account(session):
    award, order = halves(session)
    body = camt(entry(order.end_to_end, "10000.00"), account=OTHER)
    taken = take(session, award, body, ReturnKind.CAMT)
    kept = session.scalars(select(BankStatement)).one()
    assert (kept.return_id, kept.reference, kept.account_last4, kept.opening, kept.closing) == (
        taken.id,
        "R1",
        OTHER[-4:],
        50_000_00,
        40_000_00,
    )
    with pytest.raises(Refused, match="camt_again"), session.begin_nested():
        take(session, award, body.replace("Document ", "Document  "), ReturnKind.CAMT)
    paying_by_itself(session, award.scene)
    take(session, award, camt(account=OTHER, reference="R2"), ReturnKind.CAMT)
    with pytest.raises(Refused, match="camt_account") as refused, session.begin_nested():
        take(session, award, camt(account=IBAN, reference="R3"), ReturnKind.CAMT)
    assert refused.value.facts["last4"] == OTHER[-4:]
    assert session.scalar(select(func.count()).select_from(PaymentReturn)) == 2


def test_a_recused_person_matches_nothing_of_that_application(session):
    award, order = halves(session)
    finance = acting_as(session, a_funder_member(session, award.scene.funder, FunderRole.FINANCE))
    recused = walled(finance, [order.application_id])
    taken = take(session, award, f"{order.number};Payé;{DAY};10000;\n", actor=recused)
    assert lines(session, taken)[0].code == "payment_return.unknown_reference"
    matched = take(session, award, f"{order.number};Payé;{DAY};10000;x\n")
    assert not session.scalars(queries.lines_of(matched.id, viewer=recused)).all()
    assert queries.line_counts(session, [matched], viewer=recused)[matched.id] == {}
    with pytest.raises(Unknown):
        queries.line(session, lines(session, matched)[0].id, viewer=recused)


def test_a_batch_is_there_for_whoever_may_read_some_of_it(session):
    """Without the orders that one is recused from; not at all where none is left."""
    scene, orders = two_in_a_batch(session)
    batch_id = orders[0].batch_id
    assert [one.batch_id for one in orders] == [batch_id] * 2
    services.approve(session, [one.id for one in orders], actor=scene.approver, now=NOW)
    hidden = [one.application_id for one in orders]
    partly, wholly = (walled(scene.finance, hidden[:many]) for many in (1, 2))
    assert session.scalars(queries.batches(viewer=partly)).one().id == batch_id
    left = queries.orders_of_batch(session, batch_id, viewer=partly)
    assert [one.id for one in left] == [orders[1].id]
    with pytest.raises(Refused, match="not_whole"):
        keep_file(session, batch_id, Out.MANDATES, vault=VAULT, actor=partly, now=NOW)
    kept = keep_file(session, batch_id, Out.MANDATES, vault=VAULT, actor=scene.finance, now=NOW)
    assert list(queries.files_of_batch(session, batch_id, viewer=scene.finance)) == [kept]
    assert not queries.files_of_batch(session, batch_id, viewer=partly)
    with pytest.raises(Refused, match="not_whole"):
        take_file(session, kept.id, vault=VAULT, actor=partly, now=NOW)
    assert session.scalars(queries.batches(viewer=wholly)).all() == []
    with pytest.raises(Unknown):
        queries.batch(session, batch_id, viewer=wholly)
    with pytest.raises(Unknown):
        keep_file(session, batch_id, Out.MANDATES, vault=VAULT, actor=wholly, now=NOW)
    with pytest.raises(Unknown):
        take_file(session, kept.id, vault=VAULT, actor=wholly, now=NOW)


def two_in_a_batch(session):
    """Two orders of two applications, prepared together."""
    scene, claims = a_scene(session), []
    for at in (0, 1):
        award = an_award_to_pay(session, an_award(scene, at), scene=scene, parts=ONE)
        award.applicant = acting_as(session, scene.authors[at])
        claims.append(a_claim(session, award))
        services.certify(session, claims[at].id, actor=scene.officer, now=NOW)
    wanted = [one.id for one in claims]
    return scene, services.prepare(session, wanted, actor=scene.finance, now=NOW)


def walled(actor, applications):
    return type(actor)(id=actor.id, funders=actor.funders, recused_from=frozenset(applications))

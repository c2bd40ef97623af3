"""What comes back: lines find their orders by themselves, leftovers by hand, nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.decisions import a_scene, an_award, standing
from build.payments import (
    VAULT,
    a_claim,
    a_paid_order,
    an_account,
    an_approved_order,
    an_award_to_pay,
)
from build.people import a_funder_member, acting_as
from grants.kernel.access import FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message
from grants.payments import queries, services
from grants.payments.models import LineState, OrderState, PaymentReturn, ReturnKind, ReturnLine
from grants.payments.plan import Part
from grants.payments.services import Out, send_out
from grants.people.models import Funder, FunderKind

DAY = f"{NOW:%d/%m/%Y}"
HEAD = "mandat;etat;date;montant;motif\n"
OTHER = "FR1420041010050500013M02606"


def take(session, award, body: str, kind=ReturnKind.CSV, **given):
    act = {"actor": award.scene.finance, "now": NOW, "name": "retour.csv"}
    data = (HEAD + body if kind is ReturnKind.CSV else body).encode()
    return services.take_in(
        session, award.scene.funder.id, kind=kind, data=data, **{**act, **given}
    )


def lines(session, taken) -> list[ReturnLine]:
    return list(session.scalars(queries.lines_of(taken.id)))


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


def camt(entries: str, head: str = "") -> str:
    space = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
    return (
        f'<?xml version="1.0"?>{head}<Document xmlns="{space}"><BkToCstmrStmt><Stmt>'
        f"{entries}</Stmt></BkToCstmrStmt></Document>"
    )


def entry(end_to_end: str, amount: str, sign: str = "DBIT", back: str = "") -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{NOW:%Y-%m-%d}</Dt></BookgDt><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId>{end_to_end}</EndToEndId></Refs>{back}</TxDtls></NtryDtls></Ntry>"
    )


def test_a_bank_statement_pays_and_takes_back(session):
    award, order = halves(session)
    paid = camt(entry(order.end_to_end, "10000.00") + entry("autre", "50.00", "CRDT"))
    taken = take(session, award, paid, ReturnKind.CAMT)
    assert [one.state for one in lines(session, taken)] == [LineState.MATCHED]
    assert order.state is OrderState.PAID
    back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Compte clos</AddtlInf></RtrInf>"
    take(
        session,
        award,
        camt(entry(order.end_to_end, "10000.00", "CRDT", back)),
        ReturnKind.CAMT,
    )
    assert (order.state, order.rejection_reason) == (OrderState.REJECTED, "Compte clos")
    assert standing(session, award.scene.envelope_id)["committed"] == 1_000_000


@pytest.mark.parametrize(
    "body",
    [
        "not xml",
        camt("", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
        camt("<Ntry>&e;</Ntry>", '<!DOCTYPE x [<!ENTITY e "a">]>'),
        "<html/>",
    ],
)
def test_no_statement_opens_what_it_should_not(session, body):
    award = an_award_to_pay(session)
    with pytest.raises(Refused, match=r"payment_return\.not_"):
        take(session, award, body, ReturnKind.CAMT)


def test_the_return_of_a_pes_flow_pays_and_rejects(session):
    award, order = halves(session)
    state = f'<Piece><IdPce V="{order.serial}"/><EtatPce V="02"/><MtHT V="10000.00"/>'
    body = (
        '<PES_Retour><Bordereau><Exer V="2018"/>'
        f'{state}<DteEtat V="{NOW:%Y-%m-%d}"/><Paiement><OrgEma V="01"/>'
        f'<DtePay V="{NOW:%Y-%m-%d}"/><MtPay V="10000.00"/></Paiement></Piece>'
        "</Bordereau></PES_Retour>"
    )
    taken = take(session, award, body, ReturnKind.PES)
    assert {one.state for one in lines(session, taken)} == {LineState.MATCHED}
    assert (order.accepted_on, order.state) == (NOW.date(), OrderState.PAID)


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
            send_out(session, order.batch_id, Out.MANDATES, actor=scene.actors[role], **send)
    made = send_out(session, order.batch_id, Out.MANDATES, actor=scene.finance, **send)
    assert order.number.encode() in made.data
    for out, code in ((Out.PES, "codes_missing"), (Out.SEPA, "no_account")):
        with pytest.raises(Refused, match=code):
            send_out(session, order.batch_id, out, actor=scene.finance, **send)
    setting = {"second_from": None, "debtor": "Fondation", "account": an_account(OTHER)}
    codes = {"pes": ("063001", "100", "00"), "actor": scene.finance, **send}
    with pytest.raises(Refused, match="authorities_have_no_account"):
        services.set_up(session, scene.funder.id, **{**setting, **codes})
    session.get_one(Funder, scene.funder.id).kind = FunderKind.PARTNER
    session.flush()
    services.set_up(session, scene.funder.id, **{**setting, **codes})
    for out, marker in ((Out.PES, b"BROUILLON"), (Out.SEPA, order.end_to_end.encode())):
        assert marker in send_out(session, order.batch_id, out, actor=scene.finance, **send).data
    kept = session.scalars(select(Message).where(Message.kind == "order_batch.sent_out")).all()
    assert [one.payload["form"] for one in kept] == ["mandats", "pes", "sepa"]
    assert OTHER not in str([one.payload for one in kept])


def test_a_recused_person_matches_nothing_of_that_application(session):
    award, order = halves(session)
    finance = acting_as(session, a_funder_member(session, award.scene.funder, FunderRole.FINANCE))
    recused = walled(finance, [order.application_id])
    taken = take(session, award, f"{order.number};Payé;{DAY};10000;\n", actor=recused)
    assert lines(session, taken)[0].code == "payment_return.unknown_reference"


def test_a_batch_is_there_for_whoever_may_read_some_of_it(session):
    """Without the orders that one is recused from; not at all where none is left."""
    scene, claims = a_scene(session), []
    for at in (0, 1):
        award = an_award_to_pay(session, an_award(scene, at), scene=scene, parts=ONE)
        award.applicant = acting_as(session, scene.authors[at])
        claims.append(a_claim(session, award))
        services.certify(session, claims[at].id, actor=scene.officer, now=NOW)
    wanted = [one.id for one in claims]
    orders = services.prepare(session, wanted, actor=scene.finance, now=NOW)
    batch_id = orders[0].batch_id
    assert [one.batch_id for one in orders] == [batch_id] * 2
    services.approve(session, [one.id for one in orders], actor=scene.approver, now=NOW)
    hidden = [one.application_id for one in orders]
    partly, wholly = (walled(scene.finance, hidden[:many]) for many in (1, 2))
    assert session.scalars(queries.batches(viewer=partly)).one().id == batch_id
    left = queries.orders_of_batch(session, batch_id, viewer=partly)
    assert [one.id for one in left] == [orders[1].id]
    with pytest.raises(Refused, match="not_whole"):
        send_out(session, batch_id, Out.MANDATES, vault=VAULT, actor=partly, now=NOW)
    assert session.scalars(queries.batches(viewer=wholly)).all() == []
    with pytest.raises(Unknown):
        queries.batch(session, batch_id, viewer=wholly)
    with pytest.raises(Unknown):
        send_out(session, batch_id, Out.MANDATES, vault=VAULT, actor=wholly, now=NOW)


def walled(actor, applications):
    return type(actor)(id=actor.id, funders=actor.funders, recused_from=frozenset(applications))

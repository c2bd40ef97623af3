"""From a claim to the treasury’s answer without a mouse, and in a browser without scripts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.payments import IBAN, a_claim, an_approved_order, an_award_to_pay
from build.people import PASSWORD, PASSWORD_HASH
from grants.kernel.access import FunderRole
from grants.payments.models import Claim, ClaimState, OrderState, PaymentOrder
from journeys.inside import Ears, inside
from journeys.keyboard import Hands

SEND = 'main form[method="post"] [type="submit"]'


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def scripts(request):
    return request.param


@pytest.fixture
def stage(app, chromium, database, clock):
    with inside(app, chromium, database, clock, eyes=Ears()) as stage:
        yield stage


def test_a_payment_needs_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        award = an_award_to_pay(session)
        people = {role: one.id for role, one in award.scene.people.items()}
        award.scene.people[FunderRole.APPROVER].password_hash = PASSWORD_HASH
        author, file = award.scene.author.id, award.scene.applications[0].id
        holder = award.scene.applications[0].organisation.name

    def comes(person_id, path):
        visitor = stage.enter(stage.visitor(scripts=scripts), person_id).goto(path)
        Hands(visitor).walk()
        return visitor.goto(path)

    applicant = comes(author, f"/dossiers/{file}/versements")
    hands = Hands(applicant).enter(".tasks__link")
    hands.reach('[name="holder"]').type(holder)
    hands.reach('[name="iban"]').type(IBAN)
    hands.enter(SEND)
    applicant.says("Votre demande est envoyée").page.goto("about:blank")

    officer = comes(people[FunderRole.OFFICER], "/instruction/versements")
    Hands(officer).enter("tbody a").enter('form[action$="/certifier"] [type="submit"]')
    officer.says("La demande est acceptée").page.goto("about:blank")

    finance = comes(people[FunderRole.FINANCE], "/finances/mandats?state=to_prepare")
    hands = Hands(finance).enter('form[action$="/preparer"] [type="submit"]', status=422)
    finance.says("Cochez au moins une ligne")
    hands.reach('[name="line"]').type(" ")
    hands.enter('form[action$="/preparer"] [type="submit"]')
    finance.page.goto("about:blank")

    approver = comes(people[FunderRole.APPROVER], "/finances/bordereaux")
    hands = Hands(approver).enter("tbody a")
    batch = approver.path
    hands.walk()
    hands = Hands(approver.goto(batch))
    hands.reach('[name="password"]').type(PASSWORD)
    hands.enter('form[action$="/signer"] [type="submit"]')
    approver.says("À payer").page.goto("about:blank")
    with stage.session() as session:
        order = session.scalars(select(PaymentOrder)).one()
        claim = session.scalars(select(Claim)).one()
    assert (order.state, claim.state) == (OrderState.APPROVED, ClaimState.ORDERED)
    assert (order.prepared_by, order.approved_by) == (
        people[FunderRole.FINANCE],
        people[FunderRole.APPROVER],
    )


def test_the_answer_of_the_treasury_is_taken_in_with_the_keyboard_alone(stage):
    with stage.session() as session:
        award = an_award_to_pay(session)
        order = an_approved_order(session, award, a_claim(session, award))
        finance, number = award.scene.people[FunderRole.FINANCE].id, order.number
        batch, cents = f"/finances/bordereaux/{order.batch_id}", award.instalments[0].payable
    answer = f"mandat;etat;date;montant;motif\nVIR 7;Payé;{NOW:%d/%m/%Y};{cents / 100:.2f};\n"
    visitor = stage.enter(stage.visitor(scripts=False), finance).goto(batch)
    Hands(visitor).walk()
    hands = Hands(visitor.goto(batch)).enter("#files form [type='submit']")
    visitor.says("Fichier d’un bordereau de mandats")
    hands.enter("main nav a[href='/finances/retours']")
    hands.reach("[name='file']")
    file = {"name": "retour.csv", "mimeType": "text/csv", "buffer": answer.encode()}
    visitor.page.set_input_files("[name='file']", file)
    hands.enter(SEND)
    visitor.says("Le fichier est importé").says("Aucun mandat ne porte cette référence")
    Hands(visitor.goto("/finances/retours/restes")).enter("tbody a")
    line = visitor.path
    Hands(visitor).walk()
    hands = Hands(visitor.goto(line))
    hands.reach("[name='number']")
    visitor.page.keyboard.press("Control+A")
    hands.type(number)
    hands.enter("form[action$='/rapprocher'] [type='submit']")
    visitor.page.goto("about:blank")
    with stage.session() as session:
        session.expire_all()
        assert session.scalars(select(PaymentOrder)).one().state is OrderState.PAID

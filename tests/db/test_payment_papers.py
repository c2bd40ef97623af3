"""What goes with a payment after the first; who is told before 60 days end, and after."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from build.clock import NOW
from build.decisions import a_scene, an_award
from build.juries import a_recusal
from build.payments import (
    a_claim,
    a_paid_order,
    an_approved_order,
    an_award_to_pay,
    an_order,
)
from build.people import an_operator
from config import ROOT
from grants.files.models import StoredFile
from grants.invariants import ALL
from grants.invariants import services as invariants
from grants.invariants.checks import Broken, Found
from grants.kernel.access import FunderRole
from grants.notices.giving import Site
from grants.notices.models import Mail
from grants.notices.pdf import typeset
from grants.notices.services import compose, look_again
from grants.notices.services.statements import write_statement
from grants.outbox.models import Message
from grants.payments import queries
from grants.payments.models import Claim, ClaimState, PaymentStatement
from grants.payments.services import pay
from grants.payments.services.stating import unstated
from grants.payments.services.warning import warn_due
from workers.rendering import Pages

PAGES = Pages(ROOT)
SITE = Site(base_url="https://laureat.example", secret_key="s" * 32)
TODAY = NOW.date()


@pytest.fixture
def award(session):
    scene = a_scene(session, applications=1)
    return an_award_to_pay(session, an_award(scene, amount=1_000_001), scene=scene)


def test_each_payment_after_the_first_has_its_statement_as_a_pdf(session, award, file_store):
    given = {"renderer": PAGES, "typeset": typeset, "store": file_store, "now": NOW}
    first = an_approved_order(session, award)
    assert list(unstated(session, first.id)) == []
    assert write_statement(session, first.id, **given) is None
    first_paid = a_paid_order(session, an_award_to_pay(session))  # of another award
    assert queries.kept_statement(session, first.id, viewer=award.scene.finance) is None
    assert first_paid.award_id != first.award_id


def test_a_payment_that_was_quicker_than_the_workers_has_its_statement_too(
    session, award, file_store
):
    given = {"renderer": PAGES, "typeset": typeset, "store": file_store, "now": NOW}
    a_paid_order(session, award)
    second = an_approved_order(session, award, a_claim(session, award, 1))
    pay(session, [second.id], on=TODAY, reference="B-2", actor=award.scene.finance, now=NOW)
    assert list(unstated(session, second.id)) == [second.id]
    assert write_statement(session, second.id, **given) is not None
    assert list(unstated(session, second.id)) == []


def test_the_statement_adds_up_to_the_award_and_never_changes(session, award, file_store):
    given = {"renderer": PAGES, "typeset": typeset, "store": file_store, "now": NOW}
    paid = a_paid_order(session, award)
    second = an_approved_order(session, award, a_claim(session, award, 1))
    assert list(unstated(session, paid.id)) == [second.id]
    kept = write_statement(session, second.id, **given)
    assert write_statement(session, second.id, **given).id == kept.id
    assert list(unstated(session, paid.id)) == []
    stored = queries.kept_statement(session, second.id, viewer=award.scene.finance)
    with file_store.open(stored.sha256) as stream:
        told = " ".join(PdfReader(io.BytesIO(stream.read())).pages[0].extract_text().split())
    plain = told.replace("\u202f", " ").replace("\u00a0", " ")
    for words in ("Décompte des sommes déjà versées", "8 000,01 €", "2 000,00 €", "10 000,01 €"):
        assert words in plain, words
    assert paid.number in told
    assert "Reste à verser 0,00 €" in plain
    for statement in (
        "UPDATE payment_statement SET made_at = now()",
        "DELETE FROM payment_statement",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))
    assert session.scalar(select(func.count()).select_from(PaymentStatement)) == 1
    assert session.get(StoredFile, stored.id).media_type == "application/pdf"


def due(session, claim, days):
    session.execute(
        update(Claim).where(Claim.id == claim.id).values(due_on=TODAY + timedelta(days=days))
    )


def messages(session):
    return session.scalars(
        select(Message).where(Message.kind == "payments.due").order_by(Message.at, Message.id)
    ).all()


@pytest.mark.parametrize(
    ("days", "told"), [(16, None), (15, "soon"), (0, "soon"), (-1, "late"), (-90, "late")]
)
def test_finance_officers_are_told_once_before_the_last_day_and_once_after(
    session, award, days, told
):
    claim = a_claim(session, award)
    due(session, claim, days)
    for _ in range(2):
        warn_due(session, now=NOW)
    found = messages(session)
    assert len(found) == (1 if told else 0)
    if told:
        assert found[0].payload[told] == [str(claim.id)]
        assert found[0].payload["soon" if told == "late" else "late"] == []


def test_the_same_payment_is_told_again_once_it_is_late(session, award):
    claim = a_claim(session, award)
    due(session, claim, 3)
    warn_due(session, now=NOW)
    warn_due(session, now=NOW + timedelta(days=4))
    assert [one.payload["late"] for one in messages(session)] == [[], [str(claim.id)]]


def test_what_was_paid_or_concerns_the_reader_is_left_out_of_the_mail(session, award):
    claim = a_claim(session, award)
    due(session, claim, 3)
    warn_due(session, now=NOW)
    (message,) = messages(session)
    compose(session, message.id, renderer=PAGES, site=SITE, now=NOW)
    mail = session.scalars(select(Mail).where(Mail.message_id == message.id)).one()
    number = award.scene.applications[0].number
    assert mail.to_address == award.scene.people[FunderRole.FINANCE].email
    assert number in mail.text
    assert "/finances/mandats" in mail.text
    a_recusal(session, award.scene.people[FunderRole.FINANCE], award.scene.applications[0])
    session.flush()
    assert not look_again(session, mail, renderer=PAGES, site=SITE)
    assert number not in mail.text


def test_a_payment_that_was_made_is_not_late(session, award):
    order = an_order(session, award)
    claim = session.get_one(Claim, order.claim_id)
    due(session, claim, -3)
    session.execute(update(Claim).where(Claim.id == claim.id).values(state=ClaimState.PAID))
    assert warn_due(session, now=NOW) == 0


def test_what_a_nightly_check_finds_is_mailed_to_whoever_runs_the_site(session):
    operator = an_operator(session)
    one = ALL[0]
    found = Found(checked=len(ALL), broken=(Broken(one, 3, ("place",)),))
    invariants.note(session, found, now=NOW)
    message = session.scalars(select(Message).where(Message.kind == "site.broken")).one()
    assert compose(session, message.id, renderer=PAGES, site=SITE, now=NOW) >= 1
    mail = session.scalars(
        select(Mail).where(Mail.message_id == message.id, Mail.to_address == operator.email)
    ).one()
    assert one.name in mail.text
    assert one.fr in mail.text
    assert "3" in mail.text
    assert "place" not in mail.text.replace("places", "")

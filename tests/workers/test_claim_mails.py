"""What a payment waits for is asked by mail, and its answer told to the service."""

from __future__ import annotations

from sqlalchemy import select

from build.clock import NOW
from build.payments import a_claim, an_award_to_pay
from config import ROOT
from grants.notices import services
from grants.notices.giving import Site
from grants.notices.models import Mail
from grants.outbox.models import Message
from grants.payments import services as payments
from workers.rendering import Pages

PAGES = Pages(ROOT)
SITE = Site(base_url="https://laureat.example", secret_key="s" * 32)


def composed(session, kind: str) -> list[Mail]:
    """The mails of the last message of that kind, composed."""
    last = select(Message).where(Message.kind == kind).order_by(Message.serial.desc()).limit(1)
    message = session.scalars(last).one()
    services.compose(session, message.id, renderer=PAGES, site=SITE, now=NOW)
    mails = select(Mail).where(Mail.message_id == message.id).order_by(Mail.to_address)
    return list(session.scalars(mails))


def test_what_is_missing_is_asked_of_the_purse_and_its_answer_told_to_the_service(session):
    award = an_award_to_pay(session)
    claim = a_claim(session, award)
    act = {"actor": award.scene.officer, "now": NOW}
    payments.stop_clock(session, claim.id, reason="Il manque le RIB.", **act)
    (mail,) = composed(session, "claim.clock_stopped")
    assert mail.to_address == award.scene.author.email
    assert "Il manque le RIB." in mail.text
    assert f"/dossiers/{claim.application_id}/versements" in mail.text
    payments.answer_request(session, claim.id, message="Le voici.", actor=award.applicant, now=NOW)
    (mail,) = composed(session, "claim.request_answered")
    assert f"/instruction/versements/{claim.id}" in mail.text
    assert "reprennent" in mail.text

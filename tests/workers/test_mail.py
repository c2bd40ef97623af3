"""Mails: written from every kind of message, sent once by a real SMTP server, or kept for later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from uuid import UUID

import pytest
from sqlalchemy import select

from build.applications import an_application
from build.calls import a_call
from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from build.letterbox import Letterbox, a_letterbox
from build.payments import IBAN, a_claim, a_paid_order, an_account, an_award_to_pay
from build.people import a_funder, a_funder_member, a_member, a_person, acting_as, an_organisation
from config import ROOT
from grants.applications.models import ApplicationState, ComplementRequest
from grants.calls.revisions import Differences
from grants.kernel.access import SYSTEM, FunderRole, OrganisationRole
from grants.notices import queries, services
from grants.notices.giving import Site
from grants.notices.models import Mail, MailState
from grants.notices.services import Failure
from grants.notices.telling import TELLINGS
from grants.outbox.models import Message
from grants.outbox.services import announce
from grants.payments import services as payments
from grants.people import services as people
from grants.people.models import OneTimeLink
from workers.handlers import HANDLERS
from workers.rendering import Pages
from workers.tasks import mail as tasks

PAGES = Pages(ROOT)
SITE = Site(base_url="https://laureat.example", secret_key="s" * 32)


@pytest.fixture
def wired(monkeypatch, database, test_settings, clock):
    """The tasks on the test's database and clock."""
    monkeypatch.setattr(tasks, "database", lambda: database)
    monkeypatch.setattr(tasks, "settings", lambda: test_settings)
    monkeypatch.setattr(tasks, "now", clock.now)
    return monkeypatch


@pytest.fixture
def letterbox(wired, test_settings) -> Iterator[Letterbox]:
    """A real SMTP server, to which the tasks send."""
    with a_letterbox() as (box, url):
        reachable = replace(test_settings, mail_url=url)
        wired.setattr(tasks, "settings", lambda: reachable)
        yield box


def composed(session, kind: str | None = None) -> list[Mail]:
    """The mails of the last message (of that kind), composed."""
    last = select(Message).order_by(Message.serial.desc()).limit(1)
    message = session.scalars(last.where(Message.kind == kind) if kind else last).one()
    services.compose(session, message.id, renderer=PAGES, site=SITE, now=NOW)
    mails = select(Mail).where(Mail.message_id == message.id).order_by(Mail.to_address)
    return list(session.scalars(mails))


def sign_up(session, locale: str) -> None:
    people.sign_up(
        session, name="Ana Roux", email=f"ana-{locale}@example.org", locale=locale, now=NOW
    )


@pytest.mark.parametrize(
    ("locale", "subject", "words"),
    [
        ("fr", "Confirmez votre adresse et choisissez votre mot de passe", "Bonjour Ana Roux,"),
        ("en", "Confirm your address and choose your password", "Hello Ana Roux,"),
    ],
)
def test_a_confirmation_is_written_in_its_readers_language(session, locale, subject, words):
    sign_up(session, locale)
    (mail,) = composed(session)
    assert (mail.subject, mail.locale, mail.to_address) == (
        subject,
        locale,
        f"ana-{locale}@example.org",
    )
    assert words in mail.text
    link = re.search(r"https://laureat\.example/compte/confirmation/\S{64}", mail.text)
    assert link
    assert f'href="{link[0]}"' in mail.html
    assert f'lang="{locale}"' in mail.html


def test_a_mail_is_composed_once_for_each_recipient_of_a_message(session):
    sign_up(session, "fr")
    first = composed(session)
    assert [one.id for one in composed(session)] == [one.id for one in first]


def test_what_a_user_typed_is_escaped_in_html(session):
    organisation = an_organisation(session, name="<b>Brune</b> & fils")
    representative = acting_as(session, a_member(session, organisation, name="<i>Zoé</i>"))
    people.invite_member(
        session,
        organisation.id,
        email="invite@example.org",
        role=OrganisationRole.EDITOR,
        actor=representative,
        now=NOW,
    )
    (mail,) = composed(session, "organisation.member_invited")
    assert "<b>" not in mail.html
    assert "&lt;b&gt;Brune&lt;/b&gt; &amp; fils" in mail.html
    assert "<b>Brune</b> & fils" in mail.text


def test_the_receipt_proves_the_deposit_to_all_who_represent_the_applicant(session):
    call = a_call(session)
    organisation = an_organisation(session)
    second = a_member(session, organisation, name="Inès Second", locale="en")
    a_member(session, organisation, OrganisationRole.EDITOR, name="Sans Mail")
    a_member(session, organisation, name="Parti Loin", disabled_at=NOW)
    author = a_person(session)
    application = an_application(
        session,
        call,
        organisation=organisation,
        author=author,
        state=ApplicationState.SUBMITTED,
    )
    announce(session, "application.submitted", by=SYSTEM, at=NOW, subject=application.id)
    mails = {one.to_address: one for one in composed(session)}
    assert set(mails) > {author.email, second.email}
    assert len(mails) == 3
    text = mails[author.email].text
    assert application.number in text
    assert "(heure de Paris)" in text
    funder = call.lead.funder
    service = [funder.name, funder.address, funder.email, "04 73 00 00 00"]
    refusal = ["29 novembre 2018", "L231-4", "recours gracieux ou hiérarchique", "telerecours.fr"]
    said = re.sub(r"\s+", " ", text)
    assert [one for one in (*service, *refusal) if one not in said] == []
    assert f"https://laureat.example/dossiers/{application.id}" in text
    assert "Received on" in mails[second.email].text


def test_a_complement_says_until_when(session):
    call = a_call(session)
    author = a_person(session)
    application = an_application(session, call, author=author, state=ApplicationState.INCOMPLETE)
    asked = select(ComplementRequest).where(ComplementRequest.application_id == application.id)
    request = session.scalars(asked).one()
    request.due_on, request.items = date(2018, 10, 11), [{"field_key": "title", "message": "?"}]
    session.flush()
    announce(session, "application.complement_asked", by=SYSTEM, at=NOW, subject=application.id)
    (mail,) = composed(session)
    assert "jusqu’au 11\u00a0octobre\u00a02018 inclus" in mail.text
    assert "sur 1 point." in mail.text


def test_the_mail_of_a_decision_says_only_that_there_is_one(session):
    scene = a_scene(session)
    a_deliberation(
        session, scene, an_award(scene, amount=1_234_500), a_refusal(scene, 1), announced=True
    )
    messages = session.scalars(select(Message).where(Message.kind == "decision.announced"))
    for message in messages.all():
        services.compose(session, message.id, renderer=PAGES, site=SITE, now=NOW)
    mails = session.scalars(select(Mail)).all()
    texts = {
        re.sub(r"Projet \d|T\d+-2018-\d+|Bonjour [^,]+|dossiers/\S+", "·", m.text) for m in mails
    }
    assert len(mails) == 2 <= len({one.to_address for one in mails})
    assert len(texts) == 1
    assert "12" not in texts.pop().replace("2018", "")


def test_a_payment_names_its_amount_and_never_the_account(session):
    a_paid_order(session, an_award_to_pay(session))
    (mail,) = composed(session, "payment_order.paid")
    assert "8\u202f000,00\u202f€ ont été versés sur votre compte" in mail.text
    assert "Bordereau 12" in mail.text
    for body in (mail.text, mail.html, mail.subject):
        assert IBAN not in body
        assert not re.search(r"(?<![0-9a-f])0189(?![0-9a-f])", body)


def test_a_refused_claim_says_why_to_whoever_keeps_the_purse(session):
    award = an_award_to_pay(session)
    organisation = award.scene.applications[0].organisation
    treasurer = a_member(session, organisation, OrganisationRole.TREASURER)
    claim = a_claim(session, award)
    payments.refuse(
        session, claim.id, reason="Le RIB est illisible.", actor=award.scene.officer, now=NOW
    )
    mails = composed(session, "claim.refused")
    assert {one.to_address for one in mails} == {award.scene.author.email, treasurer.email}
    assert "Le RIB est illisible." in mails[0].text


def test_another_account_is_told_at_the_address_of_whoever_gave_the_former_one(session):
    award = an_award_to_pay(session)
    a_paid_order(session, award)
    old = award.scene.author.email
    award.scene.author.email = "detournee@example.org"
    a_claim(session, award, 1, account=an_account("FR1420041010050500013M02606"))
    mails = composed(session, "bank_details.change_asked")
    assert {one.to_address for one in mails} == {old, "detournee@example.org"}
    assert "2606" in mails[0].text
    assert not any(number in one.text for one in mails for number in (IBAN, "50013M0"))


@pytest.mark.parametrize("kind", sorted(TELLINGS))
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_kind_of_mail_has_its_words_in_both_languages(kind, locale):
    facts = dict.fromkeys(
        ("url", "name", "organisation", "inviter", "funder", "reason"), "https://x.example/a"
    )
    facts |= dict.fromkeys(("expires_at", "at", "due_on", "starts_at", "ends_at", "day"), NOW)
    facts |= {"place": "Salle 1", "is_change": False, "bring": ""}
    facts |= {"lines": [] if kind == "digest.due" else [1, 2], "lapses_on": NOW}
    facts |= {"poll": Thing(), "vote_url": "https://x.example/v"}
    facts |= {"recipient": Thing(), "application": Thing(), "call": Thing(), "jury": Thing()}
    facts |= {"order": Thing(), "instalment": Thing(), "service": Thing(), "count": 2}
    facts["pause"] = Thing()
    facts |= {"like": Thing(), "stop_url": "https://x.example/b", "is_confirmed": False}
    facts |= {"funders": "Valbrune", "document": Thing(), "successor": "Lou", "former": "Ana"}
    facts |= {"deposit": Thing(), "extension": Thing(), "file": Thing(), "occasion": "week"}
    facts |= {"appeal": Thing(), "agreement": Thing(), "code": "123456", "kind": kind, "who": "Ana"}
    facts |= {
        "changes": Differences((), (), ()),
        "minutes": 42,
        "left": 2,
        "appeal_months": 2,
        "implicit_on": NOW,
        "proof_url": "https://x.example/p",
        "answered_at": NOW,
        "preferences_url": "https://x.example/q",
    }
    facts |= {"report": Thing(), "part": Thing(), "is_late": kind.endswith(".reminded")}
    facts |= {"meeting": Thing(), "missed": Thing(), "items": [(1, "Objet"), (2, None)]}
    facts |= {"found": [("ledger.balances", 2)], "soon": [], "late": []}
    facts |= {"is_accepted": kind == "report.accepted", "is_asked": kind == "advance.asked"}
    facts |= {"funder": Thing()} if kind.startswith(("report.", "council_")) else {}
    written = PAGES.mail(TELLINGS[kind].template, locale, {**facts, "site": "https://x.example/"})
    assert "\n" not in written.subject
    assert written.subject in written.html
    greeting = {"fr": "Bonjour", "en": "Hello"}[locale]
    assert written.text.startswith(greeting)
    assert "%(" not in written.text + written.subject


class Thing:
    """Has everything that a template may ask for."""

    amount, amount_cents, unit = 100_000, 100_000, "EUR"
    method = "transfer"
    paid_on = valid_until = due_on = begun_on = NOW.date()
    submitted_at = implicit_on = closes_at = outage_from = closes_after = NOW
    filed_at = silence_on = starts_at = held_on = NOW
    files = ()
    title_fr = name_fr = "Titre"
    title_en = name_en = "Title"
    closes_at = NOW

    def __getattr__(self, name: str) -> str | Thing:
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing() if name == "decision" else name


def test_every_mail_is_heard_by_the_composer():
    assert {kind for kind, tasks_ in HANDLERS.items() if "mail.compose" in tasks_} == set(TELLINGS)


def test_a_mail_leaves_once_with_the_message_id_of_its_row(session, letterbox):
    sign_up(session, "fr")
    (mail,) = composed(session)
    session.flush()
    assert [tasks.send_due(), tasks.send_due()] == [1, 0]
    ((address, content),) = letterbox.received
    message = message_from_bytes(content, policy=policy.default)
    assert address == mail.to_address == message["To"]
    assert message["Message-ID"] == f"<{mail.id}@laureat.invalid>"
    assert message["Content-Language"] == "fr"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    session.expire_all()
    kept = session.get(Mail, mail.id)
    assert (kept.state, kept.sent_at, kept.attempts) == (MailState.SENT, NOW, 1)
    assert (kept.text, kept.html) == ("", ""), "a one-time link outlived its mail"


def test_a_mail_sent_again_after_a_crash_bears_the_same_message_id(session, letterbox):
    sign_up(session, "fr")
    (mail,) = composed(session)
    session.flush()
    tasks.send_due()
    session.refresh(mail)
    mail.state, mail.sent_at = MailState.PENDING, None
    session.flush()
    tasks.send_due()
    ids = {message_from_bytes(content)["Message-ID"] for _, content in letterbox.received}
    assert len(letterbox.received) == 2
    assert ids == {f"<{mail.id}@laureat.invalid>"}


def test_a_busy_server_is_asked_again_later_and_a_refusal_is_final(session, letterbox, clock):
    sign_up(session, "fr")
    (mail,) = composed(session)
    session.flush()
    letterbox.answers = ["451 try later", "550 no such mailbox"]
    assert tasks.send_due() == 0
    session.refresh(mail)
    assert (mail.state, mail.attempts) == (MailState.PENDING, 1)
    assert mail.failure == "SMTPDataError 451"
    assert tasks.send_due() == 0, "too early"
    clock.forward(seconds=15)
    tasks.send_due()
    session.refresh(mail)
    assert (mail.state, mail.attempts) == (MailState.FAILED, 2)
    assert letterbox.received == []


def test_without_a_server_nothing_is_lost(session, wired, clock, test_settings):
    sign_up(session, "fr")
    (mail,) = composed(session)
    session.flush()
    wired.setattr(tasks, "settings", lambda: replace(test_settings, mail_url="smtp://127.0.0.1:1"))
    assert tasks.send_due() == 0
    session.refresh(mail)
    assert (mail.state, mail.failure) == (MailState.PENDING, "ConnectionRefusedError")
    assert mail.next_at == NOW + timedelta(seconds=15)


def test_waiting_doubles_up_to_half_an_hour_and_ends():
    mail = Mail(state=MailState.PENDING, attempts=0, bears_secret=False)
    waits = []
    while mail.state is MailState.PENDING:
        services.not_sent(mail, Failure("x"), now=NOW)
        waits.append(mail.next_at - NOW)
    seconds = [int(one.total_seconds()) for one in waits[:9]]
    assert seconds == [15, 30, 60, 120, 240, 480, 960, 1800, 1800]
    assert (mail.state, mail.attempts) == (MailState.FAILED, 20)


@pytest.mark.parametrize(
    ("error", "kind", "for_good"),
    [
        (SMTPRecipientsRefused({"a@b.org": (550, b"a@b.org unknown")}), "recipient 550", True),
        (SMTPRecipientsRefused({"a@b.org": (450, b"a@b.org busy")}), "recipient 450", False),
        (SMTPServerDisconnected("a@b.org"), "SMTPServerDisconnected", False),
        (TimeoutError("a@b.org"), "TimeoutError", False),
    ],
)
def test_the_kind_of_a_failure_holds_no_address(error, kind, for_good):
    assert tasks.failure_of(error) == Failure(kind, for_good=for_good)


def test_a_message_delivered_twice_writes_and_sends_once(session, letterbox):
    sign_up(session, "fr")
    message_id = session.scalars(select(Message.id)).one()
    session.flush()
    for _ in range(2):
        tasks.compose(str(message_id))
    assert len(letterbox.received) == 1
    assert session.scalars(select(Mail.state)).all() == [MailState.SENT]
    assert session.get(OneTimeLink, UUID(int=0)) is None
    assert queries.next_due(session, now=NOW) is None


def test_an_officer_is_invited_by_name_of_the_funder(session):
    funder = a_funder(session, name="Ville de Valbrune")
    administrator = acting_as(
        session, a_funder_member(session, funder, FunderRole.ADMINISTRATOR, name="Léa Chef")
    )
    people.invite_to_funder(
        session,
        funder.id,
        email="nouvelle@example.org",
        name="Nina Neuve",
        roles=[FunderRole.OFFICER],
        actor=administrator,
        now=NOW,
    )
    (mail,) = composed(session, "funder.member_invited")
    assert mail.subject == "Rejoignez Ville de Valbrune sur Lauréat"
    assert "Bonjour Nina Neuve," in mail.text
    assert "Léa Chef" in mail.text

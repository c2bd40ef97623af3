"""The local mailbox: there in the embedded default, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest

from grants.app import create_app
from grants.web.maildir import Maildir


@pytest.fixture
def deposit(test_settings):
    def deposit(to="camille@x.example", subject="Votre dossier", text="Bonjour", html=None):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "laureat@x.example", to, subject
        mail["Date"] = "Mon, 01 Oct 2018 09:00:00 +0000"
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        maildir = Maildir(test_settings.var / "mailbox")
        return maildir.deposit("laureat@x.example", [to], mail.as_bytes())

    return deposit


def test_an_empty_mailbox_says_so(client):
    assert "Aucun courriel" in client.get("/dev/mailbox?lang=fr").text


@pytest.mark.parametrize("mails", [1, 3])
def test_mails_are_listed_without_a_statement(client, deposit, mails, statements):
    for number in range(mails):
        deposit(subject=f"Dossier {number}")
    answer = client.get("/dev/mailbox")
    assert [f"Dossier {number}" in answer.text for number in range(mails)] == [True] * mails
    assert statements == []


def test_the_list_can_be_searched_by_recipient_or_subject(client, deposit):
    deposit(to="camille@x.example", subject="Votre accusé de dépôt")
    deposit(to="dominique@x.example", subject="Votre convocation")
    assert "accusé" not in client.get("/dev/mailbox?q=Dominique").text
    assert "accusé" in client.get("/dev/mailbox?q=accus").text


def test_a_mail_is_shown_as_text_its_links_to_follow_its_html_as_source(client, deposit):
    key = deposit(text="Suivez http://localhost/x\nMerci <b>", html="<script>alert(1)</script>")
    page = client.get(f"/dev/mailbox/{key}").text
    assert '<a href="http://localhost/x"' in page
    assert "Merci &lt;b&gt;" in page
    assert "<script>alert" not in page


def test_a_mail_that_is_not_there_is_not_found(client):
    assert client.get("/dev/mailbox/0-0").status_code == 404
    assert client.get("/dev/mailbox/..%2fsecret_key").status_code == 404


def test_production_has_no_mailbox(test_settings, database):
    outside = create_app(replace(test_settings, embedded=False), database).test_client()
    assert outside.get("/dev/mailbox").status_code == 404

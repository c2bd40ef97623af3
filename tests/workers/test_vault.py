"""Documents that end soon, and successions: told by mail, once, in the reader's language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.people import a_member, a_person, acting_as, an_organisation
from build.vault import a_kept_document
from config import ROOT
from grants.kernel.access import OrganisationRole
from grants.notices import services
from grants.notices.giving import Site
from grants.notices.models import Mail
from grants.outbox.models import Message
from grants.people import services as people
from grants.vault.models import DocumentKind
from grants.vault.services import warn_of_ends
from workers.app import configuration
from workers.handlers import HANDLERS
from workers.rendering import Pages
from workers.tasks import vault as tasks

PAGES = Pages(ROOT)
SITE = Site(base_url="https://laureat.example", secret_key="s" * 32)
END = NOW.date() + timedelta(days=20)


@pytest.fixture
def wired(monkeypatch, database, clock):
    """The task on the test's database and clock."""
    monkeypatch.setattr(tasks, "database", lambda: database)
    monkeypatch.setattr(tasks, "now", clock.now)
    return database


def mails(session) -> list[Mail]:
    """What the last message owes."""
    message = session.scalars(select(Message).order_by(Message.serial.desc()).limit(1)).one()
    services.compose(session, message.id, renderer=PAGES, site=SITE, now=NOW)
    found = select(Mail).where(Mail.message_id == message.id).order_by(Mail.to_address)
    return list(session.scalars(found))


def an_ending_document(session, file_store, **columns):
    person = a_person(session, name="Rémi Vidal", email="remi@example.org")
    organisation = an_organisation(session, representative=person)
    given = {"kind": DocumentKind.ACCOUNTS, "name": "comptes.pdf", "valid_until": END, **columns}
    return a_kept_document(session, file_store, organisation.id, by=person, **given), organisation


def test_an_end_is_told_by_the_beat_once(wired, session, file_store, clock):
    an_ending_document(session, file_store, valid_until=NOW.date() + timedelta(days=31))
    session.commit()
    assert tasks.warn() == 0
    clock.forward(days=1)
    assert [tasks.warn() for _ in range(3)] == [1, 0, 0]
    with wired.reading() as after:
        told = after.scalars(select(Message.kind)).all()
    assert told == ["organisation_document.ending"]


def test_the_beat_knows_the_task_and_the_queue_hears_the_message(monkeypatch, test_settings):
    monkeypatch.setattr("workers.app.settings", lambda: test_settings)
    tasks_of_beat = {line["task"] for line in configuration()["beat_schedule"].values()}
    assert "vault.warn" in tasks_of_beat
    assert HANDLERS["organisation_document.ending"] == ("mail.compose",)


def test_everybody_of_the_organisation_is_told_which_document_and_where(wired, session, file_store):
    _, organisation = an_ending_document(session, file_store)
    a_member(session, organisation, OrganisationRole.EDITOR, email="ana@example.org", locale="en")
    warn_of_ends(session, now=NOW)
    english, french = mails(session)
    assert french.subject.replace("\u202f", " ") == (
        "« Comptes annuels approuvés » : valable jusqu’au 21 octobre 2018"
    )
    assert f"https://laureat.example/compte/structures/{organisation.id}/documents" in french.text
    assert english.subject == "“Approved annual accounts” is good until 21 October 2018"


def test_a_document_replaced_in_between_is_not_told(session, file_store):
    document, _ = an_ending_document(session, file_store)
    warn_of_ends(session, now=NOW)
    document.withdrawn_at, document.withdrawn_by = NOW, document.added_by
    session.flush()
    assert mails(session) == []


def test_the_successor_is_told_and_the_one_who_left_is_not(session):
    former = a_person(session, name="Rémi Vidal", email="remi@example.org")
    organisation = an_organisation(session, representative=former)
    lou = a_member(
        session, organisation, OrganisationRole.EDITOR, name="Lou Perrin", email="lou@example.org"
    )
    people.hand_over(
        session, organisation.id, lou.id, leave=True, actor=acting_as(session, former), now=NOW
    )
    (mail,) = mails(session)
    assert (mail.to_address, mail.subject) == (
        "lou@example.org",
        "Lou Perrin représente désormais Les Jardins de la Brune",
    )
    assert "Rémi Vidal a passé le relais" in mail.text

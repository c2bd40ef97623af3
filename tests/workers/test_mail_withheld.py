"""A mail that waits is looked at again when it leaves: what its reader must not know of stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.hearings import a_hearing_panel, planned
from build.juries import a_panel, a_recusal, a_seat
from build.letterbox import a_letterbox
from build.people import a_person, acting_as
from config import ROOT
from grants.appraisal.models import DigestPreference, Pace, ThreadMessage
from grants.appraisal.services.digest import send_digests
from grants.calls.models import Stage
from grants.juries.hearings import services as hearing
from grants.juries.services import remind_members
from grants.notices import services
from grants.notices.giving import Site
from grants.notices.models import Mail, MailState
from grants.notices.services import withholding
from grants.notices.telling import TELLINGS
from grants.outbox.models import Message
from grants.outbox.services import announce
from grants.people.models import Person
from workers.rendering import Pages
from workers.tasks import mail as tasks

PAGES = Pages(ROOT)
SITE = Site(base_url="https://laureat.example", secret_key="s" * 32)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def box(monkeypatch, database, test_settings, clock):
    """A real SMTP server, to which the tasks send."""
    with a_letterbox() as (box, url):
        reachable = replace(test_settings, mail_url=url)
        for name, value in (("database", database), ("settings", reachable), ("pages", PAGES)):
            monkeypatch.setattr(tasks, name, lambda value=value: value)
        monkeypatch.setattr(tasks, "site", lambda: SITE)
        monkeypatch.setattr(tasks, "now", clock.now)
        yield box


def queued(session) -> list[Mail]:
    """Every mail that the messages owe so far, written and waiting."""
    for one in session.scalars(select(Message).where(Message.kind.in_(TELLINGS))):
        services.compose(session, one.id, renderer=PAGES, site=SITE, now=NOW)
    session.flush()
    return list(session.scalars(select(Mail).order_by(Mail.to_address)))


def written_to(session, panel, *applications, pace=Pace.AT_ONCE) -> None:
    """The officer wants mails at that pace, and applicants write."""
    session.add(DigestPreference(person_id=panel.officer.id, pace=pace))
    for one in applications:
        message = ThreadMessage(
            application_id=one.id,
            author_id=one.author_id,
            by_applicant=True,
            text="Une question.",
            written_at=NOW - timedelta(minutes=5),
        )
        session.add(message)
        session.flush()
        author = acting_as(session, session.get_one(Person, one.author_id))
        facts = {"subject": one.id, "message": str(message.id)}
        announce(session, "message.written", by=author, at=NOW, **facts)


def test_a_mail_about_an_application_does_not_leave_after_the_recusal(session, box):
    panel = a_panel(session, applications=1)
    written_to(session, panel, panel.applications[0])
    (mail,) = queued(session)
    assert panel.applications[0].title in mail.text
    a_recusal(session, panel.officer, panel.applications[0], declared_at=LATER)
    assert tasks.send_due() == 0
    session.expire_all()
    assert box.messages() == []
    assert (mail.state, mail.failure) == (MailState.FAILED, withholding.WITHHELD)
    assert mail.subject == mail.text == mail.html == ""


def test_the_mail_of_somebody_else_leaves(session, box):
    panel = a_panel(session, applications=1)
    written_to(session, panel, panel.applications[0])
    queued(session)
    a_recusal(session, a_person(session), panel.applications[0])
    assert tasks.send_due() == 1


def test_an_address_without_account_is_known_by_its_account_since(session, box):
    panel = a_panel(session, applications=1)
    written_to(session, panel, panel.applications[0])
    (mail,) = queued(session)
    mail.recipient_id = None
    session.flush()
    a_recusal(session, panel.officer, panel.applications[0])
    assert tasks.send_due() == 0


def test_a_digest_leaves_without_what_was_hidden_since(session, box):
    panel = a_panel(session, applications=2)
    first, second = panel.applications
    written_to(session, panel, first, second, pace=Pace.DAILY)
    assert send_digests(session, now=NOW) == 1
    (mail,) = queued(session)
    title, kept = first.title, second.title
    assert title in mail.text
    assert kept in mail.text
    a_recusal(session, panel.officer, first, declared_at=LATER)
    assert tasks.send_due() == 1
    told = str(box.messages()[0].get_body(("plain",)).get_content())
    assert kept in told
    assert title not in told


def test_a_digest_about_nothing_else_stays(session, box):
    panel = a_panel(session, applications=1)
    written_to(session, panel, panel.applications[0], pace=Pace.DAILY)
    send_digests(session, now=NOW)
    queued(session)
    a_recusal(session, panel.officer, panel.applications[0], declared_at=LATER)
    assert tasks.send_due() == 0


def test_a_reminder_counts_what_is_left_when_it_leaves(session, box):
    panel = a_panel(session, applications=2)
    remind_members(session, panel.jury.id, actor=acting_as(session, panel.officer), now=NOW)
    queued(session)
    a_recusal(session, panel.jurors[0], panel.applications[0])
    assert tasks.send_due() == 1
    (told,) = box.messages()
    assert "1 dossier" in told["Subject"]


def test_a_reminder_with_nothing_left_stays(session, box):
    panel = a_panel(session, applications=1)
    remind_members(session, panel.jury.id, actor=acting_as(session, panel.officer), now=NOW)
    queued(session)
    a_recusal(session, panel.jurors[0], panel.applications[0])
    assert tasks.send_due() == 0


def test_a_day_of_hearings_leaves_without_the_hour_of_the_hidden_one(session, box):
    held = a_hearing_panel(session, jurors=1)
    planned(session, held)
    hearing.convoke(session, held.jury_id, actor=held.officer, now=NOW)
    panel, person = held.panel, held.panel.jurors[0]
    (mail,) = [one for one in queued(session) if one.kind == "hearing_day"]
    assert "3 auditions" in mail.text
    a_recusal(session, person, panel.applications[0])
    tasks.send_due()
    (told,) = [one for one in box.messages() if one["To"] == person.email]
    assert "2 auditions" in told.get_body(("plain",)).get_content()


def test_a_blind_seat_taken_since_keeps_the_mail_too(session, box):
    panel = a_panel(session, applications=1)
    written_to(session, panel, panel.applications[0])
    queued(session)
    session.get_one(Stage, panel.jury.stage_id).blind = True
    a_seat(session, panel.jury, person=panel.officer)
    assert tasks.send_due() == 0
    assert box.messages() == []

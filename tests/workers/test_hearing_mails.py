"""Convocations as mailboxes receive them: by a real SMTP server, with their entry of calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from build.clock import NOW
from build.hearings import BRING, DAY, a_hearing_panel, planned, world
from build.letterbox import a_letterbox
from config import ROOT
from grants.juries.hearings import services as hearing
from grants.juries.models import Seat
from grants.kernel.clock import paris_instant
from grants.notices import services
from grants.notices.giving import Site
from grants.notices.telling import TELLINGS
from grants.outbox.models import Message
from grants.people.models import Person
from workers.rendering import Pages
from workers.tasks import mail as tasks

PAGES = Pages(ROOT)
SITE = Site(base_url="https://laureat.example", secret_key="s" * 32)
NINE = paris_instant(DAY, 9)


@pytest.fixture
def post(monkeypatch, database, session, test_settings, clock):
    """Compose and send everything that was announced since; the mails that arrived, by address."""
    done = set()
    with a_letterbox() as (box, url):
        reachable = replace(test_settings, mail_url=url)
        monkeypatch.setattr(tasks, "database", lambda: database)
        monkeypatch.setattr(tasks, "settings", lambda: reachable)
        monkeypatch.setattr(tasks, "now", clock.now)

        def arrive():
            box.received.clear()
            wanted = select(Message).where(Message.kind.like("hearing.%"))
            for one in session.scalars(wanted.order_by(Message.serial)):
                if one.id not in done and one.kind in TELLINGS:
                    done.add(one.id)
                    services.compose(session, one.id, renderer=PAGES, site=SITE, now=NOW)
            session.flush()
            tasks.send_due()
            found = {one["To"]: one for one in box.messages()}
            assert len(found) == len(box.received)  # nobody is written to twice
            return found

        yield arrive


def entry(message):
    """The entry of calendar in a mail, and the method that the mail names."""
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_filename() == "audition.ics"
    found = Calendar.from_ical(part.get_content())
    assert found["METHOD"] == part.get_param("method")
    (event,) = found.walk("VEVENT")
    return found["METHOD"], event


def test_a_convocation_comes_changes_and_is_called_off_under_one_name(session, post):
    hearings = a_hearing_panel(session, jurors=1, applications=1)
    application, seat = hearings.panel.applications[0], hearings.panel.seats[0]
    author = session.get_one(Person, application.author_id)
    planned(session, hearings, sent=True)
    first = post()
    assert set(first) == {author.email, session.get_one(Seat, seat.id).email}
    text = first[author.email].get_body(("plain",)).get_content()
    assert "9\u202fh\u202f00" in text
    assert BRING in text
    assert f"https://laureat.example/dossiers/{application.id}/audition" in text
    method, event = entry(first[author.email])
    assert (method, event["SEQUENCE"], event["STATUS"]) == ("REQUEST", 0, "CONFIRMED")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (NINE, NINE + timedelta(minutes=30))
    assert event["LOCATION"] == "Salle du conseil"
    assert event["ATTENDEE"] == f"mailto:{author.email}"
    day = entry(first[seat.email])[1]
    assert application.title not in first[seat.email].as_string() + day["SUMMARY"]

    by = {"actor": hearings.officer, "now": NOW}
    slots = world(session, hearings).board(only_kept=False).slots
    key = hearing.slot_key(slots[2])
    hearing.move(session, hearings.jury_id, application.id, key, **by)
    assert post() == {}  # nothing leaves before the officer says so
    hearing.convoke(session, hearings.jury_id, **by)
    second = post()
    assert "change" in second[author.email]["Subject"]
    method, moved = entry(second[author.email])
    assert (method, moved["SEQUENCE"], moved["UID"]) == ("REQUEST", 1, event["UID"])
    assert moved["DTSTART"].dt == slots[2].starts_at
    assert entry(second[seat.email])[1]["UID"] == day["UID"]

    hearing.call_off(session, hearings.jury_id, application.id, **by)
    hearing.convoke(session, hearings.jury_id, **by)
    third = post()
    assert {entry(one)[0] for one in third.values()} == {"CANCEL"}
    method, gone = entry(third[author.email])
    assert (gone["SEQUENCE"], gone["UID"], gone["STATUS"]) == (2, event["UID"], "CANCELLED")


def test_of_two_changes_before_the_post_only_the_last_is_written(session, post):
    hearings = a_hearing_panel(session, jurors=1, applications=1)
    application = hearings.panel.applications[0]
    planned(session, hearings, sent=True)
    by = {"actor": hearings.officer, "now": NOW}
    key = hearing.slot_key(world(session, hearings).board(only_kept=False).slots[1])
    hearing.move(session, hearings.jury_id, application.id, key, **by)
    hearing.convoke(session, hearings.jury_id, **by)
    assert {entry(one)[1]["SEQUENCE"] for one in post().values()} == {1}


def test_questions_before_the_hearing_are_announced_without_their_words(session, post):
    hearings = a_hearing_panel(session, jurors=1, applications=1)
    application = hearings.panel.applications[0]
    by = {"actor": hearings.officer, "now": NOW}
    hearing.write_feedback(
        session, hearings.jury_id, application.id, "Et le loyer ?", due_on=DAY, **by
    )
    hearing.release_feedback(session, hearings.jury_id, application.id, **by)
    (mail,) = post().values()
    text = mail.get_body(("plain",)).get_content()
    assert "20\u00a0novembre\u00a02018" in text
    assert "loyer" not in text

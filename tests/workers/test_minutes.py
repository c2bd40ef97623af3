"""The PDF of signed minutes: made once, accessible, and downloaded by whoever may read it all."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from build.clock import NOW
from build.juries import a_recusal
from build.polls import a_poll
from build.sittings import a_meeting
from config import ROOT
from grants.outbox.models import Message
from grants.polls import services as polls
from grants.sittings import queries, services
from grants.sittings.models import Minutes
from workers.handlers import HANDLERS
from workers.rendering import Pages
from workers.tasks import minutes as tasks

CHAIR, MEMBER, RECUSED = range(3)


@pytest.fixture
def signed(database, file_store, clock, monkeypatch):
    """A meeting whose minutes are signed; the task ran twice."""
    with database.transaction() as session:
        meeting = a_meeting(session)
        meeting.panel.jury.prize_fr = meeting.panel.jury.prize_en = "Prix du public"
        a_recusal(session, meeting.panel.jurors[RECUSED], meeting.panel.applications[0])
        meeting.go_to(session, 0)
        services.close_sitting(session, meeting.sitting.id, actor=meeting.officer, now=NOW)
        poll = a_poll(session, call=meeting.panel.call, prize_fr="Prix du public")
        polls.close_due(session, now=poll.closes_at)
        chair = meeting.actor(session, CHAIR)
        draft = queries.minutes(session, meeting.sitting.id, chair)
        services.sign_minutes(
            session, meeting.sitting.id, sha256=draft.sha256, actor=chair, now=NOW
        )
        told = select(Message.id).where(Message.kind == "minutes.signed")
        message_id = session.scalars(told).one()
        for row in session:
            session.refresh(row)
    given = {"database": database, "store": file_store, "now": clock.now(), "pages": Pages(ROOT)}
    for name, what in given.items():
        monkeypatch.setattr(tasks, name, lambda what=what: what)
    for _ in range(2):
        tasks.write(str(message_id))
    return meeting


def test_the_pdf_is_made_once_and_says_what_was_signed(signed, database, as_person):
    assert HANDLERS["minutes.signed"] == ("minutes.write",)
    path = f"/seances/{signed.sitting.id}/proces-verbal"
    answer = as_person(signed.panel.jurors[MEMBER]).get(f"{path}.pdf")
    assert answer.status_code == 200
    pdf = answer.get_data()
    answer.close()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang) == "fr"
    told = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    told = " ".join(told.split())
    with database.reading() as session:
        minutes = session.scalars(select(Minutes)).one()
        written = select(Message).where(Message.kind == "minutes.written")
        assert len(session.scalars(written).all()) == 1
    for words in (
        "Procès-verbal de la séance",
        signed.panel.applications[0].number,
        signed.panel.seats[RECUSED].name,
        "Salle du conseil",
        "Vote du public",
        minutes.sha256[:20],
        "Annexe : déports sur les dossiers de l’ordre du jour",
        "Déclaré par la personne",
    ):
        assert words in told


def test_a_recused_member_reads_the_page_without_the_point_and_gets_no_copy(signed, as_person):
    path = f"/seances/{signed.sitting.id}/proces-verbal"
    recused = as_person(signed.panel.jurors[RECUSED])
    page = recused.get(path)
    assert page.status_code == 200
    assert signed.panel.applications[0].title not in page.text
    assert recused.get(f"{path}.pdf").status_code == 404

"""From a score to discuss to the review, and from an administrator to a colleague's recusal."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from build.juries import Desk, a_panel, a_recusal, a_review, a_seat
from build.people import a_funder_member
from build.reading import words
from grants.calls.models import CallFunder
from grants.kernel.access import FunderRole
from grants.people.models import Funder

MARKS = {0: (9, 9), 1: (9, 8), 2: (8, 9), 3: (0, 1)}
"""What each juror gives the first application; the last one stands apart."""


@pytest.fixture
def desk(database, as_person):
    with database.transaction() as session:
        panel = a_panel(session, jurors=4, applications=5)
        for nth, seat in enumerate(panel.seats):
            for at, one in enumerate(panel.applications):
                marks = MARKS[nth] if at == 0 else (5 + at, 6)
                told = {"comment_jury": f"Avis {nth}.", "private_note": f"Secret {nth}."}
                a_review(session, seat, one, *marks, **told)
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


def test_a_score_to_discuss_leads_to_the_review(desk):
    file, seat = desk.panel.applications[0], desk.panel.seats[3]
    page = desk.officer.get(f"{desk.office}/comparaison").text
    apart = page.partition('id="apart"')[2]
    links = re.findall(r'href="([^"]*/notes#[^"]+)"', apart)
    link = f"{desk.office}/dossiers/{file.id}/notes#r-{seat.id}"
    assert link in links
    shown = desk.officer.get(link)
    assert f'id="r-{seat.id}"' in shown.text
    said = words(shown)
    for one in ("Avis 0.", "Avis 3.", seat.name, file.number):
        assert one in said
    assert "Secret" not in said


def test_no_member_reads_colleagues_there_nor_anybody_recused(database, as_person, desk):
    file = desk.panel.applications[0]
    path = f"{desk.office}/dossiers/{file.id}/notes"
    with database.transaction() as session:
        lead = select(CallFunder.funder_id).where(CallFunder.call_id == desk.panel.call.id)
        funder = session.get_one(Funder, session.scalars(lead).first())
        member, lapsed = a_funder_member(session, funder), a_funder_member(session, funder)
        a_seat(session, desk.panel.jury, person=member)
        a_seat(session, desk.panel.jury, person=lapsed, declared=False)
    assert as_person(member).get(path).status_code == 404
    assert as_person(lapsed).get(path).status_code == 404
    assert desk.officer.get(path).status_code == 200
    with database.transaction() as session:
        a_recusal(session, desk.panel.officer, file)
    assert desk.officer.get(path).status_code == 404


def test_an_administrator_finds_the_way_to_recuse_a_colleague(database, as_person, desk):
    file = desk.panel.applications[0]
    with database.transaction() as session:
        lead = select(CallFunder.funder_id).where(CallFunder.call_id == desk.panel.call.id)
        funder = session.get_one(Funder, session.scalars(lead).first())
        browser = as_person(a_funder_member(session, funder, FunderRole.ADMINISTRATOR))
        auditor = as_person(a_funder_member(session, funder, FunderRole.AUDITOR))
    menu = browser.get("/administration/personnes").text
    assert 'href="/administration/deports"' in menu
    answer = browser.get(f"/administration/deports?number={file.number.lower()}")
    assert answer.status_code == 303
    assert answer.location == f"/instruction/dossiers/{file.id}/deport/agents"
    assert browser.get(answer.location).status_code == 200
    for who, number in ((browser, "X-1"), (auditor, file.number)):
        page = who.get(f"/administration/deports?number={number}")
        assert page.status_code == 200
        assert file.title not in page.text

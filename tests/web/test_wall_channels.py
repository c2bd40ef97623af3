"""A recusal in the channels beside the pages of a file: numbers typed, counts, replies, awards."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from build.juries import Desk, a_panel, a_recusal, a_seat
from build.people import a_funder_member
from build.reading import words
from grants.calls.models import CallFunder
from grants.juries.models import SeatRole
from grants.juries.queries import certificates
from grants.kernel.access import Actor, FunderRole
from grants.people.models import Funder, Person

GIVEN = {"reason": "Signalé.", "reason_class": "mandate"}


@pytest.fixture
def desk(database, as_person):
    """A jury of two with two files, the first juror and the officer signed in."""
    with database.transaction() as session:
        panel = a_panel(session, jurors=2, applications=2)
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


def shown(answer, number: str) -> str:
    """A page without the number that was asked for."""
    token = re.compile(r'name="csrf_token" value="[^"]*"')
    return token.sub("", answer.get_data(as_text=True)).replace(number, "")


def test_an_administrator_who_types_a_hidden_number_reads_what_no_number_gives(
    database, desk, as_person
):
    first, second = desk.panel.applications
    with database.transaction() as session:
        wanted = select(Funder).join(CallFunder).where(CallFunder.call_id == desk.panel.call.id)
        funder = session.scalars(wanted).first()
        person = a_funder_member(session, funder, FunderRole.ADMINISTRATOR)
    browser, page = as_person(person), "/administration/deports"
    with database.transaction() as session:
        a_recusal(session, session.merge(person), session.merge(first))
    known = browser.get(page, query_string={"number": second.number})
    assert (known.status_code, str(second.id) in known.location) == (303, True)
    hidden = browser.get(page, query_string={"number": first.number})
    nobody = browser.get(page, query_string={"number": "X-1"})
    assert hidden.status_code == nobody.status_code == 200
    assert shown(hidden, first.number) == shown(nobody, "X-1")
    agents = f"/instruction/dossiers/{first.id}/deport/agents"
    assert browser.get(agents).status_code == 404
    assert browser.post(agents, data={**GIVEN, "person": desk.panel.officer.id}).status_code == 404


def test_a_chair_who_types_a_hidden_number_recuses_nobody_and_learns_nothing(
    database, desk, as_person
):
    first = desk.panel.applications[0]
    with database.transaction() as session:
        seat = a_seat(session, desk.panel.jury, role=SeatRole.CHAIR)
        chair = session.get_one(Person, seat.person_id)
    browser, sent = as_person(chair), {**GIVEN, "person": desk.panel.seats[0].id}
    with database.transaction() as session:
        a_recusal(session, session.merge(chair), session.merge(first))
    told = {
        number: browser.post(f"{desk.queue}/deport", data={**sent, "number": number})
        for number in (first.number, "X-1")
    }
    assert {one.status_code for one in told.values()} == {409}
    assert len({shown(answer, number) for number, answer in told.items()}) == 1
    assert desk.juror.get(desk.sheet).status_code == 200


def test_certificates_count_no_recusal_over_what_their_reader_must_not_know(session):
    panel = a_panel(session, applications=2)
    for one in panel.applications:
        a_recusal(session, panel.jurors[0], one)
    for hidden, many in ((frozenset(), 2), (frozenset({panel.applications[0].id}), 1)):
        viewer = Actor(id=panel.officer.id, recused_from=hidden)
        assert [one.recusals for one in certificates(session, panel.jury, viewer)] == [many]


def test_a_colleague_who_was_recused_is_not_offered_again(database, desk, as_person):
    """Whom an administrator may recuse is a list of those who still read the file."""
    first = desk.panel.applications[0]
    with database.transaction() as session:
        wanted = select(Funder).join(CallFunder).where(CallFunder.call_id == desk.panel.call.id)
        funder = session.scalars(wanted).first()
        person = a_funder_member(session, funder, FunderRole.ADMINISTRATOR)
        elected = a_funder_member(session, funder, FunderRole.ELECTED, name="Maud Élue")
    browser = as_person(person)
    page = f"/instruction/dossiers/{first.id}/deport/agents"
    assert elected.name in words(browser.get(page))
    with database.transaction() as session:
        a_recusal(session, elected, first)
    assert elected.name not in words(browser.get(page))

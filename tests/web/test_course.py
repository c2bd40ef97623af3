"""From a call's page to its meetings, minutes and votes; what decisions rest on is beside them."""

from __future__ import annotations

import pytest

from build.clock import NOW
from build.polls import a_poll, vote
from build.sittings import a_meeting
from grants.calls.models import Stage, StageKind
from grants.polls import services as polls
from grants.sittings import queries, services

PRIZE = "Prix du public"


@pytest.fixture
def course(session):
    """A jury that met and whose minutes are signed, a vote that is counted, a prize for both."""
    meeting = a_meeting(session)
    jury, call = meeting.panel.jury, meeting.panel.call
    jury.prize_fr = jury.prize_en = PRIZE
    session.get_one(Stage, jury.stage_id).kind = StageKind.HEARING
    session.flush()
    meeting.go_to(session, 0)
    services.close_sitting(session, meeting.sitting.id, actor=meeting.officer, now=NOW)
    poll = a_poll(session, call=call, prize_fr=PRIZE.upper())
    vote(session, poll, "ana@example.org", 0)
    polls.close_due(session, now=poll.closes_at)
    chair = meeting.actor(session, 0)
    draft = queries.minutes(session, meeting.sitting.id, chair)
    services.sign_minutes(
        session, meeting.sitting.id, sha256=draft.sha256, actor=chair, now=poll.closes_at
    )
    return meeting, poll


def test_the_call_s_page_leads_to_meetings_minutes_and_hearings(course, as_person):
    meeting, _poll = course
    officer = as_person(meeting.panel.officer)
    page = officer.get(f"/instruction/appels/{meeting.panel.call.id}").text
    room = f"/seances/{meeting.sitting.id}"
    for address in (room, f"{room}/proces-verbal", f"/jurys/{meeting.panel.jury.id}/auditions"):
        assert f'{address}"' in page, address
    assert "Signé" in page


def test_the_ranking_of_the_jury_leads_to_the_public_vote_for_its_prize(course, as_person):
    meeting, poll = course
    ranking = f"/instruction/jurys/{meeting.panel.jury.id}/classement"
    assert f"/instruction/votes/{poll.id}" in as_person(meeting.panel.officer).get(ranking).text
    own = f"/jury/{meeting.panel.jury.id}/classement"
    assert f"/votes/{poll.slug}" in as_person(meeting.panel.jurors[0]).get(own).text


def test_a_decision_stands_beside_its_minutes_and_is_offered_the_prize(course, as_person):
    meeting, poll = course
    officer = as_person(meeting.panel.officer)
    page = officer.get(f"/instruction/appels/{meeting.panel.call.id}/decision").text
    assert f"/seances/{meeting.sitting.id}/proces-verbal" in page
    assert f"/instruction/votes/{poll.id}" in page
    # The public's first is offered the words of its prize; nobody else is.
    assert page.count(f'value="{poll.prize_fr}"') == 1


def test_the_call_s_public_page_leads_to_its_vote(session, client):
    poll = a_poll(session)
    page = client.get(f"/appels/{poll.stage.call.slug}").text
    assert page.count(f'href="/votes/{poll.slug}"') == 2
    assert "Voter" in page

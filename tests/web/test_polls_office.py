"""The officer of a public vote: from the empty stage to the sheet of codes and the result."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from build.calls import a_call
from build.clock import NOW
from build.documents import a_picture
from build.juries import a_recusal, an_application_in_review
from build.people import a_funder, a_funder_member, acting_as
from build.polls import a_poll, a_vote_stage, vote
from build.uploads import PDF
from grants.applications.models import Application
from grants.jobs.models import Job
from grants.polls import services
from grants.polls.anomalies import report
from grants.polls.models import Candidate, Poll, Traffic

PNG = a_picture("PNG")
SETTINGS = {
    "title_fr": "Prix du public",
    "slug": "prix-du-public",
    "rule": "budget",
    "budget_cents": "4 000,50",
    "opens_at": "02/10/2018",
    "closes_at": "09/10/2018",
    "kept_days": "30",
}


@pytest.fixture
def funder(session):
    return a_funder(session)


@pytest.fixture
def call(session, funder):
    return a_call(session, funders=[funder])


@pytest.fixture
def officer(session, as_person, funder):
    return as_person(a_funder_member(session, funder))


def test_from_the_empty_stage_to_the_published_vote(session, client, as_person, funder, clock):
    call, person = a_call(session, funders=[funder]), a_funder_member(session, funder)
    officer = as_person(person)
    stage = a_vote_stage(session, call)
    finalists = [an_application_in_review(session, call, requested=100_000) for _ in range(3)]
    made = f"/instruction/etapes/{stage.id}/vote"
    assert made in officer.get(f"/instruction/appels/{call.id}").text
    assert officer.post(made, data={**SETTINGS, "closes_at": ""}).status_code == 422
    assert officer.post(made, data={**SETTINGS, "budget_cents": ""}).status_code == 409
    page = officer.post(made, data=SETTINGS).location
    poll = session.scalars(select(Poll)).one()
    assert (poll.budget_cents, poll.most) == (400_050, None)
    assert poll.closes_at - poll.opens_at == timedelta(days=8)  # the last day is inside
    shown = officer.get(f"{page}/reglages").text
    assert 'value="09/10/2018"' in shown
    assert officer.post(f"{page}/publication").status_code == 409  # nobody stands
    ticked = {"applications": [str(one.id) for one in finalists]}
    officer.post(f"{page}/candidats", data=ticked)
    cards = session.scalars(select(Candidate).order_by(Candidate.position)).all()
    assert [one.title for one in cards] == [one.title for one in finalists]
    card = f"{page}/candidats/{cards[0].id}"
    text = {"title": "Le canal", "applicant": "La ressourcerie", "cost_cents": "5 000"}
    assert officer.post(card, data=text).status_code == 303
    assert officer.post(f"{page}/publication").status_code == 409  # dearer than a ballot
    officer.post(card, data={**text, "cost_cents": "3 000"})
    assert "Le canal" in officer.get(f"{page}/apercu").text
    assert client.get("/votes/prix-du-public").status_code == 404
    assert officer.post(f"{page}/publication").status_code == 303
    assert "Le canal" in client.get("/votes/prix-du-public").text
    clock.instant = poll.opens_at
    officer = as_person(person)
    assert officer.post(card, data=text).status_code == 409
    assert officer.post(f"{page}/reglages", data=SETTINGS).status_code == 409


def test_while_it_is_open_only_the_turn_out_is_told(session, as_person, funder, call, clock):
    person = a_funder_member(session, funder)
    officer = as_person(person)
    poll = a_poll(session, call=call)
    page = f"/instruction/votes/{poll.id}"
    for at in range(3):
        vote(session, poll, f"ana{at}@example.org", 1)
    session.flush()
    shown = officer.get(page).text
    assert '<span class="stat__value">3</span>' in shown
    assert poll.candidates[1].title in shown
    assert "Résultats" not in shown
    services.close_due(session, now=poll.closes_at)
    session.flush()
    clock.instant = poll.closes_at
    assert "Résultats" in as_person(person).get(page).text


def test_the_ranks_of_the_count_are_on_the_decision_table(session, officer, call):
    poll = a_poll(session, call=call)
    page = f"/instruction/appels/{call.id}/decision"
    assert f"/instruction/votes/{poll.id}" not in officer.get(page).text
    for name, place in (("ana", 1), ("lou", 1), ("ida", 2)):
        vote(session, poll, f"{name}@example.org", place)
    services.close_due(session, now=poll.closes_at)
    session.flush()
    assert f"/instruction/votes/{poll.id}" in officer.get(page).text
    titles = {one.application_id: one.position for one in poll.candidates}
    assert {titles[one]: rank for one, rank in poll.ranks.items()} == {1: 3, 2: 1, 3: 2}


def test_a_candidate_who_withdraws_is_said_to_voters(session, client, officer, call):
    poll = a_poll(session, call=call)
    card = f"/instruction/votes/{poll.id}/candidats/{poll.candidates[0].id}"
    assert officer.post(f"{card}/annulation", data={"reason": " "}).status_code == 422
    assert officer.post(f"{card}/annulation", data={"reason": "Retrait."}).status_code == 303
    page = client.get(f"/votes/{poll.slug}").text
    assert "Retrait." in page
    assert f'value="{poll.candidates[0].id}"' not in page
    named = {"choice": str(poll.candidates[0].id)}
    assert client.post(f"/votes/{poll.slug}/bulletin", data=named).status_code == 422


def test_an_officer_who_stepped_back_reads_nothing_of_that_candidate(
    session, as_person, funder, call
):
    person = a_funder_member(session, funder)
    poll = a_poll(session, call=call)
    title, hidden = poll.candidates[0].title, poll.candidates[0]
    page, card = f"/instruction/votes/{poll.id}", hidden.id
    vote(session, poll, "ana@example.org", 0)
    services.close_due(session, now=poll.closes_at)
    browser = as_person(person)
    assert title in browser.get(page).text
    a_recusal(session, person, session.get_one(Application, hidden.application_id))
    for address in (page, f"{page}/apercu"):
        assert title not in browser.get(address).text
    assert browser.get(f"{page}/candidats/{card}").status_code == 404


def read(browser, address: str) -> bytes:
    with browser.get(address) as answer:
        return answer.data


def test_a_picture_is_shown_once_the_vote_is_published(session, client, as_person, funder, call):
    person = a_funder_member(session, funder)
    officer = as_person(person)
    poll = a_poll(session, call=call, published=False)
    one = session.scalars(select(Candidate)).first()
    card = f"/instruction/votes/{poll.id}/candidats/{one.id}"

    def sent(name: str, content: bytes) -> int:
        text = {"title": "Le canal", "applicant": "La ressourcerie", "picture_alt": "Un canal"}
        picture = (io.BytesIO(content), name)
        return officer.post(card, data={**text, "picture": picture}).status_code

    assert sent("plan.pdf", PDF) == 409
    assert sent("canal.png", PNG) == 303
    assert read(officer, f"{card}/image") == PNG
    shown = f"/votes/{poll.slug}/images/{one.id}"
    assert client.get(shown).status_code == 404
    services.publish(session, poll.id, actor=acting_as(session, person), now=NOW)
    session.flush()
    assert read(client, shown) == PNG
    assert shown in client.get(f"/votes/{poll.slug}").text
    hidden = {"title": "Le canal", "applicant": "La ressourcerie", "no_picture": "y"}
    assert officer.post(card, data=hidden).status_code == 409  # it is open


def test_codes_are_printed_by_a_job(session, officer, call):
    poll = a_poll(session, call=call)
    address = f"/instruction/votes/{poll.id}/codes"
    assert officer.post(address, data={"count": "2001"}).status_code == 422
    answer = officer.post(address, data={"count": "30"})
    job = session.scalars(select(Job)).one()
    assert answer.location == f"/taches/{job.id}"
    assert job.payload == {"poll": str(poll.id), "count": 30}


def test_while_ballots_are_counted_no_more_codes_are_printed(session, officer, call, clock):
    poll = a_poll(session, call=call, closes_at=NOW + timedelta(minutes=1))
    assert "Codes pour voter en salle" in officer.get(f"/instruction/votes/{poll.id}").text
    clock.forward(minutes=2)
    page = officer.get(f"/instruction/votes/{poll.id}").text
    assert "Codes pour voter en salle" not in page
    assert "Le dépouillement est en cours" in page


def test_a_burst_and_a_crowd_stand_out_and_a_quiet_evening_does_not():
    def hour(at: int, votes: int, network: str = "a", *, lent: bool = False) -> Traffic:
        when = NOW + timedelta(hours=at)
        return Traffic(hour=when, network=network, is_disposable=lent, votes=votes)

    quiet = [hour(at, 4, str(at)) for at in range(6)]
    assert report(quiet).is_calm
    odd = report([*quiet, hour(7, 30, "z"), hour(8, 2, "y", lent=True)])
    assert [one.votes for one in odd.bursts] == [30]
    assert [(one.name, one.votes) for one in odd.crowds] == [("z", 30)]
    assert (odd.ballots, odd.disposable) == (54, 2)
    assert report([]).is_calm

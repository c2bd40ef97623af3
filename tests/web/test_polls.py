"""A citizen votes: ballot, address, link, receipt; nothing shown before the closing."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode

import pytest
from sqlalchemy import func, select

from build.polls import SECRET, a_link, a_poll, some_codes
from grants.polls import services
from grants.polls.links import path
from grants.polls.models import Poll, PollBallot, PollLink, PollRule, Traffic

RECEIPT = re.compile(r"<code>([2-9A-Z]{4}(?:-[2-9A-Z]{4}){3})</code>")


@pytest.fixture
def poll(session) -> Poll:
    poll = a_poll(session)
    session.expunge_all()
    return poll


def chosen(poll: Poll, *places: int) -> dict[str, list[str]]:
    return {"choice": [str(poll.candidates[at].id) for at in places]}


def ballots(session) -> int:
    return session.scalar(select(func.count()).select_from(PollBallot))


def test_from_the_ballot_to_the_receipt(session, client, poll):
    at = f"/votes/{poll.slug}"
    assert client.get("/votes").status_code == client.get(at).status_code == 200
    asked = client.post(f"{at}/bulletin", data=chosen(poll, 0, 2))
    assert asked.status_code == 200
    answer = client.post(f"{at}/adresse", data={"email": "ana@example.org", **chosen(poll, 0, 2)})
    assert (answer.status_code, answer.location) == (303, f"{at}/courriel-envoye")
    assert client.get(answer.location).status_code == 200
    assert ballots(session) == 0
    link = session.scalars(select(PollLink)).one()
    page = client.get(path(SECRET, poll.slug, link.id))
    ticked = re.findall(r'value="([0-9a-f-]{36})" checked', page.text)
    assert ticked == chosen(poll, 0, 2)["choice"]  # it came from the browser
    counted = client.post(path(SECRET, poll.slug, link.id), data=chosen(poll, 0, 2))
    receipt = RECEIPT.search(counted.text)[1]
    assert (counted.status_code, counted.cache_control.no_store) == (200, True)
    for again in (client.get, client.post):
        assert again(path(SECRET, poll.slug, link.id), data=chosen(poll, 1)).status_code == 409
    assert ballots(session) == 1
    changed = client.post(f"{at}/changer", data={"code": receipt, **chosen(poll, 1)})
    assert changed.status_code == 200
    assert session.scalars(select(PollBallot)).one().choices == {str(poll.candidates[1].id): 1}
    assert "urne" in client.post(f"{at}/recu", data={"code": receipt.lower()}).text
    assert "urne" not in client.post(f"{at}/recu", data={"code": "2222-2222-2222-2222"}).text


def test_what_no_page_offers_is_told_and_typed_again(session, client, poll):
    at = f"/votes/{poll.slug}"
    link = path(SECRET, poll.slug, a_link(session, poll, "ana@example.org").id)
    forged = (
        chosen(poll, 0, 1, 2),
        {},
        {"choice": ["00000000-0000-4000-8000-000000000000"]},
        {"choice": ["<script>"]},
        {f"points-{poll.candidates[0].id}": "5"},
        {f"points-{poll.candidates[0].id}": "9" * 4000},
    )
    for sent in forged:
        for address in (f"{at}/bulletin", f"{at}/adresse", f"{at}/salle", link):
            answer = client.post(address, data={"email": "ana@example.org", **sent})
            assert answer.status_code == 422, (address, sent)
    assert ballots(session) == 0
    kept = client.post(f"{at}/bulletin", data=chosen(poll, 0, 1, 2))
    assert kept.text.count(" checked") == 3


@pytest.mark.parametrize("held", ["{not json", "[1]", '{"%s": Infinity}', '{"%s": null}', "é"])
def test_a_kept_ballot_that_somebody_tampered_with_is_a_blank_one(session, client, poll, held):
    at = f"/votes/{poll.slug}"
    client.post(f"{at}/adresse", data={"email": "ana@example.org", **chosen(poll, 0)})
    link = path(SECRET, poll.slug, session.scalars(select(PollLink)).one().id)
    kept = held.replace("%s", str(poll.candidates[0].id)).encode()
    client.set_cookie("bulletin", urlsafe_b64encode(kept).decode(), path=at)
    shown = client.get(link)
    assert shown.status_code == 200
    assert "checked" not in shown.text


def test_points_are_read_as_they_were_typed(session, client):
    poll = a_poll(session, rule=PollRule.POINTS, most=None, points_total=5, points_on_one=3)
    boxes = [f"points-{one.id}" for one in poll.candidates]
    at = f"/votes/{poll.slug}"
    for typed in (["4", "", ""], ["3", "3", ""], ["-1", "2", ""], ["un", "", ""], ["", "", ""]):
        answer = client.post(f"{at}/bulletin", data=dict(zip(boxes, typed, strict=True)))
        assert answer.status_code == 422, typed
    assert 'value="un"' in client.post(f"{at}/bulletin", data={boxes[0]: "un"}).text
    assert client.post(f"{at}/bulletin", data={boxes[0]: "3", boxes[2]: "0"}).status_code == 200


def test_a_mailbox_for_ten_minutes_is_refused_and_counted(session, client, poll):
    sent = {"email": "x@yopmail.com", **chosen(poll, 0)}
    answer = client.post(f"/votes/{poll.slug}/adresse", data=sent)
    assert answer.status_code == 409
    assert "dix minutes" in answer.text
    assert session.scalars(select(Traffic)).one().is_disposable


def test_a_slip_of_paper_votes_without_an_address(session, client, poll):
    code, other = some_codes(session, poll, 2)
    session.flush()
    at = f"/votes/{poll.slug}"
    page = client.get(f"{at}/salle/{code}")
    assert code in page.text
    counted = client.post(f"{at}/salle", data={"code": code, **chosen(poll, 0)})
    assert RECEIPT.search(counted.text)
    assert client.get(f"{at}/salle/{code}").status_code == 409
    assert client.post(f"{at}/salle", data={"code": code, **chosen(poll, 0)}).status_code == 409
    assert client.post(f"{at}/salle", data={"code": other, **chosen(poll, 1)}).status_code == 200


def test_results_are_hidden_until_the_closing_and_shown_with_their_list(
    session, client, clock, poll
):
    at = f"/votes/{poll.slug}"
    link = path(SECRET, poll.slug, a_link(session, poll, "ana@example.org").id)
    receipt = RECEIPT.search(client.post(link, data=chosen(poll, 0)).text)[1]
    for hidden in ("bulletins.txt", "resultats.json"):
        assert client.get(f"{at}/{hidden}").status_code == 404
    clock.instant = poll.closes_at
    assert client.post(f"{at}/bulletin", data=chosen(poll, 0)).status_code == 409
    assert "bulletins.txt" not in client.get(at).text
    services.close_due(session, now=poll.closes_at)
    session.flush()
    page = client.get(at)
    assert poll.candidates[0].title in page.text
    lines = client.get(f"{at}/bulletins.txt").text.splitlines()
    assert lines == [services.voting.voters.receipt_of(receipt)]
    assert client.get(f"{at}/resultats.json").json["results"]["ballots"] == len(lines)
    assert "décompte" in client.post(f"{at}/recu", data={"code": receipt}).text

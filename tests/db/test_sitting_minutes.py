"""The minutes of a meeting: what happened, signed once by the chair, then held by PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.juries import a_recusal
from build.polls import a_poll, vote
from build.sittings import a_meeting
from grants.applications.models import Application
from grants.juries import services as juries
from grants.juries.services import Written
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message
from grants.polls import services as polls
from grants.sittings import queries, services
from grants.sittings.models import Choice, Minutes

CHAIR, RECUSED, AWAY = range(3)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def meeting(session):
    """Two points discussed, a vote, a proxy, a revised score; closed."""
    meeting = a_meeting(session, here=2, quorum=2)
    sitting, seats = meeting.sitting, meeting.panel.seats
    first = meeting.panel.applications[0]
    a_recusal(session, meeting.panel.jurors[RECUSED], first)
    chair = meeting.actor(session, CHAIR)
    away = (seats[AWAY].id, seats[CHAIR].id)
    services.give_proxy(session, sitting.id, *away, actor=chair, now=NOW)
    meeting.go_to(session, 0)
    note = "Le comité salue l’ancrage."
    services.write_note(
        session, sitting.id, queries.current(session, sitting).id, note, actor=chair
    )
    motion = services.put_motion(session, sitting.id, text="Retenir.", actor=chair, now=NOW)
    for seat in (CHAIR, AWAY):
        given = (sitting.id, motion.id, seats[seat].id, Choice.FOR)
        services.cast_vote(session, *given, actor=chair, now=NOW)
    services.close_motion(session, sitting.id, motion.id, actor=chair, now=NOW)
    marks = {one.key: 5 for one in meeting.panel.criteria}
    juries.revise_review(
        session,
        meeting.panel.jury.id,
        first.id,
        Written(version=1, marks=marks),
        reason="Le budget est fragile.",
        actor=chair,
        now=NOW,
    )
    meeting.go_to(session, 1)
    services.close_sitting(session, sitting.id, actor=meeting.officer, now=LATER)
    return meeting


def read(session, meeting, viewer):
    return queries.minutes(session, meeting.sitting.id, viewer)


def close_jury(session, meeting, store):
    juries.close_jury(session, meeting.panel.jury.id, actor=meeting.officer, now=LATER, store=store)


def sign(session, meeting, *, sha256=None, now=LATER):
    chair = meeting.actor(session, CHAIR)
    known = sha256 or read(session, meeting, chair).sha256
    return services.sign_minutes(session, meeting.sitting.id, sha256=known, actor=chair, now=now)


def test_they_tell_what_happened(session, meeting):
    content = read(session, meeting, meeting.officer).content
    names = [seat.name for seat in meeting.panel.seats]
    assert [one["name"] for one in content["attendance"]] == names[:2]
    assert [one["name"] for one in content["absent"]] == names[2:]
    stay = content["attendance"][0]["stays"]
    assert [(one["mode"], one["left_at"]) for one in stay] == [("present", LATER.isoformat())]
    [proxy] = content["proxies"]
    assert (proxy["giver"], proxy["holder"], proxy["used"]) == (names[AWAY], names[CHAIR], True)
    first, second = content["items"]
    assert first["number"] == meeting.panel.applications[0].number
    assert first["stepped_out"] == [names[RECUSED]]
    assert (first["present"], first["represented"], first["quorum"]) == (1, 1, 2)
    assert (first["note"], first["revised"]) == ("Le comité salue l’ancrage.", 1)
    [motion] = first["motions"]
    assert (motion["for"], motion["against"], motion["outcome"]) == (2, 0, "adopted")
    assert [(one["name"], one["by"]) for one in motion["votes"]] == [
        (names[CHAIR], None),
        (names[AWAY], names[CHAIR]),
    ]
    assert (second["present"], second["represented"], second["stepped_out"]) == (2, 1, [])
    assert content["ranking"] is None


def test_the_ranking_is_in_them_once_the_jury_is_closed(session, meeting, file_store):
    close_jury(session, meeting, file_store)
    ranking = read(session, meeting, meeting.officer).content["ranking"]
    assert len(ranking["sha256"]) == len(ranking["bundle_sha256"]) == 64
    assert [one["rank"] for one in ranking["lines"]] == [1, 2]


def test_the_recused_read_nothing_of_their_point_and_get_no_copy(session, meeting, file_store):
    close_jury(session, meeting, file_store)
    recused = meeting.actor(session, RECUSED)
    with pytest.raises(Unknown):  # a draft is for those who lead
        read(session, meeting, recused)
    minutes = sign(session, meeting)
    draft = read(session, meeting, recused)
    told = str(draft.content)
    for secret in (meeting.panel.applications[0].number, "Retenir.", "Le comité"):
        assert secret not in told
    assert draft.is_partial
    assert draft.sha256 == minutes.sha256
    with pytest.raises(Unknown):
        queries.copy(session, meeting.sitting.id, recused)


def test_their_annex_says_who_stepped_back_and_never_why(session, meeting):
    first, second = meeting.panel.applications
    a_recusal(session, meeting.panel.jurors[AWAY], second)
    content = read(session, meeting, meeting.officer).content
    assert [(one["person"], one["number"], one["origin"]) for one in content["recusals"]] == [
        (meeting.panel.jurors[RECUSED].name, first.number, "declared"),
        (meeting.panel.jurors[AWAY].name, second.number, "declared"),
    ]
    assert "sœur" not in str(content)
    sign(session, meeting)
    known = read(session, meeting, meeting.actor(session, RECUSED)).content["recusals"]
    assert [one["number"] for one in known] == [second.number]


def test_no_rank_is_missing_where_one_is_hidden(session, meeting, file_store):
    close_jury(session, meeting, file_store)
    sign(session, meeting)
    whole = read(session, meeting, meeting.officer).content["ranking"]["lines"]
    best = next(one for one in meeting.panel.applications if one.number == whole[0]["number"])
    a_recusal(session, meeting.panel.jurors[AWAY], best)
    content = read(session, meeting, meeting.actor(session, AWAY)).content
    assert [one["rank"] for one in content["ranking"]["lines"]] == [1]


def test_signed_once_and_told_once(session, meeting):
    first = sign(session, meeting)
    again = sign(session, meeting, sha256="0" * 64)
    assert (again.id, again.signed_at) == (first.id, LATER)
    session.expire_all()
    assert queries.digest(session.get_one(Minutes, first.id).content) == first.sha256
    told = session.scalars(select(Message).where(Message.kind == "minutes.signed")).all()
    assert len(told) == 1


def test_what_was_written_since_is_read_first(session, meeting):
    chair = meeting.actor(session, CHAIR)
    known = read(session, meeting, chair).sha256
    services.write_note(session, meeting.sitting.id, None, "Fin à 12 h.", actor=meeting.officer)
    session.expire_all()
    with pytest.raises(Refused) as refused:
        sign(session, meeting, sha256=known)
    assert refused.value.code == "minutes.stale"
    assert sign(session, meeting).content["note"] == "Fin à 12 h."


def test_only_the_chair_signs_and_only_a_closed_meeting(session, meeting):
    for other in (meeting.officer, meeting.actor(session, RECUSED)):
        with pytest.raises(Unknown):
            services.sign_minutes(session, meeting.sitting.id, sha256="", actor=other, now=LATER)
    open_one = a_meeting(session)
    with pytest.raises(Refused) as refused:
        sign(session, open_one)
    assert refused.value.code == "minutes.too_early"


def test_the_jury_of_a_prize_tells_the_public_vote_for_it(session, meeting):
    jury = meeting.panel.jury
    poll = a_poll(session, call=meeting.panel.call, prize_fr="Prix du public")
    won = poll.candidates[0]
    vote(session, poll, "ana@example.org", 0)
    jury.prize_fr = jury.prize_en = "Prix du jury"
    chair = meeting.actor(session, CHAIR)
    polls.close_due(session, now=poll.closes_at)
    assert read(session, meeting, chair).content["public_votes"] == []
    jury.prize_fr = jury.prize_en = "prix du public"
    session.flush()
    (told,) = read(session, meeting, chair).content["public_votes"]
    assert (told["ballots"], told["sha256"]) == (1, poll.results_sha256)
    assert (told["lines"][0]["title"], told["lines"][0]["votes"]) == (won.title, 1)
    a_recusal(
        session,
        meeting.panel.jurors[AWAY],
        session.get_one(Application, won.application_id),
    )
    sign(session, meeting)
    (told,) = read(session, meeting, meeting.actor(session, AWAY)).content["public_votes"]
    assert won.title not in [one["title"] for one in told["lines"]]


def test_postgresql_keeps_a_closed_meeting_and_signed_minutes_as_they_are(session, meeting):
    for statement in (
        "UPDATE sitting SET place = 'Ailleurs'",
        "UPDATE sitting SET closed_at = NULL",
        "UPDATE sitting_item SET present = 9",
        "DELETE FROM sitting_item WHERE began_at IS NOT NULL",
        "UPDATE attendance SET left_at = NULL",
        "UPDATE proxy SET revoked_at = now(), used_at = NULL",
        "INSERT INTO attendance (id, sitting_id, seat_id, mode, came_at)"
        " SELECT gen_random_uuid(), sitting_id, seat_id, 'remote', now() FROM attendance LIMIT 1",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(statement))
    sign(session, meeting)
    for statement in (
        "UPDATE minutes SET content = '{}'",
        "UPDATE minutes SET signed_at = now()",
        "DELETE FROM minutes",
        "UPDATE sitting SET note = 'Autre'",
        "UPDATE sitting_item SET note = 'Autre'",
        "DELETE FROM sitting",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(statement))
    with pytest.raises(Refused) as refused:
        services.write_note(session, meeting.sitting.id, None, "Trop tard.", actor=meeting.officer)
    assert refused.value.code == "minutes.signed"

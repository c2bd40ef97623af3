"""Members called by mail, early enough; a second meeting tied to the quorum that was missed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from build.clock import NOW
from build.councils import EVENING, a_council, a_missed_quorum_before, opened, recuse
from build.decisions import HELD_ON, a_deliberation, a_scene, a_session
from config import ROOT
from grants.councils import services
from grants.councils.models import Meeting
from grants.decisions.models import Body, CouncilSession
from grants.decisions.vote import Vote
from grants.kernel.errors import Refused
from grants.notices.giving import Site
from grants.notices.models import Mail
from grants.notices.services import compose, look_again
from grants.outbox.models import Message
from workers.rendering import Pages

PAGES = Pages(ROOT)
SITE = Site(base_url="https://laureat.example", secret_key="s" * 32)
TODAY = NOW.date()
NEXT_WEEK = NOW + timedelta(days=8)


def called(session, council, **changes):
    asked = {"on": TODAY, **council.act, **changes}
    services.convene(session, council.meeting.id, **asked)
    kind = Message.kind == "council_meeting.member_called"
    return session.scalars(select(Message).where(kind)).all()


def mail_of(session, message):
    compose(session, message.id, renderer=PAGES, site=SITE, now=NOW)
    return session.scalars(select(Mail).where(Mail.message_id == message.id)).one()


def test_each_member_with_an_account_is_called_by_mail_once(session):
    council = a_council(session, starts_at=NEXT_WEEK)
    (message,) = called(session, council)
    assert called(session, council) == [message]
    mail = mail_of(session, message)
    elected = council.seats[0]
    assert (mail.recipient_id, mail.kind) == (elected.person_id, "council_call")
    for words in (
        council.item.object,
        "Salle du conseil",
        f"/instruction/seances/{council.meeting.id}",
    ):
        assert words in mail.text, words


def test_a_convocation_dated_before_today_left_on_paper(session):
    council = a_council(session, starts_at=NEXT_WEEK)
    assert called(session, council, on=TODAY - timedelta(days=1)) == []


def test_whom_an_item_concerns_reads_its_place_alone_even_if_said_later(session):
    council = a_council(session, starts_at=NEXT_WEEK)
    (message,) = called(session, council)
    mail = mail_of(session, message)
    assert council.item.object in mail.text
    recuse(session, council, 0)
    assert look_again(session, mail, renderer=PAGES, site=SITE)
    assert council.item.object not in mail.text + mail.html
    assert "1. Une affaire qui vous concerne" in mail.text


def test_the_notice_is_counted_in_clear_days_and_urgency_has_a_reason(session):
    council = a_council(session, starts_at=NOW + timedelta(days=5))
    with pytest.raises(Refused, match="notice_too_short") as refused:
        called(session, council)
    assert refused.value.facts == {"days": 4, "wanted": 5}
    (message,) = called(session, council, urgency="Crue de la Doule")
    assert "Crue de la Doule" in mail_of(session, message).text


def missed(session):
    council = opened(session, a_council(session, starts_at=EVENING - timedelta(days=3)), present=0)
    at = EVENING - timedelta(days=3)
    services.close(session, council.meeting.id, at=at, **council.act)
    return council


def test_a_second_convocation_is_not_dated_before_the_quorum_was_missed(session):
    council = missed(session)
    first = council.meeting
    second = services.plan(
        session, council.scene.funder.id, body=Body.COUNCIL, starts_at=EVENING, place="Ici",
        first_id=first.id, **council.act,
    )  # fmt: skip
    missed_on = HELD_ON - timedelta(days=3)
    with pytest.raises(Refused, match="second_called_before"):
        services.convene(session, second.id, on=missed_on - timedelta(days=1), **council.act)
    early = update(CouncilSession).where(CouncilSession.id == second.council_session_id)
    with pytest.raises(DBAPIError, match="called before"), session.begin_nested():
        session.execute(early.values(convened_on=missed_on - timedelta(days=1)))
    services.convene(session, second.id, on=missed_on, **council.act)


@pytest.mark.parametrize(("days", "holds"), [(2, False), (3, True)])
def test_postgresql_ties_a_second_meeting_to_a_quorum_missed_three_days_before(
    session, days, holds
):
    council = missed(session)
    held_on = HELD_ON - timedelta(days=3) + timedelta(days=days)
    sitting = a_session(session, council.scene, held_on=held_on)
    row = Meeting(
        council_session_id=sitting.id, starts_at=EVENING, place="Ici", clear_days=5,
        first_id=council.meeting.council_session_id,
    )  # fmt: skip
    if holds:
        session.add(row)
        session.flush()
        return
    with pytest.raises(DBAPIError, match="follows no missed quorum"), session.begin_nested():
        session.add(row)
        session.flush()


def test_a_meeting_that_had_its_quorum_or_another_body_has_no_second(session):
    council = a_council(session, starts_at=EVENING - timedelta(days=3))
    other = missed(session).meeting.council_session_id
    sitting = a_session(session, council.scene)
    for first in (council.meeting.council_session_id, other):
        row = Meeting(
            council_session_id=sitting.id, starts_at=EVENING, place="Ici", clear_days=5,
            first_id=first,
        )  # fmt: skip
        with pytest.raises(DBAPIError, match="follows no missed quorum"), session.begin_nested():
            session.add(row)
            session.flush()


def test_a_missed_quorum_stays_missed(session):
    council = missed(session)
    for change in ("quorum_missed = false", "closed_at = now()"):
        statement = text(f"UPDATE council_meeting SET {change} WHERE id = :id")
        with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
            session.execute(statement, {"id": council.meeting.id})


def test_an_act_that_needed_no_quorum_is_of_a_second_meeting(session):
    scene = a_scene(session)
    few = Vote(seats=9, present=2, votes_for=2, second_convocation=True)
    with pytest.raises(DBAPIError, match="of no second convocation"), session.begin_nested():
        a_deliberation(session, scene, vote=few)
    a_missed_quorum_before(session, scene, a_session(session, scene))
    assert a_deliberation(session, scene, vote=few).second_convocation

"""Motions of a jury's meeting: who votes, for whom, what comes of it, what PostgreSQL refuses."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.juries import a_recusal
from build.sittings import a_meeting
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message
from grants.sittings import services
from grants.sittings.models import Choice, Mode, Motion, MotionVote, Outcome, Proxy

F, A, B = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


def put(session, meeting, **said):
    return services.put_motion(
        session,
        meeting.sitting.id,
        **{"text": "Retenir ce dossier.", "actor": meeting.officer, "now": NOW, **said},
    )


def vote(session, meeting, motion, nth, choice, *, for_seat=None):
    seat = meeting.panel.seats[nth if for_seat is None else for_seat]
    actor = meeting.actor(session, nth)
    services.cast_vote(
        session, meeting.sitting.id, motion.id, seat.id, choice, actor=actor, now=NOW
    )


def close(session, meeting, motion):
    services.close_motion(session, meeting.sitting.id, motion.id, actor=meeting.officer, now=NOW)
    session.refresh(motion)
    return motion


def refusal(act, *given, **named):
    with pytest.raises(Refused) as caught:
        act(*given, **named)
    return caught.value.code


# The chair is the first. Majority of the votes cast; abstentions count for nothing.
TABLE = [
    ("majority", [F, F, A, B], {}, (2, 1, 1), None, Outcome.ADOPTED),
    ("one alone among abstentions", [B, F, B, B], {}, (1, 0, 3), None, Outcome.ADOPTED),
    ("minority", [F, A, A, B], {}, (1, 2, 1), None, Outcome.REJECTED),
    ("nobody votes", [None] * 4, {}, (0, 0, 0), None, Outcome.REJECTED),
    ("all abstain", [B] * 4, {"casting": True}, (0, 0, 4), None, Outcome.REJECTED),
    ("tie", [F, F, A, A], {}, (2, 2, 0), None, Outcome.REJECTED),
    ("tie, chair for", [F, F, A, A], {"casting": True}, (2, 2, 0), F, Outcome.ADOPTED),
    ("tie, chair against", [A, F, A, F], {"casting": True}, (2, 2, 0), A, Outcome.REJECTED),
    ("tie, chair abstains", [B, F, A, B], {"casting": True}, (1, 1, 2), None, Outcome.REJECTED),
    ("tie, chair silent", [None, F, A, B], {"casting": True}, (1, 1, 1), None, Outcome.REJECTED),
    (
        "tie in secret",
        [F, F, A, A],
        {"casting": True, "secret": True},
        (2, 2, 0),
        None,
        Outcome.REJECTED,
    ),
    ("secret majority", [F, F, F, A], {"secret": True}, (3, 1, 0), None, Outcome.ADOPTED),
    ("proxy for", [F, A, B, None], {"proxy": (0, F)}, (2, 1, 1), None, Outcome.ADOPTED),
    (
        "the chair's proxy does not settle a tie",
        [None, F, A, B],
        {"proxy": (1, A), "giver": 0, "casting": True},
        (1, 2, 1),
        None,
        Outcome.REJECTED,
    ),
    (
        "a tie with the chair represented",
        [None, F, B, B],
        {"proxy": (1, A), "giver": 0, "casting": True},
        (1, 1, 2),
        None,
        Outcome.REJECTED,
    ),
]


@pytest.mark.parametrize(
    ("choices", "told", "expected"),
    [(row[1], row[2], row[3:]) for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_what_comes_of_a_vote(session, choices, told, expected):
    meeting = a_meeting(session, jurors=4, casting_vote=told.get("casting", False))
    meeting.go_to(session, 0)
    holder, by_proxy = told.get("proxy", (None, None))
    if holder is not None:
        giver = told.get("giver", 3)
        meeting.come(session, giver, mode=None)
        pair = (meeting.panel.seats[giver].id, meeting.panel.seats[holder].id)
        services.give_proxy(
            session, meeting.sitting.id, *pair, actor=meeting.actor(session, giver), now=NOW
        )
    motion = put(session, meeting, is_secret=told.get("secret", False))
    for nth, choice in enumerate(choices):
        if choice:
            vote(session, meeting, motion, nth, choice)
    if holder is not None:
        vote(session, meeting, motion, holder, by_proxy, for_seat=told.get("giver", 3))
    close(session, meeting, motion)
    figures = (motion.votes_for, motion.votes_against, motion.abstentions)
    assert (figures, motion.casting, motion.outcome) == expected


def test_closing_twice_tells_it_once(session):
    meeting = a_meeting(session)
    motion = put(session, meeting, on_item=False)
    vote(session, meeting, motion, 0, F)
    for _ in range(2):
        close(session, meeting, motion)
    told = session.scalars(select(Message).where(Message.kind == "motion.closed")).all()
    assert [(one.payload["outcome"], one.payload["votes"]) for one in told] == [
        ("adopted", [1, 0, 0])
    ]


def test_the_same_vote_twice_is_one_and_another_is_refused(session):
    meeting = a_meeting(session)
    meeting.go_to(session, 0)
    motion = put(session, meeting)
    for _ in range(2):
        vote(session, meeting, motion, 0, F)
    assert refusal(vote, session, meeting, motion, 0, A) == "motion.vote.already"
    assert close(session, meeting, motion).voted == 1


def test_a_secret_vote_is_counted_and_forgotten(session):
    meeting = a_meeting(session)
    motion = put(session, meeting, is_secret=True, on_item=False)
    for nth, choice in enumerate((F, A, B)):
        vote(session, meeting, motion, nth, choice)
    session.expire_all()
    votes = session.scalars(select(MotionVote)).all()
    assert [one.choice for one in votes] == [None] * 3
    assert refusal(vote, session, meeting, motion, 0, F) == "motion.vote.already"
    close(session, meeting, motion)
    assert (motion.votes_for, motion.votes_against, motion.abstentions) == (1, 1, 1)


def test_whoever_is_recused_votes_neither_alone_nor_by_proxy(session):
    meeting = a_meeting(session, jurors=4, here=3)
    recused, holder, giver = 1, 2, 3
    a_recusal(session, meeting.panel.jurors[recused], meeting.panel.applications[0])
    meeting.go_to(session, 0)
    pair = (meeting.panel.seats[giver].id, meeting.panel.seats[recused].id)
    services.give_proxy(session, meeting.sitting.id, *pair, actor=meeting.officer, now=NOW)
    motion = put(session, meeting)
    assert (motion.present, motion.represented) == (2, 0)
    with pytest.raises(Unknown):
        vote(session, meeting, motion, recused, F)
    with pytest.raises(Unknown):
        vote(session, meeting, motion, recused, F, for_seat=giver)
    vote(session, meeting, motion, holder, F)
    close(session, meeting, motion)
    # The next point is everyone's again, and the absent one is represented.
    meeting.go_to(session, 1)
    following = put(session, meeting)
    assert (following.present, following.represented) == (3, 1)
    vote(session, meeting, following, recused, F, for_seat=giver)


def test_a_recused_giver_is_not_represented(session):
    meeting = a_meeting(session, here=2)
    a_recusal(session, meeting.panel.jurors[2], meeting.panel.applications[0])
    pair = (meeting.panel.seats[2].id, meeting.panel.seats[1].id)
    services.give_proxy(session, meeting.sitting.id, *pair, actor=meeting.officer, now=NOW)
    meeting.go_to(session, 0)
    motion = put(session, meeting)
    assert (motion.present, motion.represented) == (2, 0)
    assert refusal(vote, session, meeting, motion, 1, F, for_seat=2) == "motion.vote.absent"


def test_no_vote_without_a_quorum_and_it_is_of_each_point(session):
    meeting = a_meeting(session, quorum=3)
    a_recusal(session, meeting.panel.jurors[1], meeting.panel.applications[0])
    meeting.go_to(session, 0)
    assert refusal(put, session, meeting) == "motion.quorum"
    meeting.go_to(session, 1)
    assert put(session, meeting).quorum == 3


def test_one_motion_at_a_time_and_nobody_moves_on_meanwhile(session):
    meeting = a_meeting(session)
    meeting.go_to(session, 0)
    first = put(session, meeting)
    assert put(session, meeting).id == first.id
    assert refusal(put, session, meeting, text="Autre chose.") == "motion.one_at_a_time"
    assert refusal(meeting.go_to, session, 1) == "sitting.vote_going"
    with pytest.raises(Refused):
        services.close_sitting(session, meeting.sitting.id, actor=meeting.officer, now=NOW)


def test_the_absent_do_not_vote_and_whoever_comes_back_votes_alone(session):
    meeting = a_meeting(session, here=2)
    pair = (meeting.panel.seats[2].id, meeting.panel.seats[1].id)
    services.give_proxy(session, meeting.sitting.id, *pair, actor=meeting.officer, now=NOW)
    meeting.go_to(session, 0)
    motion = put(session, meeting)
    assert refusal(vote, session, meeting, motion, 2, F) == "motion.vote.absent"
    meeting.come(session, 2, mode=Mode.REMOTE)
    vote(session, meeting, motion, 2, F)
    assert refusal(vote, session, meeting, motion, 1, A, for_seat=2) == "motion.vote.absent"


def test_a_proxy_that_voted_is_not_taken_back(session):
    meeting = a_meeting(session, here=2)
    pair = (meeting.panel.seats[2].id, meeting.panel.seats[1].id)
    owner = meeting.actor(session, 2)
    for _ in range(2):
        services.give_proxy(session, meeting.sitting.id, *pair, actor=owner, now=NOW)
    services.revoke_proxy(session, meeting.sitting.id, pair[0], actor=owner, now=NOW)
    services.give_proxy(session, meeting.sitting.id, *pair, actor=owner, now=NOW)
    motion = put(session, meeting, on_item=False)
    vote(session, meeting, motion, 1, F, for_seat=2)
    session.expire_all()
    code = refusal(
        services.revoke_proxy, session, meeting.sitting.id, pair[0], actor=owner, now=NOW
    )
    assert code == "proxy.used"
    assert len(session.scalars(select(Proxy)).all()) == 2


def test_one_proxy_given_one_held(session):
    meeting = a_meeting(session, jurors=4, here=2)
    seats = [seat.id for seat in meeting.panel.seats]

    def give(giver, holder):
        services.give_proxy(
            session,
            meeting.sitting.id,
            seats[giver],
            seats[holder],
            actor=meeting.actor(session, giver),
            now=NOW,
        )

    give(2, 1)
    assert refusal(give, 2, 0) == "proxy.given"
    assert refusal(give, 3, 1) == "proxy.holder_has_one"
    assert refusal(give, 3, 3) == "proxy.self"
    with pytest.raises(Unknown):  # nobody gives another member's
        services.give_proxy(
            session,
            meeting.sitting.id,
            seats[3],
            seats[0],
            actor=meeting.actor(session, 1),
            now=NOW,
        )


def test_postgresql_refuses_what_no_service_asks(session):
    meeting = a_meeting(session, jurors=4, here=3)
    a_recusal(session, meeting.panel.jurors[1], meeting.panel.applications[0])
    meeting.go_to(session, 0)
    motion = put(session, meeting)
    seats = meeting.panel.seats
    insert = text(
        "INSERT INTO motion_vote (id, motion_id, seat_id, cast_by, choice, voted_at)"
        " VALUES (gen_random_uuid(), :motion, :seat, :by, 'for', now())"
    )

    def told(statement, **facts):
        with pytest.raises(IntegrityError) as caught, session.begin_nested():
            session.execute(statement, facts)
        return str(caught.value.orig).splitlines()[0]

    def raw(seat, by=None):
        return {"motion": motion.id, "seat": seats[seat].id, "by": seats[by or seat].id}

    assert "is absent" in told(insert, **raw(3))
    assert "is recused" in told(insert, **raw(1))
    assert "has no proxy" in told(insert, **raw(3, by=2))
    assert "has no proxy" in told(insert, **raw(2, by=0) | {"by": seats[0].id})
    session.execute(insert, raw(2))
    assert "uq_motion_vote" in told(insert, **raw(2))
    for statement in (
        "UPDATE motion SET votes_for = 9",
        "UPDATE motion SET text = 'Autre chose'",
        "UPDATE motion_vote SET choice = 'against'",
        "DELETE FROM motion_vote",
        "UPDATE motion SET closed_at = now(), outcome = 'rejected'",  # 1 for, 0 against
    ):
        told(text(statement))
    close(session, meeting, motion)
    assert motion.outcome is Outcome.ADOPTED
    assert "is over" in told(insert, **raw(0))
    told(text("UPDATE motion SET outcome = 'rejected'"))
    session.expire_all()
    assert session.scalars(select(Motion.votes_for)).one() == 1


def test_nothing_is_voted_after_closing(session):
    meeting = a_meeting(session)
    meeting.go_to(session, 0)
    motion = put(session, meeting)
    close(session, meeting, motion)
    assert refusal(vote, session, meeting, motion, 0, F) == "motion.closed"
    services.close_sitting(session, meeting.sitting.id, actor=meeting.officer, now=NOW)
    assert refusal(vote, session, meeting, motion, 0, F) == "sitting.closed"

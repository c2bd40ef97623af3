"""The arithmetic of a vote: what the catalogue's minutes say, and what the law refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.decisions.vote import CastingVote, Vote

PLAN_OF_2016 = Vote(
    seats=89,
    present=73,
    represented=13,
    not_taking_part=0,
    votes_for=86,
    votes_against=0,
    abstentions=0,
)
"""The deliberation that adopted the plan: DEL20161014_005 of 14 October 2016."""


def test_the_deliberation_of_the_catalogue_is_accepted_exactly():
    assert PLAN_OF_2016.refusal() is None
    assert PLAN_OF_2016.voters == 86
    assert PLAN_OF_2016.cast == 86
    assert PLAN_OF_2016.quorum == 45
    assert PLAN_OF_2016.adopted
    assert PLAN_OF_2016.is_unanimous


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"seats": 0}, "no_seats", "seats"),
        ({"present": -1}, "negative", "present"),
        ({"represented": -1}, "negative", "represented"),
        ({"not_taking_part": -1}, "negative", "not_taking_part"),
        ({"present": 77}, "more_members_than_seats", "present"),
        ({"seats": 60, "present": 44, "represented": 45}, "more_members_than_seats", "present"),
        ({"present": 12}, "too_many_proxies", "represented"),
        ({"present": 44, "votes_for": 57}, "no_quorum", "present"),
        ({"votes_for": 85}, "votes_do_not_add_up", "votes_for"),
        ({"votes_for": -1, "votes_against": 87}, "negative", "votes_for"),
        ({"abstentions": -1}, "negative", "abstentions"),
        ({"not_taking_part": 87}, "too_many_not_taking_part", "not_taking_part"),
        ({"votes_for": 43, "votes_against": 43}, "tie_needs_casting_vote", "casting_vote"),
        ({"casting_vote": CastingVote.FOR}, "no_tie_to_settle", "casting_vote"),
        (
            {
                "votes_for": 43,
                "votes_against": 43,
                "secret_ballot": True,
                "casting_vote": CastingVote.FOR,
            },
            "no_tie_to_settle",
            "casting_vote",
        ),
    ],
)
def test_figures_that_break_a_rule_are_refused_beside_their_field(changes, code, field):
    refusal = replace(PLAN_OF_2016, **changes).refusal()
    assert (refusal.code, refusal.field) == (f"deliberation.{code}", field)


def test_half_of_the_seats_is_not_a_quorum_and_one_more_is():
    half = Vote(seats=90, present=45, votes_for=45)
    assert half.refusal().code == "deliberation.no_quorum"
    assert replace(half, present=46, votes_for=46).refusal() is None


def test_who_certainly_left_the_room_is_missing_from_the_quorum():
    """Of three who take no part two may be represented: one at least was there, and left."""
    five = Vote(seats=9, present=5, represented=2, not_taking_part=2, votes_for=5)
    assert five.refusal() is None
    refusal = replace(five, not_taking_part=3, votes_for=4).refusal()
    assert (refusal.code, refusal.facts["present"]) == ("deliberation.no_quorum", 4)
    assert replace(five, present=6, not_taking_part=3).refusal() is None


def test_a_second_convocation_asks_for_no_quorum():
    assert Vote(seats=89, present=3, votes_for=3, second_convocation=True).refusal() is None


@pytest.mark.parametrize(
    ("changes", "adopted"),
    [
        ({"votes_for": 44, "votes_against": 42}, True),
        ({"votes_for": 42, "votes_against": 44}, False),
        ({"votes_for": 1, "abstentions": 85}, True),
        ({"votes_for": 0, "abstentions": 86}, False),
        ({"votes_for": 43, "votes_against": 43, "casting_vote": CastingVote.FOR}, True),
        ({"votes_for": 43, "votes_against": 43, "casting_vote": CastingVote.AGAINST}, False),
        ({"votes_for": 43, "votes_against": 43, "secret_ballot": True}, False),
    ],
)
def test_the_majority_is_of_the_votes_cast(changes, adopted):
    vote = replace(PLAN_OF_2016, **changes)
    assert vote.refusal() is None
    assert vote.adopted is adopted


COUNTS = st.integers(-1, 12)


@given(
    seats=st.integers(0, 12),
    present=COUNTS,
    represented=COUNTS,
    not_taking_part=COUNTS,
    votes_for=COUNTS,
    votes_against=COUNTS,
    abstentions=COUNTS,
    second=st.booleans(),
)
def test_a_vote_is_accepted_exactly_when_its_identities_hold(seats, second, **counts):
    votes_for, votes_against = counts["votes_for"], counts["votes_against"]
    vote = Vote(
        seats=seats,
        second_convocation=second,
        casting_vote=CastingVote.FOR if votes_for == votes_against > 0 else None,
        **counts,
    )
    members = counts["present"] + counts["represented"]
    cast = votes_for + votes_against + counts["abstentions"]
    outside = max(counts["not_taking_part"] - counts["represented"], 0)
    holds = (
        seats > 0
        and min(counts.values()) >= 0
        and members <= seats
        and counts["represented"] <= counts["present"]
        and (second or 2 * (counts["present"] - outside) > seats)
        and cast == members - counts["not_taking_part"]
    )
    assert (vote.refusal() is None) == holds

"""The arithmetic of one item: quorum in the room, proxies, members whom it concerns, votes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from grants.councils.models import Choice, Standing
from grants.councils.room import Room, clear_days, concerned_by
from grants.decisions.vote import CastingVote

M = [UUID(int=n) for n in range(10)]


def room(present: int, *, seats: int = 9, proxies=None, concerned=(), second=False) -> Room:
    """The first `present` members are there; `proxies` and `concerned` by rank."""
    return Room(
        members=tuple(M[:seats]),
        present=frozenset(M[:present]),
        proxies={M[giver]: M[holder] for giver, holder in (proxies or {}).items()},
        concerned=frozenset(M[one] for one in concerned),
        second_convocation=second,
    )


@pytest.mark.parametrize(
    ("seats", "present", "has_it"),
    [(9, 5, True), (9, 4, False), (8, 5, True), (8, 4, False), (1, 1, True), (2, 1, False)],
)
def test_more_than_half_of_the_members_in_office_must_be_there(seats, present, has_it):
    assert room(present, seats=seats).has_quorum is has_it


def test_proxies_do_not_make_a_quorum_and_a_second_convocation_needs_none():
    few = room(4, proxies={8: 0, 7: 1, 6: 2})
    assert (few.has_quorum, few.in_room, len(few.voters)) == (False, 4, 7)
    assert room(1, second=True).has_quorum


def test_who_leaves_for_the_item_is_missing_from_its_quorum_alone():
    assert room(5).has_quorum
    without = room(5, concerned=[0])
    assert (without.has_quorum, without.in_room) == (False, 4)
    vote = room(6, concerned=[0]).vote()
    assert (vote.present, vote.not_taking_part, vote.voters, vote.votes_for) == (6, 1, 5, 5)
    assert vote.refusal() is None


def test_a_proxy_sleeps_while_its_giver_is_there_and_falls_without_its_holder():
    there = room(5, proxies={1: 0, 8: 6})
    assert there.counted(M[1]).standing is Standing.PRESENT
    assert there.counted(M[8]).standing is Standing.ABSENT
    assert there.vote().represented == 0
    assert room(5, proxies={8: 0}).counted(M[8]).holder_id == M[0]


def test_a_holder_who_leaves_votes_for_nobody_and_a_concerned_giver_is_not_voted_for():
    left = room(6, proxies={8: 0}, concerned=[0])
    assert left.counted(M[8]).standing is Standing.ABSENT
    assert (left.vote().represented, left.vote().voters) == (0, 5)
    concerned = room(6, proxies={8: 0}, concerned=[8])
    vote = concerned.vote()
    assert (vote.represented, vote.not_taking_part, vote.voters) == (1, 1, 6)
    both = room(6, proxies={8: 0}, concerned=[0, 8]).vote()
    assert (both.represented, both.not_taking_part, both.voters) == (1, 2, 5)


def test_who_is_no_member_any_more_counts_for_nothing():
    stranger = Room(tuple(M[:3]), frozenset(M[:5]), {M[2]: M[4]}, frozenset([M[4]]))
    assert (stranger.in_room, stranger.vote().present, stranger.vote().seats) == (3, 3, 3)


def test_a_show_of_hands_counts_those_against_and_abstaining_and_the_rest_is_for():
    vote = room(7, proxies={8: 0}).vote(votes_against=2, abstentions=3)
    assert (vote.votes_for, vote.cast, vote.adopted) == (3, 5, True)
    assert room(7).vote(votes_against=3, abstentions=1).refusal().code.endswith("casting_vote")
    secret = room(6).vote(votes_for=3, votes_against=3, secret_ballot=True)
    assert (secret.refusal(), secret.adopted) == (None, False)


@pytest.mark.parametrize(
    ("chair", "casting", "adopted"),
    [
        (Choice.FOR, "for", True),
        (Choice.AGAINST, "against", False),
        (Choice.ABSTENTION, None, False),
    ],
)
def test_by_name_the_voice_of_who_presides_settles_a_tie(chair, casting, adopted):
    said = {M[n]: Choice.FOR if n % 2 else Choice.AGAINST for n in range(1, 5)}
    said |= {M[0]: chair, M[5]: Choice.ABSTENTION}
    if chair is Choice.FOR:
        said[M[1]] = Choice.ABSTENTION
    if chair is Choice.AGAINST:
        said[M[2]] = Choice.ABSTENTION
    vote = room(6).by_name(said, M[0])
    assert vote.is_tied
    assert vote.casting_vote == (CastingVote(casting) if casting else None)
    assert (vote.adopted, vote.refusal() is None) == (adopted, casting is not None)


def test_the_voice_of_who_may_not_vote_is_not_counted():
    everybody = dict.fromkeys(M, Choice.AGAINST)
    vote = room(6, concerned=[1], proxies={8: 0}).by_name(everybody, M[0])
    assert (vote.votes_against, vote.voters, vote.refusal()) == (6, 6, None)


def test_clear_days_count_neither_end():
    assert clear_days(date(2016, 10, 7), date(2016, 10, 14)) == 6
    assert clear_days(date(2018, 9, 22), date(2018, 9, 28)) == 5
    assert clear_days(date(2018, 9, 28), date(2018, 9, 28)) == -1


def test_an_item_concerns_whoever_is_recused_from_one_of_its_applications():
    seats = {M[0]: M[5], M[1]: M[6]}
    assert concerned_by(seats, {(M[5], M[9]), (M[7], M[8])}, [M[8], M[9]]) == {M[0]}
    assert concerned_by(seats, {(M[5], M[9])}, [M[8]]) == set()
